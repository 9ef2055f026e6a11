//! Proofs that hide their witness (`spec/arguments/masks.md`).
//!
//! Messages that depend on the witness are sent with pads added, which are committed to. What the verifier computes with
//! them is then not known but affine in the pads, or a sum of products of such forms; so it is noted on a tape, and all
//! its equations together say what the pads must add up to, with known weights. That is opened with the stacks.

mod channel;
mod claims;
mod form;
mod tape;
#[cfg(test)]
mod tests;

use crate::field::D;

pub use channel::{Clear, Masked, is_clear};
pub use claims::{Claims, Joined, PadClaim, basis, finish, join, on_tape, reduce};
pub use form::Form;
pub use tape::{Combined, Tape};

/// Stacks of masks: that of the pads, and those of the polynomial that hides what is opened. They come after all others.
pub const MASK_STACKS: usize = 1 + D;
/// So many stacks of witness columns there are at least: with that of the pads, a leaf has enough that nobody can guess.
pub const MIN_STACKS: usize = 5;
/// log2 of the parts that the half of the pads' stack has: a part for each coefficient of a pad, and parts that are only
/// random.
pub const LOG_PARTS: usize = 3;
/// log2 of the least height of proofs with masks.
pub const MIN_LOG_HEIGHT: usize = 12;

/// log2 of the most pads of a proof with stacks of 2^`log_height` elements.
pub const fn log_pads(log_height: usize) -> usize {
    log_height.saturating_sub(1 + LOG_PARTS)
}
