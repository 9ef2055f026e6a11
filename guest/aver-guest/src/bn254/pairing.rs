//! The optimal ate pairing, by products in Fp12.
//!
//! A product of elements with few coefficients is several products of these: curves' arithmetic is made of such. Points of
//! the twist are homogeneous, with formulas of Costello, Lange and Naehrig ("Faster pairing computations on curves with
//! high-degree twists", 2010); the power at the end is by Fuentes-Castañeda, Knapp and Rodríguez-Henríquez ("Faster hashing
//! to G2", 2011).

use alloc::vec::Vec;

use super::PRIME;
use super::constants::{FROBENIUS, LOOP, ROOTS, TWIST, TWIST_3, U};
use super::field::{Fp2, Fp12};
use crate::ecdsa::inverse::inverse;
use crate::u256::U256;

/// The product of the pairings, which are powers of Miller's; none if points are not in the groups. Those of G1 are known to be.
pub fn value(products: &impl Products, pairs: &[super::Pair]) -> Option<Fp12> {
    let mut points = Vec::with_capacity(pairs.len());
    for (p, q) in pairs {
        // Infinity is in both groups, and pairs to one.
        let Some([x0, x1, y0, y1]) = *q else { continue };
        let q = [Fp2([x0, x1]), Fp2([y0, y1])];
        if !products.is_on_twist(&q) {
            return None;
        }
        points.push(Pair { p: p.map(|p| p.coordinates().map(U256)), q });
    }
    products.value(&points)
}

/// Points of a pair.
pub struct Pair {
    /// A point of G1; none is infinity.
    pub p: Option<[U256; 2]>,
    /// A point of the twist.
    pub q: [Fp2; 2],
}

/// What lines need of a point of G1.
pub struct Place {
    y: Fp2,
    minus_x: Fp2,
    minus_y: Fp2,
    three_x: Fp2,
}

/// Of infinity, where a line is not asked for.
const NOWHERE: Place = Place { y: Fp2::ZERO, minus_x: Fp2::ZERO, minus_y: Fp2::ZERO, three_x: Fp2::ZERO };

/// A point of the twist, (x / z, y / z), with 3 b z for its b. None has z = 0: that is what comes of points that are the same
/// or opposite where they should not be, and of whatever is added to it.
pub struct Multiple {
    x: Fp2,
    y: Fp2,
    z: Fp2,
    bz: Fp2,
}

/// A pair in the loop.
pub struct State<'a> {
    place: Option<Place>,
    q: &'a [Fp2; 2],
    multiple: Multiple,
    /// Zero, to have factors in.
    room: Fp12,
}

/// Products in Fp12, and what is made of them.
pub trait Products {
    /// a becomes a b. Its numbers are then below p.
    fn multiply(&self, a: &mut Fp12, b: &Fp12);

    /// a becomes its square.
    fn square(&self, a: &mut Fp12) {
        let same = *a;
        self.multiply(a, &same);
    }

    /// The product of pairings; none if a point of the twist is not in G2.
    fn value(&self, pairs: &[Pair]) -> Option<Fp12> {
        let product = self.miller(pairs)?;
        Some(self.power(&product))
    }

    /// Whether this is a point of the twist.
    fn is_on_twist(&self, [x, y]: &[Fp2; 2]) -> bool {
        let (mut squares, mut right) = (Fp12::ZERO, Fp12::ZERO);
        self.product(&mut squares, [(0, x), (1, y)], [(0, x), (1, y)]);
        // x² x + b
        self.product(&mut right, [(0, &squares.0[0]), (1, &Fp2::ONE)], [(0, &TWIST), (1, x)]);
        squares.0[2] == right.0[1]
    }

    /// Makes `product`, which is zero, the product of elements with these coefficients. What is returned would be copied.
    #[inline(always)]
    fn product<const N: usize, const M: usize>(
        &self,
        product: &mut Fp12,
        a: [(usize, &Fp2); N],
        b: [(usize, &Fp2); M],
    ) {
        let mut room = Fp12::ZERO;
        set(product, a);
        self.multiply_by(product, b, &mut room);
    }

    /// a becomes the product with an element with these coefficients; `room` is zero.
    #[inline(always)]
    fn multiply_by<const N: usize>(&self, a: &mut Fp12, b: [(usize, &Fp2); N], room: &mut Fp12) {
        b.iter().for_each(|(i, x)| room.0[*i] = **x);
        self.multiply(a, room);
        b.iter().for_each(|(i, _)| room.0[*i] = Fp2::ZERO);
    }

    /// The product.
    fn times(&self, mut a: Fp12, b: &Fp12) -> Fp12 {
        self.multiply(&mut a, b);
        a
    }

    /// The square.
    fn squared(&self, mut a: Fp12) -> Fp12 {
        self.square(&mut a);
        a
    }

