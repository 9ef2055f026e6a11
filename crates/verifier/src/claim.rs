//! What a proof shows, and what the program took for granted: `spec/run.md`, "Assumptions".

use alloc::vec::Vec;

use aver_isa::calls::CONDITIONAL;
use aver_stark::hash::Digest;
use sha2::{Digest as _, Sha256};

use crate::Error;
use crate::bytes::{Fields, put_number};

/// The most assumptions of a run.
pub const MAX_ASSUMPTIONS: usize = 1 << 16;

/// What a proof shows: there is an input for which the program of `vk` halts with `exit_code`, having
/// handed over an output with the digest `output_digest`. If the proof has assumptions, it shows that of a program that
/// took them for granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// Digest of the verifying key.
    pub vk: Digest,
    /// Low 32 bits of what the program halted with.
    pub exit_code: u32,
    /// SHA-256 of the public output.
    pub output_digest: Digest,
}

impl Claim {
    /// Bytes of a claim.
    pub const BYTES: usize = 68;

    /// Its bytes, as programs hash them.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..32].copy_from_slice(&self.vk);
        bytes[32..36].copy_from_slice(&self.exit_code.to_le_bytes());
        bytes[36..].copy_from_slice(&self.output_digest);
        bytes
    }

    /// From its bytes.
    pub fn read(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let vk = fields.digest("claim")?;
        let exit_code = fields.number("claim")?;
        Ok(Self { vk, exit_code, output_digest: fields.digest("claim")? })
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// a0: the exit code, and above it whether there are assumptions.
    pub status: u64,
    /// The digest handed over: of the output, or of assumptions and output.
    pub digest: Digest,
}

impl End {
    /// Of a run that ended with this exit code and output, having assumed these claims.
    ///
    /// A list and an output give one digest, and no output alone is of the same status.
    pub fn new(exit_code: u32, output_digest: &Digest, assumptions: &[Claim]) -> Self {
        if assumptions.is_empty() {
            return Self { status: exit_code.into(), digest: *output_digest };
        }
        let mut hasher = Sha256::new();
        assumptions.iter().for_each(|claim| hasher.update(claim.to_bytes()));
        hasher.update(output_digest);
        Self { status: u64::from(exit_code) | CONDITIONAL, digest: hasher.finalize().into() }
    }
}

/// Appends a list of claims.
pub fn put_claims(out: &mut Vec<u8>, claims: &[Claim]) {
    put_number(out, claims.len() as u32);
    claims.iter().for_each(|claim| out.extend_from_slice(&claim.to_bytes()));
}

/// A list of claims.
pub fn claims(fields: &mut Fields<'_>) -> Result<Vec<Claim>, Error> {
    let count = fields.count("assumptions", Claim::BYTES)?;
    if count > MAX_ASSUMPTIONS {
        let (value, limit) = (count as u64, MAX_ASSUMPTIONS as u64);
        return Err(Error::Limit { what: "number of assumptions", value, limit });
    }
    (0..count).map(|_| Claim::read(fields)).collect()
}

/// Refuses what holds only if something else does.
pub fn check_unconditional(assumptions: &[Claim]) -> Result<(), Error> {
    match assumptions {
        [] => Ok(()),
        [first, ..] => Err(Error::Conditional { count: assumptions.len(), vk: first.vk }),
    }
}

/// The output has this digest.
pub fn check_digest(output: &[u8], digest: &Digest) -> Result<(), Error> {
    if Digest::from(Sha256::digest(output)) == *digest { Ok(()) } else { Err(Error::Output) }
}
