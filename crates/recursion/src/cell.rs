//! Write-once memory: five base elements at an address.
//!
//! Addresses, and how often each cell is read, are in fixed columns. Whoever writes a cell puts its message with
//! as many reads as weight, whoever reads it takes it with weight one. The circuit has one writer for each
//! address, so all that is taken from an address is what was put there (`spec/recursion.md`, "cells").

use aver_stark::air::Bus;
use aver_stark::field::{D, F};

/// Where a cell is; below p. No cell is at 0, which is where padding's are.
pub type Address = u32;

/// What a cell has: an extension element by its coefficients, or five base elements. A base element alone
/// stands first, before zeros.
pub type Cell = [F; D];

/// Address, then the cell.
pub const CELL: Bus = Bus::local(1, 1 + D, "cell");

/// Buses from here on are those of single chips with their tables.
pub const FIRST_OWN_BUS: u32 = 16;