    /// Miller's loop for all pairs; none if a point is not in G2.
    fn miller(&self, pairs: &[Pair]) -> Option<Fp12> {
        let mut states: Vec<State<'_>> = pairs.iter().map(State::new).collect();
        let mut product = Fp12::ONE;
        for (i, digit) in LOOP.iter().enumerate() {
            if i > 0 {
                self.square(&mut product);
            }
            for state in &mut states {
                self.double(&mut product, state);
                match digit {
                    0 => {}
                    1 => self.add(&mut product, state, state.q),
                    _ => self.add(&mut product, state, &[state.q[0], state.q[1].minus::<1>()]),
                }
            }
        }
        for state in &mut states {
            let q1 = self.twisted(state.q);
            let q2 = self.twisted(&q1);
            let q3 = self.twisted(&q2);
            self.add(&mut product, state, &q1);
            self.add(&mut product, state, &[q2[0], q2[1].minus::<1>()]);
            // The multiple is (6 u + 2 + π − π²) Q, and Q is in G2 if and only if this is −π³ Q (spec/chips/bn254-fp12.md).
            let Multiple { x, y, z, .. } = &state.multiple;
            let mut expected = Fp12::ZERO;
            self.product(&mut expected, [(0, z)], [(0, &q3[0]), (1, &q3[1].minus::<1>())]);
            if *z == Fp2::ZERO || expected.0[..2] != [*x, *y] {
                return None;
            }
        }
        Some(product)
    }

    /// π of a point of the twist: what p-th powers of coordinates are there.
    fn twisted(&self, [x, y]: &[Fp2; 2]) -> [Fp2; 2] {
        let (x, y) = (x.conjugate(), y.conjugate());
        let mut powers = Fp12::ZERO;
        self.product(&mut powers, [(0, &x), (3, &y)], [(0, &FROBENIUS[1]), (1, &FROBENIUS[2])]);
        [powers.0[0], powers.0[4]]
    }

    /// Doubles the multiple; multiplies by the tangent.
    fn double(&self, product: &mut Fp12, state: &mut State<'_>) {
        let State { place, multiple: Multiple { x, y, z, bz }, room, .. } = state;
        let at = place.as_ref().unwrap_or(&NOWHERE);
        let [mut squares, mut scaled, mut ys, mut others] = [Fp12::ZERO; 4];
        set(&mut squares, [(0, x), (1, y)]);
        self.multiply_by(&mut squares, [(0, x), (1, y), (3, &z.twice())], room);
        let [xx, xy2, yy, _, yz2, _] = &squares.0;
        set(&mut scaled, [(0, &TWIST_3), (1, &at.minus_y), (2, z)]);
        self.multiply_by(&mut scaled, [(0, yz2), (2, bz)], room);
        let [byz2, of_1, _, _, e, _] = &scaled.0;
        let e3 = e.twice().plus(e);
        let right = yy.twice().plus(&e.minus::<1>());
        set(&mut ys, [(0, yy), (1, &e3), (2, xx)]);
        self.multiply_by(&mut ys, [(0, &right), (1, yy), (2, &at.three_x)], room);
        let [_, new_y, _, _, of_w, _] = &ys.0;
        let right = [(0, &yy.twice().twice()), (2, &yy.plus(&e3.minus::<3>()))];
        set(&mut others, [(0, yz2), (1, byz2), (2, xy2)]);
        self.multiply_by(&mut others, right, room);
        let [new_z, new_bz, _, _, new_x, _] = &others.0;
        (*x, *y, *z, *bz) = (*new_x, *new_y, *new_z, *new_bz);
        if place.is_some() {
            self.multiply_by(product, [(0, of_1), (1, of_w), (3, &e.plus(&yy.minus::<1>()))], room);
        }
    }

    /// Adds a point to the multiple; multiplies by the line through both.
    fn add(&self, product: &mut Fp12, state: &mut State<'_>, [xq, yq]: &[Fp2; 2]) {
        let State { place, multiple: Multiple { x, y, z, bz }, room, .. } = state;
        let at = place.as_ref().unwrap_or(&NOWHERE);
        let [mut scaled, mut squares, mut cubes, mut others, mut xs] = [Fp12::ZERO; 5];
        set(&mut scaled, [(0, z)]);
        self.multiply_by(&mut scaled, [(0, xq), (1, yq)], room);
        let [scaled_x, scaled_y, ..] = &scaled.0;
        let (run, rise) = (&x.plus(&scaled_x.minus::<1>()), &y.plus(&scaled_y.minus::<1>()));
        let right = [(0, run), (1, rise), (3, xq), (4, &yq.minus::<1>())];
        set(&mut squares, [(0, run), (1, rise)]);
        self.multiply_by(&mut squares, right, room);
        let [run2, _, rise2, _, of_w3, _] = &squares.0;
        set(&mut cubes, [(0, run2), (3, rise2)]);
        self.multiply_by(&mut cubes, [(0, run), (1, x), (2, z)], room);
        let [run3, xrun2, .., zrise2] = &cubes.0;
        let h = &run3.plus(zrise2).plus(&xrun2.twice().minus::<2>());
        let right = [(0, &y.minus::<1>()), (1, &xrun2.plus(&h.minus::<4>())), (2, &*z), (4, &*bz)];
        set(&mut others, [(0, rise), (1, run3)]);
        self.multiply_by(&mut others, right, room);
        let [_, new_y, _, new_z, _, new_bz] = &others.0;
        set(&mut xs, [(0, run), (1, rise)]);
        self.multiply_by(&mut xs, [(0, h), (2, &at.y), (3, &at.minus_x)], room);
        let [new_x, _, of_1, _, of_w, _] = &xs.0;
        (*x, *y, *z, *bz) = (*new_x, *new_y, *new_z, *new_bz);
        if place.is_some() {
            self.multiply_by(product, [(0, of_1), (1, of_w), (3, of_w3)], room);
        }
    }

