//! Why a proof is refused.

use alloc::string::String;

use aver_machine::coprocessor::SelectError;
use aver_stark::hash::Digest;

/// A refused proof, key or claim.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not a proof file at all.
    #[error("this is not an Aver proof: it does not start with the magic bytes")]
    Magic,
    /// Made by another version.
    #[error(
        "the proof has format version {found}, this verifier reads {expected}; verify it with that version, or prove again"
    )]
    Version {
        /// Of the proof.
        found: u32,
        /// Of this verifier.
        expected: u32,
    },
    /// The file ends early.
    #[error("the proof file is cut off: it ends before {field}")]
    Truncated {
        /// What is missing.
        field: &'static str,
    },
    /// The file goes on.
    #[error("there are bytes after the end of the {field}")]
    TrailingBytes {
        /// Of what.
        field: &'static str,
    },
    /// A field has a value it cannot have.
    #[error("{field} has a value it cannot have")]
    Malformed {
        /// Which.
        field: &'static str,
    },
    /// A debugging proof, made without proving.
    #[error("this is a mock proof: it was executed, not proved, and shows nothing; prove without mock mode")]
    Mock,
    /// A proof of another program.
    #[error("the proof is of another program: its key is {}, expected {}", Hex(found), Hex(expected))]
    Program {
        /// Digest of the proof's key.
        found: Digest,
        /// Digest of the expected one.
        expected: Digest,
    },
    /// The program halted with another exit code.
    #[error("the program halted with exit code {found}, expected {expected}")]
    ExitCode {
        /// Claimed.
        found: u32,
        /// Expected.
        expected: u32,
    },
    /// The output does not have the digest the program computed.
    #[error("the output does not match the digest the program handed over")]
    Output,
    /// Something is assumed that the proof does not show.
    #[error(
        "the proof shows its claim only if {count} other{} hold{}, which it does not show: the first is of the program {}; \
         `aver aggregate` makes one proof of this one and those of what it assumes",
        if *count == 1 { "" } else { "s" },
        if *count == 1 { "s" } else { "" },
        Hex(vk)
    )]
    Conditional {
        /// How many.
        count: usize,
        /// Digest of the first one's key.
        vk: Digest,
    },
    /// A coprocessor that is not mounted here.
    #[error(
        "the program uses the coprocessor {name}, which this verifier does not have; add the crate that has it, and \
         mount it with `coprocessors` of the SDK's `Verifier`"
    )]
    Coprocessor {
        /// Its name.
        name: String,
        /// Its call number.
        call: u32,
    },
    /// Several are mounted here with one address.
    #[error("two coprocessors with the address {name} are mounted; mount one of them")]
    CoprocessorTwice {
        /// Their address.
        name: String,
    },
    /// The machine's chips are not those of the key.
    #[error(
        "the key is for another machine than this verifier's: verify with the version of Aver that made it, and, if the \
         program uses coprocessors, mount the very crates that the prover had, since chips of one address may differ"
    )]
    Machine,
    /// A number is outside the machine's limits.
    #[error("{what}: {value} is outside the machine's limits")]
    OutOfLimits {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: u64,
    },
    /// There is too much of something.
    #[error("{what} is {value}, above the limit of {limit}")]
    Limit {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: u64,
        /// The limit.
        limit: u64,
    },
    /// Shards do not follow each other.
    #[error("shard {shard} does not start where shard {} ended, or the run does not start at the entry or end in a halt", shard.saturating_sub(1))]
    Chain {
        /// From 1.
        shard: u32,
    },
    /// Sums of all proofs do not cancel.
    #[error("memory is not consistent between shards: the sums of the proofs do not cancel")]
    Sums,
    /// One proof is refused.
    #[error("proof {index}: {error}")]
    Proof {
        /// 0 for the shared challenge, then memory proofs, then shards, as in the file.
        index: usize,
        /// Why.
        error: aver_stark::error::Error,
    },
}

impl From<SelectError> for Error {
    fn from(error: SelectError) -> Self {
        match error {
            SelectError::Missing { call, name } => Self::Coprocessor { name, call },
            SelectError::Twice { name } => Self::CoprocessorTwice { name },
        }
    }
}

/// Shows bytes in lower-case hexadecimal.
pub struct Hex<'a>(pub &'a [u8]);

impl core::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}
