//! Packed arithmetic of the extension for kernels: sums of products are reduced once.
//!
//! An element is given by its coefficients. Multiplication by a is a matrix whose entries are
//! coefficients of a and four differences of them (x^5 = 1 − x^2), so a product is five sums of five
//! products, and a b + c d five sums of ten.

use aver_stark::field::{D, EF, F, PEF, PF, coefficients};
use p3_field::{BasedVectorSpace, PackedValue, PrimeCharacteristicRing};

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
mod lanes;
#[cfg_attr(not(all(target_arch = "x86_64", target_feature = "avx2")), path = "portable.rs")]
mod sum;

pub use sum::{Operand, Sum};

/// Coefficients of a packed extension element.
pub type E = [PF; D];

/// Zero.
pub const ZERO: E = [PF::ZERO; D];
/// One.
pub const ONE: E = [PF::ONE, PF::ZERO, PF::ZERO, PF::ZERO, PF::ZERO];

/// One expression for each coefficient, unrolled.
macro_rules! each {
    ($k:ident => $value:expr) => {
        [
            {
                const $k: usize = 0;
                $value
            },
            {
                const $k: usize = 1;
                $value
            },
            {
                const $k: usize = 2;
                $value
            },
            {
                const $k: usize = 3;
                $value
            },
            {
                const $k: usize = 4;
                $value
            },
        ]
    };
}

/// The same element in all lanes.
pub fn broadcast(x: EF) -> E {
    let c = coefficients(&x);
    each!(K => PF::broadcast(c[K]))
}

/// As plonky3's type.
pub fn to_packed(x: &E) -> PEF {
    PEF::from_basis_coefficients_fn(|k| x[k])
}

/// From plonky3's type.
pub fn from_packed(x: &PEF) -> E {
    let c = x.as_basis_coefficients_slice();
    each!(K => c[K])
}

/// Sum of the lanes.
pub fn lanes_sum(x: &E) -> EF {
    EF::from_basis_coefficients_fn(|k| x[k].as_slice().iter().copied().sum::<F>())
}

/// a + b.
#[inline(always)]
pub fn add(a: &E, b: &E) -> E {
    each!(K => a[K] + b[K])
}

/// a + b, twice.
#[inline(always)]
pub fn add_each(a: [E; 2], b: [E; 2]) -> [E; 2] {
    [add(&a[0], &b[0]), add(&a[1], &b[1])]
}

/// a − b.
#[inline(always)]
pub fn sub(a: &E, b: &E) -> E {
    each!(K => a[K] - b[K])
}

/// Which entry of a [`Matrix`] stands in each row and column.
const ENTRIES: [[usize; D]; D] =
    [[0, 4, 3, 2, 5], [1, 0, 4, 3, 2], [2, 5, 6, 7, 8], [3, 2, 5, 6, 7], [4, 3, 2, 5, 6]];

/// Multiplication by an element.
#[derive(Clone, Copy)]
pub struct Matrix([Operand; 9]);

impl Matrix {
    /// By `a`.
    #[inline(always)]
    pub fn new(a: &E) -> Self {
        let d = a[1] - a[4];
        let entries = [a[0], a[1], a[2], a[3], a[4], d, a[0] - a[3], a[4] - a[2], a[3] - d];
        Self(entries.map(Operand::new))
    }

    /// Row K.
    #[inline(always)]
    fn row<const K: usize>(&self) -> [Operand; D] {
        each!(J => self.0[ENTRIES[K][J]])
    }
}

/// Coefficients as operands.
#[inline(always)]
pub fn operands(b: &E) -> [Operand; D] {
    each!(K => Operand::new(b[K]))
}

/// a b.
#[inline(always)]
pub fn mul(a: &E, b: &E) -> E {
    mul_by(&Matrix::new(a), b)
}

/// a b.
#[inline(always)]
pub fn mul_by(a: &Matrix, b: &E) -> E {
    let b = operands(b);
    each!(K => Sum::of(a.row::<K>(), b).reduce())
}

/// a b + c d.
#[inline(always)]
pub fn dot(a: &E, b: &E, c: &E, d: &E) -> E {
    let (a, b, c, d) = (Matrix::new(a), operands(b), Matrix::new(c), operands(d));
    each!(K => Sum::of(join(a.row::<K>(), c.row::<K>()), join(b, d)).reduce())
}

#[inline(always)]
fn join([a, b, c, d, e]: [Operand; D], [f, g, h, i, j]: [Operand; D]) -> [Operand; 2 * D] {
    [a, b, c, d, e, f, g, h, i, j]
}

/// a b + c d for base elements a, c.
#[inline(always)]
pub fn dot_base(a: PF, b: &E, c: PF, d: &E) -> E {
    let (a, c) = (Operand::new(a), Operand::new(c));
    each!(K => Sum::of([a, c], [Operand::new(b[K]), Operand::new(d[K])]).reduce())
}

/// x a for a base element a.
#[inline(always)]
pub fn mul_base(x: &[Operand; D], a: PF) -> E {
    let a = Operand::new(a);
    each!(K => Sum::of([x[K]], [a]).reduce())
}

/// Σ a b over many pairs.
#[derive(Clone, Copy)]
pub struct Dot([Sum; D]);

impl Dot {
    /// Nothing yet.
    #[inline(always)]
    pub fn new(start: &E) -> Self {
        Self(each!(K => Sum::new(start[K])))
    }

    /// Adds a b.
    #[inline(always)]
    pub fn add(&mut self, a: &E, b: &E) {
        let (a, b) = (Matrix::new(a), operands(b));
        self.0 = each!(K => self.0[K].plus(Sum::of(a.row::<K>(), b).fold()).fold());
    }

    /// The sum.
    #[inline(always)]
    pub fn sum(&self) -> E {
        each!(K => self.0[K].reduce())
    }
}

/// `start` + Σ b a over terms of an element b that is the same in all lanes, and what gives a base element a.
#[inline(always)]
pub fn affine<T>(start: &E, terms: &[([F; D], T)], load: impl Fn(&T) -> PF) -> E {
    // There is room for two products before a sum must be folded, and none of that to be done after the last.
    let mut sums: [Sum; D] = each!(K => Sum::new(start[K]));
    let (pairs, last) = terms.as_chunks();
    for (i, [(b, x), (d, y)]) in pairs.iter().enumerate() {
        let (x, y) = (Operand::new(load(x)), Operand::new(load(y)));
        sums = each!(K => {
            let sum = if i == 0 { sums[K] } else { sums[K].fold() };
            sum.plus(Sum::of([x, y], [Operand::constant(b[K]), Operand::constant(d[K])]))
        });
    }
    if let [(b, x)] = last {
        let x = Operand::new(load(x));
        sums = each!(K => {
            let sum = if pairs.is_empty() { sums[K] } else { sums[K].fold() };
            sum.plus(Sum::of([x], [Operand::constant(b[K])]))
        });
    }
    each!(K => sums[K].reduce())
}

#[cfg(test)]
mod tests;
