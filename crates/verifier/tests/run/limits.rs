//! Chain and numbers: at the edge they pass, one beyond they are refused.

use aver_machine::public::{MAX_MEMORY_PROOFS, MAX_SHARDS, MAX_TS, MemoryPublics, PC_HALT, ShardPublics};
use aver_stark::field::P;
use aver_stark::layout::MAX_ROWS;
use aver_stark::params::MAX_RUN_MESSAGES;
use aver_verifier::Error;
use aver_verifier::proof::MemoryPart;

use crate::header::{ENTRY, NO_PROOF, boundary, changed, header, shard, verdict};

fn chain(shard: u32) -> Error {
    Error::Chain { shard }
}

#[test]
fn shards_are_one_chain() {
    // The entry.
    assert_eq!(changed(|h| h.shards[0].start += 1), chain(1));
    assert_eq!(changed(|h| h.vk.entry = 20), chain(1));
    assert_eq!(changed(|h| h.shards[0].start = 20), chain(1));
    // Each link.
    assert_eq!(changed(|h| h.shards[0].end += 1), chain(2));
    assert_eq!(changed(|h| h.shards[1].start -= 1), chain(2));
    assert_eq!(changed(|h| h.shards[1].end = 20), chain(3));
    assert_eq!(changed(|h| h.shards[2].start = ENTRY), chain(3));
    // The end: not before the last shard, and there.
    assert_eq!(changed(|h| h.shards[2].end = 40), chain(3));
    assert_eq!(changed(|h| h.shards.truncate(2)), chain(2));
    assert_eq!(changed(|h| (h.shards[1].end, h.shards[2].start) = (PC_HALT, PC_HALT)), chain(2));
    assert_eq!(changed(|h| h.shards[0].end = PC_HALT), chain(1));
    assert_eq!(changed(|h| h.shards.clear()), chain(0));
    assert_eq!(changed(|h| (h.shards.clear(), h.vk.entry = PC_HALT).0), chain(0));
    // One shard is a chain.
    assert_eq!(changed(|h| h.shards = vec![shard(ENTRY, PC_HALT, 2)]), NO_PROOF);
}

#[test]
fn op_indices_and_timestamps() {
    let outside =
        |end_ts: u32| Error::OutOfLimits { what: "start, end or end time of a shard", value: end_ts.into() };
    let link = |index| changed(|h| (h.shards[0].end, h.shards[1].start) = (index, index));
    assert_eq!(link(PC_HALT - 1), NO_PROOF);
    for index in [PC_HALT + 1, P, P + 20, u32::MAX] {
        assert_eq!(link(index), outside(5));
    }
    let entry = |index| changed(|h| (h.vk.entry, h.shards[0].start) = (index, index));
    assert_eq!(entry(PC_HALT - 1), NO_PROOF);
    assert_eq!(entry(PC_HALT), outside(5));
    assert_eq!(entry(P + ENTRY), outside(5));
    for shard in 0..3 {
        for end_ts in [1, MAX_TS - 1] {
            assert_eq!(changed(|h| h.shards[shard].end_ts = end_ts), NO_PROOF);
        }
        for end_ts in [0, MAX_TS, P, P + 5, u32::MAX] {
            assert_eq!(changed(|h| h.shards[shard].end_ts = end_ts), outside(end_ts));
        }
    }
    assert_eq!((PC_HALT, MAX_TS), (1 << 30, 1 << 26));
}

#[test]
fn public_values_have_limits_of_their_own() {
    let honest = ShardPublics { shard: 1, start: 0, end: 1, end_ts: 1, exit: None };
    let with = |change: fn(&mut ShardPublics)| {
        let mut publics = honest.clone();
        change(&mut publics);
        publics.in_limits()
    };
    assert!(honest.in_limits());
    assert!(with(|p| p.shard = MAX_SHARDS - 1) && !with(|p| p.shard = MAX_SHARDS) && !with(|p| p.shard = 0));
    assert!(with(|p| p.start = PC_HALT - 1) && !with(|p| p.start = PC_HALT));
    assert!(with(|p| p.end = PC_HALT - 1) && !with(|p| p.end = PC_HALT + 1));
    assert!(with(|p| p.end_ts = MAX_TS - 1) && !with(|p| p.end_ts = MAX_TS) && !with(|p| p.end_ts = 0));
    // What is exited with is said where the run ends, and nowhere else.
    assert!(with(|p| (p.end, p.exit) = (PC_HALT, Some((0, [0; 32])))));
    assert!(!with(|p| p.end = PC_HALT) && !with(|p| p.exit = Some((0, [0; 32]))));
}

