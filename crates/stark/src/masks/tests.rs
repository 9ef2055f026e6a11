use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};

use super::{Form, PadClaim, Tape};
use crate::error::Error;
use crate::field::{EF, F, f};
use crate::hash::Sponge;

/// a b + 3 c = 0, and 2 a − 1 = d, by a prover who says that the values are these.
struct Case {
    pads: Vec<EF>,
    tape: Tape<EF>,
    values: Vec<EF>,
    draws: Vec<EF>,
}

const NUMBERS: usize = 4;

impl Case {
    fn new(values: [EF; NUMBERS]) -> Self {
        let mut sponge = Sponge::new("masks");
        let draws: Vec<EF> = (0..20).map(|_| sponge.challenge("x")).collect();
        let (pads, draws) = (draws[..10].to_vec(), draws[10..].to_vec());
        let tape = Tape::default();
        {
            let sent: Vec<Form<'_, EF>> =
                values.iter().zip(&pads).map(|(&value, &pad)| tape.sent(value + pad)).collect();
            let [a, b, c, d] = [0, 1, 2, 3].map(|i| sent[i]);
            for zero in [a * b + c * f(3), a + a - Form::Known(EF::ONE) - d] {
                let Form::Unknown(_, node) = zero else { panic!("it is known") };
                tape.demand_zero(node);
            }
        }
        Self { pads, tape, values: values.to_vec(), draws }
    }

    /// The claim, if what is sent of factors is changed by these: the coefficients of δ and δ², then each factor.
    fn claim(&self, change: impl Fn(EF, EF, [EF; 2], &[EF]) -> ([EF; 2], [EF; 2])) -> (PadClaim, EF) {
        let Self { pads, tape, values, draws } = self;
        let (zeta, delta, eta) = (draws[0], draws[1], draws[2]);
        let combined = tape.combine(zeta);
        let weight = combined.products[0];
        let all = tape.values(pads.iter().copied());
        let factors = tape.factors();
        assert_eq!(factors.as_flattened().iter().map(|&i| all[i as usize]).collect::<Vec<_>>(), values[..2]);
        let slopes = [pads[NUMBERS], pads[NUMBERS + 1]];
        let linear = weight * (values[0] * slopes[1] + values[1] * slopes[0]) + pads[NUMBERS + 2];
        let square = weight * slopes[0] * slopes[1] + pads[NUMBERS + 3];
        let shown = [values[0] + delta * slopes[0], values[1] + delta * slopes[1]];
        let (of_products, of_factors) = change(weight, delta, shown, pads);
        let products = [linear + of_products[0], square + of_products[1]];
        let shown = [shown[0] + of_factors[0], shown[1] + of_factors[1]];
        let claim = tape.claim(&combined, products, delta, &shown, eta);
        let truth = claim.coefficients.iter().zip(pads).map(|(&c, &pad)| c * pad).sum();
        (claim, truth)
    }

    fn holds(&self, change: impl Fn(EF, EF, [EF; 2], &[EF]) -> ([EF; 2], [EF; 2])) -> bool {
        let (claim, truth) = self.claim(change);
        assert_eq!(claim.coefficients.len(), NUMBERS + 4);
        claim.value == truth
    }
}

fn honest() -> [EF; NUMBERS] {
    let [a, b] = [EF::from(f(5)), EF::from(f(11)).inverse()];
    [a, b, -(a * b) * F::new(3).inverse(), a.double() - EF::ONE]
}

#[test]
fn claims_are_true_if_equations_are() {
    let nothing = |_: EF, _: EF, _: [EF; 2], _: &[EF]| ([EF::ZERO; 2], [EF::ZERO; 2]);
    assert!(Case::new(honest()).holds(nothing));
    for i in 0..NUMBERS {
        let mut wrong = honest();
        wrong[i] += EF::ONE;
        assert!(!Case::new(wrong).holds(nothing), "{i}");
    }
}

#[test]
fn factors_are_what_they_are_said_to_be() {
    let case = Case::new(honest());
    let (zero, one) = (EF::ZERO, EF::ONE);
    assert!(!case.holds(|_, _, _, _| ([one, zero], [zero; 2])));
    assert!(!case.holds(|_, _, _, _| ([zero, one], [zero; 2])));
    // The equations hold of these factors, but they are others.
    let lie = |weight: EF, delta: EF, shown: [EF; 2], _: &[EF]| {
        ([weight * shown[1] * delta.inverse(), zero], [one, zero])
    };
    assert!(!case.holds(lie));
    // They make up for an equation that does not hold.
    let mut wrong = honest();
    wrong[2] += one;
    let lie = |weight: EF, _: EF, shown: [EF; 2], _: &[EF]| {
        ([zero; 2], [-(weight * F::new(3)) * (weight * shown[1]).inverse(), zero])
    };
    assert!(!Case::new(wrong).holds(lie));
}

#[test]
fn products_of_products_are_refused() {
    let tape = Tape::<EF>::default();
    let [a, b, c] = [1, 2, 3].map(|i| tape.sent(EF::from(f(i))));
    let product = a * b + c * Form::Known(EF::TWO);
    assert_eq!(tape.check(), Ok(()));
    let _ = (product - a) * c;
    assert_eq!(tape.check(), Err(Error::Equation { label: "masks" }));
    let tape = Tape::<EF>::default();
    let _ = tape.sent(EF::ONE).known();
    assert_eq!(tape.check(), Err(Error::Equation { label: "masks" }));
}
