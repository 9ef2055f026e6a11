//! The optimal ate pairing, by products in Fp12.
//!
//! A product of elements with few coefficients is several products of these: curves' arithmetic is made of such. Points of
//! the twist are homogeneous, with formulas of Costello, Lange and Naehrig ("Faster pairing computations on curves with
//! high-degree twists", 2010).

use alloc::vec::Vec;
use core::fmt::Debug;

pub mod field;

use field::{Fp2, Fp12, Number};

/// A curve that has a pairing, by its twist y² = x³ + b over Fp2.
pub trait Curve: Copy + Debug + Eq + 'static {
    /// As many words as a number has.
    type Number: Number;
    /// i p
    const MULTIPLES: [Self::Number; 5];
    /// b
    const TWIST: Fp2<Self>;
    /// 3 b
    const TWIST_3: Fp2<Self>;
    /// ξ^(i (p − 1) / 6), i = 1 … 5: what the coefficient of w^i is multiplied by when p-th powers are taken.
    const FROBENIUS: [Fp2<Self>; 5];
    /// ξ^(i (p² − 1) / 6), i = 2 and 4: cube roots of one.
    const ROOTS: [Fp2<Self>; 2];
    /// What conjugates of x and y are multiplied by, to have π of a point of the twist.
    const TWISTED: [Fp2<Self>; 2];
    /// Which powers of w a line has: what y of the point it is taken at, and x, are multiplied by, and the rest. A point of
    /// the twist is (x w², y w³) on the curve: 0, 1 and 3; or (x / w², y / w³): w³ times that.
    const LINE: [usize; 3];
    /// Digits of the loop's number, −1, 0 or 1, the highest first, which is 1 and not there.
    const LOOP: &'static [i8];

    /// 1 / n for a number below p, or 0 for 0.
    fn inverse(number: &Self::Number) -> Self::Number;
    /// After the loop: the lines that are left. Whether the point of the twist is in G2.
    fn end(products: &impl Products<Self>, product: &mut Fp12<Self>, state: &mut State<'_, Self>) -> bool;
    /// The power by (p^12 − 1) / r, r being the order of the groups, or by a multiple that r does not divide.
    fn power(products: &impl Products<Self>, a: &Fp12<Self>) -> Fp12<Self>;
}

/// The digits of a number, −1, 0 or 1, no two neighbours of which are not zero, but for the highest, which is 1 and not there.
#[cfg(any(test, feature = "bn254-fp12-coprocessor"))]
pub const fn digits<const N: usize>(mut n: u128) -> [i8; N] {
    let (mut digits, mut i) = ([0; N], N);
    while i > 0 {
        i -= 1;
        if n % 2 == 1 {
            digits[i] = 2 - (n % 4) as i8;
        }
        n = (n + (digits[i] == -1) as u128) / 2;
    }
    assert!(n == 1);
    digits
}

/// The product of pairings, up to a power, of points of G1, which are known to be, and others; none if these are not in G2.
/// No point is infinity.
pub fn value<C: Curve>(
    products: &impl Products<C>,
    pairs: impl Iterator<Item = (Option<[C::Number; 2]>, Option<[Fp2<C>; 2]>)>,
) -> Option<Fp12<C>> {
    let mut points = Vec::new();
    for (p, q) in pairs {
        // Infinity is in both groups, and pairs to one.
        let Some(q) = q else { continue };
        if !products.is_on_twist(&q) {
            return None;
        }
        points.push(Pair { p, q });
    }
    products.value(&points)
}

/// Points of a pair.
pub struct Pair<C: Curve> {
    /// A point of G1; none is infinity.
    pub p: Option<[C::Number; 2]>,
    /// A point of the twist.
    pub q: [Fp2<C>; 2],
}

/// What lines need of a point of G1.
pub struct Place<C: Curve> {
    y: Fp2<C>,
    minus_x: Fp2<C>,
    minus_y: Fp2<C>,
    three_x: Fp2<C>,
}

/// A point of the twist, (x / z, y / z), with 3 b z for its b. None has z = 0: that is what comes of points that are the same
/// or opposite where they should not be, and of whatever is added to it.
pub struct Multiple<C: Curve> {
    x: Fp2<C>,
    y: Fp2<C>,
    z: Fp2<C>,
    bz: Fp2<C>,
}

/// A pair in the loop.
pub struct State<'a, C: Curve> {
    /// Zeros for infinity, where no line is asked for.
    at: Place<C>,
    has_lines: bool,
    /// The point of the twist.
    pub q: &'a [Fp2<C>; 2],
    multiple: Multiple<C>,
    /// Zero, to have factors in.
    room: Fp12<C>,
}

