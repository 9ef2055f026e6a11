//! Runs a circuit.

use std::collections::BTreeMap;

use aver_recursion::cell::{Address, Cell, of_ext};
use aver_recursion::chips::Kind;
use aver_recursion::circuit::{Circuit, Op};
use aver_stark::field::{EF, F, from_coefficients};
use p3_field::PrimeCharacteristicRing;

use crate::chips;

/// Why a circuit has no run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// More or fewer public cells than the circuit has.
    #[error("{given} public cells for a circuit of {expected}")]
    Publics {
        /// How many it has.
        expected: usize,
        /// How many there were.
        given: usize,
    },
    /// More or fewer hints than it takes.
    #[error("{given} hints for a circuit that takes {expected}")]
    Hints {
        /// How many it takes.
        expected: usize,
        /// How many there were.
        given: usize,
    },
    /// An operation that nothing satisfies.
    #[error("operation {op} ({kind:?}): {why}")]
    Failed {
        /// Its index.
        op: usize,
        /// Its chip.
        kind: Kind,
        /// What does not hold.
        why: &'static str,
    },
}

/// The cells of a run, and the hints it was made with.
#[derive(Clone, Debug)]
pub struct Values {
    /// By address.
    cells: Vec<Cell>,
    /// Eight words, at addresses where they are no cell.
    words: BTreeMap<Address, [u32; 8]>,
    /// By number, with how often each was looked up.
    pub(crate) entries: BTreeMap<u32, ([Cell; 2], u32)>,
    hints: Vec<Cell>,
}

impl Values {
    /// What is in a cell.
    pub fn cell(&self, address: Address) -> &Cell {
        &self.cells[address as usize]
    }
    /// The same as an extension element.
    pub fn ext(&self, address: Address) -> EF {
        from_coefficients(*self.cell(address))
    }
    /// The words there; zeros where nobody has written any.
    pub fn words(&self, address: Address) -> [u32; 8] {
        self.words.get(&address).copied().unwrap_or_default()
    }
    /// Writes words.
    pub fn set_words(&mut self, address: Address, words: [u32; 8]) {
        self.words.insert(address, words);
    }
    /// Hint `i`.
    pub fn hint(&self, i: u32) -> &Cell {
        &self.hints[i as usize]
    }
    /// Writes a cell.
    pub fn set(&mut self, address: Address, cell: Cell) {
        self.cells[address as usize] = cell;
    }
    /// Writes an extension element.
    pub fn set_ext(&mut self, address: Address, value: EF) {
        self.set(address, of_ext(&value));
    }
    /// Writes port `i` of `op`, or fails when it reads something else.
    pub fn meet(&mut self, op: &Op<'_>, i: usize, cell: Cell) -> Result<(), &'static str> {
        if op.is_write(i) {
            self.set(op.ports[i], cell);
        } else if *self.cell(op.ports[i]) != cell {
            return Err("what is asserted is not so");
        }
        Ok(())
    }
}

/// The cells of a circuit with these public cells and hints.
pub fn run(circuit: &Circuit, publics: &[Cell], hints: &[Cell]) -> Result<Values, RunError> {
    let (expected, given) = (circuit.publics.len(), publics.len());
    if expected != given {
        return Err(RunError::Publics { expected, given });
    }
    let (expected, given) = (circuit.hints, hints.len());
    if expected != given {
        return Err(RunError::Hints { expected, given });
    }
    let cells = vec![[F::ZERO; 5]; circuit.addresses()];
    let (words, entries) = (BTreeMap::new(), BTreeMap::new());
    let mut values = Values { cells, words, entries, hints: hints.to_vec() };
    let used = circuit.publics.iter().zip(publics).filter(|(address, _)| **address != 0);
    used.for_each(|(&address, &cell)| values.set(address, cell));
    for (i, op) in circuit.ops.iter().enumerate() {
        chips::run(&op, &mut values).map_err(|why| RunError::Failed { op: i, kind: op.kind, why })?;
    }
    Ok(values)
}
