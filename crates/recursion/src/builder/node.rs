//! Nodes: what wires stand for.

use alloc::vec::Vec;

use aver_stark::field::{D, EF, F, coefficients, from_coefficients};
use p3_field::PrimeField32;

use crate::chips::Kind;

/// Operands are indices of earlier nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A constant, by its canonical coefficients.
    Constant([u32; D]),
    /// A public cell.
    Public(u32),
    /// A hint.
    Hint(u32),
    /// Sum.
    Add(u32, u32),
    /// Difference.
    Sub(u32, u32),
    /// Product.
    Mul(u32, u32),
    /// What gives one when multiplied with it; that it does is asserted apart.
    Inverse(u32),
    /// Both are equal. Has no value.
    AssertEqual(u32, u32),
    /// A call of a chip. Has no value; its outputs have.
    Call(u32),
    /// What port `1` of call `0` writes.
    Output(u32, u32),
}

impl Node {
    /// Its operands; those of a call are with the call.
    pub fn operands(self) -> impl Iterator<Item = u32> {
        let (a, b) = match self {
            Self::Add(a, b) | Self::Sub(a, b) | Self::Mul(a, b) | Self::AssertEqual(a, b) => {
                (Some(a), Some(b))
            }
            Self::Inverse(a) => (Some(a), None),
            Self::Constant(_) | Self::Public(_) | Self::Hint(_) | Self::Call(_) | Self::Output(..) => {
                (None, None)
            }
        };
        a.into_iter().chain(b)
    }
}

/// A row of a chip other than those of arithmetic.
#[derive(Clone, Debug)]
pub struct Call {
    /// The chip.
    pub kind: Kind,
    /// For each port the node that it reads; none where it writes.
    pub ports: Vec<Option<u32>>,
    /// The chip's own fixed columns.
    pub constants: Vec<F>,
    /// The first of the hints that it takes, if it takes any.
    pub hint: Option<u32>,
}

/// A constant as a node has it.
pub fn constant_key(value: &EF) -> [u32; D] {
    core::array::from_fn(|i| coefficients(value)[i].as_canonical_u32())
}

/// The constant of a node.
pub fn constant_of(key: &[u32; D]) -> EF {
    from_coefficients(key.map(F::new))
}
