//! Ports: where a chip's rows read and write cells.
//!
//! The fixed columns of a chip are `real`, which is one in rows in use, where something needs it; for each port an
//! address (unless it is the one after the port before); for each port that may write a weight; and the chip's own
//! constants. What only reads takes its cell with weight `real`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use aver_stark::air::{Builder, Columns, Expr};
use aver_stark::field::D;

use crate::cell::CELL;

/// How a port is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// Reads a cell.
    Read,
    /// Reads the cell after that of the port before.
    ReadNext,
    /// Writes a cell.
    Write,
    /// Writes the cell after that of the port before.
    WriteNext,
    /// Reads or writes, as the operation says.
    Either,
}

impl Port {
    /// Whether it has an address of its own.
    pub fn has_address(self) -> bool {
        !matches!(self, Self::ReadNext | Self::WriteNext)
    }
    /// Whether it has a weight of its own.
    pub fn has_weight(self) -> bool {
        !matches!(self, Self::Read | Self::ReadNext)
    }
}

/// What is fixed of a chip's rows, by name.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The chip's name.
    pub name: &'static str,
    /// Whether a column is one in rows in use; needed by ports that only read.
    pub real: bool,
    /// Its ports.
    pub ports: &'static [(&'static str, Port)],
    /// Fixed columns of its own.
    pub constants: &'static [&'static str],
    /// Witness columns: name and number.
    pub witness: &'static [(&'static str, usize)],
}

impl Shape {
    /// Number of witness columns.
    pub fn width(&self) -> usize {
        self.witness.iter().map(|w| w.1).sum()
    }

    /// Names of all columns.
    pub fn columns(&self) -> Columns {
        let mut fixed: Vec<String> = self.real.then(|| "real".to_string()).into_iter().collect();
        let of = |name: &str, field: &str| [name, field].concat();
        fixed.extend(self.ports.iter().filter(|p| p.1.has_address()).map(|p| of(p.0, ".address")));
        fixed.extend(self.ports.iter().filter(|p| p.1.has_weight()).map(|p| of(p.0, ".weight")));
        fixed.extend(self.constants.iter().map(|c| c.to_string()));
        let numbered = |&(name, count): &(&str, usize)| -> Vec<String> {
            match count {
                1 => Vec::from([name.to_string()]),
                _ => (0..count).map(|i| alloc::format!("{name}{i}")).collect(),
            }
        };
        Columns { fixed, boundary: Vec::new(), witness: self.witness.iter().flat_map(numbered).collect() }
    }
}

/// Name and columns of an [`Air`](aver_stark::air::Air) that has a [`Shape`]: the constant `SHAPE` where it stands.
macro_rules! shaped {
    () => {
        fn name(&self) -> &str {
            SHAPE.name
        }
        fn columns(&self) -> aver_stark::air::Columns {
            SHAPE.columns()
        }
    };
}
pub(crate) use shaped;

/// Takes the columns of a row one after the other.
pub struct Row<'a, E> {
    row: &'a [E],
    at: usize,
}

impl<'a, E: Expr> Row<'a, E> {
    /// From the first column on.
    #[inline(always)]
    pub fn new(row: &'a [E]) -> Self {
        Self { row, at: 0 }
    }
    /// The number of columns taken.
    #[inline(always)]
    pub fn position(&self) -> usize {
        self.at
    }
    /// The next column.
    #[inline(always)]
    pub fn one(&mut self) -> E {
        self.at += 1;
        self.row[self.at - 1]
    }
    /// The next `N` columns.
    #[inline(always)]
    pub fn array<const N: usize>(&mut self) -> [E; N] {
        core::array::from_fn(|_| self.one())
    }
    /// The fixed columns of `N` ports.
    #[inline(always)]
    pub fn ports<const N: usize>(&mut self, shape: &Shape) -> Ports<E, N> {
        let real = if shape.real { self.one() } else { E::zero() };
        let mut address = real;
        let mut ports = [(address, -real); N];
        for i in 0..N {
            address = if shape.ports[i].1.has_address() { self.one() } else { address + 1 };
            ports[i].0 = address;
        }
        for i in 0..N {
            if shape.ports[i].1.has_weight() {
                ports[i].1 = self.one();
            }
        }
        Ports { real, ports }
    }
}

/// The ports of a row.
pub struct Ports<E, const N: usize> {
    /// One in rows in use, if there is such a column.
    pub real: E,
    /// Address and signed weight of each.
    pub ports: [(E, E); N],
}

impl<E: Expr, const N: usize> Ports<E, N> {
    /// Says what the ports read and write.
    #[inline(always)]
    pub fn connect<B: Builder<E = E>>(&self, b: &mut B, cells: [[E; D]; N]) {
        for (&(address, weight), [v0, v1, v2, v3, v4]) in self.ports.iter().zip(cells) {
            b.message(CELL, weight, &[address, v0, v1, v2, v3, v4]);
        }
    }
}

/// A base element as a cell.
#[inline(always)]
pub fn base<E: Expr>(value: E) -> [E; D] {
    let mut cell = [E::zero(); D];
    cell[0] = value;
    cell
}
