//! How much a proof may have of anything: so much is laid out, one more is refused, before anything of the
//! proof but its numbers of rows is read. And numbers that have no encoding, or no inverse.

use aver_stark::air::Bus;
use aver_stark::error::Error;
use aver_stark::field::{EF, F, P, coefficients, decode_base, encode_base};
use aver_stark::hash::{Cell, Hash, Node};
use aver_stark::layout::{
    Layout, MAX_CHUNKS, MAX_LOG_CHUNK, MAX_ROWS, MAX_STACKS, MAX_WEIGHTS, Point, System,
};
use aver_stark::params::{LOG_MAX_BUNDLES, LOG_MAX_COLUMNS, MAX_LOG_HEIGHT, Params, Profile};
use aver_stark::transcript::{Reader, Step, Transcript};
use aver_stark::verify::{BoundaryCommitment, Challenge, FixedKey, MAX_MESSAGES, Outcome, Statement, verify};
use p3_field::PrimeCharacteristicRing;

mod plain;
use plain::Plain;

/// A witness column.
const WITNESS: Plain = Plain { fixed: 0, boundary: 0, witness: 1, constraints: 0, messages: 0 };

/// What is said of a proof that says how many rows it has, and ends there; with messages of the verifier's.
fn laid_out(
    [log_height, log_chunk]: [usize; 2],
    chips: &[(Plain, usize)],
    fixed: FixedKey,
    boundary: &[usize],
    messages: usize,
) -> Error {
    let slots = 1 << log_height.saturating_sub(log_chunk).min(log_height);
    let needed = |width: fn(&Plain) -> usize| -> usize {
        let chunks = |&(chip, rows): &(Plain, usize)| {
            let unit =
                if chip.fixed > 0 { log_height.min(MAX_LOG_CHUNK) } else { log_chunk.min(MAX_LOG_CHUNK) };
            width(&chip) * (rows.next_multiple_of(1 << unit) >> log_chunk.min(MAX_LOG_CHUNK))
        };
        chips.iter().map(chunks).sum::<usize>().div_ceil(slots)
    };
    let params = Params::new(Profile::Bits100, log_height).unwrap();
    let stacks = params.stacks([needed(|c| c.fixed), needed(|c| c.boundary), needed(|c| c.witness)]);
    said([log_height, log_chunk], stacks, chips, fixed, boundary, messages)
}

/// The same for a proof that says that it has so many stacks.
fn said(
    [log_height, log_chunk]: [usize; 2],
    stacks: [usize; 3],
    chips: &[(Plain, usize)],
    fixed: FixedKey,
    boundary: &[usize],
    messages: usize,
) -> Error {
    let system = System::new(chips.iter().map(|&(chip, _)| Box::new(chip) as _).collect()).unwrap();
    let params = Params::new(Profile::Bits100, log_height).unwrap();
    let numbers = stacks.into_iter().chain(chips.iter().map(|chip| chip.1));
    let proof: Vec<u8> = numbers.flat_map(|number| (number as u32).to_le_bytes()).collect();
    let statement = Statement {
        system: &system,
        params: &params,
        log_chunk,
        fixed: &fixed,
        boundary: &BoundaryCommitment { root: Some(Node([F::ONE; 9])), rows: boundary.to_vec() },
        publics: &[],
        messages: &vec![(Bus::local(1, 1, "bus"), F::ONE, vec![F::ONE]); messages],
        shared: &Challenge::new(vec![EF::ONE; Challenge::COUNT]),
    };
    match verify(&statement, Hash::default().transcript("test"), &proof) {
        Err(error) => error,
        Ok(Outcome { .. }) => panic!("a proof of nothing was accepted"),
    }
}

/// The same for chips without committed tables; `logs` are those of the height and of a chunk.
fn rows(logs: [usize; 2], chips: &[(Plain, usize)]) -> Error {
    laid_out(logs, chips, FixedKey { root: None, rows: vec![None; chips.len()] }, &[], 0)
}

/// Everything is in its limits.
const LAID_OUT: Error = Error::Truncated { label: "witness" };

fn limit(what: &'static str, value: usize, limit: usize) -> Error {
    Error::Limit { what, value: value as u64, limit: limit as u64 }
}

#[test]
fn rows_of_a_chip() {
    assert_eq!(rows([17, 12], &[(WITNESS, MAX_ROWS)]), LAID_OUT);
    let too_many = |value| limit("rows of a chip", value, MAX_ROWS);
    assert_eq!(rows([17, 12], &[(WITNESS, MAX_ROWS + 1)]), too_many(MAX_ROWS + 1));
    assert_eq!(rows([17, 12], &[(WITNESS, 1), (WITNESS, u32::MAX as usize)]), too_many(u32::MAX as usize));
}

