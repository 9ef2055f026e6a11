//! The optimal ate pairing, by products in Fp12.
//!
//! A product of elements with few coefficients is several products of these: curves' arithmetic is made of such. Points of
//! the twist are homogeneous, with formulas of Costello, Lange and Naehrig ("Faster pairing computations on curves with
//! high-degree twists", 2010); the power at the end is by Fuentes-Castañeda, Knapp and Rodríguez-Henríquez ("Faster hashing
//! to G2", 2011).

use alloc::vec::Vec;

use super::PRIME;
use super::field::{Fp2, Fp12};
use crate::ecdsa::inverse::inverse;
use crate::u256::U256;

const ZERO: Fp2 = Fp2::ZERO;
/// The parameter u of the curves, in signed digits, the highest first, which is not there.
const U: [i8; 62] = digits(4_965_661_367_192_848_881);
/// 6 u + 2
const LOOP: [i8; 65] = digits(6 * 4_965_661_367_192_848_881 + 2);

/// 3 / (9 + u): the twist is y² = x³ + that.
const TWIST: Fp2 = Fp2([
    U256([0x3267_E6DC_24A1_38E5, 0xB5B4_C5E5_59DB_EFA3, 0x81BE_1899_1BE0_6AC3, 0x2B14_9D40_CEB8_AAAE]),
    U256([0xE4A2_BD06_85C3_15D2, 0xA74F_A084_E52D_1852, 0xCD2C_AFAD_EED8_FDF4, 0x0097_13B0_3AF0_FED4]),
]);
/// Three times that.
const TWIST_3: Fp2 = Fp2([
    U256([0x1EF6_9C66_BCE9_B021, 0xF21B_7C8D_3CB0_39CF, 0x1499_BE5E_509E_8F8F, 0x2075_3ADC_A9C6_BFB8]),
    U256([0xADE8_3713_9149_4176, 0xF5EE_E18E_AF87_48F8, 0x6786_0F09_CC8A_F9DD, 0x01C5_3B10_B0D2_FC7E]),
]);
/// (9 + u)^(i (p − 1) / 6), i = 1 … 5: what the coefficient of w^i is multiplied by when p-th powers are taken.
const FROBENIUS: [Fp2; 5] = [
    Fp2([
        U256([0xD60B_35DA_DCC9_E470, 0x5C52_1E08_292F_2176, 0xE8B9_9FDD_76E6_8B60, 0x1284_B71C_2865_A7DF]),
        U256([0xCA5C_F05F_80F3_62AC, 0x7479_9277_8EEE_C7E5, 0xA632_7CFE_1215_0B8E, 0x2469_96F3_B4FA_E7E6]),
    ]),
    Fp2([
        U256([0x99E3_9557_176F_553D, 0xB78C_C310_C2C3_330C, 0x4C0B_EC3C_F559_B143, 0x2FB3_4798_4F79_11F7]),
        U256([0x1665_D51C_640F_CBA2, 0x32AE_2A1D_0B7C_9DCE, 0x4BA4_CC8B_D75A_0794, 0x16C9_E550_61EB_AE20]),
    ]),
    Fp2([
        U256([0xDC54_0146_71A0_135A, 0xDBAA_E0ED_A9C9_5998, 0xDC5E_C698_B6E2_F9B9, 0x063C_F305_489A_F5DC]),
        U256([0x82D3_7F63_2623_B0E3, 0x2180_7DC9_8FA2_5BD2, 0x0704_B5A7_EC79_6F2B, 0x07C0_3CBC_AC41_049A]),
    ]),
    Fp2([
        U256([0x848A_1F55_921E_A762, 0xD333_65F7_BE94_EC72, 0x80F3_C0B7_5A18_1E84, 0x05B5_4F5E_64EE_A801]),
        U256([0xC13B_4711_CD2B_8126, 0x3685_D2EA_1BDE_C763, 0x9F3A_80B0_3B0B_1C92, 0x2C14_5EDB_E7FD_8AEE]),
    ]),
    Fp2([
        U256([0x2EA2_C810_EAB7_692F, 0x425C_459B_55AA_1BD3, 0xE93A_3661_A435_3FF4, 0x0183_C1E7_4F79_8649]),
        U256([0x24C6_B8EE_6E0C_2C4B, 0xB080_CB99_678E_2AC0, 0xA27F_B246_C772_9F7D, 0x12AC_F2CA_76FD_0675]),
    ]),
];
/// (9 + u)^(i (p² − 1) / 6), i = 2 and 4: cube roots of one.
const ROOTS: [Fp2; 2] = [
    Fp2([
        U256([0xE4BD_44E5_607C_FD48, 0xC28F_069F_BB96_6E3D, 0x5E6D_D9E7_E0AC_CCB0, 0x3064_4E72_E131_A029]),
        U256([0x0000_0000_0000_0000, 0x0000_0000_0000_0000, 0x0000_0000_0000_0000, 0x0000_0000_0000_0000]),
    ]),
    Fp2([
        U256([0x5763_4731_77FF_FFFE, 0xD4F2_63F1_ACDB_5C4F, 0x59E2_6BCE_A0D4_8BAC, 0x0000_0000_0000_0000]),
        U256([0x0000_0000_0000_0000, 0x0000_0000_0000_0000, 0x0000_0000_0000_0000, 0x0000_0000_0000_0000]),
    ]),
];

