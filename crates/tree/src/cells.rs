//! Values as cells, and cells that are public.

use alloc::vec::Vec;

pub use aver_recursion::cell::{Cell, of_base, of_ext, of_node};
use aver_recursion::chips::Kind;
use aver_recursion::{Builder, Wire};
use aver_stark::hash::Node;
use aver_stark::value::Value;

/// The cells that are absorbed for a value.
pub fn of_value<T: Value + ?Sized>(value: &T) -> Vec<Cell> {
    let mut cells = Vec::new();
    value.absorbed(&mut cells);
    cells
}

/// The digest in two cells.
pub fn to_node(cells: &[Cell; 2]) -> Node {
    Node(core::array::from_fn(|i| cells.as_flattened()[i]))
}

/// Public cells, each read by one operation that hands it on: so that their weights are the same in all circuits. Nothing
/// else may have been recorded before them.
pub fn publics(b: &Builder, count: usize) -> Vec<Wire<'_>> {
    let public: Vec<Wire<'_>> = (0..count).map(|_| b.public()).collect();
    let copy = |cell| b.call(Kind::Add, &[Some(cell), Some(Wire::ZERO), None], Vec::new(), 0)[0];
    public.into_iter().map(copy).collect()
}
