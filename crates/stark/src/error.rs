//! What can be wrong with a chip or a proof.

use alloc::string::String;

/// A chip that cannot be part of a machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("chip {chip}: {why}")]
pub struct ChipError {
    /// The chip.
    pub chip: String,
    /// What it does that the proof system cannot express, or the constraint of too high a degree.
    pub why: &'static str,
}

/// Why a proof is rejected. `label` names the message of the transcript.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The proof ends early.
    #[error("proof ends before {label}")]
    Truncated {
        /// The message that is missing.
        label: &'static str,
    },
    /// The proof goes on after its end.
    #[error("{count} bytes after the end of the proof")]
    TrailingBytes {
        /// How many.
        count: usize,
    },
    /// An encoded field element is not below p.
    #[error("{label}: a field element is not canonical")]
    NotCanonical {
        /// The message.
        label: &'static str,
    },
    /// A proof of work does not hold.
    #[error("{label}: proof of work does not hold")]
    Work {
        /// Which one.
        label: &'static str,
    },
    /// A Merkle opening does not lead to its root.
    #[error("{label}: opened rows do not lead to the root")]
    Merkle {
        /// The tree.
        label: &'static str,
    },
    /// An equation of the protocol does not hold.
    #[error("{label}: equation does not hold")]
    Equation {
        /// The step.
        label: &'static str,
    },
    /// A number of the proof is outside what the machine allows.
    #[error("{what} is {value}, the limit is {limit}")]
    Limit {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: u64,
        /// What is allowed.
        limit: u64,
    },
}

/// Result of a verification step.
pub type Result<T> = core::result::Result<T, Error>;
