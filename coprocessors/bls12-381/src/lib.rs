//! G1 of BLS12-381 as a coprocessor: an `ecall` that adds points of the curve. Chip, execution and rows are those of
//! [`aver_arithmetic::group`]; here are the curve's constants.
//!
//! The guest's half is `aver_guest::bls12_381`: by the coprocessor with the feature `bls12-381-coprocessor`.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use aver_arithmetic::group::{Code, Curve, Group};
use aver_arithmetic::group_labels;
use aver_arithmetic::size::Bits384;

/// Address in a program's note: the digest is that of `interface.txt`.
pub const ADDRESS: &str = "bls12-381@65cf20541a944e9ea43f367f5fac3ff9";

/// The curve (EIP-2537).
#[derive(Clone, Copy, Debug, Default)]
pub struct CurveBls12_381;

/// The coprocessor.
pub const BLS12_381: Group<CurveBls12_381> = Group(CurveBls12_381);

impl Curve for CurveBls12_381 {
    type Size = Bits384;
    const ADDRESS: &'static str = ADDRESS;
    const NAME: &'static str = "bls12_381";
    const LABELS: [&'static str; 9] = group_labels!("bls12_381");
    const PRIME: &'static [u64] = &[
        0xB9FE_FFFF_FFFF_AAAB,
        0x1EAB_FFFE_B153_FFFF,
        0x6730_D2A0_F6B0_F624,
        0x6477_4B84_F385_12BF,
        0x4B1B_A7B6_434B_ACD7,
        0x1A01_11EA_397F_E69A,
    ];
    // Bytes from −128 to 127: they add up to a third of what those from 0 to 255 do, and so carries of pairs fit.
    const DIGITS: &'static [(usize, i32)] = &[
        (0, -85),
        (1, -85),
        (6, -1),
        (7, -70),
        (10, 84),
        (11, -79),
        (12, -1),
        (14, -84),
        (15, 31),
        (16, 36),
        (17, -10),
        (18, -79),
        (19, -9),
        (20, -95),
        (21, -45),
        (22, 49),
        (23, 103),
        (24, -65),
        (25, 19),
        (26, -123),
        (27, -12),
        (28, -123),
        (29, 76),
        (30, 119),
        (31, 100),
        (32, -41),
        (33, -83),
        (34, 76),
        (35, 67),
        (36, -74),
        (37, -88),
        (38, 28),
        (39, 75),
        (40, -102),
        (41, -25),
        (42, -128),
        (43, 58),
        (44, -22),
        (45, 18),
        (46, 1),
        (47, 26),
    ];
    const A: i32 = 0;
    const CODE: &'static Code = &CODE;
}

static CODE: Code = Code::of::<CurveBls12_381>();