#[test]
fn rows_of_a_chunk() {
    for (log_height, least, most) in [(1, 0, 1), (5, 0, 5), (12, 0, 12), (18, 0, 12), (21, 3, 12)] {
        // In smaller ones a stack has more than there may be.
        for log_chunk in least..=most {
            assert_eq!(rows([log_height, log_chunk], &[(WITNESS, 1)]), LAID_OUT);
        }
        // All that a file can say, and what is a number from 0 to 12 in fewer bits.
        for log_chunk in [most + 1, 64, 64 + most, 1 << 8, u32::MAX as usize, 1 << 32] {
            let error = limit("log2 of a chunk", log_chunk, most);
            assert_eq!(rows([log_height, log_chunk], &[(WITNESS, 1)]), error);
        }
    }
}

#[test]
fn stacks_are_refused_before_they_are_laid_out() {
    let two = Plain { witness: 2, ..WITNESS };
    let refused = |value| limit("stacks", value, MAX_STACKS);
    let most = (MAX_STACKS / 2) << 5;
    for log_chunk in [0, 3, 5] {
        assert_eq!(rows([5, log_chunk], &[(two, most)]), LAID_OUT);
        // A row more, of the same chip or another.
        assert_eq!(rows([5, log_chunk], &[(two, most), (WITNESS, 1)]), refused(MAX_STACKS + 1));
    }
    assert_eq!(rows([5, 5], &[(two, most + 1)]), refused(MAX_STACKS + 2));
    // 2^32 chunks are none in 32 bits.
    let wide = Plain { witness: 1 << 9, ..WITNESS };
    assert_eq!(rows([1, 0], &[(wide, MAX_ROWS)]), refused(1 << 31));
}

#[test]
fn stacks_are_as_many_as_columns_take_or_more() {
    let chip = Plain { boundary: 2, witness: 3, ..WITNESS };
    let said = |stacks| {
        let fixed = FixedKey { root: None, rows: vec![None] };
        said([5, 4], stacks, &[(chip, 33)], fixed, &[33], 0)
    };
    for stacks in [[0, 4, 5], [1, 4, 5], [0, 8, 5], [0, 9, 5], [0, 4, 6], [0, 4, MAX_STACKS]] {
        assert_eq!(said(stacks), LAID_OUT, "{stacks:?}");
    }
    // Rows of up to eight elements share leaves, and are as long as they may be.
    for (stacks, group, full) in [([3, 4, 5], 0, 4), ([5, 4, 5], 0, 8), ([0, 3, 5], 1, 4), ([0, 7, 5], 1, 8)]
    {
        let refused = limit("stacks of rows that share leaves", stacks[group], full);
        assert_eq!(said(stacks), refused, "{stacks:?}");
    }
    for (stacks, needed) in [([0, 2, 5], 3), ([0, 4, 4], 5), ([0, 4, 0], 5)] {
        let of = if stacks[1] < 3 { stacks[1] } else { stacks[2] };
        assert_eq!(said(stacks), limit("stacks that columns take", needed, of), "{stacks:?}");
    }
    for group in 0..3 {
        let mut stacks = [0, 4, 5];
        stacks[group] = MAX_STACKS + 1;
        assert_eq!(said(stacks), limit("stacks", MAX_STACKS + 1, MAX_STACKS), "{stacks:?}");
    }
}

#[test]
fn chunks() {
    // Stacks have 2^12 chunks of a row; boundary columns have stacks of their own.
    let most = MAX_CHUNKS;
    assert_eq!(rows([12, 0], &[(WITNESS, most)]), LAID_OUT);
    let refused = limit("chunks", most + (1 << 12), most);
    assert_eq!(rows([12, 0], &[(WITNESS, most + 1)]), refused);
    let both = |rows: usize| {
        let boundary = Plain { boundary: 1, witness: 0, ..WITNESS };
        let fixed = FixedKey { root: None, rows: vec![None; 2] };
        laid_out([12, 0], &[(boundary, 1), (WITNESS, rows)], fixed, &[1], 0)
    };
    assert_eq!(both(most - (1 << 12)), LAID_OUT);
    assert_eq!(both(most - (1 << 12) + 1), refused);
    // In larger chunks there are fewer.
    assert_eq!(rows([12, 1], &[(WITNESS, 2 * most)]), LAID_OUT);
}

#[test]
fn columns() {
    let chip = |witness| Plain { witness, ..WITNESS };
    let most = 1 << LOG_MAX_COLUMNS;
    // With rows or without.
    for count in [0, 1] {
        let error = limit("columns", most + 1, most);
        assert_eq!(rows([1, 1], &[(chip(most), 0), (chip(1), count)]), error);
    }
    // What is within this limit is beyond another: a column has a chunk.
    assert_eq!(rows([1, 1], &[(chip(most), 1)]), limit("stacks", most, MAX_STACKS));
}

