//! Random expressions, on wires and on field elements.

use aver_recursion::{Builder, Wire};
use aver_recursion_prover::run;
use aver_stark::field::{EF, from_coefficients};
use p3_field::{Field, PrimeCharacteristicRing};
use rand::Rng;
use rand::rngs::StdRng;

use super::{cell, cell_of, rng};

/// The same expression of both, of values so far.
fn step<'a>(rng: &mut StdRng, b: &'a Builder, wires: &[Wire<'a>], values: &[EF]) -> (Wire<'a>, EF) {
    let any = |rng: &mut StdRng| rng.random_range(0..values.len());
    let (i, j, k) = (any(rng), any(rng), any(rng));
    let ((x, y, z), (u, v, w)) = ((wires[i], wires[j], wires[k]), (values[i], values[j], values[k]));
    match rng.random_range(0..14) {
        0 => (x + y, u + v),
        1 => (x - y, u - v),
        2 => (x * y, u * v),
        3 => (x * y + z, u * v + w),
        4 => (z - x * y, w - u * v),
        5 => (x * y - z, u * v - w),
        6 => (-(x * y) - z, -(u * v) - w),
        7 => (-x, -u),
        8 => (x * y + z * x, u * v + w * u),
        9 => (x * y - z * z, u * v - w * w),
        10 if v != EF::ZERO => (b.inverse(y), v.inverse()),
        11 => (x * 3 + 1, u * EF::TWO + u + EF::ONE),
        12 => (Wire::ONE - x, EF::ONE - u),
        _ => (Wire::from(v.square()) * EF::ZERO + x.double(), u.double()),
    }
}

/// What a circuit computes is what is computed without it; anything else is refused.
#[test]
fn random_expressions() {
    for seed in 0..60 {
        let mut rng = rng(seed);
        let hints: Vec<_> = (0..3).map(|_| cell(&mut rng)).collect();
        let b = Builder::new();
        let expected = b.public();
        let mut wires: Vec<_> = hints.iter().map(|_| b.hint()).collect();
        let mut values: Vec<EF> = hints.iter().map(|h| from_coefficients(*h)).collect();
        wires.extend([Wire::ZERO, Wire::ONE, Wire::from(values[0].square())]);
        values.extend([EF::ZERO, EF::ONE, values[0].square()]);
        for _ in 0..rng.random_range(1..60) {
            let (wire, value) = step(&mut rng, &b, &wires, &values);
            wires.push(wire);
            values.push(value);
        }
        let (&wire, &value) = (wires.last().unwrap(), values.last().unwrap());
        match seed % 3 {
            0 => b.assert_equal(wire, expected),
            1 => b.assert_equal(expected, -wire * -Wire::ONE),
            _ => b.assert_zero(wire - expected),
        }
        let is_constant = wire.as_constant().is_some();
        let circuit = b.finish();
        if !is_constant {
            assert!(run(&circuit, &[cell_of(value + EF::ONE)], &hints).is_err(), "{seed}");
        }
        let values = run(&circuit, &[cell_of(value)], &hints).unwrap();
        assert_eq!(values.ext(circuit.publics[0]), value);
    }
}
