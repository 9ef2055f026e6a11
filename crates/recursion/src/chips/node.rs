//! `node`: one step up a Merkle tree of Poseidon2 digests.
//!
//! Reads a digest and a bit, and writes the digest of the node above. The sibling is the row's own, which
//! the prover chooses. The bit says whether the digest is the right child.
//!
//! | constraint | says |
//! |---|---|
//! | `node/1` | the bit is 0 or 1 |
//! | `node/2` | the left child is the digest, or the sibling if the bit is set |
//! | `node/3` | the states after the first full rounds |
//! | `node/4` | the cubes of partial rounds |
//! | `node/5` | the states after the last full rounds, of the last the digest |

use aver_stark::air::{Air, Builder, Expr};
use aver_stark::field::D;
use aver_stark::poseidon2::{DIGEST, Digest, node_state};

use super::rounds::{self, Rounds};
use crate::port::{Port, Row, Shape, base};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "node",
    real: true,
    ports: &[
        ("digest0", Port::Read),
        ("digest1", Port::Read),
        ("bit", Port::Read),
        ("parent0", Port::Write),
        ("parent1", Port::WriteNext),
    ],
    constants: &[],
    witness: &[
        ("digest", DIGEST),
        ("sibling", DIGEST),
        ("left", DIGEST),
        ("bit", 1),
        ("rounds", rounds::COLUMNS),
        ("parent", DIGEST),
    ],
};

/// The chip.
pub struct Node;

impl Air for Node {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let (digest, sibling, left): (Digest<_>, Digest<_>, Digest<_>) =
            (row.array(), row.array(), row.array());
        let bit = row.one();
        let rounds = Rounds::new(&mut row);
        let parent: Digest<_> = row.array();
        b.assert_bool("node/1", bit);
        for i in 0..DIGEST {
            b.assert_zero("node/2", digest[i] + bit * (sibling[i] - digest[i]) - left[i]);
        }
        let right = core::array::from_fn(|i| digest[i] + sibling[i] - left[i]);
        let state = node_state(&left, &right, |c| ports.real * c);
        rounds.check(b, ["node/3", "node/4", "node/5"], ports.real, state, &parent);
        let ([d0, d1], [p0, p1]) = (cells(&digest), cells(&parent));
        ports.connect(b, [d0, d1, base(bit), p0, p1]);
    }
}

/// A digest in two cells, the second of four elements and zero.
#[inline(always)]
pub fn cells<E: Expr>(digest: &Digest<E>) -> [[E; D]; 2] {
    let lane = |i: usize| if i < DIGEST { digest[i] } else { E::zero() };
    core::array::from_fn(|cell| core::array::from_fn(|i| lane(D * cell + i)))
}
