use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use aver_stark::field::from_coefficients;
use aver_stark::layout::Place;

use super::*;
use crate::gkr::unpack;

/// A message's leaf in one of its rows, by the formula.
fn leaf(source: &Source<'_>, row: usize) -> (F, EF) {
    match source {
        Source::Values(values) => (values[row].0, from_coefficients(values[row].1)),
        Source::Forms(multiplicity, denominator) => {
            let m = multiplicity.terms.iter().map(|(c, column)| column[row] * *c);
            let d = denominator.terms.iter().map(|(c, column)| from_coefficients(*c) * column[row]);
            let constant = from_coefficients(denominator.constant.map(|c| c.as_slice()[0]));
            (multiplicity.constant + m.sum::<F>(), constant + d.sum::<EF>())
        }
    }
}

/// Coefficients of a multiplicity: 1 and −1 are cases of their own.
const COEFFICIENTS: [F; 3] = [F::ONE, F::NEG_ONE, F::TWO];

/// Messages of 2^9 to 1 rows share a stack of 2^10, in pieces of many lengths; what none has is 0/1.
#[test]
fn leaves_stand_in_their_places_whatever_the_chunks() {
    let mut rng = SmallRng::seed_from_u64(1);
    let h = 10;
    let mut base = || F::new(rng.random_range(0..aver_stark::field::P));
    let columns: Vec<Vec<F>> = (0..4).map(|_| (0..1 << h).map(|_| base()).collect()).collect();
    let mut message = |log: usize, slot: usize, terms: usize| {
        let column = |i: usize| &columns[(log + i) % 4][..1 << log];
        let mut coefficients = |_| [0; D].map(|_| base());
        let terms: Vec<_> = (0..2 * terms).map(|i| (coefficients(i), column(i))).collect();
        let constant = coefficients(0).map(PF::broadcast);
        let weights = (0..3).map(|i| (COEFFICIENTS[i], column(i))).collect();
        let forms =
            Source::Forms(Multiplicity { constant: base(), terms: weights }, Denominator { constant, terms });
        Message { bits: h - log, offset: Place { stack: 0, slot, log }.index(0, h), source: forms }
    };
    // After the slot of 2^9 comes one of 2^8, and so on; the last stays free.
    let mut pieces = Vec::new();
    for log in (0..h).rev() {
        pieces.push([(); 2].map(|_| message(log, (1 << (h - log)) - 2, log % 3)));
    }
    let (forms, values): (Vec<_>, Vec<_>) = pieces.into_iter().map(|[a, b]| (a, b)).unzip();
    let values = values.into_iter().map(|m| Message { source: m.source.computed(1 << (h - m.bits)), ..m });
    let stacks = vec![vec![message(h, 0, 2)], forms, values.collect()];
    let leaves = Columns { stacks };
    for (stack, messages) in leaves.stacks.iter().enumerate() {
        let mut expected = vec![(F::ZERO, EF::ONE); 1 << h];
        for m in messages {
            (0..1 << (h - m.bits))
                .for_each(|row| expected[(row << m.bits) + m.offset] = leaf(&m.source, row));
        }
        for len in (0..).map(|i| LANES << i).take_while(|&len| len <= 1 << h) {
            for first in (0..1 << h).step_by(len) {
                let (mut m, mut d) = (vec![PF::ZERO; len / LANES], vec![ext::ZERO; len / LANES]);
                leaves.fill(stack, first, &mut m, &mut d);
                let d = d.iter().flat_map(|d| unpack(&[ext::to_packed(d)]));
                let found: Vec<(F, EF)> = PF::unpack_slice(&m).iter().copied().zip(d).collect();
                assert_eq!(found, expected[first..first + len], "stack {stack}, rows {first} + {len}");
            }
        }
    }
}
