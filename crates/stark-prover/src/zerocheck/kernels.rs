//! Sums of products of base and extension elements. Products are added up before they are reduced,
//! [`TERMS`] at a time.

use aver_stark::field::{D, EF, F, PEF, PF, coefficients};
use p3_field::{Algebra, BasedVectorSpace, PackedFieldPow2, PackedValue, PrimeCharacteristicRing};

/// Products that are reduced together.
pub const TERMS: usize = 1 << LOG_TERMS;
/// log2 of [`TERMS`].
pub const LOG_TERMS: usize = 3;

/// [`TERMS`] packed extension elements, by coefficient.
pub type Terms = [[PF; TERMS]; D];

/// Elements in groups of [`TERMS`], filled up with zeros.
pub fn terms(elements: &[PEF]) -> Vec<Terms> {
    let group = |group: &[PEF]| -> Terms {
        let coefficient = |i: usize, k: usize| {
            group.get(i).map_or(PF::ZERO, |e| BasedVectorSpace::<PF>::as_basis_coefficients_slice(e)[k])
        };
        std::array::from_fn(|k| std::array::from_fn(|i| coefficient(i, k)))
    };
    elements.chunks(TERMS).map(group).collect()
}

/// Σ_i a_i b_i.
pub fn dot(a: &Terms, b: &[PF; TERMS]) -> PEF {
    PEF::from_basis_coefficients_fn(|k| PF::dot_product(&a[k], b))
}

/// Adds Σ_u weights[u] · column[u · `stride` + `first` + y] to each out[y].
pub fn bind(out: &mut [PEF], column: &[PF], stride: usize, first: usize, weights: &[EF]) {
    match weights.len() {
        1 => add_rows::<1>(out, column, stride, first, weights),
        2 => add_rows::<2>(out, column, stride, first, weights),
        4 => add_rows::<4>(out, column, stride, first, weights),
        _ => (column.chunks_exact(TERMS * stride).zip(weights.chunks_exact(TERMS)))
            .for_each(|(column, weights)| add_rows::<TERMS>(out, column, stride, first, weights)),
    }
}

fn add_rows<const N: usize>(out: &mut [PEF], column: &[PF], stride: usize, first: usize, weights: &[EF]) {
    let weights: [[F; N]; D] = std::array::from_fn(|k| std::array::from_fn(|u| coefficients(&weights[u])[k]));
    let rows: [&[PF]; N] = std::array::from_fn(|u| &column[u * stride + first..][..out.len()]);
    for (y, out) in out.iter_mut().enumerate() {
        let values: [PF; N] = std::array::from_fn(|u| rows[u][y]);
        *out += PEF::from_basis_coefficients_fn(|k| PF::mixed_dot_product(&values, &weights[k]));
    }
}

/// Sum of the lanes.
pub fn lanes_sum(v: PEF) -> EF {
    let coefficients: &[PF] = v.as_basis_coefficients_slice();
    EF::from_basis_coefficients_fn(|k| coefficients[k].as_slice().iter().copied().sum::<F>())
}

/// Lanes `by` to 2 `by` as the first `by` lanes.
pub fn shift(v: PEF, by: usize) -> PEF {
    let coefficients: &[PF] = v.as_basis_coefficients_slice();
    PEF::from_basis_coefficients_fn(|k| coefficients[k].interleave(coefficients[k], by).1)
}

/// Lane 0.
pub fn first(v: PEF) -> EF {
    let coefficients: &[PF] = v.as_basis_coefficients_slice();
    EF::from_basis_coefficients_fn(|k| coefficients[k].as_slice()[0])
}
