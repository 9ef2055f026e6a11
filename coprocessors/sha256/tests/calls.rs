//! Honest calls: the right hash value, wherever the pointers point, and a table the chip accepts.

mod common;

use aver_exec::FaultKind;
use aver_isa::memory::{GUARD_START, HEAP_END, INPUT_BASE, INPUT_END, STACK_TOP, TEXT_END};
use aver_isa::testing::Asm;
use aver_sha256::CALL;
use common::{CONSTANTS, INITIAL, calls_of, check_calls, hash_value, program, run, step};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::digest::generic_array::GenericArray;

/// Hashes by calls; each of them is checked.
fn hash(message: &[u8]) -> [u32; 8] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8).next_multiple_of(64) - 8, 0);
    padded.extend((8 * message.len() as u64).to_be_bytes());
    let data = [INITIAL.map(u32::to_le_bytes).concat(), padded].concat();
    let at = u64::from(Asm::DATA);
    let blocks = (data.len() as u64 - 32) / 64;
    let program = program(&(0..blocks).map(|i| (at, at + 32 + 64 * i)).collect::<Vec<_>>(), &[], &data);
    let (_, shard) = run(&program, &[]).unwrap();
    let calls = calls_of(&shard);
    assert_eq!(calls.len() as u64, blocks);
    check_calls(&program, &calls).unwrap();
    hash_value(calls.last().unwrap())
}

/// FIPS 180-4's examples (and the hash of nothing).
#[test]
fn vectors() {
    let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    for (message, digest) in [
        (&b""[..], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (long, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    ] {
        let found: String = hash(message).iter().map(|n| format!("{n:08x}")).collect();
        assert_eq!(found, digest);
    }
}

#[test]
fn random_blocks() {
    let mut rng = StdRng::seed_from_u64(1);
    let extremes = [[0; 64], [0xFF; 64]].map(|block| ([u32::from_le_bytes([block[0]; 4]); 8], block));
    let random = (0..20).map(|_| (rng.random(), std::array::from_fn(|_| rng.random())));
    for (state, block) in random.collect::<Vec<_>>().into_iter().chain(extremes) {
        let mut expected = state;
        sha2::compress256(&mut expected, &[GenericArray::from(block)]);
        let step = step(state, block);
        assert_eq!(hash_value(&step), expected);
        check_calls(&Default::default(), &[&step]).unwrap();
    }
}

/// The hash value after a call with these pointers, where data and input hold random bytes. The call is
/// made twice.
fn call(a0: u64, a1: u64) -> Result<[u32; 8], FaultKind> {
    let mut rng = StdRng::seed_from_u64(2);
    let mut bytes = |n: usize| -> Vec<u8> { (0..n).map(|_| rng.random()).collect() };
    let (data, input) = (bytes(256), bytes(256));
    let program = program(&[(a0, a1), (a0, a1)], &[1; 64], &data);
    let (_, shard) = run(&program, &input)?;
    let calls = calls_of(&shard);
    check_calls(&program, &calls).unwrap();
    // The second call reads what the first one left.
    let value = |word: u32| {
        let updated = calls[0].updates.iter().find(|update| update.addr == word);
        updated.map_or_else(
            || calls[0].reads.iter().find(|r| r.addr == word).map(|r| r.before),
            |u| Some(u.after),
        )
    };
    assert!(calls[1].reads.iter().all(|read| Some(read.before) == value(read.addr)));
    let mut state = [0; 8];
    for (pair, update) in state.chunks_exact_mut(2).zip(&calls[0].updates) {
        pair.copy_from_slice(&[update.before as u32, (update.before >> 32) as u32]);
    }
    let block: Vec<u8> = calls[0].reads.iter().flat_map(|read| read.before.to_le_bytes()).collect();
    sha2::compress256(&mut state, &[GenericArray::clone_from_slice(&block)]);
    assert_eq!(hash_value(calls[0]), state);
    Ok(state)
}

const DATA: u64 = Asm::DATA as u64;

/// The block is read before the hash value is updated.
#[test]
fn overlapping_pointers() {
    for distance in (0..=72).step_by(8) {
        call(DATA + 64, DATA + 64 - distance + 8).unwrap();
    }
    call(DATA, DATA).unwrap();
}

#[test]
fn ends_of_regions() {
    let below = |end: u32, bytes: u64| u64::from(end) - bytes;
    for (state_end, block_end) in [(GUARD_START, STACK_TOP), (STACK_TOP, INPUT_END), (INPUT_END, GUARD_START)]
    {
        call(below(state_end, 32), below(block_end, 64)).unwrap();
        assert!(call(below(state_end, 24), DATA).is_err());
        assert!(call(DATA, below(block_end, 56)).is_err());
    }
    assert_eq!(HEAP_END, GUARD_START);
    call(INPUT_BASE.into(), u64::from(INPUT_BASE) + 32).unwrap();
    assert!(call(DATA, u64::from(INPUT_BASE) - 8).is_err());
    call(TEXT_END.into(), u64::from(TEXT_END) - 8).unwrap();
}

#[test]
fn bad_pointers() {
    for low in 1..8 {
        assert_eq!(call(DATA + low, DATA), Err(FaultKind::MisalignedPointer { address: DATA + low }));
        assert_eq!(call(DATA, DATA + low), Err(FaultKind::MisalignedPointer { address: DATA + low }));
    }
    for bad in [0, 8, 0xFFF8, 1 << 32, DATA + (1 << 32), 1 << 63, u64::MAX - 7, u64::MAX - 15] {
        assert!(call(bad, DATA).is_err());
        assert!(call(DATA, bad).is_err());
    }
}

/// A block may lie in the text, in part or whole; a hash value may not.
#[test]
fn text() {
    let (text, constants) = (u64::from(Asm::TEXT), u64::from(CONSTANTS));
    call(DATA, constants).unwrap();
    call(DATA, text).unwrap();
    for (state, reads) in [(constants + 64, 0..8), (constants + 128, 32..96)] {
        for block in reads.step_by(8) {
            call(state, constants + block).unwrap();
        }
    }
    for at in [text, constants - 24, constants, constants + 56] {
        assert_eq!(call(at, DATA), Err(FaultKind::StoreToText { address: at }));
    }
}

/// A program that does not name the coprocessor has none.
#[test]
fn no_note() {
    let asm = Asm::new().li(10, DATA).li(11, DATA).call(CALL).clone();
    let fault = run(&asm.program(&[], 0x1000).unwrap(), &[]).unwrap_err();
    assert_eq!(fault, FaultKind::UndeclaredCoprocessor { call: CALL });
}

/// More rows than are filled at a time.
#[test]
fn many_calls() {
    let program = program(&(0..300).map(|i| (DATA, DATA + 8 * (i % 7))).collect::<Vec<_>>(), &[], &[3; 200]);
    let (run, shard) = run(&program, &[]).unwrap();
    let calls = calls_of(&shard);
    assert_eq!((calls.len() as u64, calls.len()), (run.counts.calls[&CALL], 300));
    check_calls(&program, &calls).unwrap();
}
