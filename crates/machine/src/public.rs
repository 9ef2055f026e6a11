//! Public values of proofs, and the messages the verifier sends for them.

use alloc::vec::Vec;

use aver_stark::air::Bus;
use aver_stark::field::{F, f};
use p3_field::PrimeCharacteristicRing;

use crate::buses::{EXEC, ORDER, PUBLIC};
use crate::chips::ecall::digest_limbs;

/// The op index of a machine that has halted; outside every program.
pub const PC_HALT: u32 = 1 << 30;
/// Public value that is the shard's number.
pub const SHARD: usize = 0;
/// Timestamps stay below this.
pub const MAX_TS: u32 = 1 << 26;
/// Shard numbers are from 1, and below this.
pub const MAX_SHARDS: u32 = 1 << 16;
/// Keys of memory proofs stay below this.
pub const MAX_KEY: u32 = (1 << 30) - (1 << 25);
/// The most memory proofs of a run.
pub const MAX_MEMORY_PROOFS: u32 = 1 << 16;

/// A message: bus, signed multiplicity, values.
pub type Message = (Bus, F, Vec<F>);

/// The four 16-bit limbs of a word.
pub const fn limbs(value: u64) -> [u32; 4] {
    [
        value as u32 & 0xFFFF,
        (value >> 16) as u32 & 0xFFFF,
        (value >> 32) as u32 & 0xFFFF,
        (value >> 48) as u32,
    ]
}

/// What a shard's proof shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardPublics {
    /// Its number, from 1.
    pub shard: u32,
    /// Op index of its first op.
    pub start: u32,
    /// Op index of the next shard's first op, or [`PC_HALT`].
    pub end: u32,
    /// Timestamp after its last op.
    pub end_ts: u32,
    /// Status (the exit code, and whether there are assumptions) and digest, if and only if `end` is [`PC_HALT`].
    pub exit: Option<(u64, [u8; 32])>,
}

impl ShardPublics {
    /// Whether the numbers are in their limits: the verifier must check. A start is an op index or what
    /// another shard ended in, and only the last shard halts; that is for the run's verifier.
    pub fn in_limits(&self) -> bool {
        (1..MAX_SHARDS).contains(&self.shard)
            && self.start < PC_HALT
            && self.end <= PC_HALT
            && (1..MAX_TS).contains(&self.end_ts)
            && self.exit.is_some() == (self.end == PC_HALT)
    }

    /// As public values.
    pub fn values(&self) -> Vec<F> {
        let mut values = Vec::from([self.shard, self.start, self.end, self.end_ts].map(f));
        for message in self.exit_messages() {
            values.extend(message);
        }
        values
    }

    fn exit_messages(&self) -> Vec<[F; 5]> {
        let Some((status, digest)) = &self.exit else { return Vec::new() };
        let mut words = Vec::from([limbs(*status)]);
        words.extend(digest_limbs(digest));
        let message = |(slot, [a, b, c, d]): (usize, [u32; 4])| [slot as u32, a, b, c, d].map(f);
        words.into_iter().enumerate().map(message).collect()
    }

    /// The verifier's messages: the hart at the start is put, at the end taken, and the exit taken.
    pub fn messages(&self) -> Vec<Message> {
        let mut messages = Vec::from([
            (EXEC, F::ONE, Vec::from([self.start, 1].map(f))),
            (EXEC, F::NEG_ONE, Vec::from([self.end, self.end_ts].map(f))),
        ]);
        messages.extend(self.exit_messages().into_iter().map(|m| (PUBLIC, F::NEG_ONE, m.to_vec())));
        messages
    }
}

/// What a proof of a part of the memory table shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryPublics {
    /// Key of the last word of the part before; `None` for the first part.
    pub before: Option<u32>,
    /// Key of this part's last word.
    pub last: u32,
}

impl MemoryPublics {
    /// Whether the keys are in their limits: the verifier must check.
    pub fn in_limits(&self) -> bool {
        self.before.is_none_or(|key| key < MAX_KEY) && self.last < MAX_KEY
    }

    /// As public values.
    pub fn values(&self) -> Vec<F> {
        Vec::from([self.before.map_or(F::NEG_ONE, f), f(self.last)])
    }

    /// The verifier's messages: the key before is put, the last one taken.
    pub fn messages(&self) -> Vec<Message> {
        let [before, last] = [self.before.map_or(F::NEG_ONE, f), f(self.last)];
        Vec::from([(ORDER, F::ONE, Vec::from([before])), (ORDER, F::NEG_ONE, Vec::from([last]))])
    }
}
