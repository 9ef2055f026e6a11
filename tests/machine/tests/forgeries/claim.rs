//! Lies about what is claimed, and of which program.

use std::sync::Arc;

use aver_isa::calls::{self, EMPTY_DIGEST};
use aver_isa::testing::{Asm, reg};
use aver_machine_tests::forge::Forge;
use aver_machine_tests::liar::Lies;
use aver_stark::field::F;
use aver_verifier::claim::End;
use aver_verifier::{Claim, Error, Header};
use p3_field::PrimeCharacteristicRing;
use sha2::{Digest as _, Sha256};

use crate::relay::*;

#[test]
fn another_claim() {
    let shop = relay_shop(true);
    let honest = relay_forge(&shop, 5);
    let mut code = honest.clone();
    code.header.exit_code = 6;
    code.settle();
    code.is_refused_for(&["public"]);
    let mut output = honest.clone();
    output.header.output = b"no such output".to_vec();
    assert_eq!(output.verify(&output.prove()), Err(Error::Output));
    output.header.output_digest = Sha256::digest(&output.header.output).into();
    output.settle();
    output.is_refused_for(&["public"]);
    // A proof for another input, with what it does show.
    let file = honest.prove();
    let other = aver_prover::verify(&file, &honest.vk(), 7, &[]);
    assert_eq!(other, Err(Error::ExitCode { found: 5, expected: 7 }));
    // A pointer between words.
    let mut asm = Asm::new();
    asm.li(reg::A1, u64::from(Asm::DATA) + 4).call(calls::HALT);
    small(&asm, &EMPTY_DIGEST, Lies::default(), |shop, run| {
        refused(shop, &run, shop.setup.program(), &["halt: range", "mem"]);
    });
    // A digest in memory that is not the one claimed.
    let mut asm = Asm::new();
    asm.li(reg::A1, Asm::DATA.into()).call(calls::HALT);
    small(&asm, &[1; 32], Lies::default(), |shop, mut run| {
        run.digest = EMPTY_DIGEST;
        refused(shop, &run, shop.setup.program(), &["public"]);
    });
}

/// With these in its claim.
fn claims<'a>(forge: &Forge<'a>, assumptions: &[Claim], output: &[u8]) -> Forge<'a> {
    let mut forge = forge.clone();
    forge.header.assumptions = assumptions.to_vec();
    forge.header.output = output.to_vec();
    forge.header.output_digest = Sha256::digest(output).into();
    forge.settle();
    forge
}

/// What was assumed, given as assumed by nobody, or as something else; and what was handed over, given as assumed.
#[test]
fn another_condition() {
    let [assumed, other] = [1, 2].map(|vk| Claim { vk: [vk; 32], exit_code: 0, output_digest: EMPTY_DIGEST });
    let End { status, digest } = End::new(3, &EMPTY_DIGEST, &[assumed]);
    // What the digest is of, as an output.
    let both = [&assumed.to_bytes()[..], &EMPTY_DIGEST].concat();
    for (status, is_conditional) in [(status, true), (3, false)] {
        let mut asm = Asm::new();
        asm.li(reg::A0, status).li(reg::A1, Asm::DATA.into()).call(calls::HALT);
        small(&asm, &digest, Lies::default(), |shop, run| {
            let forge = forged(shop, &run, shop.setup.program());
            let [honest, lie] = [claims(&forge, &[assumed], &[]), claims(&forge, &[], &both)];
            let (honest, lie) = if is_conditional { (honest, lie) } else { (lie, honest) };
            assert_eq!(honest.faults(), [""; 0]);
            lie.is_refused_for(&["public"]);
            if is_conditional {
                assert_eq!(honest.verify(&honest.prove()).unwrap().assumptions, [assumed]);
                let strict = aver_prover::verify(&honest.prove(), &honest.vk(), 3, &[]);
                assert_eq!(strict, Err(Error::Conditional { count: 1, vk: assumed.vk }));
                for list in [&[][..], &[other], &[assumed, assumed], &[assumed, other]] {
                    claims(&forge, list, &[]).is_refused_for(&["public"]);
                }
            }
        });
    }
}

#[test]
fn another_program() {
    let (mine, theirs) = (relay_shop(true), relay_shop(false));
    let run = relay_run(&mine, 5, Lies::default());
    let forge = forged(&mine, &run, mine.setup.program());
    let vk = theirs.setup.vk().unwrap().clone();
    let verify = |forge: &Forge<'_>| aver_prover::verify(&forge.prove(), &vk.digest(), 5, &[]);
    assert!(matches!(verify(&forge), Err(Error::Program { .. })));
    // With the other's key, and the tables of mine; then with the other's tables, too.
    let mut named = forge.clone();
    named.header.vk = vk.clone();
    assert!(matches!(verify(&named), Err(Error::Proof { .. })));
    refused(&theirs, &run, mine.setup.program(), &["ld: instr"]);
    // One op of the program changed, in the fixed columns themselves.
    let mut fixed = forged(&theirs, &run, mine.setup.program());
    for part in fixed.parts.iter_mut().filter(|p| !p.is_memory) {
        let table = &mut part.tables[0];
        let other = &mine.setup.fixed(false).unwrap().columns[0];
        table.fixed = Arc::new(other.to_vec());
    }
    fixed.parts[5].tables[0].witness[0][LOOP as usize + 5] = F::ONE;
    let error = fixed.verify(&fixed.prove()).unwrap_err();
    assert!(matches!(error, Error::Proof { .. }), "{error}");
    // Keys that differ in their last parts only.
    for change in [
        |h: &mut Header| h.vk.log_height = 11,
        |h: &mut Header| h.vk.profile = aver_stark::params::Profile::Bits128,
        |h: &mut Header| h.vk.entry += 1,
        |h: &mut Header| h.vk.machine[0] ^= 1,
        |h: &mut Header| h.vk.coprocessors.push((0x5000_1000, "sha256".into())),
        |h: &mut Header| h.vk.shard.rows[0] = None,
        |h: &mut Header| h.vk.memory.root = None,
    ] {
        let mut other = forge.clone();
        change(&mut other.header);
        other.verify(&forge.prove()).unwrap();
        let mut file = other.header.encode();
        file.extend(&forge.prove()[forge.header.encode().len()..]);
        assert!(matches!(other.verify(&file), Err(Error::Program { .. })));
        // Under that key's own name: nothing in it can make the verifier fall over.
        let digest = other.header.vk.digest();
        aver_prover::verify(&file, &digest, 5, &[]).unwrap_err();
    }
}
