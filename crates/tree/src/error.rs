//! Why there is no circuit, or why a proof is refused.

use aver_stark::error::ChipError;
use aver_stark::hash::Digest;
use aver_verifier::{Claim, Hex};

/// A refused proof, or a circuit that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The recursion machine's chips are not what the proof system can express.
    #[error(transparent)]
    Chip(#[from] ChipError),
    /// The proof, or a layout beyond the proof system's limits.
    #[error(transparent)]
    Proof(#[from] aver_stark::error::Error),
    /// Public cells that are not at the first addresses, or not read once.
    #[error("the circuit's public cells are not where its class has them")]
    Publics,
    /// More rows than the class has.
    #[error("the circuit has more rows than its class")]
    Rows,
    /// Joins that grow with the proofs they verify, which are their own.
    #[error("no size of joins is enough to verify proofs of that size")]
    Size,
    /// More circuits than there are places for.
    #[error("{count} circuits of one class; there are places for {limit}")]
    Keys {
        /// How many.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// More shapes, or larger ones, than a tree has circuits for.
    #[error(
        "the run has {count} {what}, and a tree is for {limit}: larger shards (--memory) are fewer, and \
         `aver prove --shards` keeps their proofs as they are"
    )]
    Shapes {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// What a root's proof says of shared buses, which there are none of.
    #[error("the proof says that messages on shared buses do not add up to zero")]
    Sum,
    /// Roots that no circuit verifies.
    #[error(
        "the proof is not hashed for circuits: `aver prove` and `aver compress` make one that is with --to-aggregate"
    )]
    Hash,
    /// No claims, or one.
    #[error("an aggregate is of two proofs or more")]
    Claims,
    /// Nothing is claimed of a program that was asked for.
    #[error("nothing is claimed of the program {}", Hex(vk))]
    Missing {
        /// Digest of its key.
        vk: Digest,
    },
    /// Something is assumed and not shown.
    #[error(
        "the run of the program {} assumed that the program {} halts with exit code {} and an output with the digest {}, which no \
         proof after it shows: the proof of that is to stand behind, and runs that assume each other show nothing",
        Hex(of),
        Hex(&missing.vk),
        missing.exit_code,
        Hex(&missing.output_digest)
    )]
    Assumption {
        /// Digest of the key of the program that assumed it.
        of: Digest,
        /// What is assumed.
        missing: Claim,
    },
    /// The file is none, or not of what was asked for.
    #[error(transparent)]
    File(#[from] aver_verifier::Error),
    /// A proof by other circuits.
    #[error(
        "the proof is by circuits of another tree: its key is {}, expected {}",
        Hex(found),
        Hex(expected)
    )]
    Tree {
        /// Digest of the proof's tree key.
        found: Digest,
        /// Digest of the expected one.
        expected: Digest,
    },
    /// An aggregate by other circuits.
    #[error(
        "the proof is by other circuits of aggregates: their key is {}, expected {}",
        Hex(found),
        Hex(expected)
    )]
    Aggregate {
        /// Digest of the proof's key of aggregates.
        found: Digest,
        /// Digest of the expected one.
        expected: Digest,
    },
    /// A root whose parameters are of no tree that is made here.
    #[error(
        "the root's parameters are not those of a tree that is made here, so the layers below it are not known"
    )]
    Layers,
    /// A program whose key does not have what the tree is made for.
    #[error("{what} of the program's key is not what the tree is made for")]
    Program {
        /// What.
        what: &'static str,
    },
}
