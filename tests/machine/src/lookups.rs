//! What the lookup tables of a proof answer.

use std::collections::HashMap;

use aver_prover::Setup;
use aver_prover::steps::Part;
use aver_stark::field::F;
use aver_stark::layout::System;
use aver_stark_prover::check::{affine, messages_of_row};
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;

/// A message by bus and values.
type Key = (u32, Vec<F>);

/// For each message a table answers: chip, column of the counts, row.
pub struct Lookups {
    is_memory: bool,
    answers: HashMap<Key, (usize, usize, usize)>,
    buses: Vec<u32>,
}

/// Chips with fixed columns.
pub fn is_fixed(system: &System, chip: usize) -> bool {
    system.described[chip].widths[0] > 0
}

/// Rows of a table with padding.
pub fn padded(table: &Table) -> usize {
    table.columns().map(<[F]>::len).max().unwrap_or(0)
}

impl Lookups {
    /// Of one kind of proof.
    pub fn new(setup: &Setup, is_memory: bool) -> Self {
        let system = setup.system(is_memory);
        let fixed = setup.fixed(is_memory).expect("the program's tables are committed");
        let (mut answers, mut buses) = (HashMap::new(), Vec::new());
        for chip in (0..system.chips.len()).filter(|&chip| is_fixed(system, chip)) {
            let columns = &fixed.columns[chip];
            let rows = fixed.key().rows[chip].unwrap_or(0);
            let width = system.described[chip].width();
            for interaction in &system.described[chip].description.interactions {
                let [(count, _)] = interaction.multiplicity.columns[..] else {
                    panic!("one count a message")
                };
                buses.push(interaction.bus.id);
                for row in 0..rows {
                    let mut cells: Vec<F> = columns.iter().map(|c| c[row]).collect();
                    cells.resize(width, F::ZERO);
                    let values = interaction.values.iter().map(|v| affine(v, &cells, &[])).collect();
                    answers.insert((interaction.bus.id, values), (chip, count, row));
                }
            }
        }
        Self { is_memory, answers, buses }
    }

    /// Whether a bus is one of lookups.
    pub fn is_lookup(&self, bus: u32) -> bool {
        self.buses.contains(&bus)
    }

    /// Whether a table answers.
    pub fn answer(&self, bus: u32, values: &[F]) -> bool {
        self.answers.contains_key(&(bus, values.to_vec()))
    }

    /// Sets the counts to what the other tables ask, as far as it is answered.
    pub fn recount(&self, setup: &Setup, part: &mut Part) {
        assert_eq!(part.is_memory, self.is_memory);
        let system = setup.system(self.is_memory);
        for (chip, table) in part.tables.iter_mut().enumerate().filter(|t| is_fixed(system, t.0)) {
            assert_eq!(table.witness.len() + table.fixed.len(), system.described[chip].width());
            table.witness.iter_mut().for_each(|c| c.fill(F::ZERO));
        }
        for chip in (0..system.chips.len()).filter(|&chip| !is_fixed(system, chip)) {
            for row in 0..padded(&part.tables[chip]) {
                let cells = part.tables[chip].row(row);
                for (bus, multiplicity, values) in messages_of_row(system, chip, &cells, &part.publics) {
                    if let Some(&(chip, column, row)) = self.answers.get(&(bus.id, values)) {
                        let table = &mut part.tables[chip];
                        let fixed = table.fixed.len();
                        table.witness[column - fixed][row] += multiplicity;
                    }
                }
            }
        }
    }
}
