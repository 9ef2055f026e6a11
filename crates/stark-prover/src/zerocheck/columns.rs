//! Message columns at r, by segments.

use aver_stark::field::{EF, PEF, PF};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::Shape;
use super::kernels::{Factors, TERMS, Terms, dot, factors, lanes_sum};

/// Groups of [`TERMS`] packed rows a task works on.
const TASK: usize = 1 << 3;

/// For each segment u of a column f: Σ eq(r, (e, y)) f(e, u, y) over all chunks e and rows y of the segment.
pub type Segments = Vec<EF>;

/// A column at r; `eq` is the table over (e, y).
pub fn at_r(shape: &Shape, eq: &[Terms], column: &[PF]) -> Segments {
    let rows = column.len() >> shape.rounds;
    let sums = (eq[..rows.div_ceil(TERMS)].par_iter().enumerate())
        .with_min_len(TASK)
        .fold(
            || vec![PEF::ZERO; 1 << shape.rounds],
            |mut sums, (i, eq)| {
                let eq = factors(eq);
                add(&mut sums, shape, &eq, column, i * TERMS);
                sums
            },
        )
        .reduce_with(|mut a, b| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        });
    sums.unwrap_or_default().into_iter().map(lanes_sum).collect()
}

/// Adds what [`TERMS`] packed rows of all chunks' y, from row `first` on, say of each segment.
fn add(sums: &mut [PEF], shape: &Shape, eq: &Factors, column: &[PF], first: usize) {
    let places: [usize; TERMS] = std::array::from_fn(|t| shape.place(first + t));
    if places[TERMS - 1] + ((sums.len() - 1) * shape.rows) < column.len() {
        for (u, sum) in sums.iter_mut().enumerate() {
            *sum += dot(eq, &places.map(|place| column[place + u * shape.rows]));
        }
    } else {
        // After the last chunk, there are zeros.
        let value = |place: usize| column.get(place).copied().unwrap_or(PF::ZERO);
        for (u, sum) in sums.iter_mut().enumerate() {
            *sum += dot(eq, &places.map(|place| value(place + u * shape.rows)));
        }
    }
}
