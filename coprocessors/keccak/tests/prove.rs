//! Whole runs with calls: executed, proved, verified.

use std::sync::Arc;

use aver_exec::{Input, Silent};
use aver_isa::testing::{Asm, ElfBuilder, SegmentBytes, reg};
use aver_keccak::{CALL, Keccak, NAME};
use aver_prover::{Error, Options, Setup, verify};

/// The coprocessor, mounted.
fn mounted() -> [Arc<dyn aver_prover::Coprocessor>; 1] {
    [Arc::new(Keccak)]
}

/// Permutes the data `count` times, and halts with the low half of lane `lane` as the code.
fn chain(state: [u64; 25], count: u32, lane: i32) -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::S0, count.into());
    asm.li(reg::A0, Asm::DATA.into()).li(reg::A7, CALL.into());
    asm.ecall().addi(reg::S0, reg::S0, -1).bne(reg::S0, reg::ZERO, -8);
    asm.ld(reg::A0, reg::A0, 8 * lane).call(aver_isa::calls::EXIT);
    let state: Vec<u8> = state.iter().flat_map(|n| n.to_le_bytes()).collect();
    let segments =
        vec![SegmentBytes::text(asm.start, asm.bytes()), SegmentBytes::data(Asm::DATA, state, 200)];
    ElfBuilder { segments, note: Some(ElfBuilder::note(&[NAME])), ..ElfBuilder::default() }.build()
}

/// The states of the Keccak team's vectors after one and two permutations of zeros start with these lanes.
#[test]
fn zeros() {
    for (count, lane, expected) in [
        (1, 0, 0xF125_8F79_40E1_DDE7u64),
        (1, 24, 0xEAF1_FF7B_5CEC_A249),
        (2, 0, 0x2D5C_954D_F96E_CB3C),
        (2, 1, 0x6A33_2CD0_7057_B56D),
    ] {
        let setup = Setup::new(&chain([0; 25], count, lane), &mounted(), Options::default()).unwrap();
        let run = setup.execute(&Input::default(), &mut Silent).unwrap();
        assert_eq!(run.exit_code, expected as u32);
    }
}

#[test]
fn chains() {
    let mut state: [u64; 25] = std::array::from_fn(|i| (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    state[7] = u64::MAX;
    for (count, max_shard_cycles, shards) in [(1, None, 1), (20, Some(25), 3)] {
        let options = Options { log_height: 12, max_shard_cycles, ..Options::default() };
        let setup = Setup::new(&chain(state, count, 3), &mounted(), options).unwrap();
        let mut proof = Vec::new();
        let report = setup.prove(&Input::default(), &mut Silent, &mut proof, &mut |_| {}).unwrap();
        assert_eq!(report.execution.shards, shards);
        let mut expected = state;
        (0..count).for_each(|_| keccak::Keccak::new().with_f1600(|permute| permute(&mut expected)));
        assert_eq!(report.execution.exit_code, expected[3] as u32);
        let vk = setup.vk().unwrap().digest();
        verify(&proof, &vk, expected[3] as u32, &mounted()).unwrap();
        // Another result; a machine without the coprocessor.
        assert!(verify(&proof, &vk, expected[3] as u32 ^ 1, &mounted()).is_err());
        let missing = verify(&proof, &vk, expected[3] as u32, &[]).map(drop).unwrap_err();
        assert!(missing.to_string().contains(NAME), "{missing}");
    }
    let missing = Setup::new(&chain(state, 1, 0), &[], Options::default()).map(drop).unwrap_err();
    assert!(matches!(&missing, Error::Coprocessor(..)), "{missing}");
}
