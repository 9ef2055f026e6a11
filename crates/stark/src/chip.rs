//! The erased chip: one trait with a blanket implementation, so that a machine is a list.

use alloc::string::String;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::air::{Air, BaseLanes, Builder, Bus, Columns, Expr, Ext, ExtLanes};
use crate::error::ChipError;
use crate::field::{EF, F, PEF, PF};
use crate::symbolic::{Description, Node, describe};

/// The highest degree of a constraint.
pub const MAX_DEGREE: usize = 3;

/// An [`Air`] of any type.
pub trait Chip: Send + Sync {
    /// Unique in its machine.
    fn name(&self) -> &str;
    /// The columns of a row.
    fn columns(&self) -> Columns;
    /// Constraints and messages as data.
    fn describe(&self) -> Result<Description, ChipError>;
    /// The value of each constraint, on packed base elements.
    fn eval_base(&self, row: &[BaseLanes], publics: &[F], values: &mut [PF]);
    /// Σ weights[c] · constraint c on packed extension elements.
    fn eval_lanes(&self, row: &[ExtLanes], publics: &[F], weights: &[EF]) -> PEF;
    /// The same on one extension element.
    fn eval_ext(&self, row: &[Ext], publics: &[F], weights: &[EF]) -> EF;
}

/// Keeps the values of constraints; messages are of no concern here.
struct Values<'a> {
    row: &'a [BaseLanes],
    publics: &'a [F],
    values: core::slice::IterMut<'a, PF>,
}

impl Builder for Values<'_> {
    type E = BaseLanes;
    #[inline(always)]
    fn row(&self) -> &[BaseLanes] {
        self.row
    }
    #[inline(always)]
    fn public(&self, i: usize) -> BaseLanes {
        BaseLanes::constant(self.publics.get(i).copied().unwrap_or(F::ZERO))
    }
    #[inline(always)]
    fn assert_zero(&mut self, _: &'static str, value: BaseLanes) {
        if let Some(v) = self.values.next() {
            *v = value.0;
        }
    }
    #[inline(always)]
    fn message(&mut self, _: Bus, _: BaseLanes, _: &[BaseLanes]) {}
}

/// Sums weighted constraints.
struct Folder<'a, E, S> {
    row: &'a [E],
    publics: &'a [F],
    weights: core::slice::Iter<'a, EF>,
    sum: S,
}

macro_rules! folder {
    ($e:ident, $s:ty, $add:expr, { $($cheaper:tt)* }) => {
        impl Builder for Folder<'_, $e, $s> {
            type E = $e;
            #[inline(always)]
            fn row(&self) -> &[$e] {
                self.row
            }
            #[inline(always)]
            fn public(&self, i: usize) -> $e {
                $e::constant(self.publics.get(i).copied().unwrap_or(F::ZERO))
            }
            #[inline(always)]
            fn assert_zero(&mut self, _: &'static str, value: $e) {
                if let Some(&weight) = self.weights.next() {
                    self.sum += $add(value.0, weight);
                }
            }
            #[inline(always)]
            fn message(&mut self, _: Bus, _: $e, _: &[$e]) {}
            $($cheaper)*
        }
    };
}
folder!(ExtLanes, PEF, |value: PEF, weight: EF| value * weight, {
    // The prover's: a square is cheaper than a product.
    #[inline(always)]
    fn assert_bool(&mut self, label: &'static str, value: ExtLanes) {
        self.assert_zero(label, ExtLanes(value.0.square() - value.0));
    }
});
folder!(Ext, EF, |value: EF, weight: EF| value * weight, {});

impl<A: Air> Chip for A {
    fn name(&self) -> &str {
        Air::name(self)
    }
    fn columns(&self) -> Columns {
        Air::columns(self)
    }
    fn describe(&self) -> Result<Description, ChipError> {
        describe(self)
    }
    fn eval_base(&self, row: &[BaseLanes], publics: &[F], values: &mut [PF]) {
        self.eval(&mut Values { row, publics, values: values.iter_mut() });
    }
    fn eval_lanes(&self, row: &[ExtLanes], publics: &[F], weights: &[EF]) -> PEF {
        let mut folder = Folder { row, publics, weights: weights.iter(), sum: PEF::ZERO };
        self.eval(&mut folder);
        folder.sum
    }
    fn eval_ext(&self, row: &[Ext], publics: &[F], weights: &[EF]) -> EF {
        let mut folder = Folder { row, publics, weights: weights.iter(), sum: EF::ZERO };
        self.eval(&mut folder);
        folder.sum
    }
}

