//! The proof file.
//!
//! ```text
//! magic "AVERPRF\n" · version · kind (0 proof, 1 mock)
//! verifying key (length, bytes) · exit code · output (length, bytes) · digest · number of assumptions · assumptions
//! number of memory proofs · number of shards · work of the shared challenge (length, bytes) · salt
//! memory proofs:  root (option) · rows · log_chunk · last key
//! shards:         root (option) · rows · log_chunk · start · end · end time
//! proofs, memory first:  length, bytes
//! ```

use alloc::vec::Vec;

use aver_machine::public::{MAX_MEMORY_PROOFS, MAX_SHARDS, MemoryPublics, PC_HALT, ShardPublics};
use aver_stark::hash::{Digest, Node};
use aver_stark::value::Value;
use aver_stark::verify::BoundaryCommitment;

use crate::Error;
use crate::bytes::{Fields, put_bytes, put_number, put_root};
use crate::claim::{Claim, End, claims, put_claims};
use crate::key::{VERSION, VerifyingKey};

/// The most proofs of a run.
pub const MAX_PROOFS: u64 = MAX_SHARDS as u64 - 1 + MAX_MEMORY_PROOFS as u64;
/// First bytes of a proof file.
pub const MAGIC: &[u8; 8] = b"AVERPRF\n";

/// What is known of a proof before it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Executed only, not proved.
    pub is_mock: bool,
    /// The key it says it is for.
    pub vk: VerifyingKey,
    /// The exit code it claims.
    pub exit_code: u32,
    /// The public output.
    pub output: Vec<u8>,
    /// Its digest, which the program handed over, or one of it and the assumptions.
    pub output_digest: Digest,
    /// What the program took for granted.
    pub assumptions: Vec<Claim>,
    /// Work before the shared challenge.
    pub work: Vec<u8>,
    /// What is in the elements of each part, so that nobody who sees but their digest can try what they are; zeros, unless the
    /// run is to be hidden.
    pub salt: Node,
    /// Memory proofs.
    pub memory: Vec<MemoryPart>,
    /// Shards, in order.
    pub shards: Vec<ShardPart>,
}

/// A memory proof's public part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryPart {
    /// Pass 1.
    pub boundary: BoundaryCommitment,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// Key of its last word.
    pub last: u32,
}

/// A shard's public part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardPart {
    /// Pass 1.
    pub boundary: BoundaryCommitment,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// Op index it starts at.
    pub start: u32,
    /// Op index it ends at, or [`PC_HALT`].
    pub end: u32,
    /// Timestamp it ends at.
    pub end_ts: u32,
}

fn put_boundary(out: &mut Vec<u8>, boundary: &BoundaryCommitment) {
    put_root(out, boundary.root.as_ref());
    put_number(out, boundary.rows.len() as u32);
    boundary.rows.iter().for_each(|&r| put_number(out, r as u32));
}

fn boundary(fields: &mut Fields<'_>) -> Result<BoundaryCommitment, Error> {
    let root = fields.root("root of boundary columns")?;
    let count = fields.count("boundary tables", 4)?;
    let mut rows = Vec::with_capacity(count);
    for _ in 0..count {
        rows.push(fields.number("rows of boundary tables")? as usize);
    }
    Ok(BoundaryCommitment { root, rows })
}

