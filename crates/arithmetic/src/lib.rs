//! Arithmetic of large numbers, for coprocessors.
//!
//! - [`limbs`]: what rows say about numbers of 16-bit limbs and bytes: products and sums that hold for integers, numbers
//!   below a constant.
//! - [`group`]: the group law of curves y² = x³ + a x + b over a field of a prime, as a coprocessor: one row an
//!   addition. A curve's own crate has its constants ([`group::Curve`]).
//! - [`fp12`]: products in the field over which a curve has its pairing, as a coprocessor: one row a product.
//! - [`size`]: numbers of 256 bits, and of 384.
//! - with the feature `prove`, [`witness`]: carries, quotients and marks, for those who fill rows.
#![cfg_attr(not(feature = "prove"), no_std)]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

#[cfg(feature = "prove")]
mod call;
pub mod fp12;
pub mod group;
pub mod limbs;
pub mod size;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "prove")]
pub mod witness;
