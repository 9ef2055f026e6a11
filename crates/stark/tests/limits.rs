//! How much a proof may have of anything: so much is laid out, one more is refused, before anything of the
//! proof but its numbers of rows is read. And numbers that have no encoding, or no inverse.

use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::error::Error;
use aver_stark::field::{EF, F, P, coefficients, decode_base, encode_base};
use aver_stark::hash::Sponge;
use aver_stark::layout::{Layout, MAX_ROWS, MAX_STACKS, MAX_WEIGHTS, System};
use aver_stark::params::{MAX_LOG_HEIGHT, Params, Profile};
use aver_stark::transcript::{Reader, Step, Transcript};
use aver_stark::verify::{BoundaryCommitment, Challenge, FixedKey, MAX_MESSAGES, Outcome, Statement, verify};
use p3_field::PrimeCharacteristicRing;

/// A chip of so many columns, constraints and messages.
#[derive(Clone, Copy, Default)]
struct Plain {
    fixed: usize,
    boundary: usize,
    witness: usize,
    constraints: usize,
    messages: usize,
}

impl Air for Plain {
    fn name(&self) -> &str {
        "plain"
    }
    fn columns(&self) -> Columns {
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        Columns { fixed: names(self.fixed), boundary: names(self.boundary), witness: names(self.witness) }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let first = b.row()[0];
        for _ in 0..self.constraints {
            b.assert_zero("plain/1", first);
        }
        for _ in 0..self.messages {
            b.send(Bus::local(1, 1, "bus"), first, &[first]);
        }
    }
}

const WITNESS: Plain = Plain { fixed: 0, boundary: 0, witness: 1, constraints: 0, messages: 0 };

/// What is said of a proof that says how many rows it has, and ends there; with messages of the verifier's.
fn laid_out(
    log_height: usize,
    chips: &[(Plain, usize)],
    fixed: FixedKey,
    boundary: &[usize],
    messages: usize,
) -> Error {
    let system = System::new(chips.iter().map(|&(chip, _)| Box::new(chip) as _).collect()).unwrap();
    let params = Params::new(Profile::Bits100, log_height).unwrap();
    let proof: Vec<u8> = chips.iter().flat_map(|&(_, rows)| (rows as u32).to_le_bytes()).collect();
    let statement = Statement {
        system: &system,
        params: &params,
        fixed: &fixed,
        boundary: &BoundaryCommitment { root: Some([1; 32]), rows: boundary.to_vec() },
        publics: &[],
        messages: &vec![(Bus::local(1, 1, "bus"), F::ONE, vec![F::ONE]); messages],
        shared: &Challenge::new(vec![EF::ONE; Challenge::COUNT]),
    };
    match verify(&statement, Sponge::new("test"), &proof) {
        Err(error) => error,
        Ok(Outcome { .. }) => panic!("a proof of nothing was accepted"),
    }
}

fn rows(log_height: usize, chips: &[(Plain, usize)]) -> Error {
    laid_out(log_height, chips, FixedKey { root: None, rows: vec![None; chips.len()] }, &[], 0)
}

/// Everything is in its limits.
const LAID_OUT: Error = Error::Truncated { label: "witness" };

fn limit(what: &'static str, value: u64, limit: u64) -> Error {
    Error::Limit { what, value, limit }
}

#[test]
fn rows_of_a_chip() {
    assert_eq!(rows(17, &[(WITNESS, MAX_ROWS)]), LAID_OUT);
    let too_many = (MAX_ROWS + 1) as u64;
    assert_eq!(rows(17, &[(WITNESS, MAX_ROWS + 1)]), limit("rows of a chip", too_many, MAX_ROWS as u64));
    assert_eq!(
        rows(17, &[(WITNESS, 1), (WITNESS, u32::MAX as usize)]),
        limit("rows of a chip", u32::MAX.into(), MAX_ROWS as u64)
    );
}

