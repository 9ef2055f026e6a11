//! Tables that are wrong, and tables and public values of another proof.

use std::sync::Arc;

use aver_stark::field::{F, P};
use aver_stark::layout::MAX_ROWS;
use aver_stark::params::Profile;
use aver_stark_prover::check::Violation;
use p3_field::PrimeCharacteristicRing;

use crate::messages::{is_refused_by, params, refusal};
use crate::plain::{Check, Lies};
use crate::toy::{LOG_CHUNK, Part, PartProof, Toy, f, honest};

pub const STEP: usize = 0;
pub const RANGE: usize = 1;
pub const BOUNDARY: usize = 2;

#[test]
fn honest_runs_verify() {
    for (profile, log_height, shards) in [
        (Profile::Bits128, 6, &[100, 77][..]),
        (Profile::Bits128, 4, &[3]),
        (Profile::Bits128, 4, &[0, 3, 0]),
        (Profile::Bits100, 5, &[64, 1, 33]),
        (Profile::Bits128, 9, &[200]),
        (Profile::Bits128, 12, &[250, 250]),
    ] {
        let toy = Toy::new(profile, log_height);
        let parts = toy.run(shards);
        toy.oracle(&parts).unwrap();
        assert_eq!(toy.verify(&toy.prove(&parts, &parts, honest)), Ok(()), "h = {log_height}, {shards:?}");
    }
}

#[test]
fn a_broken_constraint_or_bus_is_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let parts = toy.run(&[50, 40]);
    for column in 0..8 {
        let mut bad = parts.clone();
        bad[1].tables[STEP].witness[column][7] += F::ONE;
        assert!(toy.oracle(&bad).is_err());
        let proofs = toy.prove(&bad, &bad, honest);
        assert!(toy.verify(&proofs).is_err(), "column {column}");
    }
}

/// Changes cells of witness columns of a row, which are on no bus or whose row is padding.
fn with_cells(parts: &[Part], chip: usize, row: usize, cells: &[(usize, F)]) -> Vec<Part> {
    let mut bad = parts.to_vec();
    for &(column, change) in cells {
        bad[0].tables[chip].witness[column][row] += change;
    }
    bad
}

/// One constraint is violated in one row, wherever it is, and every bus cancels.
#[test]
fn a_constraint_violated_in_any_chunk_is_refused() {
    let toy = Toy::with(params(), LOG_CHUNK);
    // Nine chunks of 16 rows, the last four of them padding.
    let parts = toy.run(&[140, 3]);
    assert_eq!(parts[0].tables[STEP].witness[0].len(), 144);
    let (square, after, shard) = (6, 4, 7);
    let ones = |columns: &[usize]| columns.iter().map(|&c| (c, F::ONE)).collect::<Vec<_>>();
    let mut lies = Vec::new();
    for row in [0, 1, 15, 16, 63, 64, 127, 128, 139] {
        lies.push(("step/4", row, ones(&[shard])));
    }
    for row in [140, 143] {
        lies.push(("step/2", row, ones(&[square, after])));
        lies.push(("step/3", row, ones(&[after])));
    }
    for (label, row, cells) in lies {
        let bad = with_cells(&parts, STEP, row, &cells);
        let violated = toy.oracle(&bad);
        assert!(
            matches!(violated, Err(Violation::Constraint { label: l, row: r, .. }) if (l, r) == (label, row))
        );
        let real = toy.prove(&bad, &bad, honest);
        is_refused_by(&refusal(&toy, &bad, 0, &real[0]), Check::Zerocheck);
        for until in [Check::Zerocheck, Check::Gather, Check::FinalSum, Check::Positions] {
            is_refused_by(&refusal(&toy, &bad, 0, &toy.lie(&bad, 0, &Lies::bent(until))), until);
        }
    }
}

