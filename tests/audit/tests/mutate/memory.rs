//! The memory table: whatever row its chip accepts is true. Kinds swapped, bounds of other regions, addresses
//! beyond them, values that are not the image's, keys that do not grow.

use aver_audit::mutate::{Rng, Row, Sample, Search, Subject};
use aver_isa::memory::{GUARD_END, GUARD_START, INPUT_BASE, INPUT_END, NULL_END, STACK_TOP};
use aver_isa::{Program, REGISTERS};
use aver_machine::ShardChip;
use aver_machine::machine::MemoryChip;
use aver_stark::field::{F, P, f};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rayon::prelude::*;

use crate::traces;

/// Keys of words are below.
const MAX_KEY: u32 = (1 << 30) - (1 << 25);

/// A row as numbers: a word of memory with the value it starts with, in its place in the order.
struct Words<'a> {
    subject: &'a Subject<'a>,
    program: &'a Program,
}

impl Words<'_> {
    fn at(&self, name: &str) -> usize {
        self.subject.columns.iter().position(|c| c == name).unwrap_or_else(|| panic!("no column {name}"))
    }

    /// What the specification demands of a row that says anything (`spec/run.md`, "Memory").
    fn is_true(&self, cells: &[F]) -> bool {
        let cell = |name: &str| cells[self.at(name)].as_canonical_u32();
        let kinds = ["image", "zero", "input"].map(cell);
        let (memory, text, addr) = (cell("memory"), cell("text"), cell("addr"));
        let limbs: [u32; 4] = core::array::from_fn(|i| cell(&format!("first{i}")));
        if limbs.iter().any(|l| *l >= 1 << 16) || memory > 1 || text > memory || addr >= 1 << 29 {
            return false;
        }
        let value = limbs.iter().rev().fold(0u64, |value, limb| value << 16 | u64::from(*limb));
        let key = u64::from(addr) + (u64::from(memory) << 29);
        let prev = cell("prev");
        // (No row puts a key beyond the regions.)
        if prev < MAX_KEY && u64::from(prev) >= key {
            return false;
        }
        let byte = 8 * u64::from(addr);
        let is_input = memory == 1 && (u64::from(INPUT_BASE)..u64::from(INPUT_END)).contains(&byte);
        let in_regions = [(NULL_END, GUARD_START), (GUARD_END, STACK_TOP)]
            .iter()
            .any(|&(lo, hi)| (u64::from(lo)..u64::from(hi)).contains(&byte));
        let initial = match memory {
            0 if addr < REGISTERS as u32 => Some(Program::initial_register(addr as u8)),
            1 if in_regions => Some(self.program.initial_word(addr)),
            _ => None,
        };
        let is_text = memory == 1 && self.program.is_text(addr);
        match kinds {
            [1, 0, 0] | [0, 1, 0] => initial == Some(value) && (text == 1) == is_text,
            [0, 0, 1] => is_input && text == 0,
            _ => false,
        }
    }

    /// A valid row that says something false.
    fn is_forged(&self, row: &Row<'_, '_>) -> bool {
        let says = (0..self.subject.lookup.len()).any(|i| self.subject.says(i, &row.cells).0 != F::ZERO);
        says && !self.is_true(&row.cells)
    }
}

#[test]
fn rows_of_the_memory_table_are_true() {
    assert!(traces::all().iter().all(|t| t.parts[0].is_memory));
    let found: Vec<String> = traces::all().par_iter().flat_map_iter(forged_rows).collect();
    assert!(found.is_empty(), "{found:#?}");
}

fn forged_rows(trace: &traces::Trace) -> Vec<String> {
    let part = &trace.parts[0];
    let chip = MemoryChip::Memory as usize;
    let subject = Subject::new(trace.system(part), chip, trace.answers(true), &part.publics);
    let program = trace.setup.program();
    let words = Words { subject: &subject, program };
    let rows = Sample::new(&subject, &part.tables[chip], 8).rows;
    let at = |name: &str| words.at(name);
    let bounds = [NULL_END, GUARD_START, GUARD_END, STACK_TOP, INPUT_BASE, INPUT_END].map(|byte| byte / 8);
    let mut addresses: Vec<u32> = bounds.iter().flat_map(|&word| [word - 1, word, word + 1]).collect();
    addresses.extend(program.text.iter().flat_map(|r| [r.start / 8, r.end / 8 - 1, r.end / 8]));
    addresses.extend(program.image.iter().take(2).map(|word| word.0));
    addresses.extend([0, 2, 35, 36, 1 << 28, (1 << 29) - 1, 1 << 29, P - 1]);
    let mut rng = Rng::new(3);
    let mut found = Vec::new();
    for honest in &rows {
        assert!(words.is_true(honest), "an honest row");
        let key = honest[at("addr")] + honest[at("memory")] * f(1 << 29);
        let mut starts: Vec<Vec<(usize, F)>> = Vec::new();
        for column in 0..honest.len() {
            for value in
                [F::ZERO, F::ONE, F::TWO, F::NEG_ONE, f(rng.below(1 << 16)), honest[column] + f(1 << 16)]
            {
                starts.push(vec![(column, value)]);
            }
        }
        for step in [0, 1, 2, 0xFFFF, 1 << 16, 1 << 28] {
            starts.push(vec![(at("prev"), key + f(step))]);
        }
        for &address in &addresses {
            for kind in 0..3 {
                for (memory, text) in [(0, 0), (1, 0), (1, 1), (0, 1), (2, P - 1)] {
                    for first in [F::ZERO, f(77), f(1 << 16)] {
                        let kinds = ["image", "zero", "input"].iter().enumerate();
                        let mut cells: Vec<_> =
                            kinds.map(|(i, name)| (at(name), f((i == kind).into()))).collect();
                        cells.extend([(at("memory"), f(memory)), (at("text"), f(text))]);
                        cells.extend([(at("addr"), f(address)), (at("first0"), first)]);
                        starts.push(cells);
                    }
                }
            }
        }
        let mut row = Row::new(&subject, honest);
        for start in starts {
            let mut search = Search {
                row: &mut row,
                honest,
                fixed: (0..honest.len()).map(|i| i == at("prev")).collect(),
                steps: 60,
                rng: &mut rng,
                shuffled: false,
                is_forged: |row: &Row<'_, '_>| words.is_forged(row),
            };
            if search.set_all(&start) {
                let cells = subject.columns.iter().zip(&row.cells);
                let cells: Vec<String> = cells.map(|(name, value)| format!("{name} {value}")).collect();
                found.push(cells.join(", "));
                row = Row::new(&subject, honest);
            }
        }
    }
    found
}

/// The boundary table says the shard's number, and takes from shards before it only.
#[test]
fn rows_of_the_boundary_table_come_from_before() {
    let mut tried = 0;
    for trace in traces::all() {
        for part in trace.parts.iter().filter(|p| !p.is_memory) {
            let chip = ShardChip::Boundary as usize;
            let subject = Subject::new(trace.system(part), chip, trace.answers(false), &part.publics);
            let shard = part.publics[0];
            let last = subject.columns.iter().position(|c| c == "last").unwrap();
            for honest in Sample::new(&subject, &part.tables[chip], 3).rows {
                let mut row = Row::new(&subject, &honest);
                for later in [0, 1, 2, 0xFFFF, 1 << 16, 1 << 20] {
                    row.set(last, shard + f(later));
                    assert!(!row.broken.is_empty(), "from shard {}", row.cells[last]);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 100);
}