/// A chip with what is derived from its description once.
pub struct Described {
    /// Its name.
    pub name: String,
    /// Number of columns in each group.
    pub widths: [usize; 3],
    /// Constraints and messages.
    pub description: Description,
    /// Columns that occur in messages, increasing.
    pub message_columns: Vec<usize>,
}

impl Described {
    /// Describes and checks a chip.
    pub fn new(chip: &dyn Chip) -> Result<Self, ChipError> {
        let description = chip.describe()?;
        let widths = description.columns.widths();
        if let Some(c) = description.constraints.iter().find(|c| c.degree > MAX_DEGREE) {
            return Err(ChipError { chip: chip.name().into(), why: c.label });
        }
        // A row of zeros is padding, and what all rows are that are not there: it satisfies everything,
        // whatever the public values, and says nothing. None: what depends on public values.
        let fail = |why| Err(ChipError { chip: chip.name().into(), why });
        let mut zero: Vec<Option<F>> = Vec::with_capacity(description.nodes.len());
        for node in &description.nodes {
            let of = |i: u32| zero[i as usize];
            zero.push(match *node {
                Node::Constant(c) => Some(c),
                Node::Column(_) => Some(F::ZERO),
                Node::Public(_) => None,
                Node::Add(a, b) => of(a).zip(of(b)).map(|(a, b)| a + b),
                Node::Sub(a, b) => of(a).zip(of(b)).map(|(a, b)| a - b),
                Node::Mul(a, b) if of(a) == Some(F::ZERO) || of(b) == Some(F::ZERO) => Some(F::ZERO),
                Node::Mul(a, b) => of(a).zip(of(b)).map(|(a, b)| a * b),
            });
        }
        if let Some(c) = description.constraints.iter().find(|c| zero[c.node as usize] != Some(F::ZERO)) {
            return fail(c.label);
        }
        for i in &description.interactions {
            if i.multiplicity.constant != F::ZERO || !i.multiplicity.publics.is_empty() {
                return fail("a row of zeros sends a message");
            }
            // The shared challenge is known when the witness is chosen.
            let [fixed, boundary, _] = widths;
            let forms = || i.values.iter().chain([&i.multiplicity]);
            if i.bus.shared && forms().any(|a| a.columns.iter().any(|t| t.0 >= fixed + boundary)) {
                return fail("a message on a shared bus has a column that pass 1 does not commit to");
            }
        }
        let mut message_columns: Vec<usize> = description
            .interactions
            .iter()
            .flat_map(|i| i.values.iter().chain([&i.multiplicity]))
            .flat_map(|a| a.columns.iter().map(|t| t.0))
            .collect();
        message_columns.sort_unstable();
        message_columns.dedup();
        Ok(Self { name: chip.name().into(), widths, description, message_columns })
    }
    /// Number of columns.
    pub fn width(&self) -> usize {
        self.widths.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    /// Sends its columns on a bus, shared or not.
    struct Sender {
        shared: bool,
        witness: bool,
    }

    impl Air for Sender {
        fn name(&self) -> &str {
            "sender"
        }
        fn columns(&self) -> Columns {
            let (flag, value) = (Vec::from(["flag".to_string()]), Vec::from(["value".to_string()]));
            if self.witness {
                Columns { fixed: Vec::new(), boundary: flag, witness: value }
            } else {
                Columns { fixed: Vec::new(), boundary: [flag, value].concat(), witness: Vec::new() }
            }
        }
        fn eval<B: Builder>(&self, b: &mut B) {
            let (flag, value) = (b.row()[0], b.row()[1]);
            b.assert_bool("sender/1", flag);
            let bus = if self.shared { Bus::shared(1, 1, "bus") } else { Bus::local(1, 1, "bus") };
            b.send(bus, flag, &[value]);
        }
    }

    #[test]
    fn shared_messages_are_of_pass_1() {
        for (shared, witness) in [(false, false), (false, true), (true, false), (true, true)] {
            assert_eq!(Described::new(&Sender { shared, witness }).is_err(), shared && witness);
        }
    }
}
