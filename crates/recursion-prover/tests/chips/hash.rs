//! Poseidon2 in a circuit, against the native one.

use aver_recursion::Builder;
use aver_recursion_prover::run;
use aver_stark::field::{D, F};
use aver_stark::poseidon2::{Domain, Sponge, hash_row};

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

#[test]
fn a_transcript() {
    let cells: [[F; D]; 5] = std::array::from_fn(|i| cell(&mut rng(i as u64)));
    let mut sponge = Sponge::new(Domain::Transcript);
    cells[..4].iter().for_each(|c| sponge.absorb(c));
    let mut given: Vec<_> = (0..4).map(|_| sponge.squeeze()).collect();
    sponge.absorb(&cells[4]);
    given.push(sponge.squeeze());

    let b = Builder::new();
    let w: Vec<_> = cells.iter().map(|_| b.hint()).collect();
    let zero = aver_recursion::Wire::ZERO;
    let [.., c0, c1] = b.sponge(Domain::Transcript);
    let ([.., c0, c1], _) = b.permute([w[0], w[1], w[2], c0, c1], 3);
    let (first, _) = b.permute([w[3], zero, zero, c0, c1], 1);
    let (second, _) = b.permute(first, 0);
    let (third, _) = b.permute([w[4], zero, zero, second[3], second[4]], 1);
    for wire in [first[0], first[1], first[2], second[0], third[0]] {
        b.assert_equal(wire, b.public());
    }
    run(&b.finish(), &given, &cells).unwrap();
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