/// A lookup is counted once too often, and the sum is claimed to be what it should be.
#[test]
fn a_bus_that_does_not_cancel_is_refused() {
    let toy = Toy::with(params(), LOG_CHUNK);
    let parts = toy.run(&[70]);
    for (chip, column, row) in [(RANGE, 0, 0), (RANGE, 0, 255), (STEP, 1, 69), (STEP, 5, 0), (BOUNDARY, 0, 3)]
    {
        let mut bad = parts.clone();
        bad[0].tables[chip].witness[column][row] += F::ONE;
        assert!(matches!(toy.oracle(&bad), Err(Violation::Bus { .. })));
        let real = toy.prove(&bad, &bad, honest);
        is_refused_by(&refusal(&toy, &bad, 0, &real[0]), Check::Sum);
        for until in
            [Check::Sum, Check::Layer(0), Check::Layer(7), Check::Leaves, Check::Zerocheck, Check::Positions]
        {
            is_refused_by(&refusal(&toy, &bad, 0, &toy.lie(&bad, 0, &Lies::bent(until))), until);
        }
    }
}

/// And the tree has a fraction that makes up for it, where there is no message: behind a chip's messages, behind
/// its chunks, behind all bundles.
#[test]
fn a_fraction_that_is_no_message_is_refused() {
    let toy = Toy::with(params(), LOG_CHUNK);
    let mut bad = toy.run(&[70]);
    bad[0].tables[RANGE].witness[0][3] += F::ONE;
    // Five messages in five chunks; one in sixteen; five in two.
    for leaf in [[0, 0, 5], [0, 4, 31], [0, 5, 0], [0, (1 << 18) - 1, 4], [1, 0, 1], [2, 2, 0], [3, 0, 0]] {
        for until in [Check::Leaves, Check::Zerocheck, Check::Positions] {
            let lies = Lies { leaf: Some(leaf), ..Lies::bent(until) };
            is_refused_by(&refusal(&toy, &bad, 0, &toy.lie(&bad, 0, &lies)), until);
        }
        let lies = Lies { leaf: Some(leaf), ..Lies::default() };
        is_refused_by(&refusal(&toy, &bad, 0, &toy.lie(&bad, 0, &lies)), Check::Leaves);
    }
}

#[test]
fn other_boundary_columns_in_pass_2_are_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let parts = toy.run(&[50, 40]);
    let other = toy.run(&[51, 40]);
    let mut second = parts.clone();
    second[0] = other[0].clone();
    assert!(toy.verify(&toy.prove(&parts, &second, honest)).is_err());
}

/// Everything is proved of other columns than those committed to: of a group, and of all of them.
#[test]
fn columns_of_another_table_are_refused() {
    for toy in [Toy::with(params(), LOG_CHUNK), Toy::new(Profile::Bits100, 5)] {
        let parts = toy.run(&[70, 9]);
        // Boundary columns that cancel with the memory table all the same; a range table with another number;
        // a count of a number that nobody asks for.
        let mut boundary = parts[0].clone();
        boundary.tables[BOUNDARY].boundary[2][0] += F::ONE;
        let mut fixed = parts[0].clone();
        let mut range = fixed.tables[RANGE].fixed.to_vec();
        range[0][255] = f(300);
        fixed.tables[RANGE].fixed = Arc::new(range);
        let mut witness = parts[0].clone();
        witness.tables[RANGE].witness[0][255] += F::ONE;
        let mut another = toy.run(&[71, 9])[0].clone();
        another.messages = parts[0].messages.clone();
        assert_eq!(another.tables[BOUNDARY].rows, parts[0].tables[BOUNDARY].rows);
        for (what, part) in [("boundary", boundary), ("fixed", fixed), ("witness", witness), ("all", another)]
        {
            let lies = Lies { rows: Some((STEP, part.tables[STEP].rows)), ..Lies::bent(Check::Positions) };
            let proof = toy.lie_with(&parts, &part, 0, &lies);
            assert_eq!(refusal(&toy, &parts, 0, &proof), "whir/final: equation does not hold", "{what}");
        }
    }
}

/// The root of another table's columns, in a proof of the right ones.
#[test]
fn another_witness_root_is_refused() {
    let toy = Toy::with(params(), LOG_CHUNK);
    let parts = toy.run(&[70, 70]);
    let root = toy.commit(&parts[1]).key().root.unwrap();
    let proof = toy.lie(&parts, 0, &Lies { root: Some(("witness", 0, root)), ..Lies::default() });
    assert_eq!(refusal(&toy, &parts, 0, &proof), "whir/rows: opened rows do not lead to the root");
}

