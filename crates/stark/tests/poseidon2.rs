//! Poseidon2 is Plonky3's, and stays as written down here.

use aver_stark::field::{D, F, P};
use aver_stark::poseidon2::*;
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_koala_bear::default_koalabear_poseidon2_24;
use p3_symmetric::Permutation;

/// Elements that depend on `seed`.
fn elements<const N: usize>(seed: u32) -> [F; N] {
    core::array::from_fn(|i| F::new((u64::from(seed + i as u32) * 2_654_435_761 % u64::from(P)) as u32))
}

fn canonical(values: &[F]) -> Vec<u32> {
    values.iter().map(|v| v.as_canonical_u32()).collect()
}

#[test]
fn the_permutation_is_plonky3s() {
    let theirs = default_koalabear_poseidon2_24();
    let states = [[F::ZERO; WIDTH], [F::NEG_ONE; WIDTH], [F::ONE; WIDTH]];
    for mut state in states.into_iter().chain((0..20).map(|seed| elements(100 * seed))) {
        let expected = theirs.permute(state);
        permute(&mut state);
        assert_eq!(state, expected);
    }
}

/// A node is the permutation of its children and six constants; a leaf and a transcript are those of a sponge.
#[test]
fn uses_of_the_permutation() {
    let theirs = default_koalabear_poseidon2_24();
    let (left, right) = (elements(1), elements(50));
    let state = core::array::from_fn(|i| match i {
        0..9 => left[i],
        9..18 => right[i - 9],
        23 => F::new(4),
        _ => F::ZERO,
    });
    assert_eq!(compress(&left, &right), theirs.permute(state)[..9]);
    assert_ne!(compress(&left, &right), compress(&right, &left));

    let row: [F; 22] = elements(7);
    let mut state = [F::ZERO; WIDTH];
    state[..15].copy_from_slice(&row[..15]);
    state[23] = F::new(8 + 3);
    theirs.permute_mut(&mut state);
    state[..15].fill(F::ZERO);
    state[..7].copy_from_slice(&row[15..]);
    state[23] += F::TWO;
    theirs.permute_mut(&mut state);
    assert_eq!(hash_row(&row), state[..9]);
}

#[test]
fn a_transcript_depends_on_what_it_takes_and_when() {
    let cells: [[F; D]; 8] = core::array::from_fn(|i| elements(10 * i as u32));
    // `true` takes the next cell, `false` gives one.
    let run = |steps: &[bool]| {
        let (mut sponge, mut next) = (Sponge::new(Domain::Transcript), cells.iter());
        let given = steps.iter().filter_map(|&takes| match takes {
            true => {
                sponge.absorb(next.next().unwrap());
                None
            }
            false => Some(sponge.squeeze()),
        });
        given.collect::<Vec<_>>()
    };
    let (t, f) = (true, false);
    // Before the first permutation there is nothing to give.
    assert_ne!(run(&[f])[0], [F::ZERO; D]);
    let all: Vec<_> = [
        run(&[f, f, f, f, f]),
        run(&[t, f, f, f, f]),
        run(&[t, t, t, f, f, f, f]),
        run(&[t, t, t, t, f]),
        run(&[t, f, t, f])[1..].to_vec(),
        run(&[t, f, f, t, f])[2..].to_vec(),
    ]
    .concat();
    // What is given before more is taken does not matter, how the blocks end does.
    assert_eq!(run(&[t, f, t, f])[1], run(&[t, f, f, t, f])[2]);
    assert_ne!(run(&[t, f, t, f])[1], run(&[t, t, f])[0]);
    for (i, a) in all.iter().enumerate() {
        let again = all[..i].iter().filter(|b| *b == a).count();
        assert_eq!(again, usize::from(i + 1 == all.len()), "{i}");
    }
    // Zeros are not nothing.
    let mut sponges = [(); 3].map(|()| Sponge::new(Domain::Transcript));
    sponges[1].absorb(&[F::ZERO; D]);
    sponges[2].absorb_all(&[F::ZERO; D + 1]);
    let [a, b, c] = sponges.map(|s| s.digest());
    assert!(a != b && b != c && a != c);
}

#[test]
fn written_down() {
    let mut state = core::array::from_fn(|i| F::new(i as u32));
    permute(&mut state);
    let mut sponge = Sponge::new(Domain::Transcript);
    sponge.absorb_all(&elements::<33>(3));
    let found = [
        canonical(&state),
        canonical(&compress(&elements(1), &elements(2))),
        canonical(&hash_row(&elements::<40>(5))),
        canonical(&sponge.squeeze()),
    ];
    assert_eq!(found, VECTORS);
}

const VECTORS: [&[u32]; 4] = [
    &[
        723511737, 87131171, 587052829, 1323145575, 949917837, 2060493993, 234724110, 834906887, 306751607,
        1771020267, 329216878, 823818173, 765507096, 1447982946, 605505945, 247386051, 1223069940, 354661286,
        233493652, 2075130821, 1961191294, 313483662, 1701936810, 1815724394,
    ],
    &[1754381546, 354460378, 1826771804, 166725735, 1344143319, 458956992, 1512266541, 86423883, 1729341939],
    &[685129029, 1997137495, 137557544, 1023897809, 428090105, 672523818, 774346183, 1136998343, 1476990408],
    &[1373256834, 893302295, 1381115351, 2015836524, 334776681],
];
