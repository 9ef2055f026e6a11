//! Poseidon2 in a circuit, against the native one.

use aver_recursion::Builder;
use aver_recursion_prover::run;
use aver_stark::poseidon2::{Domain, Sponge, hash_row};

use rand::Rng;

use super::{base, cell, digest, rng};

#[test]
fn leaves_of_every_length() {
    for count in 0..8 {
        let cells: Vec<_> = (0..count).map(|i| cell(&mut rng(i))).collect();
        let b = Builder::new();
        let wires: Vec<_> = cells.iter().map(|_| b.hint()).collect();
        for wire in b.hash_row(&wires) {
            b.assert_equal(wire, b.public());
        }
        run(&b.finish(), &digest(&hash_row(cells.as_flattened())), &cells).unwrap();
    }
}

/// Whatever is taken and given, and when.
#[test]
fn transcripts() {
    for seed in 0..20 {
        let rng = &mut rng(seed);
        let b = Builder::new();
        let (mut sponge, mut wires) =
            (Sponge::new(Domain::Transcript), aver_recursion::builder::Sponge::new(&b, Domain::Transcript));
        let (mut hints, mut publics) = (Vec::new(), Vec::new());
        for _ in 0..rng.random_range(0..30) {
            if rng.random() {
                let cell = cell(rng);
                sponge.absorb(&cell);
                wires.absorb(b.hint());
                hints.push(cell);
            } else {
                publics.push(sponge.squeeze());
                b.assert_equal(wires.squeeze(), b.public());
            }
        }
        publics.extend(digest(&sponge.digest()));
        wires.digest().into_iter().for_each(|wire| b.assert_equal(wire, b.public()));
        run(&b.finish(), &publics, &hints).unwrap();
    }
}

/// What is no bit, no base element or no digest has no run.
#[test]
fn misuse_is_refused() {
    type Use = fn(&Builder);
    let uses: [Use; 5] = [
        |b| _ = b.select(b.hint(), b.hint(), b.hint()),
        |b| _ = b.bits(b.hint()),
        |b| _ = b.pack([(); 5].map(|()| b.hint())),
        |b| _ = b.permute([(); 5].map(|()| b.hint()), 0),
        |b| _ = b.node([b.hint(), b.hint()], b.hint()),
    ];
    for call in uses {
        let b = Builder::new();
        call(&b);
        let circuit = b.finish();
        run(&circuit, &[], &vec![base(1); circuit.hints]).unwrap();
        assert!(run(&circuit, &[], &vec![cell(&mut rng(1)); circuit.hints]).is_err());
    }
}
