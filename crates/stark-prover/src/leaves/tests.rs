use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use aver_stark::field::from_coefficients;
use aver_stark::layout::Place;

use super::*;
use crate::gkr::unpack;

/// The message's leaf in one of its rows, by the formula.
fn leaf(message: &Message<'_>, row: usize) -> (F, EF) {
    let m = message.multiplicity.terms.iter().map(|(c, column)| column[row] * *c);
    let d = message.denominator.terms.iter().map(|(c, column)| from_coefficients(*c) * column[row]);
    let constant = from_coefficients(message.denominator.constant.map(|c| c.as_slice()[0]));
    (message.multiplicity.constant + m.sum::<F>(), constant + d.sum::<EF>())
}

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
        Message {
            bits: h - log,
            offset: Place { stack: 0, slot, log }.index(0, h),
            multiplicity: Multiplicity {
                constant: base(),
                terms: vec![(base(), column(0)), (base(), column(2))],
            },
            denominator: Denominator { constant, terms },
        }
    };
    // After the slot of 2^9 comes one of 2^8, and so on; the last stays free.
    let mixed = (0..h).rev().map(|log| message(log, (1 << (h - log)) - 2, log % 3)).collect();
    let stacks = vec![vec![message(h, 0, 2)], mixed];
    let leaves = Columns { stacks };
    for (stack, messages) in leaves.stacks.iter().enumerate() {
        let mut expected = vec![(F::ZERO, EF::ONE); 1 << h];
        for m in messages {
            (0..1 << (h - m.bits)).for_each(|row| expected[(row << m.bits) + m.offset] = leaf(m, row));
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
