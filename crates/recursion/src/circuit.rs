//! Circuits: operations in order, and what is fixed by them.

use alloc::vec::Vec;

use aver_stark::error::ChipError;
use aver_stark::field::F;
use aver_stark::layout::System;
use aver_stark::verify::Message;
use p3_field::PrimeCharacteristicRing;

use crate::blake3::tables::Table;
use crate::cell::{Address, CELL, Cell};
use crate::chips::{Kind, chips};
pub use crate::ops::{Op, Ops, Source};

/// A straight-line circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
    /// Each reads only what ops before it, or public values, have written.
    pub ops: Ops,
    /// Addresses of public cells, in order; 0 for those that are not used.
    pub publics: Vec<Address>,
    /// Hints that a run takes.
    pub hints: usize,
    /// How often each cell is read, by address.
    reads: Vec<u32>,
    /// Rows of each chip.
    rows: Vec<usize>,
}

impl Circuit {
    /// From operations and the addresses of public cells.
    pub fn new(mut ops: Ops, publics: Vec<Address>, hints: usize) -> Self {
        ops.shrink();
        let addresses = ops.addresses().iter().chain(&publics);
        let mut reads = alloc::vec![0; addresses.max().map_or(1, |&last| last as usize + 1)];
        for op in ops.iter() {
            let read = op.ports.iter().enumerate().filter(|(i, _)| !op.is_write(*i));
            read.for_each(|(_, &address)| reads[address as usize] += 1);
        }
        let mut rows = alloc::vec![0; Kind::ALL.len() + Table::ALL.len()];
        ops.iter().for_each(|op| rows[op.kind as usize] += 1);
        if ops.iter().any(|op| op.kind.looks_up()) {
            rows[Kind::ALL.len()..].iter_mut().zip(Table::ALL).for_each(|(rows, table)| *rows = table.rows());
        }
        Self { ops, publics, hints, reads, rows }
    }

    /// Rows of each chip of its machine, in order: operations and padding; lookup tables have all of theirs, or
    /// none if nothing is looked up.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// Takes so many rows of each chip, where it has fewer: rows beyond its operations are zeros, and say nothing; those of
    /// lookup tables answer for zeros. Chips beyond those of `rows` that it has no rows of are not in its machine any more.
    /// So circuits of one size have proofs of one layout.
    pub fn pad(&mut self, rows: &[usize]) {
        if self.rows.get(rows.len()..).is_some_and(|rest| rest.iter().all(|&rows| rows == 0)) {
            self.rows.truncate(rows.len());
        }
        let tables = [0; Kind::ALL.len()].into_iter().chain(Table::ALL.iter().map(|table| table.rows()));
        for ((own, &rows), all) in self.rows.iter_mut().zip(rows).zip(tables) {
            *own = if rows > 0 { rows.max(*own).max(all) } else { *own };
        }
    }

    /// The first address that is beyond all cells.
    pub fn addresses(&self) -> usize {
        self.reads.len()
    }

    /// How often a cell is read.
    pub fn reads(&self, address: Address) -> u32 {
        self.reads.get(address as usize).copied().unwrap_or(0)
    }

    /// Operations of a chip: its rows.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = Op<'_>> {
        self.ops.iter().filter(move |op| op.kind == kind)
    }

    /// For each chip of its machine its fixed columns, tables among them.
    pub fn fixed_columns(&self) -> Vec<Vec<Vec<F>>> {
        let mut chips: Vec<Vec<Vec<F>>> = Kind::ALL
            .iter()
            .map(|kind| alloc::vec![Vec::new(); kind.shape().columns().fixed.len()])
            .collect();
        for op in self.ops.iter() {
            let columns = &mut chips[op.kind as usize];
            columns.iter_mut().zip(self.fixed_row(&op)).for_each(|(column, value)| column.push(value));
        }
        chips.extend(Table::ALL.iter().map(|table| table.fixed()));
        chips.truncate(self.rows.len());
        for (columns, &rows) in chips.iter_mut().zip(&self.rows) {
            columns.iter_mut().for_each(|column| column.resize(rows, F::ZERO));
        }
        chips
    }

    /// The fixed columns of one row.
    fn fixed_row(&self, op: &Op<'_>) -> Vec<F> {
        let ports = op.kind.shape().ports.iter().zip(op.ports).enumerate();
        let weight = |i: usize, address: Address| match op.is_write(i) {
            true => F::new(self.reads(address)),
            false => F::NEG_ONE,
        };
        let mut row: Vec<F> = op.kind.shape().real.then_some(F::ONE).into_iter().collect();
        row.extend(ports.clone().filter(|(_, (p, _))| p.1.has_address()).map(|(_, (_, &a))| F::new(a)));
        row.extend(ports.filter(|(_, (p, _))| p.1.has_weight()).map(|(i, (_, &a))| weight(i, a)));
        row.extend(op.constants);
        row
    }

    /// What the verifier puts on the bus: the public cells.
    pub fn messages(&self, publics: &[Cell]) -> Vec<Message> {
        let cells = self.publics.iter().zip(publics).filter(|(address, _)| **address != 0);
        let message = |(&address, cell): (&Address, &Cell)| {
            let [v0, v1, v2, v3, v4] = *cell;
            (CELL, F::new(self.reads(address)), Vec::from([F::new(address), v0, v1, v2, v3, v4]))
        };
        cells.map(message).collect()
    }
}

/// Which chips there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// All.
    Full,
    /// All but those of BLAKE3, which are the last ones.
    Plain,
}

impl Machine {
    /// Number of chips.
    pub fn chips(self) -> usize {
        match self {
            Self::Full => Kind::ALL.len() + Table::ALL.len(),
            Self::Plain => Kind::Compress as usize,
        }
    }

    /// The chips, described.
    pub fn system(self) -> Result<System, ChipError> {
        let mut chips = chips();
        chips.truncate(self.chips());
        System::new(chips)
    }
}

/// All of the machine's chips, described.
pub fn system() -> Result<System, ChipError> {
    Machine::Full.system()
}
