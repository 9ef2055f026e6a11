//! What is done with whole columns: message columns at r, columns at the challenges of a row.

use aver_stark::field::{EF, PEF, PF};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::kernels::{TERMS, Terms, bind, dot, lanes_sum};
use super::{Segments, Shape};

/// For each of `columns` of a chip and each segment u: Σ eq(r, (e, y)) f(e, u, y) over all chunks e and rows
/// y of the segment.
pub fn at_r(shape: &Shape, eq: &[Terms], columns: &[&[PF]]) -> Vec<Segments> {
    let Shape { rounds, rows, .. } = *shape;
    let segments = 1 << rounds;
    let chunks = columns.first().map_or(0, |c| c.len()) / (rows * segments);
    // What is added up at once: a segment's rows, or those of so many chunks.
    let groups = (rows / TERMS).max(1);
    let sums = (eq[..(chunks * rows).div_ceil(TERMS)].par_chunks(groups).enumerate())
        .fold(
            || vec![PEF::ZERO; columns.len() * segments],
            |mut sums, (i, eq)| {
                for (sums, column) in sums.chunks_exact_mut(segments).zip(columns) {
                    for (u, out) in sums.iter_mut().enumerate() {
                        *out += if rows >= TERMS {
                            sum(eq, &column[(i * segments + u) * rows..][..rows])
                        } else {
                            dot(&eq[0], &gather(column, shape, i * TERMS, u))
                        };
                    }
                }
                sums
            },
        )
        .reduce_with(add);
    let sums: Vec<EF> = sums.unwrap_or_default().into_iter().map(lanes_sum).collect();
    sums.chunks_exact(segments).map(<[EF]>::to_vec).collect()
}

/// Segment u of chunks of less than [`TERMS`] packed rows, from row `first` of all chunks on; zeros after
/// the last.
fn gather(column: &[PF], shape: &Shape, first: usize, u: usize) -> [PF; TERMS] {
    let Shape { rounds, rows, .. } = *shape;
    std::array::from_fn(|t| {
        let (e, y) = ((first + t) / rows, (first + t) % rows);
        column.get((((e << rounds) + u) * rows) + y).copied().unwrap_or(PF::ZERO)
    })
}

/// Σ_y eq(y) · values[y].
pub fn sum(eq: &[Terms], values: &[PF]) -> PEF {
    let (groups, rest) = values.as_chunks::<TERMS>();
    let mut sum = eq.iter().zip(groups).map(|(eq, group)| dot(eq, group)).sum();
    if let (Some(eq), false) = (eq.last(), rest.is_empty()) {
        let mut group = [PF::ZERO; TERMS];
        group[..rest.len()].copy_from_slice(rest);
        sum += dot(eq, &group);
    }
    sum
}

/// Σ_e eq(r, e) Σ_j f_j(e, ρ, y) for each packed row y of a segment; columns f_j come with eq(ρ, u) times
/// their weight for each segment u.
pub fn bind_sum(shape: &Shape, of_chunk: &[EF], columns: &[(&[PF], Vec<EF>)]) -> Vec<PEF> {
    let Shape { rounds, rows, .. } = *shape;
    let chunk = rows << rounds;
    let chunks = columns.first().map_or(0, |c| c.0.len()) / chunk;
    let zeros = || vec![PEF::ZERO; rows];
    (of_chunk[..chunks].par_iter().enumerate())
        .fold(
            || [zeros(), zeros()],
            |[mut sums, mut own], (e, &weight)| {
                own.fill(PEF::ZERO);
                for (column, weights) in columns {
                    bind(&mut own, &column[e * chunk..][..chunk], weights);
                }
                sums.iter_mut().zip(&own).for_each(|(sum, &own)| *sum += own * weight);
                [sums, own]
            },
        )
        .map(|[sums, _]| sums)
        .reduce(zeros, add)
}

/// Sums of two lists.
pub fn add(mut a: Vec<PEF>, b: Vec<PEF>) -> Vec<PEF> {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
    a
}
