//! What is computed on chunks of rows. Slices of one call have one length.
//!
//! What most time is spent in is never inlined: among other code it runs out of registers.

use aver_stark::field::{F, PF};
use p3_field::{PackedValue, PrimeCharacteristicRing};

use super::leaf::Leaf;
use crate::ext::{self, Dot, E, Matrix};

/// Packed fractions: numerator, denominator.
pub type Fraction = [E; 2];
/// 0/1.
pub const ZERO: Fraction = [ext::ZERO, ext::ONE];
/// Base elements of a packed fraction.
pub const WIDTH: usize = size_of::<Fraction>() / size_of::<F>();

/// A buffer of base elements as fractions.
pub fn fractions(buffer: &[F]) -> &[Fraction] {
    PF::pack_slice(buffer).as_chunks().0.as_chunks().0
}

/// A buffer of base elements as fractions.
pub fn fractions_mut(buffer: &mut [F]) -> &mut [Fraction] {
    PF::pack_slice_mut(buffer).as_chunks_mut().0.as_chunks_mut().0
}

/// p0/q0 + p1/q1.
#[inline(always)]
fn sum([p0, q0]: &Fraction, [p1, q1]: &Fraction) -> Fraction {
    [ext::dot(p0, q1, p1, q0), ext::mul(q0, q1)]
}

/// `out` = a + b.
#[inline(never)]
pub fn add(a: &[Fraction], b: &[Fraction], out: &mut [Fraction]) {
    for ((a, b), out) in a.iter().zip(b).zip(out) {
        *out = sum(a, b);
    }
}

/// `out` = a + b, of leaves.
#[inline(never)]
pub fn add_leaves(a: Leaf<'_>, b: Leaf<'_>, out: &mut [Fraction]) {
    for (((p0, q0), (p1, q1)), out) in a.p.iter().zip(a.q).zip(b.p.iter().zip(b.q)).zip(out) {
        *out = [ext::dot_base(*p0, q1, *p1, q0), ext::mul(q0, q1)];
    }
}

/// Leaves as fractions.
pub fn lift(leaf: Leaf<'_>, out: &mut [Fraction]) {
    for ((&p, &q), out) in leaf.p.iter().zip(leaf.q).zip(out) {
        *out = [[p, PF::ZERO, PF::ZERO, PF::ZERO, PF::ZERO], q];
    }
}

/// Adds a p + b q.
#[inline(never)]
pub fn combine([a, b]: &[E; 2], fractions: &[Fraction], out: &mut [E]) {
    let (a, b) = (Matrix::new(a), Matrix::new(b));
    for ([p, q], out) in fractions.iter().zip(out) {
        *out = ext::add(out, &ext::add(&ext::mul_by(&a, p), &ext::mul_by(&b, q)));
    }
}

/// Adds a p + b q of leaves.
#[inline(never)]
pub fn combine_leaves([a, b]: &[E; 2], leaf: Leaf<'_>, out: &mut [E]) {
    let (a, b) = (ext::operands(a), Matrix::new(b));
    for ((&p, q), out) in leaf.p.iter().zip(leaf.q).zip(out) {
        *out = ext::add(out, &ext::add(&ext::mul_base(&a, p), &ext::mul_by(&b, q)));
    }
}

/// Σ eq · p and Σ eq · q.
#[inline(never)]
pub fn dots(eq: &[E], fractions: &[Fraction]) -> [E; 2] {
    let mut sums = [Dot::new(&ext::ZERO); 2];
    for (eq, [p, q]) in eq.iter().zip(fractions) {
        sums[0].add(eq, p);
        sums[1].add(eq, q);
    }
    sums.map(|s| s.sum())
}

/// Σ eq · p and Σ eq · q of leaves.
#[inline(never)]
pub fn dots_leaves(eq: &[E], leaf: Leaf<'_>) -> [E; 2] {
    let (mut numerator, mut denominator) = (ext::ZERO, Dot::new(&ext::ZERO));
    for (eq, (&p, q)) in eq.iter().zip(leaf.p.iter().zip(leaf.q)) {
        numerator = ext::add(&numerator, &ext::mul_base(&ext::operands(eq), p));
        denominator.add(eq, q);
    }
    [numerator, denominator.sum()]
}

/// p + μ q in the place of p.
pub fn absorb(mu: &Matrix, fractions: &mut [Fraction]) {
    for [p, q] in fractions {
        *p = ext::add(p, &ext::mul_by(mu, q));
    }
}

