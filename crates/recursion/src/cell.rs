//! Write-once memory: five base elements at an address.
//!
//! Addresses, and how often each cell is read, are in fixed columns. Whoever writes a cell puts its message with
//! as many reads as weight, whoever reads it takes it with weight one. The circuit has one writer for each
//! address, so all that is taken from an address is what was put there (`spec/recursion.md`, "cells").

use aver_stark::air::Bus;
use aver_stark::field::{D, EF, F, coefficients};
use aver_stark::hash::{NODE, Node};
use p3_field::PrimeCharacteristicRing;

/// Where a cell is; below p. No cell is at 0, which is where padding's are.
pub type Address = u32;

/// What a cell has: an extension element by its coefficients, or five base elements. A base element alone
/// stands first, before zeros.
pub type Cell = [F; D];

/// A base element by itself.
pub fn of_base(value: u32) -> Cell {
    let mut cell = Cell::default();
    cell[0] = F::new(value);
    cell
}

/// An extension element.
pub fn of_ext(value: &EF) -> Cell {
    let values = coefficients(value);
    core::array::from_fn(|i| values[i])
}

/// A digest in two cells, the last element zero.
pub fn of_node(node: &Node) -> [Cell; 2] {
    let at = |i: usize| if i < NODE { node.0[i] } else { F::ZERO };
    [0, D].map(|first| core::array::from_fn(|i| at(first + i)))
}

/// Address, then the cell.
pub const CELL: Bus = Bus::local(1, 1 + D, "cell");

/// Buses from here on are those of single chips with their tables.
pub const FIRST_OWN_BUS: u32 = 16;
