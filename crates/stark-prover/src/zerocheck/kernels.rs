//! Sums of products of base and extension elements. Products are added up before they are reduced,
//! [`TERMS`] at a time.

use std::array;

use aver_stark::field::{D, EF, F, PEF, PF, coefficients};
use p3_field::{Algebra, BasedVectorSpace, PackedFieldPow2, PackedValue, PrimeCharacteristicRing};

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

/// Σ_i a_i b_i.
pub fn dot(a: &Terms, b: &[PF; TERMS]) -> PEF {
    PEF::from_basis_coefficients_fn(|k| PF::dot_product(&a[k], b))
}

/// Adds Σ_u weights[u] · column[u · |out| + y] to each out[y].
pub fn bind(out: &mut [PEF], column: &[PF], weights: &[EF]) {
    match weights.len() {
        1 => add_rows::<1>(out, column, weights),
        2 => add_rows::<2>(out, column, weights),
        4 => add_rows::<4>(out, column, weights),
        _ => (column.chunks_exact(TERMS * out.len()).zip(weights.chunks_exact(TERMS)))
            .for_each(|(column, weights)| add_rows::<TERMS>(out, column, weights)),
    }
}

fn add_rows<const N: usize>(out: &mut [PEF], column: &[PF], weights: &[EF]) {
    let weights: [[F; N]; D] = array::from_fn(|k| array::from_fn(|u| coefficients(&weights[u])[k]));
    let rows: [&[PF]; N] = array::from_fn(|u| &column[u * out.len()..][..out.len()]);
    for (y, out) in out.iter_mut().enumerate() {
        let values: [PF; N] = array::from_fn(|u| rows[u][y]);
        *out += PEF::from_basis_coefficients_fn(|k| PF::mixed_dot_product(&values, &weights[k]));
    }
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
