//! Provers whose tables, numbers or commitments are of another proof than the one they claim to make. Each
//! lie is told by the real prover, which goes on from it: what follows is consistent with the lie.

use aver_isa::testing::{Asm, reg};
use aver_machine_tests::forge::{Forge, Workshop};
use aver_machine_tests::liar::{self, Lies};
use aver_machine_tests::{options, setup};
use aver_stark::field::{EF, F, f};
use aver_verifier::Error;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// Counts to 12 in memory, from what is in the image, and exits with that.
fn program() -> Asm {
    let mut asm = Asm::new();
    asm.li(reg::S0, Asm::DATA.into()).li(reg::S1, 12);
    asm.ld(reg::T2, reg::S0, 0).addi(reg::T2, reg::T2, 1).sd(reg::T2, reg::S0, 0);
    asm.addi(reg::S1, reg::S1, -1).bne(reg::S1, 0, -16);
    asm.ld(reg::A0, reg::S0, 0).call(93);
    asm
}

fn shop(first: u64) -> Workshop {
    Workshop::new(setup(&program().elf(&first.to_le_bytes(), 64), options(10, None)))
}

/// Three shards, and two memory proofs: parts 0 and 1 are memory, 2 to 4 shards.
fn honest(shop: &Workshop) -> Forge<'_> {
    let cut = Box::new(|cycle: u64, _| cycle == 20 || cycle == 40);
    let run = liar::run(shop.setup.program(), &[], Lies { cut, ..Lies::default() });
    let words = &run.memory;
    let forge = shop.forge(&run, shop.setup.program(), &[words[..3].to_vec(), words[3..].to_vec()]);
    assert_eq!((forge.faults().len(), forge.parts.len()), (0, 5));
    forge
}

/// What is said of the proof with this index, from 1.
#[track_caller]
fn refused(forge: &Forge<'_>, index: usize) -> String {
    match forge.verify(&forge.prove_up_to(index - 1)) {
        Err(Error::Proof { index: found, error }) if found == index => error.to_string(),
        other => panic!("not for what proof {index} shows: {other:?}"),
    }
}

#[test]
fn the_honest_run_is_accepted() {
    let shop = shop(5);
    let forge = honest(&shop);
    assert_eq!(forge.header.exit_code, 17);
    let mut file = forge.prove();
    assert_eq!(forge.verify(&file).unwrap().shards, 3);
    file.push(0);
    assert_eq!(forge.verify(&file), Err(Error::TrailingBytes { field: "proof file" }));
}

/// A part of the memory table left out: every proof is right about what it shows, and their sums do not cancel.
#[test]
fn a_part_of_the_memory_table_left_out() {
    let shop = shop(5);
    for part in [0, 1] {
        let mut lie = honest(&shop);
        lie.header.memory.remove(part);
        lie.parts.remove(part);
        if part == 0 {
            // What was the second part is the first, and has no predecessor.
            let key = lie.column(0, "memory", "addr")[0] + lie.column(0, "memory", "memory")[0] * f(1 << 29);
            lie.set(0, "memory", 0, "prev", F::NEG_ONE);
            lie.set(0, "memory", 0, "high", f(key.as_canonical_u32() >> 16));
        }
        lie.settle();
        assert_eq!(lie.faults(), ["boundary"]);
        assert_eq!(lie.verify(&lie.prove()), Err(Error::Sums));
    }
}

/// Pass 2 has a row more than pass 1 committed to, or a row less: of a shard, and of the memory table.
#[test]
fn rows_added_or_removed_after_commitment() {
    let shop = shop(5);
    let honest = honest(&shop);
    for (part, chip) in [(3, "boundary"), (1, "memory")] {
        let committed = honest.clone().table(part, chip).rows;
        for rows in [committed - 1, committed + 1] {
            let mut lie = honest.clone();
            lie.table(part, chip).rows = rows;
            let expected = format!("rows of a committed table is {rows}, the limit is {committed}");
            assert_eq!(refused(&lie, part + 1), expected);
        }
    }
}

/// A proof of the tables of one shard, or of one part of the memory table, in the place of another: with its
/// own public values, and with those it should have.
#[test]
fn tables_of_another_part() {
    let shop = shop(5);
    let honest = honest(&shop);
    for (to, from) in [(2, 3), (4, 2), (0, 1)] {
        let mut lie = honest.clone();
        lie.parts[to] = honest.parts[from].clone();
        refused(&lie, to + 1);
        lie.parts[to].publics = honest.parts[to].publics.clone();
        lie.parts[to].messages = honest.parts[to].messages.clone();
        refused(&lie, to + 1);
        // And its commitment with it: the proof itself is right about what it now shows.
        if to > 1 {
            lie.header.shards[to - 2].boundary = honest.header.shards[from - 2].boundary.clone();
        } else {
            lie.header.memory[to].boundary = honest.header.memory[from].boundary.clone();
        }
        refused(&lie, to + 1);
    }
}