    /// The power by 2 u (6 u² + 3 u + 1) (p^12 − 1) / r, where r is the order of the groups.
    fn power(&self, a: &Fp12) -> Fp12 {
        let a = self.times(a.conjugate(), &self.inverse(a));
        let a = self.times(self.powers(a, 2), &a);
        let y0 = self.by_minus_u(&a);
        let y1 = self.squared(y0);
        let y3 = self.times(self.squared(y1), &y1);
        let y4 = self.by_minus_u(&y3);
        let y6 = self.by_minus_u(&self.squared(y4));
        let y7 = self.times(y6.conjugate(), &y4);
        let y8 = self.times(y3.conjugate(), &y7);
        let y9 = self.times(y1, &y8);
        let y11 = self.times(self.times(y4, &y8), &a);
        let y13 = self.times(self.powers(y9, 1), &y11);
        let y14 = self.times(self.powers(y8, 2), &y13);
        let y15 = self.times(a.conjugate(), &y9);
        self.times(self.powers(y15, 3), &y14)
    }

    /// The power by −u, of what has its conjugate for an inverse.
    fn by_minus_u(&self, a: &Fp12) -> Fp12 {
        let inverse = a.conjugate();
        let mut power = *a;
        for digit in U {
            self.square(&mut power);
            match digit {
                0 => {}
                1 => self.multiply(&mut power, a),
                _ => self.multiply(&mut power, &inverse),
            }
        }
        power.conjugate()
    }

    /// The power by p^`times`.
    fn powers(&self, mut a: Fp12, times: usize) -> Fp12 {
        for _ in 0..times {
            let [c0, c1, c2, c3, c4, c5] = &a.0.map(|x| x.conjugate());
            let [g1, g2, g3, g4, g5] = &FROBENIUS;
            let [mut low, mut middle, mut high] = [Fp12::ZERO; 3];
            self.product(&mut low, [(0, c1), (1, c2)], [(0, g1), (2, g2)]);
            self.product(&mut middle, [(0, c3), (1, c4)], [(0, g3), (2, g4)]);
            self.product(&mut high, [(0, c5)], [(0, g5)]);
            a = Fp12([*c0, low.0[0], low.0[3], middle.0[0], middle.0[3], high.0[0]]);
        }
        a
    }

    /// 1 / a, or 0 for 0.
    fn inverse(&self, a: &Fp12) -> Fp12 {
        // The norm to Fp6 = Fp2[w²], and the product of its other conjugates over Fp2.
        let norm = self.times(a.conjugate(), a);
        let [c0, _, c2, _, c4, _] = &norm.0;
        let [r2, r4] = &ROOTS;
        let [mut scaled, mut others, mut number, mut inverted] = [Fp12::ZERO; 4];
        self.product(&mut scaled, [(0, c2), (1, c4)], [(0, r2), (2, r4)]);
        let [a2, b4, b2, a4, ..] = &scaled.0;
        self.product(&mut others, [(0, c0), (2, a2), (4, a4)], [(0, c0), (2, b2), (4, b4)]);
        let norm = self.times(norm, &others).0[0];
        let conjugate = [(0, &norm.conjugate())];
        self.product(&mut number, conjugate, [(0, &norm)]);
        let number = Fp2([U256(inverse(&number.0[0].0[0].0, &PRIME.0)), U256::ZERO]);
        self.product(&mut inverted, conjugate, [(0, &number)]);
        self.times(self.times(a.conjugate(), &others), &inverted)
    }
}

/// Sets coefficients.
#[inline(always)]
fn set<const N: usize>(element: &mut Fp12, coefficients: [(usize, &Fp2); N]) {
    coefficients.into_iter().for_each(|(i, x)| element.0[i] = *x);
}

impl<'a> State<'a> {
    fn new(pair: &'a Pair) -> Self {
        let place = pair.p.map(|[x, y]| {
            let [x, y] = [x, y].map(|number| Fp2([number, U256::ZERO]));
            Place { y, minus_x: x.minus::<1>(), minus_y: y.minus::<1>(), three_x: x.twice().plus(&x) }
        });
        let [x, y] = pair.q;
        Self { place, q: &pair.q, multiple: Multiple { x, y, z: Fp2::ONE, bz: TWIST_3 }, room: Fp12::ZERO }
    }
}
