//! Columns of a chip, declared once: a function that takes cells from a [`Layout`] one after the other
//! and names them. The same function gives names, indices (for fillers) and values (for `eval`).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Hands out the cells of a row in order.
pub trait Layout {
    /// What a cell is: its index, or its value.
    type Cell: Copy;
    /// The next cell, part `field` (if not empty) of `name`, number `i` of `n`.
    fn cell(&mut self, name: &str, field: &str, i: usize, n: usize) -> Self::Cell;
    /// A single cell.
    #[inline(always)]
    fn one(&mut self, name: &str) -> Self::Cell {
        self.cell(name, "", 0, 1)
    }
    /// `N` cells.
    #[inline(always)]
    fn array<const N: usize>(&mut self, name: &str) -> [Self::Cell; N] {
        core::array::from_fn(|i| self.cell(name, "", i, N))
    }
}

/// Collects names; cells are indices.
#[derive(Default)]
pub struct Names(pub Vec<String>);

impl Layout for Names {
    type Cell = usize;
    #[inline(always)]
    fn cell(&mut self, name: &str, field: &str, i: usize, n: usize) -> usize {
        let dot = if field.is_empty() { "" } else { "." };
        let name = if n == 1 { format!("{name}{dot}{field}") } else { format!("{name}{dot}{field}{i}") };
        self.0.push(name);
        self.0.len() - 1
    }
}

/// Reads a row.
pub struct Cells<'a, E> {
    row: &'a [E],
    at: usize,
}

impl<'a, E: Copy> Cells<'a, E> {
    /// From the row's first cell.
    #[inline(always)]
    pub fn new(row: &'a [E]) -> Self {
        Self { row, at: 0 }
    }
}

impl<E: Copy> Layout for Cells<'_, E> {
    type Cell = E;
    #[inline(always)]
    fn cell(&mut self, _: &str, _: &str, _: usize, _: usize) -> E {
        self.at += 1;
        self.row[self.at - 1]
    }
}
