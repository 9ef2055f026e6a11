//! Whole runs with calls: executed, proved, verified.

mod common;

use std::sync::Arc;

use aver_exec::{Input, Silent};
use aver_isa::memory::INPUT_BASE;
use aver_isa::testing::{Asm, ElfBuilder, SegmentBytes, reg};
use aver_prover::{Error, Options, Setup, verify};
use aver_sha256::{CALL, NAME, Sha256};
use sha2::digest::generic_array::GenericArray;

/// The coprocessor, mounted.
fn mounted() -> [Arc<dyn aver_prover::Coprocessor>; 1] {
    [Arc::new(Sha256)]
}

/// Compresses the first block of the input `count` times into the hash value at the start of the data,
/// and hands over the result as the digest.
fn chain(count: u32) -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::S0, count.into());
    asm.li(reg::A0, Asm::DATA.into()).li(reg::A1, u64::from(INPUT_BASE) + 8).li(reg::A7, CALL.into());
    asm.ecall().addi(reg::S0, reg::S0, -1).bne(reg::S0, reg::ZERO, -8);
    asm.ld(reg::A0, reg::A0, 0).call(aver_isa::calls::EXIT);
    let state: Vec<u8> = common::INITIAL.iter().flat_map(|n| n.to_le_bytes()).collect();
    let segments = vec![SegmentBytes::text(asm.start, asm.bytes()), SegmentBytes::data(Asm::DATA, state, 64)];
    let note = Some(ElfBuilder::note(&[NAME]));
    ElfBuilder { segments, note, ..ElfBuilder::default() }.build()
}

#[test]
fn chains() {
    let block: [u8; 64] = std::array::from_fn(|i| i as u8);
    for (count, max_shard_cycles, shards) in [(1, None, 1), (39, None, 1), (40, Some(50), 3)] {
        let options = Options { log_height: 12, max_shard_cycles, ..Options::default() };
        let setup = Setup::new(&chain(count), &mounted(), options).unwrap();
        let mut proof = Vec::new();
        let report = setup.prove(&Input::new(block).unwrap(), &mut Silent, &mut proof, &mut |_| {}).unwrap();
        assert_eq!(report.execution.shards, shards);
        let mut state = common::INITIAL;
        (0..count).for_each(|_| sha2::compress256(&mut state, &[GenericArray::from(block)]));
        assert_eq!(report.execution.exit_code, state[0]);
        let vk = setup.vk().unwrap().digest();
        verify(&proof, &vk, state[0], &mounted()).unwrap();
        // Another result of the last call; a machine without the coprocessor.
        assert!(verify(&proof, &vk, state[0] ^ 1, &mounted()).is_err());
        let missing = verify(&proof, &vk, state[0], &[]).map(drop).unwrap_err();
        assert!(missing.to_string().contains(NAME), "{missing}");
    }
    let missing = Setup::new(&chain(1), &[], Options::default()).map(drop).unwrap_err();
    assert!(matches!(&missing, Error::Coprocessor(..)), "{missing}");
}
