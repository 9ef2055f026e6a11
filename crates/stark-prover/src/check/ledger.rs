//! Messages, added up exactly: slow, but it can name what is wrong.

use std::collections::BTreeMap;

use aver_stark::air::Bus;
use aver_stark::field::F;
use aver_stark::layout::System;
use p3_field::PrimeCharacteristicRing;

use super::Violation;
use super::row::Message;

/// What is left of a message, and where it was seen last.
struct Entry {
    bus: Bus,
    multiplicity: F,
    chip: usize,
    row: usize,
}

/// Messages by bus and values.
#[derive(Default)]
pub struct Ledger(BTreeMap<(u32, Vec<F>), Entry>);

impl Ledger {
    /// Adds a message of `row` of `chip`.
    pub fn add(&mut self, (bus, multiplicity, values): Message, chip: usize, row: usize) {
        self.insert((bus.id, values), Entry { bus, multiplicity, chip, row });
    }

    /// Adds what another has: of all proofs of a run, for the buses they share.
    pub fn absorb(&mut self, other: Self) {
        other.0.into_iter().for_each(|(key, entry)| self.insert(key, entry));
    }

    fn insert(&mut self, key: (u32, Vec<F>), new: Entry) {
        let entry = self.0.entry(key).or_insert(Entry { multiplicity: F::ZERO, ..new });
        entry.multiplicity += new.multiplicity;
        (entry.chip, entry.row) = (new.chip, new.row);
    }

    /// The first message that does not cancel.
    pub fn open(&self, system: &System) -> Option<Violation> {
        let ((_, values), entry) = self.0.iter().find(|(_, e)| e.multiplicity != F::ZERO)?;
        let &Entry { bus, multiplicity, chip, row } = entry;
        let chip = system.chips.get(chip).map_or("the verifier", |c| c.name()).into();
        Some(Violation::Bus { bus: bus.name, values: values.clone(), multiplicity, chip, row })
    }
}
