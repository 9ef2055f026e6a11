//! The field and its degree-5 extension, fixed once for the whole workspace.

use alloc::vec::Vec;

use p3_field::extension::QuinticTrinomialExtensionField;
use p3_field::{BasedVectorSpace, ExtensionField, Field, PrimeField32};
use p3_koala_bear::KoalaBear;

use crate::channel::Number;

/// KoalaBear, p = 2^31 − 2^24 + 1.
pub type F = KoalaBear;
/// F[x] / (x^5 + x^2 − 1): about 155 bits.
pub type EF = QuinticTrinomialExtensionField<F>;
/// `F::Packing`: as many base elements as a SIMD register holds.
pub type PF = <F as Field>::Packing;
/// As many extension elements as [`PF`] has lanes, coefficient by coefficient.
pub type PEF = <EF as ExtensionField<F>>::ExtensionPacking;

/// The modulus.
pub const P: u32 = F::ORDER_U32;
/// Degree of [`EF`] over [`F`].
pub const D: usize = 5;
/// Bytes of an encoded extension element.
pub const EF_BYTES: usize = 4 * D;

/// The base element of a small integer.
pub const fn f(value: u32) -> F {
    F::new(value)
}

/// Coefficients of an extension element, lowest first.
pub fn coefficients(value: &EF) -> &[F] {
    value.as_basis_coefficients_slice()
}

/// The extension element with these five coefficients.
pub fn from_coefficients(c: [F; D]) -> EF {
    EF::from_basis_coefficients_fn(|i| c[i])
}

/// A base element from its canonical little-endian bytes; `None` when not below p.
pub fn decode_base(bytes: [u8; 4]) -> Option<F> {
    let value = u32::from_le_bytes(bytes);
    (value < P).then(|| F::new(value))
}

/// Canonical little-endian bytes of a base element.
pub fn encode_base(value: F) -> [u8; 4] {
    value.as_canonical_u32().to_le_bytes()
}

/// 1, x, x², … (`count` of them).
pub fn powers<N: Number>(x: N, count: usize) -> Vec<N> {
    let mut out = Vec::with_capacity(count);
    let mut power = N::one();
    for _ in 0..count {
        out.push(power);
        power = power * x;
    }
    out
}