/// low + x (high − low) in the place of low.
#[inline(never)]
pub fn fold(x: &Matrix, low: &mut [Fraction], high: &[Fraction]) {
    for (low, high) in low.iter_mut().zip(high) {
        for (l, h) in low.iter_mut().zip(high) {
            *l = ext::add(l, &ext::mul_by(x, &ext::sub(h, l)));
        }
    }
}

/// The same in another place.
#[inline(never)]
pub fn fold_into(x: &Matrix, low: &[Fraction], high: &[Fraction], out: &mut [Fraction]) {
    for ((low, high), out) in low.iter().zip(high).zip(out) {
        for ((l, h), out) in low.iter().zip(high).zip(out) {
            *out = ext::add(l, &ext::mul_by(x, &ext::sub(h, l)));
        }
    }
}

/// Binds leaves likewise.
#[inline(never)]
pub fn fold_leaves(x: &E, low: Leaf<'_>, high: Leaf<'_>, out: &mut [Fraction]) {
    let (matrix, operands) = (Matrix::new(x), ext::operands(x));
    for (((p, q), (hp, hq)), out) in low.p.iter().zip(low.q).zip(high.p.iter().zip(high.q)).zip(out) {
        let mut numerator = ext::mul_base(&operands, *hp - *p);
        numerator[0] += *p;
        *out = [numerator, ext::add(q, &ext::mul_by(&matrix, &ext::sub(hq, q)))];
    }
}

/// Two children: left, right.
pub type Children<'a> = [&'a [Fraction]; 2];

/// Σ eq · (p0 q1 + p1 q0) over rows: of the lower half, and of the difference of the halves. In the right
/// child, μ q is absorbed in p.
#[inline(never)]
pub fn sums(eq: &[E], low: Children<'_>, high: Children<'_>) -> [E; 2] {
    let mut sums = [Dot::new(&ext::ZERO); 2];
    let rows = low[0].iter().zip(low[1]).zip(high[0].iter().zip(high[1]));
    for (eq, (([a, b], [c, d]), ([e, f], [g, h]))) in eq.iter().zip(rows) {
        add_products(&mut sums, eq, [a, b, c, d], [e, f, g, h]);
    }
    sums.map(|s| s.sum())
}

/// The same where μ q is not absorbed.
#[inline(never)]
pub fn first_sums(mu: &Matrix, eq: &[E], low: Children<'_>, high: Children<'_>) -> [E; 2] {
    let mut sums = [Dot::new(&ext::ZERO); 2];
    let rows = low[0].iter().zip(low[1]).zip(high[0].iter().zip(high[1]));
    for (eq, (([a, b], [c, d]), ([e, f], [g, h]))) in eq.iter().zip(rows) {
        let (c, g) = (ext::add(c, &ext::mul_by(mu, d)), ext::add(g, &ext::mul_by(mu, h)));
        add_products(&mut sums, eq, [a, b, &c, d], [e, f, &g, h]);
    }
    sums.map(|s| s.sum())
}

/// Adds eq · (p0 q1 + p1 q0) of p0, q0, p1, q1: at 0, and of the differences.
#[inline(always)]
fn add_products(sums: &mut [Dot; 2], eq: &E, [a, b, c, d]: [&E; 4], [e, f, g, h]: [&E; 4]) {
    sums[0].add(eq, &ext::dot(a, d, c, b));
    let (p0, q0, p1, q1) = (ext::sub(e, a), ext::sub(f, b), ext::sub(g, c), ext::sub(h, d));
    sums[1].add(eq, &ext::dot(&p0, &q1, &p1, &q0));
}

/// Σ eq · (p0 q1 + p1 q0 + μ q0 q1) of leaves, likewise.
#[inline(never)]
pub fn leaf_sums(mu: &Matrix, eq: &[E], low: [Leaf<'_>; 2], high: [Leaf<'_>; 2]) -> [E; 2] {
    let mut sums = [Dot::new(&ext::ZERO); 2];
    let mut products = sums;
    for (j, eq) in eq.iter().enumerate() {
        let ([a, b], [c, d]) = (low, high);
        let differences = [ext::sub(&c.q[j], &a.q[j]), ext::sub(&d.q[j], &b.q[j])];
        sums[0].add(eq, &ext::dot_base(a.p[j], &b.q[j], b.p[j], &a.q[j]));
        products[0].add(eq, &ext::mul(&a.q[j], &b.q[j]));
        let numerators = [c.p[j] - a.p[j], d.p[j] - b.p[j]];
        sums[1].add(eq, &ext::dot_base(numerators[0], &differences[1], numerators[1], &differences[0]));
        products[1].add(eq, &ext::mul(&differences[0], &differences[1]));
    }
    [0, 1].map(|i| ext::add(&sums[i].sum(), &ext::mul_by(mu, &products[i].sum())))
}