/// Products in Fp12, and what is made of them.
pub trait Products<C: Curve>: Sized {
    /// a becomes a b. Its numbers are then below p.
    fn multiply(&self, a: &mut Fp12<C>, b: &Fp12<C>);

    /// a becomes its square.
    fn square(&self, a: &mut Fp12<C>) {
        let same = *a;
        self.multiply(a, &same);
    }

    /// The product of pairings, up to a power; none if a point of the twist is not in G2.
    fn value(&self, pairs: &[Pair<C>]) -> Option<Fp12<C>> {
        let product = self.miller(pairs)?;
        Some(C::power(self, &product))
    }

    /// Whether this is a point of the twist.
    fn is_on_twist(&self, [x, y]: &[Fp2<C>; 2]) -> bool {
        let (mut squares, mut right) = (Fp12::ZERO, Fp12::ZERO);
        self.product(&mut squares, [(0, x), (1, y)], [(0, x), (1, y)]);
        // x² x + b
        self.product(&mut right, [(0, &squares.0[0]), (1, &Fp2::ONE)], [(0, &C::TWIST), (1, x)]);
        squares.0[2] == right.0[1]
    }

    /// Makes `product`, which is zero, the product of elements with these coefficients. What is returned would be copied.
    #[inline(always)]
    fn product<const N: usize, const M: usize>(
        &self,
        product: &mut Fp12<C>,
        a: [(usize, &Fp2<C>); N],
        b: [(usize, &Fp2<C>); M],
    ) {
        let mut room = Fp12::ZERO;
        set(product, a);
        self.multiply_by(product, b, &mut room);
    }

    /// a becomes the product with an element with these coefficients; `room` is zero.
    #[inline(always)]
    fn multiply_by<const N: usize>(&self, a: &mut Fp12<C>, b: [(usize, &Fp2<C>); N], room: &mut Fp12<C>) {
        b.iter().for_each(|(i, x)| room.0[*i] = **x);
        self.multiply(a, room);
        b.iter().for_each(|(i, _)| room.0[*i] = Fp2::ZERO);
    }

    /// The product.
    fn times(&self, mut a: Fp12<C>, b: &Fp12<C>) -> Fp12<C> {
        self.multiply(&mut a, b);
        a
    }

    /// The square.
    fn squared(&self, mut a: Fp12<C>) -> Fp12<C> {
        self.square(&mut a);
        a
    }

