//! Poseidon2 over KoalaBear, for proofs that a circuit verifies: nodes and leaves of trees, and a transcript.
//!
//! The permutation is Plonky3's for width 24: cubes, 4 + 4 full rounds around 23 partial ones. Its layers are
//! generic, as a chip's constraints are written with them too.
//!
//! A state is 15 elements of rate, in three *cells* of five, and 9 of capacity. Each use of the permutation starts from
//! another domain, in the last lane. For 128 bits take the permutation for an ideal one, which may be inverted, and
//! p^9 > 2^278:
//!
//! - [`compress`]: its last six lanes are fixed and nine come out. A query gives a collision with q earlier ones with
//!   probability q / p^9, an inverse query has the six lanes with p^−6 < 2^−185;
//! - [`Sponge`]: states of which q queries know the path from the start meet in the nine lanes of capacity with probability
//!   at most 7 q² / p^9: a block adds one of four numbers to the last lane, so a difference is one of seven. Without a
//!   meeting, what comes out is as from a random function (Bertoni, Daemen, Peeters, Van Assche, "On the
//!   indifferentiability of the sponge construction"; for rate that is overwritten, and for transcripts: Chiesa and
//!   Orrù, "A Fiat–Shamir transformation from duplex sponges"). A digest is nine lanes of what comes out.
//!
//! At q = 2^128 all of this is below 2^−18, and with fewer queries it falls with their square.

use alloc::vec::Vec;
use core::ops::{Add, Mul, Sub};

use p3_field::{Algebra, PackedValue, PrimeCharacteristicRing};
pub use p3_koala_bear::{
    KOALABEAR_POSEIDON2_RC_24_EXTERNAL_FINAL as LAST_CONSTANTS,
    KOALABEAR_POSEIDON2_RC_24_EXTERNAL_INITIAL as FIRST_CONSTANTS,
    KOALABEAR_POSEIDON2_RC_24_INTERNAL as PARTIAL_CONSTANTS,
};

use crate::field::{D, F, P, PF};

/// Lanes of a state.
pub const WIDTH: usize = 24;
/// Lanes of a digest, and of a sponge's capacity.
pub const DIGEST: usize = 9;
/// Lanes that a sponge takes, and gives, at a time.
pub const RATE: usize = WIDTH - DIGEST;
/// The same in cells.
pub const RATE_CELLS: usize = RATE / D;
/// Full rounds before the partial ones, and as many after them.
pub const HALF_FULL: usize = FIRST_CONSTANTS.len();
/// Partial rounds.
pub const PARTIAL: usize = PARTIAL_CONSTANTS.len();

/// A state of the permutation.
pub type State<T = F> = [T; WIDTH];
/// A digest of a leaf or a node.
pub type Digest<T = F> = [T; DIGEST];

/// What the last lane starts with: apart from each other by more than a block adds to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Nodes of trees.
    Node = 4,
    /// Leaves of trees.
    Leaf = 8,
    /// Transcripts.
    Transcript = 12,
}

/// The permutation.
pub fn permute<T: Algebra<F> + Copy>(state: &mut State<T>) {
    external(state);
    FIRST_CONSTANTS.iter().for_each(|c| full_round(state, c));
    PARTIAL_CONSTANTS.iter().for_each(|&c| {
        state[0] = (state[0] + c).cube();
        internal(state);
    });
    LAST_CONSTANTS.iter().for_each(|c| full_round(state, c));
}

/// A full round.
#[inline(always)]
pub fn full_round<T: Algebra<F> + Copy>(state: &mut State<T>, constants: &State) {
    state.iter_mut().zip(constants).for_each(|(lane, &c)| *lane = (*lane + c).cube());
    external(state);
}

