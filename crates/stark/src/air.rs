//! What a chip says about its rows: constraints, and messages on buses.
//!
//! A chip is an [`Air`]: one `eval`, written against a [`Builder`], that asserts polynomials of one
//! row to be zero and sends messages. There is no access to a next row: rows talk to each other over
//! buses only. The same `eval` runs on symbols (degrees, messages, digests), on packed base and
//! extension elements, and on single extension elements (the prover). The verifier evaluates the symbols'
//! expressions.
//!
//! Messages and multiplicities are affine in the row's columns, so that a claim on a leaf of the
//! LogUp tree is a claim on columns (`spec/proof-system.md`, "Buses").

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::{Add, Mul, Neg, Sub};

use p3_field::PrimeCharacteristicRing;

use crate::field::{EF, F, PEF, PF};

/// A value constraints compute with. All are `Copy`; constants are `u32` below p, or [`F`].
pub trait Expr:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + Add<u32, Output = Self>
    + Sub<u32, Output = Self>
    + Mul<u32, Output = Self>
    + Mul<F, Output = Self>
{
    /// The constant `value`.
    fn constant(value: F) -> Self;
    /// Zero.
    fn zero() -> Self {
        Self::constant(F::ZERO)
    }
    /// One.
    fn one() -> Self {
        Self::constant(F::ONE)
    }
    /// The product with itself.
    #[inline(always)]
    fn square(self) -> Self {
        self * self
    }
}

/// What an [`Air`] is evaluated with.
pub trait Builder {
    /// The values of this evaluation.
    type E: Expr;
    /// The row: fixed columns, then boundary columns, then witness columns.
    fn row(&self) -> &[Self::E];
    /// The `i`-th public value of the proof (zero beyond the last).
    fn public(&self, i: usize) -> Self::E;
    /// The constraint `label`, "chip/number", demands `value = 0` in every row, padding included.
    fn assert_zero(&mut self, label: &'static str, value: Self::E);
    /// Adds `multiplicity` times the message to the bus. Multiplicity and values are affine.
    fn message(&mut self, bus: Bus, multiplicity: Self::E, values: &[Self::E]);

    /// `value` is 0 or 1.
    #[inline(always)]
    fn assert_bool(&mut self, label: &'static str, value: Self::E) {
        self.assert_zero(label, value * (value - 1));
    }
    /// Puts a message on the bus.
    #[inline(always)]
    fn send(&mut self, bus: Bus, multiplicity: Self::E, values: &[Self::E]) {
        self.message(bus, multiplicity, values);
    }
    /// Takes a message off the bus.
    #[inline(always)]
    fn receive(&mut self, bus: Bus, multiplicity: Self::E, values: &[Self::E]) {
        self.message(bus, -multiplicity, values);
    }
}

/// A bus: messages on it, each with its multiplicity, must cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bus {
    /// Distinguishes this bus's messages from all others'; at most [`MAX_BUS_ID`].
    pub id: u32,
    /// Number of values in a message, at most [`MAX_ARITY`].
    pub arity: usize,
    /// Whether the bus cancels over all proofs of a run, under the shared challenge.
    pub shared: bool,
    /// For reports.
    pub name: &'static str,
}

/// The most values a message can have.
pub const MAX_ARITY: usize = 12;
/// The largest id of a bus.
pub const MAX_BUS_ID: u32 = (1 << 16) - 1;

impl Bus {
    /// A bus that cancels inside each proof.
    pub const fn local(id: u32, arity: usize, name: &'static str) -> Self {
        Self { id, arity, shared: false, name }
    }
    /// A bus that cancels over all proofs of a run.
    pub const fn shared(id: u32, arity: usize, name: &'static str) -> Self {
        Self { id, arity, shared: true, name }
    }
}

/// Names and number of a chip's columns by the group they are committed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Committed in the verifying key.
    pub fixed: Vec<String>,
    /// Committed in pass 1, before the shared challenge.
    pub boundary: Vec<String>,
    /// Committed in pass 2.
    pub witness: Vec<String>,
}

impl Columns {
    /// A chip that has witness columns only.
    pub fn witness(names: Vec<String>) -> Self {
        Self { witness: names, ..Self::default() }
    }
    /// Number of columns of each [`Group`], in its order.
    pub fn widths(&self) -> [usize; 3] {
        [self.fixed.len(), self.boundary.len(), self.witness.len()]
    }
    /// Number of all columns.
    pub fn width(&self) -> usize {
        self.widths().iter().sum()
    }
    /// Name of column `i` of the row.
    pub fn name(&self, i: usize) -> &str {
        self.fixed.iter().chain(&self.boundary).chain(&self.witness).nth(i).map_or("?", |s| s)
    }
}

/// Where columns are committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// With the verifying key.
    Fixed = 0,
    /// In pass 1.
    Boundary = 1,
    /// In pass 2.
    Witness = 2,
}

impl Group {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::Fixed, Self::Boundary, Self::Witness];
}

/// A chip's description.
pub trait Air: Send + Sync + 'static {
    /// Unique in its machine.
    fn name(&self) -> &str;
    /// The columns of a row.
    fn columns(&self) -> Columns;
    /// Constraints and messages of one row. An all-zero row must satisfy them and send nothing.
    fn eval<B: Builder>(&self, b: &mut B);
}

macro_rules! value {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $lift:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[repr(transparent)]
        pub struct $name(pub $inner);
        impl Add for $name { type Output = Self; #[inline(always)] fn add(self, o: Self) -> Self { Self(self.0 + o.0) } }
        impl Sub for $name { type Output = Self; #[inline(always)] fn sub(self, o: Self) -> Self { Self(self.0 - o.0) } }
        impl Mul for $name { type Output = Self; #[inline(always)] fn mul(self, o: Self) -> Self { Self(self.0 * o.0) } }
        impl Neg for $name { type Output = Self; #[inline(always)] fn neg(self) -> Self { Self(-self.0) } }
        impl Add<u32> for $name { type Output = Self; #[inline(always)] fn add(self, o: u32) -> Self { Self(self.0 + $lift(F::new(o))) } }
        impl Sub<u32> for $name { type Output = Self; #[inline(always)] fn sub(self, o: u32) -> Self { Self(self.0 - $lift(F::new(o))) } }
        impl Mul<u32> for $name { type Output = Self; #[inline(always)] fn mul(self, o: u32) -> Self { Self(self.0 * $lift(F::new(o))) } }
        impl Mul<F> for $name { type Output = Self; #[inline(always)] fn mul(self, o: F) -> Self { Self(self.0 * $lift(o)) } }
    };
}

value!(
    /// Packed base elements: the prover's first round.
    BaseLanes, PF, PF::from
);
value!(
    /// Packed extension elements: the prover's later rounds.
    ExtLanes, PEF, PF::from
);
value!(
    /// One extension element: the prover's last rounds.
    Ext, EF, core::convert::identity::<F>
);

impl Expr for BaseLanes {
    #[inline(always)]
    fn constant(value: F) -> Self {
        Self(PF::from(value))
    }
    #[inline(always)]
    fn square(self) -> Self {
        Self(self.0.square())
    }
}
impl Expr for ExtLanes {
    #[inline(always)]
    fn constant(value: F) -> Self {
        Self(PEF::from(PF::from(value)))
    }
    #[inline(always)]
    fn square(self) -> Self {
        Self(self.0.square())
    }
}
impl Expr for Ext {
    #[inline(always)]
    fn constant(value: F) -> Self {
        Self(EF::from(value))
    }
    #[inline(always)]
    fn square(self) -> Self {
        Self(self.0.square())
    }
}