#[test]
fn blocks() {
    let most = MAX_STACKS << 4;
    let blocks = |value: u64| limit("blocks", value, MAX_STACKS as u64);
    assert_eq!(rows(4, &[(WITNESS, most)]), LAID_OUT);
    assert_eq!(rows(4, &[(WITNESS, most - 16), (WITNESS, 16)]), LAID_OUT);
    // The last of them not full.
    assert_eq!(rows(4, &[(WITNESS, most + 1)]), blocks(4097));
    assert_eq!(rows(4, &[(WITNESS, most - 16), (WITNESS, 17)]), blocks(4097));
    // Refused by the full ones alone.
    assert_eq!(rows(4, &[(WITNESS, most + 33)]), blocks(4098));
    assert_eq!(rows(1, &[(WITNESS, 1), (WITNESS, MAX_ROWS)]), blocks(1 + (MAX_ROWS as u64 >> 1)));
}

#[test]
fn stacks_of_columns_and_of_messages() {
    let two = Plain { witness: 2, ..WITNESS };
    let stacks = limit("stacks", MAX_STACKS as u64 + 1, MAX_STACKS as u64);
    let most = (MAX_STACKS / 2) << 5;
    assert_eq!(rows(5, &[(two, most)]), LAID_OUT);
    // Half a stack more.
    assert_eq!(rows(5, &[(two, most), (WITNESS, 1)]), stacks);
    let talks = Plain { messages: 2, ..WITNESS };
    assert_eq!(rows(5, &[(talks, most)]), LAID_OUT);
    assert_eq!(rows(5, &[(talks, most), (Plain { messages: 1, ..WITNESS }, 1)]), stacks);
}

#[test]
fn constraints_and_message_columns() {
    let chip = |constraints| Plain { constraints, ..WITNESS };
    let most = MAX_STACKS << 4;
    let weights = |value: u64| limit("constraints and message columns", value, MAX_WEIGHTS as u64);
    assert_eq!(rows(4, &[(chip(256), most)]), LAID_OUT);
    assert_eq!(rows(4, &[(chip(256), most - 16), (chip(257), 1)]), weights(MAX_WEIGHTS as u64 + 1));
    // A message has one column here.
    let talks = |constraints| Plain { messages: 1, ..chip(constraints) };
    assert_eq!(rows(4, &[(talks(255), most)]), LAID_OUT);
    assert_eq!(rows(4, &[(talks(255), most - 16), (talks(256), 1)]), weights(MAX_WEIGHTS as u64 + 1));
}

#[test]
fn messages() {
    let talks = |messages| Plain { messages, ..WITNESS };
    assert_eq!(rows(18, &[(talks(4), MAX_ROWS)]), LAID_OUT);
    // Stacks count, not rows: what is unused could be used.
    let error = limit("messages", MAX_MESSAGES + (1 << 18), MAX_MESSAGES);
    assert_eq!(rows(18, &[(talks(4), MAX_ROWS), (talks(1), 1)]), error);
    assert_eq!(MAX_MESSAGES, 1 << 26);
    // The verifier's own are among them.
    let own = |log_height, rows, messages| {
        let fixed = FixedKey { root: None, rows: vec![None] };
        laid_out(log_height, &[(talks(4), rows)], fixed, &[], messages)
    };
    assert_eq!(own(18, MAX_ROWS, 0), LAID_OUT);
    assert_eq!(own(18, MAX_ROWS, 1), limit("messages", MAX_MESSAGES + 1, MAX_MESSAGES));
    assert_eq!(own(18, MAX_ROWS - (1 << 18), 9), LAID_OUT);
}

#[test]
fn elements_are_below_p() {
    for (value, element) in
        [(0, Some(F::ZERO)), (P - 1, Some(F::NEG_ONE)), (P, None), (P + 1, None), (u32::MAX, None)]
    {
        assert_eq!(decode_base(value.to_le_bytes()), element);
    }
}