/// The matrix of full rounds: circ(2 3 1 1) on four lanes at a time, then to each lane the sum of all lanes that are as
/// far into their four.
#[inline(always)]
pub fn external<T: Copy + Add<Output = T>>(state: &mut State<T>) {
    for block in state.as_chunks_mut::<4>().0 {
        let [a, b, c, d] = *block;
        let all = a + b + (c + d);
        *block = [all + b + (a + b), all + b + (c + c), all + d + (c + d), all + d + (a + a)];
    }
    let sums: [T; 4] =
        core::array::from_fn(|k| (1..WIDTH / 4).fold(state[k], |sum, j| sum + state[4 * j + k]));
    state.iter_mut().enumerate().for_each(|(i, lane)| *lane = *lane + sums[i % 4]);
}

/// The matrix of partial rounds: to each lane, times its [`DIAGONAL`], the sum of all.
#[inline(always)]
pub fn internal<T>(state: &mut State<T>)
where
    T: Copy + Add<Output = T> + Sub<Output = T> + Mul<F, Output = T>,
{
    let sum = state[1..].iter().fold(state[0], |sum, &lane| sum + lane);
    // Sums are cheaper than products where factors are small.
    let small = |k: usize, x: T| match k {
        0 => sum - (x + x),
        1 => sum + x,
        2 => sum + (x + x),
        4 => sum + (x + x + x),
        5 => sum + ((x + x) + (x + x)),
        7 => sum - (x + x + x),
        8 => sum - ((x + x) + (x + x)),
        _ => sum + x * DIAGONAL[k],
    };
    state.iter_mut().enumerate().for_each(|(k, lane)| *lane = small(k, *lane));
}

/// What partial rounds multiply lanes with, beside the sum.
pub const DIAGONAL: State = [
    F::new(P - 2),
    F::ONE,
    F::TWO,
    power_of_half(1),
    F::new(3),
    F::new(4),
    minus_power_of_half(1),
    F::new(P - 3),
    F::new(P - 4),
    power_of_half(8),
    power_of_half(2),
    power_of_half(3),
    power_of_half(4),
    power_of_half(5),
    power_of_half(6),
    power_of_half(24),
    minus_power_of_half(8),
    minus_power_of_half(3),
    minus_power_of_half(4),
    minus_power_of_half(5),
    minus_power_of_half(6),
    minus_power_of_half(7),
    minus_power_of_half(9),
    minus_power_of_half(24),
];

const fn halved(times: usize) -> u32 {
    let (mut value, mut i) = (1u64, 0);
    while i < times {
        value = if value % 2 == 0 { value / 2 } else { (value + P as u64) / 2 };
        i += 1;
    }
    value as u32
}

/// 2^−k.
const fn power_of_half(k: usize) -> F {
    F::new(halved(k))
}

/// −2^−k.
const fn minus_power_of_half(k: usize) -> F {
    F::new(P - halved(k))
}

/// What the permutation is given for a node.
pub fn node_state<T: Copy>(left: &Digest<T>, right: &Digest<T>, constant: impl Fn(F) -> T) -> State<T> {
    core::array::from_fn(|i| match i {
        0..DIGEST => left[i],
        DIGEST..18 => right[i - DIGEST],
        23 => constant(F::new(Domain::Node as u32)),
        _ => constant(F::ZERO),
    })
}

/// Digest of a tree's inner node.
pub fn compress(left: &Digest, right: &Digest) -> Digest {
    let mut state = node_state(left, right, |c| c);
    permute(&mut state);
    digest_of(&state)
}

/// Digests of many inner nodes from their children: as many at a time as a register has lanes.
pub fn compress_all(children: &[[Digest; 2]]) -> Vec<Digest> {
    let mut out = Vec::with_capacity(children.len());
    for children in children.chunks(PF::WIDTH) {
        let [left, right] = [0, 1].map(|side| -> Digest<PF> {
            let value = |lane: usize, i: usize| children.get(lane).map_or(F::ZERO, |c| c[side][i]);
            core::array::from_fn(|i| PF::from_fn(|lane| value(lane, i)))
        });
        let mut state = node_state(&left, &right, PF::from);
        permute(&mut state);
        out.extend((0..children.len()).map(|lane| digest_of(&state.map(|values| values.as_slice()[lane]))));
    }
    out
}