impl Header {
    /// Its bytes, as a proof file starts with.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put_number(&mut out, VERSION);
        out.push(u8::from(self.is_mock));
        put_bytes(&mut out, &self.vk.encode());
        put_number(&mut out, self.exit_code);
        put_bytes(&mut out, &self.output);
        out.extend_from_slice(&self.output_digest);
        put_claims(&mut out, &self.assumptions);
        put_number(&mut out, self.memory.len() as u32);
        put_number(&mut out, self.shards.len() as u32);
        put_bytes(&mut out, &self.work);
        self.salt.write(&mut out);
        for part in &self.memory {
            put_boundary(&mut out, &part.boundary);
            [part.log_chunk as u32, part.last].iter().for_each(|&v| put_number(&mut out, v));
        }
        for part in &self.shards {
            put_boundary(&mut out, &part.boundary);
            [part.log_chunk as u32, part.start, part.end, part.end_ts]
                .iter()
                .for_each(|&v| put_number(&mut out, v));
        }
        out
    }

    /// Reads a header; what is left of the fields are the proofs.
    pub fn decode(fields: &mut Fields<'_>) -> Result<Self, Error> {
        if fields.take("magic", MAGIC.len()).map_err(|_| Error::Magic)? != MAGIC {
            return Err(Error::Magic);
        }
        let version = fields.number("version")?;
        if version != VERSION {
            return Err(Error::Version { found: version, expected: VERSION });
        }
        let is_mock = match fields.byte("kind")? {
            0 => false,
            1 => true,
            _ => return Err(Error::Malformed { field: "kind" }),
        };
        let mut key = Fields::new(fields.bytes("verifying key")?);
        let vk = VerifyingKey::decode(&mut key)?;
        key.finish("verifying key")?;
        let exit_code = fields.number("exit code")?;
        let output = fields.bytes("output")?.to_vec();
        let output_digest = fields.digest("output digest")?;
        let assumptions = claims(fields)?;
        let memory_count = fields.count("memory proofs", 13)?;
        let shard_count = fields.count("shards", 21)?;
        for (what, count, limit) in [
            ("number of memory proofs", memory_count, MAX_MEMORY_PROOFS),
            ("number of shards", shard_count, MAX_SHARDS - 1),
        ] {
            if count > limit as usize {
                return Err(Error::Limit { what, value: count as u64, limit: limit.into() });
            }
        }
        let work = fields.bytes("work")?.to_vec();
        let salt = fields.node("salt")?;
        let mut memory = Vec::with_capacity(memory_count);
        for _ in 0..memory_count {
            let boundary = boundary(fields)?;
            let log_chunk = fields.number("log2 of a chunk")? as usize;
            memory.push(MemoryPart { boundary, log_chunk, last: fields.number("last key")? });
        }
        let mut shards = Vec::with_capacity(shard_count);
        for _ in 0..shard_count {
            let boundary = boundary(fields)?;
            let log_chunk = fields.number("log2 of a chunk")? as usize;
            let start = fields.number("start")?;
            let end = fields.number("end")?;
            let end_ts = fields.number("end time")?;
            shards.push(ShardPart { boundary, log_chunk, start, end, end_ts });
        }
        Ok(Self { is_mock, vk, exit_code, output, output_digest, assumptions, work, salt, memory, shards })
    }

    /// What it claims to show, if its assumptions hold.
    pub fn claim(&self) -> Claim {
        Claim { vk: self.vk.digest(), exit_code: self.exit_code, output_digest: self.output_digest }
    }

    /// How the run ended.
    pub fn end(&self) -> End {
        End::new(self.exit_code, &self.output_digest, &self.assumptions)
    }

    /// How many proofs follow it.
    pub fn proofs(&self) -> usize {
        self.memory.len() + self.shards.len()
    }

    /// Public values of memory proof `i`: each goes on where the one before ended.
    pub fn memory_publics(&self, i: usize) -> MemoryPublics {
        MemoryPublics { before: i.checked_sub(1).map(|i| self.memory[i].last), last: self.memory[i].last }
    }

    /// Public values of shard `i`, counted from 0.
    pub fn shard_publics(&self, i: usize) -> ShardPublics {
        let part = &self.shards[i];
        ShardPublics {
            shard: i as u32 + 1,
            start: part.start,
            end: part.end,
            end_ts: part.end_ts,
            exit: (part.end == PC_HALT).then(|| {
                let End { status, digest } = self.end();
                (status, digest)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use aver_stark::params::Profile;
    use aver_stark::verify::FixedKey;

    use super::*;

    #[test]
    fn counts_of_proofs_are_limited() {
        let fixed = || FixedKey { root: None, rows: Vec::new() };
        let vk = VerifyingKey {
            profile: Profile::Bits128,
            log_height: 17,
            entry: 0,
            coprocessors: Vec::new(),
            machine: [0; 32],
            shard: fixed(),
            memory: fixed(),
        };
        let boundary = || BoundaryCommitment { root: None, rows: Vec::new() };
        let shard = || ShardPart { boundary: boundary(), log_chunk: 0, start: 0, end: 1, end_ts: 1 };
        let decode = |memory: u32, shards: u32| {
            let header = Header {
                is_mock: false,
                vk: vk.clone(),
                exit_code: 0,
                output: Vec::new(),
                output_digest: [0; 32],
                assumptions: Vec::new(),
                work: Vec::new(),
                salt: Node::default(),
                memory: (0..memory)
                    .map(|_| MemoryPart { boundary: boundary(), log_chunk: 0, last: 0 })
                    .collect(),
                shards: (0..shards).map(|_| shard()).collect(),
            };
            let decoded = Header::decode(&mut Fields::new(&header.encode()))?;
            assert_eq!(decoded, header);
            Ok(decoded)
        };
        assert_eq!(MAX_PROOFS, u64::from(MAX_MEMORY_PROOFS + MAX_SHARDS - 1));
        decode(MAX_MEMORY_PROOFS, MAX_SHARDS - 1).unwrap();
        for (memory, shards, what) in
            [(MAX_MEMORY_PROOFS + 1, 1, "number of memory proofs"), (1, MAX_SHARDS, "number of shards")]
        {
            let Err(Error::Limit { what: found, .. }) = decode(memory, shards) else { panic!("{what}") };
            assert_eq!(found, what);
        }
    }
}
