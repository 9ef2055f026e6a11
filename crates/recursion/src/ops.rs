//! Operations of a circuit. There are hundreds of thousands, so that none has an allocation of its own.

use alloc::vec::Vec;

use aver_stark::field::F;

use crate::cell::Address;
use crate::chips::Kind;

/// A row of a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op<'a> {
    /// The chip.
    pub kind: Kind,
    /// The address of each port.
    pub ports: &'a [Address],
    /// Which ports write: bit i for port i.
    pub writes: u64,
    /// The chip's own fixed columns.
    pub constants: &'a [F],
    /// Where what it does not read comes from when it is run.
    pub source: Source,
}

/// What an operation is run with, beside the cells that it reads. Nothing of it is fixed: it helps the prover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nothing.
    None,
    /// Hints from this one on.
    Hint(u32),
    /// The inverse of the cell there.
    Inverse(Address),
}

impl Op<'_> {
    /// Whether port `i` writes.
    pub fn is_write(&self, i: usize) -> bool {
        self.writes >> i & 1 == 1
    }
}

/// Operations in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ops {
    heads: Vec<Head>,
    /// Of all operations, one after the other.
    ports: Vec<Address>,
    constants: Vec<F>,
}

/// What an operation has beside its ports and constants, and the numbers of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    writes: u64,
    source: Source,
    kind: Kind,
    ports: u8,
    constants: u8,
}

impl Ops {
    /// One more. It has no more than 64 ports, as chips do.
    pub fn push(&mut self, op: Op<'_>) {
        let Op { kind, ports, writes, constants, source } = op;
        assert!(ports.len() <= 64 && constants.len() <= 64, "more ports than bits");
        self.ports.extend_from_slice(ports);
        self.constants.extend_from_slice(constants);
        let (ports, constants) = (ports.len() as u8, constants.len() as u8);
        self.heads.push(Head { writes, source, kind, ports, constants });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Op<'_>> {
        let (mut ports, mut constants) = (&self.ports[..], &self.constants[..]);
        self.heads.iter().map(move |&Head { writes, source, kind, ports: own, constants: own_constants }| {
            let (own, rest) = ports.split_at(own.into());
            ports = rest;
            let (own_constants, rest) = constants.split_at(own_constants.into());
            constants = rest;
            Op { kind, ports: own, writes, constants: own_constants, source }
        })
    }

    /// The addresses of all ports.
    pub fn addresses(&self) -> &[Address] {
        &self.ports
    }

    /// Gives back what memory more would have taken.
    pub fn shrink(&mut self) {
        self.heads.shrink_to_fit();
        self.ports.shrink_to_fit();
        self.constants.shrink_to_fit();
    }
}
