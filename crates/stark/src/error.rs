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
