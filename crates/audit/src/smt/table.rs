//! Lookup tables: what is known of a message that a fixed table answers.

use aver_stark::air::Bus;

use crate::smt::term::Term;

/// A table of fixed contents that answers a bus. A message in it has values up to `bounds`, and `holds` of
/// them. Who declares a table checks every row of the real one by [`Table::answers`].
#[derive(Clone, Copy)]
pub struct Table {
    /// The bus.
    pub bus: Bus,
    /// The largest value of each field, where some fields are known constants.
    pub bounds: fn(&[Option<u32>]) -> Vec<u32>,
    /// What else holds of the fields, as terms of 32 bits.
    pub holds: fn(&[Term]) -> Term,
}

impl Table {
    /// Whether this message is in the table.
    pub fn answers(&self, values: &[u32]) -> bool {
        let known: Vec<_> = values.iter().map(|&v| Some(v)).collect();
        let terms: Vec<_> = values.iter().map(|&v| Term::constant(32, v.into())).collect();
        let bounds = [(self.bounds)(&known), (self.bounds)(&vec![None; values.len()])];
        let is_below = |bounds: &Vec<u32>| values.iter().zip(bounds).all(|(v, bound)| v <= bound);
        bounds.iter().all(is_below) && (self.holds)(&terms).is_true()
    }
}
