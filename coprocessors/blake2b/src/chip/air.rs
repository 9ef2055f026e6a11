//! The chip of rounds.

use aver_machine::buses::AND;
use aver_machine::cpu::INV_LIMB;
use aver_machine::layout::{Cells, Names};
use aver_stark::air::{Air, Builder, Columns, Expr};

use super::call::{block, vector};
use super::columns::{Cols, G, Half, numbered, unnamed};
use super::{BLOCK, ORDER, PARTS, VECTOR, WORDS, WORKS_ON};

/// A row is a round.
pub struct Round;

impl Air for Round {
    fn name(&self) -> &str {
        "blake2b_round"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        Cols::new(&mut names, numbered);
        Columns::witness(names.0)
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Cols::new(&mut Cells::new(b.row()), unnamed);
        let real = c.is_real;
        b.assert_bool("cpu/flag", real);
        let mut sum = B::E::zero();
        for step in c.step {
            b.assert_bool("blake2b_round/1", step);
            sum = sum + step;
        }
        b.assert_zero("blake2b_round/1", sum - real);
        let of_step = |value: &dyn Fn(usize) -> usize| {
            let terms = c.step.iter().enumerate();
            terms.fold(B::E::zero(), |sum, (r, &step)| sum + step * value(r) as u32)
        };

        for (i, word) in c.m.into_iter().enumerate() {
            let number = of_step(&|r| WORDS * r + ORDER[r % ORDER.len()][i]);
            b.receive(BLOCK, real, &block(c.ts, number, word));
            b.send(BLOCK, real, &block(c.ts, number + WORDS as u32, word));
        }
        let first = of_step(&|r| PARTS * r);
        let before: [_; WORDS] = core::array::from_fn(|i| match i / 4 {
            0 => c.a[i],
            1 => limbs(c.b[i - 4]),
            2 => c.c[i - 8],
            _ => limbs(c.d[i - 12]),
        });
        for i in 0..PARTS {
            b.receive(VECTOR, real, &vector(c.ts, first + i as u32, [before[2 * i], before[2 * i + 1]]));
        }

        let (mut a, mut bb, mut cc, mut d) = (c.a, c.b, c.c, c.d);
        let mut after = before;
        for (i, (g, words)) in c.g.iter().zip(WORKS_ON).enumerate() {
            let [ia, ib, ic, id] = words.map(|word| word % 4);
            let m = [c.m[2 * i], c.m[2 * i + 1]];
            let mixed = mix(b, real, g, (a[ia], bb[ib], cc[ic], d[id]), m);
            (a[ia], cc[ic], d[id]) = (limbs(mixed.a), limbs(mixed.c), mixed.d);
            bb[ib] = mixed.b;
            let limbs = [a[ia], mixed.b_limbs, cc[ic], limbs(mixed.d)];
            words.into_iter().zip(limbs).for_each(|(word, limbs)| after[word] = limbs);
        }
        let next = first + PARTS as u32;
        for i in 0..PARTS {
            b.send(VECTOR, real, &vector(c.ts, next + i as u32, [after[2 * i], after[2 * i + 1]]));
        }
    }
}

/// Limbs of a word of these bytes.
#[inline(always)]
fn limbs<E: Expr>(bytes: [E; 8]) -> [E; 4] {
    core::array::from_fn(|u| bytes[2 * u] + bytes[2 * u + 1] * 256)
}

/// What G makes of its words: bytes, and limbs of b, which has no bytes if none are needed any more.
struct Mixed<E> {
    a: [E; 8],
    b: [E; 8],
    b_limbs: [E; 4],
    c: [E; 8],
    d: [E; 8],
}

/// a, b, c, d: limbs of a and c, bytes of b and d.
type Operands<E> = ([E; 4], [E; 8], [E; 4], [E; 8]);

/// G.
fn mix<B: Builder>(
    b: &mut B,
    real: B::E,
    g: &G<B::E>,
    (a, b0, c, d): Operands<B::E>,
    [x, y]: [[B::E; 4]; 2],
) -> Mixed<B::E> {
    let [first, second] = &g.halves;
    let (d, xor) = half(b, real, first, (a, b0, c, d), x, 4);
    let turned = core::array::from_fn(|i| xor[(i + 3) % 8]);
    let (d, xor) = half(b, real, second, (limbs(first.a), turned, limbs(first.c), d), y, 2);

    // A rotation by one to the left, of limbs, and of bytes.
    for top in g.top.into_iter().chain(g.low_top.into_iter().flatten()) {
        b.assert_bool("blake2b_round/4", top);
    }
    let xor_limbs = limbs(xor);
    let b_limbs =
        core::array::from_fn(|u| xor_limbs[u] + xor_limbs[u] - g.top[u] * (1 << 16) + g.top[(u + 3) % 4]);
    let bytes = |low: [B::E; 4]| {
        let top = |i: usize| if i.is_multiple_of(2) { low[i / 2] } else { g.top[i / 2] };
        core::array::from_fn(|i| xor[i] + xor[i] - top(i) * 256 + top((i + 7) % 8))
    };
    let turned = g.low_top.map_or([B::E::zero(); 8], bytes);
    Mixed { a: second.a, b: turned, b_limbs, c: second.c, d }
}

/// a ← a + b + x, d ← d ⊕ a with its bytes moved down by `moved`, c ← c + d: d, and b ⊕ c.
fn half<B: Builder>(
    b: &mut B,
    real: B::E,
    half: &Half<B::E>,
    (a, b0, c, d): Operands<B::E>,
    x: [B::E; 4],
    moved: usize,
) -> ([B::E; 8], [B::E; 8]) {
    let (b_limbs, sum) = (limbs(b0), limbs(half.a));
    let mut carry = B::E::zero();
    for u in 0..4 {
        carry = (carry + a[u] + b_limbs[u] + x[u] - sum[u]) * INV_LIMB;
        b.assert_zero("blake2b_round/2", carry * (carry - 1) * (carry - 2));
    }
    let xor = xor(b, real, d, half.a, half.da);
    let d = core::array::from_fn(|i| xor[(i + moved) % 8]);
    let (d_limbs, sum) = (limbs(d), limbs(half.c));
    let mut carry = B::E::zero();
    for u in 0..4 {
        carry = (carry + c[u] + d_limbs[u] - sum[u]) * INV_LIMB;
        b.assert_bool("blake2b_round/3", carry);
    }
    (d, self::xor(b, real, b0, half.c, half.bc))
}

/// p ⊕ q of bytes; they are bytes, and `and` is their AND.
fn xor<B: Builder>(b: &mut B, real: B::E, p: [B::E; 8], q: [B::E; 8], and: [B::E; 8]) -> [B::E; 8] {
    core::array::from_fn(|i| {
        b.send(AND, real, &[p[i], q[i], and[i]]);
        p[i] + q[i] - and[i] - and[i]
    })
}
