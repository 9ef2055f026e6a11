//! What can go wrong, each with what to do about it.

use crate::partial::OtherRun;
use std::path::{Path, PathBuf};

/// Why a program was not built, run, proved or verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The guest crate does not build.
    #[error(transparent)]
    Build(#[from] aver_build::Error),
    /// The file is no program.
    #[error("not a program Aver can run: {0}")]
    Program(aver_isa::Error),
    /// The program did what no proof can be made of.
    #[error("the program faulted: {0}")]
    Fault(Box<aver_exec::Fault>),
    /// The input does not fit its region of memory.
    #[error("the input has {bytes} bytes, and at most {limit} fit; give the program less at a time")]
    InputTooLarge {
        /// Of the input, or so many were seen.
        bytes: u64,
        /// The most there can be.
        limit: u64,
    },
    /// The program could not be executed to its end.
    #[error("{0}")]
    Execute(aver_exec::Error),
    /// The program could not be proved.
    #[error("{0}")]
    Prove(aver_prover::Error),
    /// Where the proof should go are proofs of another run.
    #[error("{0}")]
    OtherRun(std::io::Error),
    /// The proof is refused.
    #[error("{0}")]
    Rejected(#[from] aver_verifier::Error),
    /// The proof of a run's proofs is refused.
    #[error("{0}")]
    RejectedRoot(aver_tree::Error),
    /// Of the proofs of a run no single one could be made.
    #[error("{0}")]
    Compress(#[from] aver_tree_prover::Error),
    /// Proofs of which no hidden ones are made, as whoever has those could try which input they are of.
    #[error(
        "the proofs have no salt, so they cannot be hidden: `aver prove --zk-shards` makes proofs that can"
    )]
    Unsalted,
    /// A hidden part is refused.
    #[error(
        "part {part} of the hidden run does not hold: the file was changed, or is of another version of Aver"
    )]
    Hidden {
        /// From 1.
        part: usize,
    },
    /// A value that the encoding has no form for: a sequence or map that does not know its length.
    #[error("a value of type {of} cannot be written to the input: {reason}")]
    Encode {
        /// Its type.
        of: &'static str,
        /// Why.
        reason: postcard::Error,
    },
    /// The output is not such a value.
    #[error("the output is not a value of type {of}: {reason}")]
    Decode {
        /// The type asked for.
        of: &'static str,
        /// Why.
        reason: String,
    },
    /// Text that is not a verifying key.
    #[error("not a verifying key: {0}; `aver vk` prints one: 64 hexadecimal digits")]
    Vk(String),
    /// Text that is not a tree's key.
    #[error("not a tree's key: {0}; `aver tree-key` prints one: 64 hexadecimal digits")]
    TreeKey(String),
    /// The prover was compiled for instructions that this processor does not have.
    #[error(
        "this build needs a processor with {missing}; compile it for this one, with \
         RUSTFLAGS=\"-C target-cpu=native\", or for any, with RUSTFLAGS=\"-C target-cpu=x86-64\""
    )]
    Processor {
        /// Names of what it lacks.
        missing: String,
    },
    /// No pool of so many threads.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// Why not.
        reason: String,
    },
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn read(path: &Path) -> impl FnOnce(aver_prover::ReadError) -> Self {
        move |error| match error {
            aver_prover::ReadError::Io(source) => Self::io(path)(source),
            aver_prover::ReadError::Refused(error) => Self::Rejected(error),
        }
    }

    /// A short name that stays the same between releases.
    pub fn code(&self) -> &'static str {
        use aver_verifier::Error as Rejected;
        match self {
            Self::Io { .. } => "io",
            Self::Build(aver_build::Error::NoToolchain(_) | aver_build::Error::NoLinker) => "toolchain",
            Self::Build(_) => "build",
            Self::Program(_) => "program",
            Self::Fault(_) => "fault",
            Self::InputTooLarge { .. } => "input_too_large",
            Self::Execute(aver_exec::Error::CoprocessorMissing { .. }) => "coprocessor",
            Self::Execute(_) => "execute",
            Self::Prove(aver_prover::Error::Coprocessor { .. }) => "coprocessor",
            Self::Prove(aver_prover::Error::Memory { .. }) => "memory",
            Self::Prove(_) => "prove",
            Self::OtherRun(_) => "other_run",
            Self::Encode { .. } => "encode",
            Self::Decode { .. } => "decode",
            Self::Vk(_) => "vk",
            Self::TreeKey(_) => "tree_key",
            Self::Compress(_) => "compress",
            Self::Unsalted => "unsalted",
            Self::Hidden { .. } => "invalid_proof",
            Self::RejectedRoot(aver_tree::Error::Tree { .. }) => "other_tree",
            Self::RejectedRoot(aver_tree::Error::Aggregate { .. }) => "other_aggregate",
            Self::RejectedRoot(aver_tree::Error::Missing { .. }) => "missing_claim",
            Self::RejectedRoot(aver_tree::Error::Assumption { .. }) => "assumption",
            Self::RejectedRoot(_) => "invalid_proof",
            Self::Processor { .. } => "processor",
            Self::Threads { .. } => "threads",
            Self::Rejected(error) => match error {
                Rejected::Magic => "not_a_proof",
                Rejected::Version { .. } => "proof_version",
                Rejected::Truncated { .. } | Rejected::TrailingBytes { .. } | Rejected::Malformed { .. } => {
                    "malformed_proof"
                }
                Rejected::Mock => "mock_proof",
                Rejected::Program { .. } => "other_program",
                Rejected::ExitCode { .. } => "exit_code",
                Rejected::Output => "output_digest",
                Rejected::Conditional { .. } => "conditional",
                Rejected::Coprocessor { .. } => "coprocessor",
                Rejected::Machine => "machine",
                _ => "invalid_proof",
            },
        }
    }
}

impl From<aver_tree::Error> for Error {
    fn from(error: aver_tree::Error) -> Self {
        match error {
            aver_tree::Error::File(error) => Self::Rejected(error),
            other => Self::RejectedRoot(other),
        }
    }
}

impl From<aver_exec::Error> for Error {
    fn from(error: aver_exec::Error) -> Self {
        match error {
            aver_exec::Error::Fault(fault) => Self::Fault(fault),
            aver_exec::Error::InputTooLarge { bytes, limit } => Self::InputTooLarge { bytes, limit },
            other => Self::Execute(other),
        }
    }
}

impl From<aver_prover::Error> for Error {
    fn from(error: aver_prover::Error) -> Self {
        match error {
            aver_prover::Error::Program(error) => Self::Program(error),
            aver_prover::Error::Exec(error) => error.into(),
            aver_prover::Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<OtherRun>()) => {
                Self::OtherRun(error)
            }
            other => Self::Prove(other),
        }
    }
}