#[test]
fn keys_of_memory_proofs() {
    const MAX_KEY: u32 = (1 << 30) - (1 << 25);
    let outside = |value: u32| Error::OutOfLimits { what: "key of a memory proof", value: value.into() };
    for part in 0..2 {
        for key in [0, MAX_KEY - 1] {
            assert_eq!(changed(|h| h.memory[part].last = key), NO_PROOF);
        }
        for key in [MAX_KEY, 1 << 30, P - 1, P, P + 8, u32::MAX] {
            assert_eq!(changed(|h| h.memory[part].last = key), outside(key));
        }
    }
    for (before, last, passes) in [
        (None, 0, true),
        (Some(MAX_KEY - 1), MAX_KEY - 1, true),
        (Some(MAX_KEY), 0, false),
        (Some(P - 1), 0, false),
        (None, MAX_KEY, false),
    ] {
        assert_eq!(MemoryPublics { before, last }.in_limits(), passes);
    }
    // Between no memory proofs and any number there is no difference here.
    assert_eq!(changed(|h| h.memory.clear()), NO_PROOF);
}

#[test]
fn rows_of_boundary_tables() {
    let limit = |rows: usize| Error::Limit {
        what: "rows of a boundary table",
        value: rows as u64,
        limit: MAX_ROWS as u64,
    };
    for rows in [0, MAX_ROWS] {
        assert_eq!(changed(|h| h.shards[1].boundary.rows = vec![rows]), NO_PROOF);
        assert_eq!(changed(|h| h.memory[1].boundary.rows = vec![rows]), NO_PROOF);
    }
    for rows in [MAX_ROWS + 1, u32::MAX as usize] {
        assert_eq!(changed(|h| h.shards[1].boundary.rows = vec![3, rows]), limit(rows));
        assert_eq!(changed(|h| h.memory[1].boundary.rows = vec![rows]), limit(rows));
    }
}

/// As many messages as keep a count of them from wrapping around p.
#[test]
fn messages_of_a_run() {
    assert_eq!(MAX_RUN_MESSAGES, u64::from(P) - 1);
    // 126 tables of 2^23 rows and two of 2^22: p − 1 messages.
    let mut full = header();
    let part = |rows: usize| MemoryPart { boundary: boundary(&[rows]), log_chunk: 4, last: 9 };
    full.memory = vec![part(MAX_ROWS); 100];
    full.shards.iter_mut().for_each(|s| s.boundary.rows.clear());
    full.shards[1].boundary.rows = vec![MAX_ROWS; 26];
    full.shards[2].boundary.rows = vec![MAX_ROWS / 2];
    full.shards[0].boundary.rows = vec![MAX_ROWS / 2];
    assert_eq!(verdict(&full), NO_PROOF);
    // A row more is a chunk of rows more, in whichever part.
    let beyond =
        |value: u64| Error::Limit { what: "boundary messages of the run", value, limit: MAX_RUN_MESSAGES };
    let mut more = full.clone();
    more.shards[2].boundary.rows[0] += 1;
    assert_eq!(verdict(&more), beyond(MAX_RUN_MESSAGES + 2 * 16));
    let mut more = full.clone();
    more.memory.push(part(1));
    assert_eq!(verdict(&more), beyond(MAX_RUN_MESSAGES + 2 * 16));
    let mut more = full;
    more.shards[0].boundary.rows.push(17);
    assert_eq!(verdict(&more), beyond(MAX_RUN_MESSAGES + 2 * 32));
}

#[test]
fn numbers_of_shards_and_of_memory_proofs() {
    let with = |memory: u32, shards: u32| {
        let mut header = header();
        let part = MemoryPart { boundary: Default::default(), log_chunk: 4, last: 9 };
        header.memory = vec![part; memory as usize];
        let (first, last) = (header.shards[0].clone(), header.shards[2].clone());
        let mut between = shard(20, 20, 1);
        between.boundary = Default::default();
        header.shards = vec![between; shards as usize];
        (header.shards[0], header.shards[shards as usize - 1]) = (first, last);
        header.shards[shards as usize - 1].start = 20;
        verdict(&header)
    };
    let limit =
        |what, value: u32, limit: u32| Error::Limit { what, value: value.into(), limit: limit.into() };
    assert_eq!(with(MAX_MEMORY_PROOFS, MAX_SHARDS - 1), NO_PROOF);
    let shards = limit("number of shards", MAX_SHARDS, MAX_SHARDS - 1);
    assert_eq!(with(1, MAX_SHARDS), shards);
    let memory = limit("number of memory proofs", MAX_MEMORY_PROOFS + 1, MAX_MEMORY_PROOFS);
    assert_eq!(with(MAX_MEMORY_PROOFS + 1, 2), memory);
    assert_eq!((MAX_SHARDS, MAX_MEMORY_PROOFS), (1 << 16, 1 << 16));
}
