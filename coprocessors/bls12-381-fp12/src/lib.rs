//! Products in Fp12 as a coprocessor: the field over which BLS12-381 has its pairing (EIP-2537); an `ecall` multiplies. Chip,
//! execution and rows are those of [`aver_arithmetic::fp12`]; here are the field's constants.
//!
//! The guest's half is `aver_guest::bls12_381::pairing_check`: by the coprocessor with the feature
//! `bls12-381-fp12-coprocessor`.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use aver_arithmetic::fp12::{Code, Fp12, Tower};
use aver_arithmetic::fp12_labels;
use aver_bls12_381::CurveBls12_381;

/// Address in a program's note: the digest is that of `interface.txt`.
pub const ADDRESS: &str = "bls12-381-fp12@6b65b3e04e86c78c3d436d4e331722f0";

/// The field.
#[derive(Clone, Copy, Debug, Default)]
pub struct TowerBls12_381;

/// The coprocessor.
pub const BLS12_381_FP12: Fp12<TowerBls12_381> = Fp12(TowerBls12_381);

impl Tower for TowerBls12_381 {
    type Curve = CurveBls12_381;
    const ADDRESS: &'static str = ADDRESS;
    const NAME: &'static str = "bls12_381_fp12";
    const LABELS: [&'static str; 3] = fp12_labels!("bls12_381_fp12");
    const ROOT: u32 = 1;
    const CODE: &'static Code = &CODE;
}

static CODE: Code = Code::of::<TowerBls12_381>();