/// The number of rows that a prover says is not the number it has.
#[test]
fn other_heights_are_refused() {
    let limit =
        |rows: usize, limit: usize| format!("rows of a committed table is {rows}, the limit is {limit}");
    for toy in [Toy::with(params(), LOG_CHUNK), Toy::new(Profile::Bits100, 11)] {
        let parts = toy.run(&[70, 40]);
        let boundary = parts[0].tables[BOUNDARY].rows;
        for (chip, rows, error) in [
            (RANGE, 255, Some(limit(255, 256))),
            (RANGE, 257, Some(limit(257, 256))),
            (BOUNDARY, boundary - 1, Some(limit(boundary - 1, boundary))),
            (BOUNDARY, boundary + 1, Some(limit(boundary + 1, boundary))),
            (BOUNDARY, 0, Some(limit(0, boundary))),
            // A chunk more, a chunk less, none, and so many that limits refuse them.
            (STEP, 81, None),
            (STEP, 64, None),
            (STEP, 0, None),
            (STEP, MAX_ROWS, None),
            (STEP, MAX_ROWS + 1, None),
        ] {
            for until in [Check::Sum, Check::Leaves, Check::Zerocheck, Check::Positions] {
                let lies = Lies { rows: Some((chip, rows)), ..Lies::bent(until) };
                let found = refusal(&toy, &parts, 0, &toy.lie(&parts, 0, &lies));
                assert!(error.as_ref().is_none_or(|e| *e == found), "chip {chip}, {rows} rows: {found}");
            }
        }
        // Within a chunk all rows are there.
        for rows in [65, 71, 80] {
            let lies = Lies { rows: Some((STEP, rows)), ..Lies::default() };
            let proof = toy.lie(&parts, 0, &lies);
            assert!(toy.verify_part(&toy.pass_1(&parts), 0, &proof).is_ok(), "{rows} rows");
        }
    }
    let toy = Toy::with(params(), LOG_CHUNK);
    let parts = toy.run(&[70, 40]);
    // Tables that pass 1 did not know of.
    let mut proofs = toy.prove(&parts, &parts, honest);
    let mut rows = proofs[0].boundary.clone();
    rows.rows.push(1);
    let mut boundaries = toy.pass_1(&parts);
    boundaries[0] = rows.clone();
    proofs[0].boundary = rows;
    let error = toy.verify_part(&boundaries, 0, &proofs[0]).unwrap_err();
    assert_eq!(error, "boundary tables beside the chips' is 1, the limit is 0");
}

/// Opened rows have the width that was committed to.
#[test]
fn another_number_of_stacks_is_refused() {
    let toy = Toy::with(params(), LOG_CHUNK);
    let parts = toy.run(&[70]);
    for i in 0..parts.len() {
        let proof = toy.lie(&parts, i, &Lies::default());
        assert!(toy.verify_part(&toy.pass_1(&parts), i, &proof).is_ok());
        for group in 0..3 {
            let said = u32::from_le_bytes(proof.proof[4 * group..][..4].try_into().unwrap()) as usize;
            for stacks in [said.wrapping_sub(1), said + 1].into_iter().filter(|&stacks| stacks <= said + 1) {
                let lies = Lies { stacks: Some((group, stacks)), ..Lies::default() };
                refusal(&toy, &parts, i, &toy.lie(&parts, i, &lies));
            }
        }
    }
}

/// Columns are committed to in so many chunks, and proved in one more or less: the columns behind them would
/// have other places.
#[test]
fn chunks_that_were_not_committed_to_are_refused() {
    let toy = Toy::new(Profile::Bits100, 11);
    let parts = toy.run(&[70, 40]);
    for rows in [49, 64, 81, 97] {
        let mut part = parts[0].clone();
        let table = &mut part.tables[STEP];
        table.rows = rows;
        table.witness.iter_mut().for_each(|column| column.truncate(rows));
        table.pad(toy.log_chunk);
        let proof = toy.lie_with(&parts, &part, 0, &Lies::bent(Check::Positions));
        is_refused_by(&refusal(&toy, &parts, 0, &proof), Check::Positions);
    }
}