/// Public values of another shard or part with the tables as they should be.
#[test]
fn public_values_of_another_part() {
    let shop = shop(5);
    let honest = honest(&shop);
    for (to, from) in [(2, 3), (4, 3), (1, 0)] {
        let mut lie = honest.clone();
        lie.parts[to].publics = honest.parts[from].publics.clone();
        refused(&lie, to + 1);
        lie.parts[to].messages = honest.parts[from].messages.clone();
        refused(&lie, to + 1);
    }
}

/// The commitments of two proofs change places, and of two kinds of proof.
#[test]
fn commitments_of_another_part() {
    let shop = shop(5);
    let honest = honest(&shop);
    let mut shards = honest.clone();
    let [first, second, ..] = &mut shards.header.shards[..] else { panic!("three shards") };
    std::mem::swap(&mut first.boundary, &mut second.boundary);
    refused(&shards, 3);
    let mut memory = honest.clone();
    let [first, second] = &mut memory.header.memory[..] else { panic!("two parts") };
    std::mem::swap(&mut first.boundary, &mut second.boundary);
    refused(&memory, 1);
    let mut kinds = honest.clone();
    std::mem::swap(&mut kinds.header.memory[1].boundary, &mut kinds.header.shards[0].boundary);
    refused(&kinds, 2);
}

/// Numbers of the header that agree with each other, and not with the tables.
#[test]
fn numbers_that_are_not_those_of_the_run() {
    let shop = shop(5);
    let honest = honest(&shop);
    let lie = |change: &dyn Fn(&mut aver_verifier::Header)| {
        let mut lie = honest.clone();
        change(&mut lie.header);
        lie.settle();
        lie
    };
    let slots = aver_exec::SLOTS;
    lie(&|h| h.shards[0].end_ts += slots).is_refused_for(&["exec"]);
    lie(&|h| h.shards[1].end_ts -= slots).is_refused_for(&["exec"]);
    lie(&|h| (h.shards[0].end, h.shards[1].start) = (h.shards[0].end + 1, h.shards[1].start + 1))
        .is_refused_for(&["exec"]);
    lie(&|h| h.memory[0].last += 1).is_refused_for(&["order"]);
    lie(&|h| h.memory[1].last -= 1).is_refused_for(&["order"]);
    lie(&|h| h.exit_code = 18).is_refused_for(&["public"]);
}

/// Each part proved in the transcript of another run of the same program.
#[test]
fn proofs_of_another_run() {
    let shop = shop(5);
    let mine = honest(&shop);
    // Another run by its cuts alone: shard 1 and all memory are the same.
    let cut = Box::new(|cycle: u64, _| cycle == 20 || cycle == 45);
    let run = liar::run(shop.setup.program(), &[], Lies { cut, ..Lies::default() });
    let words = &run.memory;
    let other = shop.forge(&run, shop.setup.program(), &[words[..3].to_vec(), words[3..].to_vec()]);
    let proofs = |file: &[u8]| {
        let mut fields = aver_verifier::bytes::Fields::new(file);
        let header = aver_verifier::Header::decode(&mut fields).unwrap().encode();
        let proofs: Vec<Vec<u8>> = (0..5).map(|_| fields.bytes("proof").unwrap().to_vec()).collect();
        (header, proofs)
    };
    let ((header, mine_proofs), (_, other_proofs)) = (proofs(&mine.prove()), proofs(&other.prove()));
    assert_eq!(mine.header.shards[0], other.header.shards[0]);
    for i in 0..5 {
        let mut mixed = mine_proofs.clone();
        mixed[i] = other_proofs[i].clone();
        let mut file = header.clone();
        mixed.iter().for_each(|p| aver_verifier::bytes::put_bytes(&mut file, p));
        let error = mine.verify(&file).unwrap_err();
        assert!(matches!(error, Error::Proof { index, .. } if index == i + 1), "{error}");
    }
}

/// Sums moved: between shards, between parts of the memory table, from one to the other.
#[test]
fn sums_moved_between_any_two_proofs() {
    let shop = shop(5);
    let forge = honest(&shop);
    for (from, to) in [(0, 1), (4, 2)] {
        let file = forge.prove_claiming(|i, sum| match i {
            i if i == from => sum - EF::ONE,
            i if i == to => sum + EF::ONE,
            _ => sum,
        });
        let error = aver_stark::error::Error::Equation { label: "sum" };
        assert_eq!(forge.verify(&file), Err(Error::Proof { index: from.min(to) + 1, error }));
    }
}
