//! Values as cells, and cells that are public.

use alloc::vec::Vec;

pub use aver_recursion::cell::Cell;
use aver_recursion::chips::Kind;
use aver_recursion::{Builder, Wire};
use aver_stark::field::{D, F};
use aver_stark::hash::{NODE, Node};
use aver_stark::value::Value;
use p3_field::PrimeCharacteristicRing;

/// A digest in two cells, the last element zero.
pub fn of_node(node: &Node) -> [Cell; 2] {
    let at = |i: usize| if i < NODE { node.0[i] } else { F::ZERO };
    [0, D].map(|first| core::array::from_fn(|i| at(first + i)))
}

/// The cells that are absorbed for a value.
pub fn of_value<T: Value + ?Sized>(value: &T) -> Vec<Cell> {
    let mut cells = Vec::new();
    value.absorbed(&mut cells);
    cells
}

/// A base element by itself.
pub fn of_base(value: u32) -> Cell {
    let mut cell = Cell::default();
    cell[0] = F::new(value);
    cell
}

/// Public cells, each read by one operation that hands it on: so that their weights are the same in all circuits. Nothing
/// else may have been recorded before them.
pub fn publics(b: &Builder, count: usize) -> Vec<Wire<'_>> {
    let public: Vec<Wire<'_>> = (0..count).map(|_| b.public()).collect();
    let copy = |cell| b.call(Kind::Add, &[Some(cell), Some(Wire::ZERO), None], Vec::new(), 0)[0];
    public.into_iter().map(copy).collect()
}
