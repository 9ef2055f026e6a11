//! For tests of coprocessors: rows of single calls, and what objects to them.

pub mod fp12;

use std::boxed::Box;
use std::collections::BTreeSet;
use std::vec::Vec;

use aver_exec::{CallKind, EcallStep, MemAccess, RegAccess};
use aver_isa::Program;
use aver_machine::buses::{BITS, BYTES, RANGE};
use aver_machine::coprocessor::Coprocessor;
use aver_stark::chip::Chip;
use aver_stark::field::F;
use aver_stark::layout::System;
use aver_stark_prover::arena::Arena;
use aver_stark_prover::check::{constraints_of_row, messages_of_row};
use aver_stark_prover::table::Table;
use aver_trace::rows::Filler;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::group::{Curve, Group, Law, fill};
use crate::witness::{Number, words};

/// A call that reads words, and replaces others by as many.
pub fn step(call: u32, reads: &[u64], before: &[u64], after: &[u64]) -> EcallStep {
    let access =
        |addr: usize, before: u64, after: u64| MemAccess { addr: addr as u32, prev_ts: 0, before, after };
    let register = RegAccess::default();
    EcallStep {
        index: 9,
        ts: 46,
        kind: CallKind::Coprocessor(call),
        a7: register,
        a0: register,
        a1: register,
        a2: register,
        reads: reads.iter().enumerate().map(|(i, &word)| access(32 + i, word, word)).collect(),
        updates: before.iter().zip(after).enumerate().map(|(i, (&b, &a))| access(64 + i, b, a)).collect(),
        next: 10,
    }
}

/// The row of one call.
pub fn row(table: impl FnOnce(&Filler<'_>, &Program) -> Table) -> Vec<F> {
    let arena = Arena::default();
    table(&Filler::new(&arena, 6, 10, Vec::new()), &Program::default()).row(0)
}

/// Labels of constraints that a row of the one chip breaks, and "lookup" if it looks up what is not there.
///
/// # Panics
/// If it is no chip.
pub fn objections(chip: Box<dyn Chip>, row: &[F]) -> BTreeSet<&'static str> {
    Judge::new(chip).objections(row)
}

/// A chip, to ask it about many rows.
pub struct Judge(System);

impl Judge {
    /// Of this chip.
    ///
    /// # Panics
    /// If it is no chip.
    pub fn new(chip: Box<dyn Chip>) -> Self {
        Self(System::new(Vec::from([chip])).expect("a chip"))
    }

    /// [`objections`] to a row.
    pub fn objections(&self, row: &[F]) -> BTreeSet<&'static str> {
        let Self(system) = self;
        let constraints =
            system.described[0].description.constraints.iter().zip(constraints_of_row(system, 0, row, &[]));
        let mut broken: BTreeSet<&'static str> =
            constraints.filter(|(_, value)| *value != F::ZERO).map(|(c, _)| c.label).collect();
        for (bus, _, values) in messages_of_row(system, 0, row, &[]) {
            let values: Vec<u32> = values.iter().map(PrimeField32::as_canonical_u32).collect();
            let is_there = match bus {
                _ if bus == RANGE => values[0] < 1 << 16,
                _ if bus == BYTES => values.iter().all(|&value| value < 1 << 8),
                _ if bus == BITS => values[1] == 1 << values[0] && values[2] < values[1],
                _ => true,
            };
            if !is_there {
                broken.insert("lookup");
            }
        }
        broken
    }
}

/// What objects to P + Q being as `law` says.
pub fn broken<C: Curve>(curve: C, p: [Number; 2], q: [Number; 2], law: Law) -> BTreeSet<&'static str> {
    let words = |point: [Number; 2]| point.each_ref().map(words::<C::Size>).concat();
    let step = step(Group::<C>::CALL, &words(q), &words(p), &words(law.point));
    let row = row(|filler, program| fill::<C>(filler, program, &[&step], |_, _| law));
    Group(curve).chips().into_iter().flat_map(|chip| objections(chip, &row)).collect()
}
