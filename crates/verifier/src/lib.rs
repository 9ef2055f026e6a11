//! Verifies Aver proofs: [`verify`] a proof file against the digest of a program's verifying key, or one
//! proof of it at a time, with [`RunVerifier`].
//!
//! Together with `aver-isa`, `aver-stark` and `aver-machine` this is all that must be trusted. No
//! panics, no allocation that the file's own length does not pay for, no security parameter but from
//! the key that the caller names.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod bytes;
pub mod claim;
pub mod error;
pub mod key;
pub mod parts;
pub mod proof;
pub mod verify;

pub use claim::Claim;
pub use error::{Error, Hex};
pub use key::{VERSION, VerifyingKey};
pub use proof::Header;
pub use verify::{RunVerifier, Verified, verify};