#[test]
fn heights() {
    for profile in [Profile::Bits128, Profile::Bits100] {
        assert!(Params::new(profile, 1).is_ok() && Params::new(profile, MAX_LOG_HEIGHT).is_ok());
        for height in [0, MAX_LOG_HEIGHT + 1, usize::MAX] {
            let error = Params::new(profile, height).unwrap_err();
            assert_eq!(error, limit("log2 of the height", height as u64, MAX_LOG_HEIGHT as u64));
        }
    }
}

#[test]
fn rows_of_committed_tables_are_those_committed() {
    let (fixed, boundary) = (Plain { fixed: 1, ..WITNESS }, Plain { boundary: 1, ..WITNESS });
    let both = Plain { boundary: 1, ..fixed };
    let key = |rows: &[Option<usize>]| FixedKey { root: Some([0; 32]), rows: rows.to_vec() };
    let committed = |value, of| limit("rows of a committed table", value, of);
    let chips = |a, b, c, d| [(fixed, a), (boundary, b), (WITNESS, c), (boundary, d)];
    let rows = [Some(5), None, None, None];
    let check = |chips: &[(Plain, usize)], rows: &[Option<usize>], boundary: &[usize]| {
        laid_out(4, chips, key(rows), boundary, 0)
    };
    assert_eq!(check(&chips(5, 6, 7, 8), &rows, &[6, 8]), LAID_OUT);
    assert_eq!(check(&chips(4, 6, 7, 8), &rows, &[6, 8]), committed(4, 5));
    assert_eq!(check(&chips(6, 6, 7, 8), &rows, &[6, 8]), committed(6, 5));
    assert_eq!(check(&chips(5, 8, 7, 6), &rows, &[6, 8]), committed(8, 6));
    assert_eq!(check(&chips(5, 6, 7, 9), &rows, &[6, 8]), committed(9, 8));
    // Fewer boundary tables than chips have, and more; a key that does not know a table.
    assert_eq!(check(&chips(5, 6, 7, 8), &rows, &[6]), committed(8, 0));
    assert_eq!(check(&chips(5, 6, 7, 0), &rows, &[6]), committed(0, 0));
    let more = limit("boundary tables beside the chips'", 2, 0);
    assert_eq!(check(&chips(5, 6, 7, 8), &rows, &[6, 8, 0, 1]), more);
    assert_eq!(check(&chips(5, 6, 7, 8), &[None; 4], &[6, 8]), committed(5, 0));
    assert_eq!(check(&chips(0, 6, 7, 8), &[], &[6, 8]), committed(0, 0));
    // A table with both kinds has the rows of the key.
    assert_eq!(check(&[(both, 5)], &[Some(5)], &[]), LAID_OUT);
    assert_eq!(check(&[(both, 6)], &[Some(5)], &[6]), committed(6, 5));
}

/// Whose every challenge is zero: none has an inverse.
struct Zeros;

impl Transcript for Zeros {
    fn absorb(&mut self, _: Step, _: &[u8]) {}
    fn squeeze(&mut self, _: Step, out: &mut [u8]) {
        out.fill(0);
    }
}

#[test]
fn challenges_of_zero_are_refused() {
    let bytes = |values: &[EF]| -> Vec<u8> {
        values.iter().flat_map(coefficients).flat_map(|&c| encode_base(c)).collect()
    };
    let (zero, one) = (EF::ZERO, EF::ONE);
    // A root, and its layer; the next layer has a round, at the bit before.
    let tree = bytes(&[zero, one, zero, zero, one, one, zero, zero]);
    let error = aver_stark::gkr::verify(&mut Reader::new(Zeros, &tree), 1, 2).unwrap_err();
    assert_eq!(error, Error::Equation { label: "gkr/round" });
    let system = System::new(Vec::new()).unwrap();
    let layout = Layout::new(&[], &[], 1).unwrap();
    let check = |r| {
        let round = bytes(&[zero; 3]);
        aver_stark::zerocheck::verify(&mut Reader::new(Zeros, &round), &system, &layout, &[], &[r], &[])
    };
    assert_eq!(check(one), Ok((vec![zero], vec![])));
    assert_eq!(check(zero), Err(Error::Equation { label: "zerocheck/round" }));
}
