//! What constraints and lookups say of single columns and forms, before anything is written down.

use aver_stark::field::F;
use aver_stark::symbolic::{Affine, Node};
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

use crate::smt::forms::sum;
use crate::smt::poly::Poly;
use crate::smt::row::Row;

impl Row<'_> {
    /// Nodes that a constraint multiplies, without those the case makes a constant other than zero; `None`
    /// if one is zero, so that nothing is said.
    pub(crate) fn factors(&self, node: u32) -> Option<Vec<u32>> {
        let mut open = vec![node];
        let mut factors = Vec::new();
        while let Some(node) = open.pop() {
            let value = self.forms.of_node[node as usize].as_ref().and_then(|form| self.constant(form));
            match (value, self.description.nodes[node as usize]) {
                (Some(F::ZERO), _) => return None,
                (Some(_), _) => {}
                (None, Node::Mul(a, b)) if self.forms.of_node[node as usize].is_none() => {
                    open.extend([b, a]);
                }
                _ => factors.push(node),
            }
        }
        Some(factors)
    }

    /// Booleans x (x − 1) = 0 and bounds that lookups give, before anything is written down.
    pub(crate) fn find_bounds(&mut self) {
        let description = self.description;
        // A column that the case makes zero or one can settle another: to the end.
        loop {
            let known = self.known.len();
            for constraint in &description.constraints {
                self.settle(constraint.node);
            }
            if self.known.len() == known {
                break;
            }
        }
        for constraint in &description.constraints {
            let Some(factors) = self.factors(constraint.node) else { continue };
            let [x, y] = factors[..] else { continue };
            let forms = self.forms;
            let (Some(x), Some(y)) = (&forms.of_node[x as usize], &forms.of_node[y as usize]) else {
                continue;
            };
            for (x, y) in [(x, y), (y, x)] {
                if sum(x, y, F::NEG_ONE) == (Affine { constant: F::ONE, ..Affine::default() }) {
                    self.restrict(x, 1);
                }
            }
        }
        for wide in [false, true] {
            for at in self.lookups.clone() {
                let interaction = &description.interactions[at];
                let Some(table) = self.tables.iter().find(|t| t.bus == interaction.bus) else { continue };
                let known: Vec<_> = interaction
                    .values
                    .iter()
                    .map(|form| self.constant(form).map(|value| value.as_canonical_u32()))
                    .collect();
                for (form, bound) in interaction.values.iter().zip((table.bounds)(&known)) {
                    let is_wide = form.columns.len() != 1 || form.constant != F::ZERO;
                    if is_wide == wide {
                        self.restrict(form, bound.into());
                    }
                }
            }
        }
    }

    /// A constraint c · column + constant = 0 makes the column known.
    fn settle(&mut self, node: u32) {
        let Some(factors) = self.factors(node) else { return };
        let [factor] = factors[..] else { return };
        let Some(form) = &self.forms.of_node[factor as usize] else { return };
        if !form.publics.is_empty() {
            return;
        }
        let mut rest = Affine { constant: form.constant, ..Affine::default() };
        let mut unknown = Vec::new();
        for &(column, c) in &form.columns {
            match self.known.get(&column).and_then(Poly::as_constant) {
                Some(value) => rest.constant += value * c,
                None => unknown.push((column, c)),
            }
        }
        if let [(column, c)] = unknown[..] {
            let value = -rest.constant * c.inverse();
            self.known.insert(column, Poly::constant(value));
        }
    }
}
