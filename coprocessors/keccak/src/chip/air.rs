//! The chip of rounds.

use aver_stark::air::{Air, Builder, Columns, Expr};

use super::columns::{CHI, IN, IS_REAL, OUT, STEP, TS, a, c, names, parity};
use super::permutation::message;
use super::{LANES, LIMBS, PART, RC, RC_BITS, ROTATIONS, ROUNDS, STATE, source};

/// A row is a round.
pub struct Round;

impl Air for Round {
    fn name(&self) -> &str {
        "keccak_round"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        states(b);
        (0..5).for_each(|x| theta(b, x));
        iota_bits(b);
        (0..25).for_each(|lane| chi(b, lane));
    }
}

/// 1 − 2x: of bits, their sum modulo 2 is the product.
#[inline(always)]
fn sign<E: Expr>(bit: E) -> E {
    E::one() - bit - bit
}

/// Σ 2^i term(i) over 16 bits.
#[inline(always)]
fn limb<E: Expr>(term: impl Fn(usize) -> E) -> E {
    (0..15).rev().fold(term(15), |sum, i| sum + sum + term(i))
}

/// Takes the state before, puts the one after.
fn states<B: Builder>(b: &mut B) {
    let (real, ts) = (b.row()[IS_REAL], b.row()[TS]);
    b.assert_bool("cpu/flag", real);
    let (mut sum, mut first) = (B::E::zero(), B::E::zero());
    for r in 0..ROUNDS {
        let step = b.row()[STEP + r];
        b.assert_bool("keccak_round/1", step);
        sum = sum + step;
        first = first + step * (PART * r) as u32;
    }
    b.assert_zero("keccak_round/1", sum - real);
    for i in 0..LIMBS / PART {
        let before = message(ts, first + i as u32, |j| b.row()[IN + PART * i + j]);
        b.receive(STATE, real, &before);
        let after = message(ts, first + (PART + i) as u32, |j| b.row()[OUT + PART * i + j]);
        b.send(STATE, real, &after);
    }
}

/// The lanes (x, y): their parities, and the state before.
fn theta<B: Builder>(b: &mut B, x: usize) {
    let change: [B::E; 64] =
        core::array::from_fn(|z| sign(b.row()[c(x + 4, z)]) * sign(b.row()[c(x + 1, z + 63)]));
    for z in 0..64 {
        let (bit, p) = (b.row()[c(x, z)], b.row()[parity(x, z)]);
        b.assert_bool("keccak_round/2", bit);
        b.assert_zero("keccak_round/3", sign(p) - sign(bit) * change[z]);
        let twice = (0..5).fold(-p, |sum, y| sum + b.row()[a(x + 5 * y, z)]);
        b.assert_zero("keccak_round/4", twice * (twice - 2) * (twice - 4));
    }
    for lane in (x..25).step_by(5) {
        for u in 0..4 {
            for z in 16 * u..16 * u + 16 {
                let bit = b.row()[a(lane, z)];
                b.assert_bool("keccak_round/2", bit);
            }
            let signs = limb(|i| sign(b.row()[a(lane, 16 * u + i)]) * change[16 * u + i]);
            let before = b.row()[IN + 4 * lane + u];
            b.assert_zero("keccak_round/5", before + before + signs - 0xFFFF);
        }
    }
}

/// Columns of bits of lanes, as ρ and π bring them there: looked up, since what is evaluated most is χ.
const MOVED: [[u16; 64]; LANES] = {
    let mut columns = [[0; 64]; LANES];
    let mut i = 0;
    while i < 64 * LANES {
        let (lane, z) = (i / 64, i % 64);
        let from = source(lane % 5, lane / 5);
        columns[lane][z] = a(from, z + 64 - ROTATIONS[from]) as u16;
        i += 1;
    }
    columns
};

/// Of a lane and the two beside it that χ takes for it.
#[inline(always)]
fn moved(lane: usize) -> [&'static [u16; 64]; 3] {
    [0, 1, 2].map(|i| &MOVED[lane / 5 * 5 + (lane + i) % 5])
}

/// Bit z of a lane after χ.
#[inline(always)]
fn chi_bit<E: Expr>(row: &[E], lanes: &[&[u16; 64]; 3], z: usize) -> E {
    let [x, y, w] = lanes.map(|lane| row[usize::from(lane[z])]);
    let and = (E::one() - y) * w;
    and + x * sign(and)
}

/// The bits of lane 0 that ι may change.
fn iota_bits<B: Builder>(b: &mut B) {
    let lanes = moved(0);
    for (j, z) in RC_BITS.into_iter().enumerate() {
        let difference = b.row()[CHI + j] - chi_bit(b.row(), &lanes, z);
        b.assert_zero("keccak_round/6", difference);
    }
}

/// A lane after χ and ι.
fn chi<B: Builder>(b: &mut B, lane: usize) {
    let lanes = moved(lane);
    for u in 0..4 {
        let row = b.row();
        let bit = |z: usize| match RC_BITS.iter().position(|&at| lane == 0 && at == z) {
            None => chi_bit(row, &lanes, z),
            Some(j) => {
                let rounds = (0..ROUNDS).filter(|&r| RC[r] >> z & 1 == 1);
                let constant = rounds.fold(B::E::zero(), |sum, r| sum + row[STEP + r]);
                constant + row[CHI + j] * sign(constant)
            }
        };
        let difference = limb(|i| bit(16 * u + i)) - row[OUT + 4 * lane + u];
        b.assert_zero("keccak_round/7", difference);
    }
}
