//! `permute`: a permutation of a Poseidon2 sponge.
//!
//! Reads three cells of rate and, in two, nine elements of capacity, to the last of which it adds a constant; writes
//! the same of the state that results, and its digest: the first nine lanes.
//!
//! | constraint | says |
//! |---|---|
//! | `permute/1` | the states after the first full rounds |
//! | `permute/2` | the cubes of partial rounds |
//! | `permute/3` | the states after the last full rounds |

use aver_stark::air::{Air, Builder, Expr};
use aver_stark::field::D;
use aver_stark::poseidon2::{State, WIDTH};

use super::rounds::{self, Rounds};
use crate::port::{Port, Row, Shape};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "permute",
    real: true,
    ports: &[
        ("rate0", Port::Read),
        ("rate1", Port::Read),
        ("rate2", Port::Read),
        ("capacity0", Port::Read),
        ("capacity1", Port::Read),
        ("out0", Port::Write),
        ("out1", Port::WriteNext),
        ("out2", Port::WriteNext),
        ("out3", Port::WriteNext),
        ("out4", Port::WriteNext),
        ("digest1", Port::WriteNext),
    ],
    constants: &["tag"],
    witness: &[("in", WIDTH), ("rounds", rounds::COLUMNS), ("out", WIDTH)],
};

/// The chip.
pub struct Permute;

impl Air for Permute {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let tag = row.one();
        let state: State<_> = row.array();
        let rounds = Rounds::new(&mut row);
        let out: State<_> = row.array();
        rounds.check(b, ["permute/1", "permute/2", "permute/3"], ports.real, state, &out);
        let mut before = state;
        before[WIDTH - 1] = state[WIDTH - 1] - tag;
        let [i0, i1, i2, i3, i4] = cells(&before);
        let [o0, o1, o2, o3, o4] = cells(&out);
        let digest = [out[5], out[6], out[7], out[8], B::E::zero()];
        ports.connect(b, [i0, i1, i2, i3, i4, o0, o1, o2, o3, o4, digest]);
    }
}

/// A state in cells, the last of four elements and zero.
#[inline(always)]
fn cells<E: Expr>(state: &State<E>) -> [[E; D]; 5] {
    let lane = |i: usize| if i < WIDTH { state[i] } else { E::zero() };
    core::array::from_fn(|cell| core::array::from_fn(|i| lane(D * cell + i)))
}
