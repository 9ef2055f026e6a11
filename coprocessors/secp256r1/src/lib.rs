//! secp256r1 as a coprocessor: an `ecall` that adds points of the curve. Chip, execution and rows are those of
//! [`aver_arithmetic::group`]; here are the curve's constants.
//!
//! The guest's half is `aver_guest::secp256r1`: by the coprocessor with the feature `secp256r1-coprocessor`.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use aver_arithmetic::group::{Code, Curve, Group};
use aver_arithmetic::group_labels;
use aver_arithmetic::size::Bits256;

/// Address in a program's note: the digest is that of `interface.txt`.
pub const ADDRESS: &str = "secp256r1@3b5903d080b5d3f6879ab423f29b1d96";

/// The curve (SEC 2, 2.4.2).
#[derive(Clone, Copy, Debug, Default)]
pub struct Curve256r1;

/// The coprocessor.
pub const SECP256R1: Group<Curve256r1> = Group(Curve256r1);

impl Curve for Curve256r1 {
    type Size = Bits256;
    const ADDRESS: &'static str = ADDRESS;
    const NAME: &'static str = "secp256r1";
    const LABELS: [&'static str; 9] = group_labels!("secp256r1");
    const PRIME: &'static [u64] = &[u64::MAX, 0xFFFF_FFFF, 0, 0xFFFF_FFFF_0000_0001];
    const DIGITS: &'static [(usize, i32)] = &[(0, -1), (12, 1), (24, 1), (28, -1), (32, 1)];
    const A: i32 = -3;
    const CODE: &'static Code = &CODE;
}

static CODE: Code = Code::of::<Curve256r1>();