/// Digest of a tree's leaf: its elements, in cells, the last filled up with zeros. Leaves of a tree have as many elements
/// as each other.
pub fn hash_row(row: &[F]) -> Digest {
    let mut sponge = Sponge::new(Domain::Leaf);
    sponge.absorb_all(row);
    sponge.digest()
}

/// Digests of many leaves of as many elements as the first: as many at a time as a register has lanes.
pub fn hash_rows(rows: &[Vec<F>]) -> Vec<Digest> {
    let width = rows.first().map_or(0, Vec::len);
    let mut out = Vec::with_capacity(rows.len());
    for rows in rows.chunks(PF::WIDTH) {
        let value = |lane: usize, i: usize| rows.get(lane).and_then(|row| row.get(i)).copied();
        let mut state = [PF::ZERO; WIDTH];
        state[WIDTH - 1] = PF::from(F::new(Domain::Leaf as u32));
        for first in (0..width.max(1)).step_by(RATE) {
            for (i, lanes) in state[..RATE].iter_mut().enumerate() {
                *lanes = PF::from_fn(|lane| value(lane, first + i).unwrap_or(F::ZERO));
            }
            let cells = (width - first).div_ceil(D).min(RATE_CELLS);
            state[WIDTH - 1] += PF::from(F::new(cells as u32));
            permute(&mut state);
        }
        out.extend((0..rows.len()).map(|lane| digest_of(&state.map(|values| values.as_slice()[lane]))));
    }
    out
}

fn digest_of(state: &State) -> Digest {
    core::array::from_fn(|i| state[i])
}

/// A duplex sponge. Takes cells and gives cells that depend on all before.
///
/// A block of up to three cells overwrites the rate, zeros in place of those that are missing, and their number is
/// added to the last lane before the permutation. Where one ends is for the protocol to say: it knows, from what came
/// before, how many cells are taken and given.
#[derive(Clone, Debug)]
pub struct Sponge {
    state: State,
    /// Cells of the next block.
    taken: usize,
    /// Cells that have been given since the last permutation; all, if there is none to give.
    given: usize,
}

impl Sponge {
    /// With nothing in it.
    pub fn new(domain: Domain) -> Self {
        let mut state = [F::ZERO; WIDTH];
        state[WIDTH - 1] = F::new(domain as u32);
        Self { state, taken: 0, given: RATE_CELLS }
    }

    /// Takes a cell.
    pub fn absorb(&mut self, cell: &[F; D]) {
        if self.taken == RATE_CELLS {
            self.permute();
        }
        if self.taken == 0 {
            self.state[..RATE].fill(F::ZERO);
        }
        self.state[D * self.taken..][..D].copy_from_slice(cell);
        self.taken += 1;
        self.given = RATE_CELLS;
    }

    /// Takes base elements, the last cell filled up with zeros.
    pub fn absorb_all(&mut self, values: &[F]) {
        for chunk in values.chunks(D) {
            self.absorb(&core::array::from_fn(|i| chunk.get(i).copied().unwrap_or(F::ZERO)));
        }
    }

    /// Gives a cell.
    pub fn squeeze(&mut self) -> [F; D] {
        if self.given == RATE_CELLS {
            self.permute();
            self.given = 0;
        }
        self.given += 1;
        core::array::from_fn(|i| self.state[D * (self.given - 1) + i])
    }

    /// All that matters of the state when the next thing is to take, if all that was taken has been permuted.
    pub fn capacity(&self) -> Digest {
        core::array::from_fn(|i| self.state[RATE + i])
    }

    /// A digest of what has been taken, instead of cells.
    pub fn digest(mut self) -> Digest {
        self.permute();
        digest_of(&self.state)
    }

    fn permute(&mut self) {
        self.state[WIDTH - 1] += F::new(self.taken as u32);
        permute(&mut self.state);
        self.taken = 0;
    }
}
