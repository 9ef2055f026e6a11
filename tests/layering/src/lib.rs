//! No code: `tests/` holds the tree to its layers.
//!
//! - `edges`: the packages a package of the workspace may depend on, and everything that must be
//!   trusted to verify a proof, down to the last crate;
//! - `no_std`: what is trusted builds without `std`;
//! - `sources`: what the sources say of themselves, and where `unsafe` is allowed.