    /// Miller's loop for all pairs; none if a point is not in G2.
    fn miller(&self, pairs: &[Pair<C>]) -> Option<Fp12<C>> {
        let mut states: Vec<State<'_, C>> = pairs.iter().map(State::new).collect();
        let mut product = Fp12::ONE;
        for (i, digit) in C::LOOP.iter().enumerate() {
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
        let ends = states.iter_mut().all(|state| C::end(self, &mut product, state));
        ends.then_some(product)
    }

    /// Whether the multiple is this point of the twist.
    fn is_at(&self, state: &State<'_, C>, [xq, yq]: &[Fp2<C>; 2]) -> bool {
        let Multiple { x, y, z, .. } = &state.multiple;
        let mut expected = Fp12::ZERO;
        self.product(&mut expected, [(0, z)], [(0, xq), (1, yq)]);
        *z != Fp2::ZERO && expected.0[..2] == [*x, *y]
    }

    /// π of a point of the twist: what p-th powers of coordinates are there.
    fn twisted(&self, [x, y]: &[Fp2<C>; 2]) -> [Fp2<C>; 2] {
        let (x, y) = (x.conjugate(), y.conjugate());
        let mut powers = Fp12::ZERO;
        self.product(&mut powers, [(0, &x), (3, &y)], [(0, &C::TWISTED[0]), (1, &C::TWISTED[1])]);
        [powers.0[0], powers.0[4]]
    }

    /// Doubles the multiple; multiplies by the tangent.
    fn double(&self, product: &mut Fp12<C>, state: &mut State<'_, C>) {
        let State { at, has_lines, multiple: Multiple { x, y, z, bz }, room, .. } = state;
        let [mut squares, mut scaled, mut ys, mut others] = [Fp12::ZERO; 4];
        set(&mut squares, [(0, x), (1, y)]);
        self.multiply_by(&mut squares, [(0, x), (1, y), (3, &z.twice())], room);
        let [xx, xy2, yy, _, yz2, _] = &squares.0;
        set(&mut scaled, [(0, &C::TWIST_3), (1, &at.minus_y), (2, z)]);
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
        if *has_lines {
            let [of_y, of_x, rest] = C::LINE;
            self.multiply_by(product, [(of_y, of_1), (of_x, of_w), (rest, &e.plus(&yy.minus::<1>()))], room);
        }
    }

    /// Adds a point to the multiple; multiplies by the line through both.
    fn add(&self, product: &mut Fp12<C>, state: &mut State<'_, C>, [xq, yq]: &[Fp2<C>; 2]) {
        let State { at, has_lines, multiple: Multiple { x, y, z, bz }, room, .. } = state;
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
        if *has_lines {
            let [of_y, of_x, rest] = C::LINE;
            self.multiply_by(product, [(of_y, of_1), (of_x, of_w), (rest, of_w3)], room);
        }
    }

    /// The power by (p^6 − 1) (p² + 1): its inverse is its conjugate.
    fn easy_power(&self, a: &Fp12<C>) -> Fp12<C> {
        let a = self.times(a.conjugate(), &self.inverse(a));
        self.times(self.powers(a, 2), &a)
    }

    /// The power by a number in signed digits, as those of [`Curve::LOOP`], of what has its conjugate for an inverse.
    fn cyclotomic_power(&self, a: &Fp12<C>, digits: &[i8]) -> Fp12<C> {
        let inverse = a.conjugate();
        let mut power = *a;
        for digit in digits {
            self.square(&mut power);
            match digit {
                0 => {}
                1 => self.multiply(&mut power, a),
                _ => self.multiply(&mut power, &inverse),
            }
        }
        power
    }

    /// The power by p^`times`.
    fn powers(&self, mut a: Fp12<C>, times: usize) -> Fp12<C> {
        for _ in 0..times {
            let [c0, c1, c2, c3, c4, c5] = &a.0.map(|x| x.conjugate());
            let [g1, g2, g3, g4, g5] = &C::FROBENIUS;
            let [mut low, mut middle, mut high] = [Fp12::ZERO; 3];
            self.product(&mut low, [(0, c1), (1, c2)], [(0, g1), (2, g2)]);
            self.product(&mut middle, [(0, c3), (1, c4)], [(0, g3), (2, g4)]);
            self.product(&mut high, [(0, c5)], [(0, g5)]);
            a = Fp12([*c0, low.0[0], low.0[3], middle.0[0], middle.0[3], high.0[0]]);
        }
        a
    }

    /// 1 / a, or 0 for 0.
    fn inverse(&self, a: &Fp12<C>) -> Fp12<C> {
        // The norm to Fp6 = Fp2<C>[w²], and the product of its other conjugates over Fp2.
        let norm = self.times(a.conjugate(), a);
        let [c0, _, c2, _, c4, _] = &norm.0;
        let [r2, r4] = &C::ROOTS;
        let [mut scaled, mut others, mut number, mut inverted] = [Fp12::ZERO; 4];
        self.product(&mut scaled, [(0, c2), (1, c4)], [(0, r2), (2, r4)]);
        let [a2, b4, b2, a4, ..] = &scaled.0;
        self.product(&mut others, [(0, c0), (2, a2), (4, a4)], [(0, c0), (2, b2), (4, b4)]);
        let norm = self.times(norm, &others).0[0];
        let conjugate = [(0, &norm.conjugate())];
        self.product(&mut number, conjugate, [(0, &norm)]);
        let number = Fp2([C::inverse(&number.0[0].0[0]), C::Number::ZERO]);
        self.product(&mut inverted, conjugate, [(0, &number)]);
        self.times(self.times(a.conjugate(), &others), &inverted)
    }
}

/// Sets coefficients.
#[inline(always)]
fn set<C: Curve, const N: usize>(element: &mut Fp12<C>, coefficients: [(usize, &Fp2<C>); N]) {
    coefficients.into_iter().for_each(|(i, x)| element.0[i] = *x);
}

impl<'a, C: Curve> State<'a, C> {
    fn new(pair: &'a Pair<C>) -> Self {
        let [x, y] = pair.p.unwrap_or([C::Number::ZERO; 2]).map(|number| Fp2([number, C::Number::ZERO]));
        let at = Place { y, minus_x: x.minus::<1>(), minus_y: y.minus::<1>(), three_x: x.twice().plus(&x) };
        let [x, y] = pair.q;
        let multiple = Multiple { x, y, z: Fp2::ONE, bz: C::TWIST_3 };
        Self { at, has_lines: pair.p.is_some(), q: &pair.q, multiple, room: Fp12::ZERO }
    }
}