#[test]
fn bundles_of_messages() {
    let talks = |messages| Plain { messages, ..WITNESS };
    let most = 1 << LOG_MAX_BUNDLES;
    // A chip's last bundle may be filled in part; that of a chip without rows counts.
    assert_eq!(rows([4, 0], &[(talks((most - 1) << 5), 1), (talks(1), 0), (WITNESS, 1)]), LAID_OUT);
    assert_eq!(rows([4, 0], &[(talks(most << 5), 1)]), LAID_OUT);
    let refused = limit("bundles of messages", most + 1, most);
    assert_eq!(rows([4, 0], &[(talks((most << 5) + 1), 1)]), refused);
    assert_eq!(rows([4, 0], &[(talks(1), 0), (talks(most << 5), 1)]), refused);
}

#[test]
fn powers_of_lambda_are_limited() {
    let chip = |constraints| Plain { constraints, ..WITNESS };
    let refused = |value| limit("constraints and message columns", value, MAX_WEIGHTS);
    // However many rows they have.
    assert_eq!(rows([4, 0], &[(chip(MAX_WEIGHTS), 1 << 10)]), LAID_OUT);
    assert_eq!(rows([4, 0], &[(chip(MAX_WEIGHTS + 1), 1)]), refused(MAX_WEIGHTS + 1));
    assert_eq!(rows([4, 0], &[(chip(MAX_WEIGHTS), 1), (chip(1), 1)]), refused(MAX_WEIGHTS + 1));
    assert_eq!(rows([4, 0], &[(chip(MAX_WEIGHTS), 1), (chip(1), 0)]), refused(MAX_WEIGHTS + 1));
    // A message has one column here.
    let talks = |constraints| Plain { messages: 1, ..chip(constraints) };
    assert_eq!(rows([4, 0], &[(talks(MAX_WEIGHTS - 1), 1)]), LAID_OUT);
    assert_eq!(rows([4, 0], &[(talks(MAX_WEIGHTS), 1)]), refused(MAX_WEIGHTS + 1));
}

#[test]
fn messages() {
    let talks = |messages| Plain { messages, ..WITNESS };
    let (most, chunk) = (MAX_MESSAGES as usize, 1 << 12);
    let refused = |value| limit("messages", value, most);
    assert_eq!(rows([18, 12], &[(talks(32), MAX_ROWS)]), LAID_OUT);
    // Chunks count, not rows: what is padding could be used.
    assert_eq!(rows([18, 12], &[(talks(32), MAX_ROWS), (talks(1), 1)]), refused(most + chunk));
    assert_eq!(
        rows([18, 6], &[(talks(32), MAX_ROWS - chunk), (talks(1), 32 * chunk + 1)]),
        refused(most + 64)
    );
    assert_eq!(most, 1 << 28);
    // The verifier's own are among them.
    let own = |rows, messages| {
        let fixed = FixedKey { root: None, rows: vec![None] };
        laid_out([18, 12], &[(talks(32), rows)], fixed, &[], messages)
    };
    assert_eq!(own(MAX_ROWS, 0), LAID_OUT);
    assert_eq!(own(MAX_ROWS, 1), refused(most + 1));
    assert_eq!(own(MAX_ROWS - chunk, 9), LAID_OUT);
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
            assert_eq!(error, limit("log2 of the height", height, MAX_LOG_HEIGHT));
        }
    }
}

#[test]
fn rows_of_committed_tables_are_those_committed() {
    let (fixed, boundary) = (Plain { fixed: 1, ..WITNESS }, Plain { boundary: 1, ..WITNESS });
    let both = Plain { boundary: 1, ..fixed };
    let key = |rows: &[Option<usize>]| FixedKey { root: Some(Node::default()), rows: rows.to_vec() };
    let committed = |value, of| limit("rows of a committed table", value, of);
    let chips = |a, b, c, d| [(fixed, a), (boundary, b), (WITNESS, c), (boundary, d)];
    let rows = [Some(5), None, None, None];
    let check = |chips: &[(Plain, usize)], rows: &[Option<usize>], boundary: &[usize]| {
        laid_out([4, 2], chips, key(rows), boundary, 0)
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
    fn absorb(&mut self, _: Step, _: &[Cell]) {}
    fn squeeze(&mut self, _: Step, out: &mut [Cell]) {
        out.fill(Cell::default());
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
    for (log_leaves, log_rows) in [(0, 2), (1, 1), (2, 0)] {
        let error =
            aver_stark::gkr::verify(&mut Reader::new(Zeros, &tree), log_leaves, log_rows).unwrap_err();
        assert_eq!(error, Error::Equation { label: "gkr/round" });
    }
    let system = System::new(Vec::new()).unwrap();
    let layout = Layout::new(&[], &[], 1, 1).unwrap();
    let check = |r: &Point| {
        let round = bytes(&[zero; 3]);
        aver_stark::zerocheck::verify(
            &mut Reader::new(Zeros, &round),
            &system,
            &layout.chunks,
            &[],
            r,
            &vec![],
        )
    };
    for at in [|row| Point { chunk: vec![], row }, |chunk| Point { chunk, row: vec![] }] {
        assert_eq!(check(&at(vec![one])), Ok((at(vec![zero]), vec![])));
        assert_eq!(check(&at(vec![zero])), Err(Error::Equation { label: "zerocheck/round" }));
    }
}
