//! G1 of BN254 as a coprocessor: an `ecall` that adds points of the curve. Chip, execution and rows are those of
//! [`aver_arithmetic::group`]; here are the curve's constants.
//!
//! The guest's half is `aver_guest::bn254`: by the coprocessor with the feature `bn254-coprocessor`.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use aver_arithmetic::group::{Code, Curve, Group};
use aver_arithmetic::group_labels;
use aver_arithmetic::size::Bits256;

/// Address in a program's note: the digest is that of `interface.txt`.
pub const ADDRESS: &str = "bn254@9da3d7426d340f9801a07e94f6baa87b";

/// The curve (EIP-196).
#[derive(Clone, Copy, Debug, Default)]
pub struct CurveBn254;

/// The coprocessor.
pub const BN254: Group<CurveBn254> = Group(CurveBn254);

impl Curve for CurveBn254 {
    type Size = Bits256;
    const ADDRESS: &'static str = ADDRESS;
    const NAME: &'static str = "bn254";
    const LABELS: [&'static str; 9] = group_labels!("bn254");
    const PRIME: &'static [u64] =
        &[0x3C20_8C16_D87C_FD47, 0x9781_6A91_6871_CA8D, 0xB850_45B6_8181_585D, 0x3064_4E72_E131_A029];
    const DIGITS: &'static [(usize, i32)] = &[
        (0, 0x47),
        (1, 0xFD),
        (2, 0x7C),
        (3, 0xD8),
        (4, 0x16),
        (5, 0x8C),
        (6, 0x20),
        (7, 0x3C),
        (8, 0x8D),
        (9, 0xCA),
        (10, 0x71),
        (11, 0x68),
        (12, 0x91),
        (13, 0x6A),
        (14, 0x81),
        (15, 0x97),
        (16, 0x5D),
        (17, 0x58),
        (18, 0x81),
        (19, 0x81),
        (20, 0xB6),
        (21, 0x45),
        (22, 0x50),
        (23, 0xB8),
        (24, 0x29),
        (25, 0xA0),
        (26, 0x31),
        (27, 0xE1),
        (28, 0x72),
        (29, 0x4E),
        (30, 0x64),
        (31, 0x30),
    ];
    const A: i32 = 0;
    const CODE: &'static Code = &CODE;
}

static CODE: Code = Code::of::<CurveBn254>();
