//! secp256k1 as a coprocessor: an `ecall` that adds points of the curve. Chip, execution and rows are those of
//! [`aver_arithmetic::group`]; here are the curve's constants.
//!
//! The guest's half is `aver_guest::secp256k1`: by the coprocessor with the feature `secp256k1-coprocessor`.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use aver_arithmetic::group::{Code, Curve, Group};
use aver_arithmetic::group_labels;
use aver_arithmetic::size::Bits256;

/// Address in a program's note: the digest is that of `interface.txt`.
pub const ADDRESS: &str = "secp256k1@0d20c121da2a77cf48232694213a6604";

/// The curve (SEC 2, 2.4.1).
#[derive(Clone, Copy, Debug, Default)]
pub struct Curve256k1;

/// The coprocessor.
pub const SECP256K1: Group<Curve256k1> = Group(Curve256k1);

impl Curve for Curve256k1 {
    type Size = Bits256;
    const ADDRESS: &'static str = ADDRESS;
    const NAME: &'static str = "secp256k1";
    const LABELS: [&'static str; 9] = group_labels!("secp256k1");
    const PRIME: &'static [u64] = &[0xFFFF_FFFE_FFFF_FC2F, u64::MAX, u64::MAX, u64::MAX];
    const DIGITS: &'static [(usize, i32)] = &[(0, 0x2F), (1, -4), (4, -1), (32, 1)];
    const A: i32 = 0;
    const CODE: &'static Code = &CODE;
}

static CODE: Code = Code::of::<Curve256k1>();
