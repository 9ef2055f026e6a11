//! Mutated traces of every chip: no change of a cell goes unnoticed, and no row can be forged.

mod cells;
mod forgeries;
mod memory;
mod ops;
mod touch;
mod traces;