/// Proofs are for chunks of one size, which is known before the shared challenge.
#[test]
fn chunks_of_another_size_are_refused() {
    let toy = Toy::with(params(), LOG_CHUNK);
    let parts = toy.run(&[70, 40]);
    let pass_1 = toy.pass_1(&parts);
    for log_chunk in [0, 3, 5, 6] {
        for said in [None, Some(log_chunk)] {
            for until in [Check::Sum, Check::Leaves, Check::Gather, Check::Positions] {
                let lies = Lies { log_chunk: said, ..Lies::bent(until) };
                let proof = PartProof { log_chunk, ..toy.lie(&parts, 0, &lies) };
                assert!(toy.verify_part(&pass_1, 0, &proof).is_err(), "2^{log_chunk}, {until:?}");
            }
        }
    }
    let proof = PartProof { log_chunk: 7, ..toy.lie(&parts, 0, &Lies::default()) };
    assert_eq!(refusal(&toy, &parts, 0, &proof), "log2 of a chunk is 7, the limit is 6");
}

/// A proof for the public values of another shard.
#[test]
fn public_values_of_another_shard_are_refused() {
    let toy = Toy::with(params(), LOG_CHUNK);
    let parts = toy.run(&[70, 40]);
    let with_publics = |publics: &[F]| Part { publics: publics.to_vec(), ..parts[0].clone() };
    // Whose constraints, and whose messages, are those of shard 2.
    let mut other = with_publics(&parts[1].publics);
    other.tables[STEP].witness[7].iter_mut().take(70).for_each(|shard| *shard = f(2));
    for (part, until) in [(with_publics(&parts[1].publics), Check::Sum), (other, Check::Leaves)] {
        let lies = Lies::bent(until);
        let proof = toy.lie_with(&parts, &part, 0, &lies);
        is_refused_by(&refusal(&toy, &parts, 0, &proof), until);
    }
    let proofs = toy.prove(&parts, &[with_publics(&[f(3)])], honest);
    assert!(toy.verify_part(&toy.pass_1(&parts), 0, &proofs[0]).is_err());
    // The verifier's messages of another shard.
    let mut proofs = toy.prove(&parts, &parts, honest);
    proofs[0].messages = parts[1].messages.clone();
    is_refused_by(&refusal(&toy, &parts, 0, &proofs[0]), Check::Sum);
}

#[test]
fn every_byte_counts() {
    let toy = Toy::new(Profile::Bits100, 4);
    let parts = toy.run(&[20]);
    let proofs = toy.prove(&parts, &parts, honest);
    assert_eq!(toy.verify(&proofs), Ok(()));
    let len = proofs[0].proof.len();
    for at in (0..len).step_by(7).chain(0..200) {
        let mut bad = proofs.clone();
        bad[0].proof[at] ^= 1;
        assert!(toy.verify(&bad).is_err(), "byte {at}");
    }
    // An element plus p is the same element, and another encoding; rows that are opened are elements, too.
    let mut again = 0;
    for at in (0..len).step_by(4 * 5) {
        let word = u32::from_le_bytes(proofs[0].proof[at..at + 4].try_into().unwrap());
        if let Some(other) = word.checked_add(P) {
            let mut bad = proofs.clone();
            bad[0].proof[at..at + 4].copy_from_slice(&other.to_le_bytes());
            assert!(toy.verify(&bad).is_err(), "word at {at}");
            again += usize::from(at > len / 2);
        }
    }
    assert!(again > 50);
    for cut in [0, 1, 4, 100, len / 2, len - 1] {
        let mut bad = proofs.clone();
        bad[0].proof.truncate(cut);
        assert!(toy.verify(&bad).is_err());
    }
    let mut bad = proofs.clone();
    bad[0].proof.push(0);
    assert_eq!(toy.verify(&bad), Err("proof 0: 1 bytes after the end of the proof".into()));
}
