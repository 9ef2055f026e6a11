//! Why messages on shared buses are of columns that are committed to before the shared challenge: a prover
//! that chooses them after it makes any sum what it wants.

use aver_stark::air::{Air, Builder, Bus, Columns, Expr};
use aver_stark::chip::{Chip, Described};
use aver_stark::field::{D, EF, F, coefficients, f};
use aver_stark::layout::System;
use aver_stark::params::{Params, Profile};
use aver_stark::verify::{Message, Statement, verify};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove, shared_sum};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::{Field, PrimeCharacteristicRing};

use crate::toy::{LOG_CHUNK, Toy, absorb, honest, shared_challenge};

const SHARED: Bus = Bus::shared(1, 1, "shared");

/// Puts numbers 0 to 4, each as often as it likes.
struct Puts {
    in_pass_1: bool,
}
impl Air for Puts {
    fn name(&self) -> &str {
        "puts"
    }
    fn columns(&self) -> Columns {
        let names = (0..D).map(|i| i.to_string()).collect();
        if self.in_pass_1 {
            Columns { boundary: names, ..Columns::default() }
        } else {
            Columns::witness(names)
        }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let cells: [B::E; D] = core::array::from_fn(|i| b.row()[i]);
        for (i, &cell) in cells.iter().enumerate() {
            b.send(SHARED, cell, &[B::E::constant(f(i as u32))]);
        }
    }
}

/// The chip, whatever it is refused for.
fn unchecked(in_pass_1: bool) -> System {
    let chip = Puts { in_pass_1 };
    let mut described = Described::new(&Puts { in_pass_1: true }).unwrap();
    described.description.columns = Chip::columns(&chip);
    described.widths = described.description.columns.widths();
    System { chips: vec![Box::new(chip)], described: vec![described] }
}

/// The weights with which `vectors` add up to `target`.
fn solve(vectors: [EF; D], target: EF) -> [F; D] {
    let column = |i: usize| vectors.iter().chain([&target]).map(|v| coefficients(v)[i]).collect();
    let mut rows: Vec<Vec<F>> = (0..D).map(column).collect();
    for i in 0..D {
        let pivot = (i..D).find(|&r| rows[r][i] != F::ZERO).unwrap();
        rows.swap(i, pivot);
        let inverse = rows[i][i].inverse();
        rows[i].iter_mut().for_each(|v| *v *= inverse);
        let row = rows[i].clone();
        for other in (0..D).filter(|&r| r != i) {
            let factor = rows[other][i];
            rows[other].iter_mut().zip(&row).for_each(|(v, &p)| *v -= factor * p);
        }
    }
    core::array::from_fn(|i| rows[i][D])
}

/// The verifier takes 99, which nobody puts. Whether a prover gets by with what it puts instead.
fn takes_what_nobody_puts(in_pass_1: bool) -> bool {
    const LOG_HEIGHT: usize = 4;
    let params = Params { query_work: 3, ..Params::new(Profile::Bits100, LOG_HEIGHT).unwrap() };
    let (system, encoder) = (unchecked(in_pass_1), Encoder::default());
    let fixed = Fixed::new(&system, &params, vec![vec![]], &encoder).unwrap();
    let messages: [Message; 1] = [(SHARED, F::NEG_ONE, vec![f(99)])];
    let table = |cells: [F; D]| {
        let columns = cells.map(|cell| vec![cell].into()).to_vec();
        let mut table = if in_pass_1 {
            Table { rows: 1, boundary: columns, ..Table::default() }
        } else {
            Table::witness(1, columns)
        };
        table.pad(LOG_CHUNK);
        [table]
    };
    let commit = |tables: &[Table]| Boundary::new(&system, &params, LOG_CHUNK, tables, &encoder).unwrap();
    let challenge_of = |boundary: &Boundary| {
        let mut transcript = params.hash.transcript("shared");
        absorb(&mut transcript, "root", &boundary.key().root);
        let challenge = shared_challenge(&mut transcript);
        (transcript, challenge)
    };
    // It commits to something, learns the challenge, and solves for what it should have put.
    let first = commit(&table([F::ONE; D]));
    let (_, shared) = challenge_of(&first);
    let of = |value: u32| shared.compress(SHARED, &[f(value).into()]).inverse();
    let tables = table(solve(core::array::from_fn(|i| of(i as u32)), of(99)));
    assert_eq!(shared_sum(&system, &tables, &[], &messages, &shared), EF::ZERO);
    let boundary = commit(&tables);
    // What is committed to in pass 2 is what the verifier draws the challenge from.
    let (transcript, shared) = challenge_of(&boundary);
    let sum = shared_sum(&system, &tables, &[], &messages, &shared);
    let instance = Instance {
        system: &system,
        params: &params,
        log_chunk: LOG_CHUNK,
        fixed: &fixed,
        boundary: &boundary,
        stacks: 0,
        tables: &tables,
        publics: &[],
        shared: &shared,
        sum,
    };
    let proof = prove(&instance, transcript.clone(), &encoder, &mut Stages::default()).unwrap();
    let statement = Statement {
        system: &system,
        params: &params,
        log_chunk: LOG_CHUNK,
        fixed: fixed.key(),
        boundary: boundary.key(),
        publics: &[],
        messages: &messages,
        shared: &shared,
    };
    verify(&statement, transcript, &proof).unwrap().sum == EF::ZERO
}

#[test]
fn messages_chosen_after_the_shared_challenge_prove_anything() {
    assert!(takes_what_nobody_puts(false));
    assert!(!takes_what_nobody_puts(true));
    assert!(System::new(vec![Box::new(Puts { in_pass_1: true })]).is_ok());
    let error = System::new(vec![Box::new(Puts { in_pass_1: false })]).err().unwrap().to_string();
    assert_eq!(error, "chip puts: a message on a shared bus has a column that pass 1 does not commit to");
}

/// A message of the verifier's that has no fraction: what it weighs cannot be said, and nothing will do.
#[test]
fn a_message_that_compresses_to_zero_is_refused() {
    let toy = Toy::new(Profile::Bits100, 5);
    let parts = toy.run(&[20]);
    let pass_1 = toy.pass_1(&parts);
    let (_, shared) = toy.shared(&pass_1);
    let bus = Bus::shared(50, D, "another");
    let betas = core::array::from_fn(|i| shared.betas[i + 1]);
    let values = solve(betas, -shared.alpha - shared.betas[0] * f(bus.id)).to_vec();
    let ext: Vec<EF> = values.iter().map(|&v| v.into()).collect();
    assert_eq!(shared.compress(bus, &ext), EF::ZERO);
    let mut proof = toy.prove(&parts, &parts, honest).swap_remove(0);
    assert!(toy.verify_part(&pass_1, 0, &proof).is_ok());
    proof.messages.push((bus, F::ONE, values));
    assert_eq!(toy.verify_part(&pass_1, 0, &proof).unwrap_err(), "sum: equation does not hold");
}
