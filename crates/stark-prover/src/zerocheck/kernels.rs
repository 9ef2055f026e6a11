//! Sums of products of base and extension elements. Products are added up before they are reduced,
//! [`TERMS`] at a time.

use std::array;

use aver_stark::field::{D, EF, F, PEF, PF, coefficients};
use p3_field::{BasedVectorSpace, PackedFieldPow2, PackedValue, PrimeCharacteristicRing};

use crate::ext::{Operand, Sum};

/// Products that are reduced together.
pub const TERMS: usize = 8;

/// [`TERMS`] packed extension elements, by coefficient.
pub type Terms = [[PF; TERMS]; D];

/// Elements in groups of [`TERMS`], filled up with zeros.
pub fn terms(elements: &[PEF]) -> Vec<Terms> {
    let group = |group: &[PEF]| -> Terms {
        let coefficient = |i: usize, k: usize| {
            group.get(i).map_or(PF::ZERO, |e| BasedVectorSpace::<PF>::as_basis_coefficients_slice(e)[k])
        };
        array::from_fn(|k| array::from_fn(|i| coefficient(i, k)))
    };
    elements.chunks(TERMS).map(group).collect()
}

/// [`TERMS`] packed extension elements, to be multiplied with.
pub type Factors = [[Operand; TERMS]; D];

/// As factors.
pub fn factors(terms: &Terms) -> Factors {
    array::from_fn(|k| array::from_fn(|i| Operand::new(terms[k][i])))
}

/// Σ_i a_i b_i.
#[inline(always)]
pub fn dot(a: &Factors, b: &[PF; TERMS]) -> PEF {
    let b: [Operand; TERMS] = array::from_fn(|i| Operand::new(b[i]));
    ext(|k| Sum::of(a[k], b))
}

/// Binds columns: extension elements that are the same in all lanes.
pub struct Scalars {
    scalars: Vec<EF>,
    /// The same in groups of [`TERMS`], by coefficient.
    groups: Vec<[[F; TERMS]; D]>,
}

impl Scalars {
    /// A power of two of them.
    pub fn new(scalars: Vec<EF>) -> Self {
        let group = |group: &[EF]| array::from_fn(|k| array::from_fn(|i| coefficients(&group[i])[k]));
        Self { groups: scalars.chunks_exact(TERMS).map(group).collect(), scalars }
    }

    /// Σ_u scalar u · values[u · `rows` + y], for each y below `rows`, to `out`.
    pub fn bind(&self, values: &[PF], rows: usize, mut out: impl FnMut(usize, PEF)) {
        let group = |g: usize, y: usize| -> [Operand; TERMS] {
            let values = &values[g * TERMS * rows..][..TERMS * rows];
            array::from_fn(|i| Operand::new(values[i * rows + y]))
        };
        match &self.groups[..] {
            [] => (0..rows).for_each(|y| {
                let values = values[y..].iter().step_by(rows);
                out(y, self.scalars.iter().zip(values).map(|(&s, &v)| PEF::from(s) * v).sum());
            }),
            [scalars] => (0..rows).for_each(|y| {
                let values = group(0, y);
                out(y, ext(|k| Sum::of(scalars[k].map(Operand::constant), values)));
            }),
            groups => {
                // As memory has them.
                let mut sums = vec![[Sum::new(PF::ZERO); D]; rows];
                for (g, scalars) in groups.iter().enumerate() {
                    for (y, sums) in sums.iter_mut().enumerate() {
                        let values = group(g, y);
                        for (sum, scalars) in sums.iter_mut().zip(scalars) {
                            *sum = sum.plus(Sum::of(scalars.map(Operand::constant), values).fold()).fold();
                        }
                    }
                }
                sums.iter().enumerate().for_each(|(y, sums)| out(y, ext(|k| sums[k])));
            }
        }
    }
}

fn ext(coefficient: impl Fn(usize) -> Sum) -> PEF {
    PEF::from_basis_coefficients_fn(|k| coefficient(k).reduce())
}

/// Sum of the lanes.
pub fn lanes_sum(v: PEF) -> EF {
    let coefficients: &[PF] = v.as_basis_coefficients_slice();
    EF::from_basis_coefficients_fn(|k| coefficients[k].as_slice().iter().copied().sum::<F>())
}

/// With lanes in blocks of `block`: the even blocks of `a` and `b`, in turns, and the odd ones.
pub fn pair(a: PEF, b: PEF, block: usize) -> [PEF; 2] {
    let coefficients = |v: PEF| -> [PF; D] { array::from_fn(|k| v.as_basis_coefficients_slice()[k]) };
    let (a, b) = (coefficients(a), coefficients(b));
    let blocks: [(PF, PF); D] = array::from_fn(|k| a[k].interleave(b[k], block));
    [PEF::from_basis_coefficients_fn(|k| blocks[k].0), PEF::from_basis_coefficients_fn(|k| blocks[k].1)]
}

/// A single lane.
pub fn lane(v: PEF, i: usize) -> EF {
    let coefficients: &[PF] = v.as_basis_coefficients_slice();
    EF::from_basis_coefficients_fn(|k| coefficients[k].as_slice()[i])
}
