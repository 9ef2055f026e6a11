//! Products in Fp12 as a coprocessor: the field over which BN254 has its pairing (EIP-197); an `ecall` multiplies. Chip,
//! execution and rows are those of [`aver_arithmetic::fp12`]; here are the field's constants.
//!
//! The guest's half is `aver_guest::bn254::pairing_check`: by the coprocessor with the feature `bn254-fp12-coprocessor`.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use aver_arithmetic::fp12::{Code, Fp12, Tower};
use aver_arithmetic::fp12_labels;
use aver_bn254::CurveBn254;

/// Address in a program's note: the digest is that of `interface.txt`.
pub const ADDRESS: &str = "bn254-fp12@c06d972c87ec4cedbac20bd308d6cc19";

/// The field.
#[derive(Clone, Copy, Debug, Default)]
pub struct TowerBn254;

/// The coprocessor.
pub const BN254_FP12: Fp12<TowerBn254> = Fp12(TowerBn254);

impl Tower for TowerBn254 {
    type Curve = CurveBn254;
    const ADDRESS: &'static str = ADDRESS;
    const NAME: &'static str = "bn254_fp12";
    const LABELS: [&'static str; 3] = fp12_labels!("bn254_fp12");
    const ROOT: u32 = 9;
    const CODE: &'static Code = &CODE;
}

static CODE: Code = Code::of::<TowerBn254>();
