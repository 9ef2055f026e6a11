//! Every cell of honest rows of a coprocessor's chips, changed.

use std::collections::BTreeSet;

use aver_isa::testing::Asm;
use aver_machine::ShardChip;
use aver_stark::field::F;
use rayon::prelude::*;

use super::{Argument, Coprocessor, Rows, Trace, Usage};
use crate::mutate::{Answers, Rng, Subject, every_cell};

/// Rows of each table that are changed.
const ROWS: usize = 3;

/// No change of one cell goes unnoticed, but for those that are listed.
pub fn cells(c: &dyn Coprocessor, usage: &Usage) {
    let words = |argument| match argument {
        Argument::Number => 1,
        Argument::Words(n) => u64::from(n),
    };
    let data = u64::from(Asm::DATA);
    let apart = 8 * (words(usage.a0) + words(usage.a1));
    let pairs: Vec<(u64, u64)> = (0..4).map(|i| (data + i * apart, data + (i + 1) * apart)).collect();
    let trace = Trace::new(c, &pairs);
    let system = &trace.systems.shard;
    let answers = Answers::new(system, trace.fixed.shard.iter().map(Vec::as_slice));
    let publics = trace.publics.values();
    let mut met = BTreeSet::new();
    let mut report = Vec::new();
    for chip in ShardChip::COUNT..system.chips.len() {
        let table = &trace.tables[chip];
        let rows: Rows = (0..table.rows.min(ROWS)).map(|row| table.row(row)).collect();
        assert!(!rows.is_empty(), "{}: calls fill no row", system.described[chip].name);
        let subject = Subject::new(system, chip, &answers, &publics);
        let of_row = |at: usize| {
            let another: &Vec<F> = &rows[(at + 1) % rows.len()];
            every_cell(&subject, &rows[at], another, usage.free, &mut Rng::new(at as u64 + 1))
        };
        let found: Vec<_> = (0..rows.len()).into_par_iter().map(of_row).collect();
        for (accepted, free) in found {
            report.extend(accepted.iter().map(ToString::to_string));
            met.extend(free);
        }
    }
    let idle = (0..usage.free.len()).find(|entry| !met.contains(entry));
    assert!(idle.is_none(), "entry {idle:?} of `free` is not free");
    assert!(report.is_empty(), "accepted:\n{}", report.join("\n"));
}