/// The digits of a number, −1, 0 or 1, no two neighbours of which are not zero, but for the highest, which is 1.
const fn digits<const N: usize>(mut n: u128) -> [i8; N] {
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

/// Whether the product of the pairings is one; none if points are not in the groups. Those of G1 are known to be.
pub fn is_one(products: &impl Products, pairs: &[super::Pair]) -> Option<bool> {
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
    products.is_one(&points)
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

    /// Whether the product of pairings is one; none if a point of the twist is not in G2.
    fn is_one(&self, pairs: &[Pair]) -> Option<bool> {
        let product = self.miller(pairs)?;
        Some(self.power(&product) == Fp12::ONE)
    }

    /// Whether this is a point of the twist.
    fn is_on_twist(&self, [x, y]: &[Fp2; 2]) -> bool {
        let squares = self.product([*x, *y, ZERO, ZERO, ZERO, ZERO], [*x, *y, ZERO, ZERO, ZERO, ZERO]);
        // x² x + b
        let right = [squares.0[0], Fp2::ONE, ZERO, ZERO, ZERO, ZERO];
        let right = self.product(right, [TWIST, *x, ZERO, ZERO, ZERO, ZERO]);
        squares.0[2] == right.0[1]
    }

    /// The product.
    #[inline(always)]
    fn product(&self, a: [Fp2; 6], b: [Fp2; 6]) -> Fp12 {
        let mut product = Fp12(a);
        self.multiply(&mut product, &Fp12(b));
        product
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
            let Multiple { x, y, z, .. } = state.multiple;
            let expected = [q3[0], q3[1].minus::<1>(), ZERO, ZERO, ZERO, ZERO];
            let expected = self.product([z, ZERO, ZERO, ZERO, ZERO, ZERO], expected);
            if z == ZERO || expected.0[..2] != [x, y] {
                return None;
            }
        }
        Some(product)
    }

    /// π of a point of the twist: what p-th powers of coordinates are there.
    fn twisted(&self, [x, y]: &[Fp2; 2]) -> [Fp2; 2] {
        let conjugates = [x.conjugate(), ZERO, ZERO, y.conjugate(), ZERO, ZERO];
        let product = self.product(conjugates, [FROBENIUS[1], FROBENIUS[2], ZERO, ZERO, ZERO, ZERO]);
        [product.0[0], product.0[4]]
    }

    /// Doubles the multiple; multiplies by the tangent.
    fn double(&self, product: &mut Fp12, state: &mut State<'_>) {
        let Multiple { x, y, z, bz } = &state.multiple;
        let (minus_y, three_x) = state.place.as_ref().map_or((ZERO, ZERO), |p| (p.minus_y, p.three_x));
        let squares = self.product([*x, *y, ZERO, ZERO, ZERO, ZERO], [*x, *y, ZERO, z.twice(), ZERO, ZERO]);
        let [xx, xy2, yy, _, yz2, _] = squares.0;
        let scaled = [TWIST_3, minus_y, *z, ZERO, ZERO, ZERO];
        let [byz2, of_1, _, _, e, _] = self.product(scaled, [yz2, ZERO, *bz, ZERO, ZERO, ZERO]).0;
        let three_e = e.twice().plus(&e);
        let left = [yy, three_e, xx, ZERO, ZERO, ZERO];
        let [_, y, _, _, of_w, _] =
            self.product(left, [yy.twice().plus(&e.minus::<1>()), yy, three_x, ZERO, ZERO, ZERO]).0;
        let right = [yy.twice().twice(), ZERO, yy.plus(&three_e.minus::<3>()), ZERO, ZERO, ZERO];
        let [z, bz, _, _, x, _] = self.product([yz2, byz2, xy2, ZERO, ZERO, ZERO], right).0;
        state.multiple = Multiple { x, y, z, bz };
        if state.place.is_some() {
            self.line(product, [of_1, of_w, e.plus(&yy.minus::<1>())]);
        }
    }

    /// Adds a point to the multiple; multiplies by the line through both.
    fn add(&self, product: &mut Fp12, state: &mut State<'_>, [xq, yq]: &[Fp2; 2]) {
        let Multiple { x, y, z, bz } = &state.multiple;
        let (y_p, minus_x) = state.place.as_ref().map_or((ZERO, ZERO), |p| (p.y, p.minus_x));
        let scaled = self.product([*z, ZERO, ZERO, ZERO, ZERO, ZERO], [*xq, *yq, ZERO, ZERO, ZERO, ZERO]).0;
        let (run, rise) = (x.plus(&scaled[0].minus::<1>()), y.plus(&scaled[1].minus::<1>()));
        let right = [run, rise, ZERO, *xq, yq.minus::<1>(), ZERO];
        let [run2, _, rise2, _, of_w3, _] = self.product([run, rise, ZERO, ZERO, ZERO, ZERO], right).0;
        let left = [run2, ZERO, ZERO, rise2, ZERO, ZERO];
        let [run3, xrun2, _, _, _, zrise2] = self.product(left, [run, *x, *z, ZERO, ZERO, ZERO]).0;
        let h = run3.plus(&zrise2).plus(&xrun2.twice().minus::<2>());
        let right = [y.minus::<1>(), xrun2.plus(&h.minus::<4>()), *z, ZERO, *bz, ZERO];
        let [_, y, _, z, _, bz] = self.product([rise, run3, ZERO, ZERO, ZERO, ZERO], right).0;
        let right = [h, ZERO, y_p, minus_x, ZERO, ZERO];
        let [x, _, of_1, _, of_w, _] = self.product([run, rise, ZERO, ZERO, ZERO, ZERO], right).0;
        state.multiple = Multiple { x, y, z, bz };
        if state.place.is_some() {
            self.line(product, [of_1, of_w, of_w3]);
        }
    }

    /// Multiplies by a line: coefficients of 1, w and w³.
    fn line(&self, product: &mut Fp12, [of_1, of_w, of_w3]: [Fp2; 3]) {
        self.multiply(product, &Fp12([of_1, of_w, ZERO, of_w3, ZERO, ZERO]));
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
            let [c0, c1, c2, c3, c4, c5] = a.0.map(|x| x.conjugate());
            let [g1, g2, g3, g4, g5] = FROBENIUS;
            let [c1, _, _, c2, ..] =
                self.product([c1, c2, ZERO, ZERO, ZERO, ZERO], [g1, ZERO, g2, ZERO, ZERO, ZERO]).0;
            let [c3, _, _, c4, ..] =
                self.product([c3, c4, ZERO, ZERO, ZERO, ZERO], [g3, ZERO, g4, ZERO, ZERO, ZERO]).0;
            let [c5, ..] =
                self.product([c5, ZERO, ZERO, ZERO, ZERO, ZERO], [g5, ZERO, ZERO, ZERO, ZERO, ZERO]).0;
            a = Fp12([c0, c1, c2, c3, c4, c5]);
        }
        a
    }

    /// 1 / a, or 0 for 0.
    fn inverse(&self, a: &Fp12) -> Fp12 {
        // The norm to Fp6 = Fp2[w²], and the product of its other conjugates over Fp2.
        let norm = self.times(a.conjugate(), a);
        let [c0, _, c2, _, c4, _] = norm.0;
        let [r2, r4] = ROOTS;
        let scaled = self.product([c2, c4, ZERO, ZERO, ZERO, ZERO], [r2, ZERO, r4, ZERO, ZERO, ZERO]);
        let [a2, b4, b2, a4, ..] = scaled.0;
        let others = self.product([c0, ZERO, a2, ZERO, a4, ZERO], [c0, ZERO, b2, ZERO, b4, ZERO]);
        let norm = self.times(norm, &others).0[0];
        let conjugate = [norm.conjugate(), ZERO, ZERO, ZERO, ZERO, ZERO];
        let number = self.product(conjugate, [norm, ZERO, ZERO, ZERO, ZERO, ZERO]).0[0].0[0];
        let number = Fp2([U256(inverse(&number.0, &PRIME.0)), U256::ZERO]);
        let inverse = self.product(conjugate, [number, ZERO, ZERO, ZERO, ZERO, ZERO]);
        self.times(self.times(a.conjugate(), &others), &inverse)
    }
}

impl<'a> State<'a> {
    fn new(pair: &'a Pair) -> Self {
        let place = pair.p.map(|[x, y]| {
            let [x, y] = [x, y].map(|number| Fp2([number, U256::ZERO]));
            Place { y, minus_x: x.minus::<1>(), minus_y: y.minus::<1>(), three_x: x.twice().plus(&x) }
        });
        let [x, y] = pair.q;
        Self { place, q: &pair.q, multiple: Multiple { x, y, z: Fp2::ONE, bz: TWIST_3 } }
    }
}
