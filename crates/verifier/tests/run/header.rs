//! A header that passes, and what is said of others.

use aver_machine::Systems;
use aver_machine::public::PC_HALT;
use aver_stark::field::f;
use aver_stark::hash::{NODE, Node};
use aver_stark::params::Profile;
use aver_stark::verify::{BoundaryCommitment, FixedKey};
use aver_verifier::proof::{MemoryPart, ShardPart};
use aver_verifier::{Error, Header, VerifyingKey, verify};
use sha2::{Digest as _, Sha256};

/// A change, and what it is of.
pub type Change<T> = (&'static str, fn(&mut T));

/// Where the program of the key starts.
pub const ENTRY: u32 = 7;
/// What is said of a header that passes.
pub const NO_PROOF: Error = Error::Truncated { field: "proof" };

/// Some root.
pub fn root(n: u32) -> Node {
    Node([f(n); NODE])
}

pub fn machine() -> Systems {
    Systems::new(Vec::new()).unwrap()
}

pub fn key() -> VerifyingKey {
    VerifyingKey {
        profile: Profile::Bits100,
        log_height: 10,
        entry: ENTRY,
        coprocessors: Vec::new(),
        machine: aver_machine::digest::digest(&machine()),
        shard: FixedKey { root: Some(root(1)), rows: vec![Some(5), None, Some(0)] },
        memory: FixedKey { root: None, rows: vec![None, Some(3)] },
    }
}

pub fn boundary(rows: &[usize]) -> BoundaryCommitment {
    BoundaryCommitment { root: Some(root(rows.len() as u32)), rows: rows.to_vec() }
}

pub fn shard(start: u32, end: u32, end_ts: u32) -> ShardPart {
    ShardPart { boundary: boundary(&[16]), log_chunk: 4, start, end, end_ts }
}

/// Two memory proofs, three shards.
pub fn header() -> Header {
    let output = b"output".to_vec();
    let memory = |last, rows| MemoryPart { boundary: boundary(&[rows]), log_chunk: 4, last };
    Header {
        is_mock: false,
        vk: key(),
        exit_code: 3,
        output_digest: Sha256::digest(&output).into(),
        output,
        assumptions: Vec::new(),
        work: Vec::new(),
        salt: Node::default(),
        memory: vec![memory(8, 20), memory(9, 30)],
        shards: vec![shard(ENTRY, 20, 5), shard(20, 30, 9), shard(30, PC_HALT, 100)],
    }
}

/// What a verifier says of these bytes that knows the header's program and exit code.
pub fn verify_bytes(header: &Header, bytes: &[u8]) -> Error {
    verify(bytes, &header.vk.digest(), header.exit_code, |_| Ok(machine())).expect_err("there is no proof")
}

/// What it says of a header.
pub fn verdict(header: &Header) -> Error {
    verify_bytes(header, &header.encode())
}

/// What it says of the header with a change.
pub fn changed(change: impl FnOnce(&mut Header)) -> Error {
    let mut header = header();
    change(&mut header);
    verdict(&header)
}

#[test]
fn the_header_passes() {
    assert_eq!(verdict(&header()), NO_PROOF);
}
