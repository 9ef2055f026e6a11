//! Claims of other runs that the program takes for granted.

use crate::{
    cell::Hart,
    output,
    sha256::{Digest, Sha256},
    sys,
};
use serde::Serialize;

/// Of all claims so far. `None`: there are none.
static CLAIMS: Hart<Option<Sha256>> = Hart::new(None);

/// Verifies that there is an input for which the program of `vk` halts with `exit_code` and this output.
///
/// It takes the claim for granted, at the price of a hash, and returns: a proof of this program shows what it claims only
/// together with proofs of all that it verified, and verifiers refuse it without. `aver aggregate` makes one proof of them.
///
/// Whoever knows this program knows what it verifies. So a key that comes from the input belongs into the output, or is to
/// be compared with one.
pub fn verify(vk: &[u8; 32], exit_code: u32, output: &[u8]) {
    verify_digest(vk, exit_code, &Sha256::digest(output));
}

/// [`verify`], of an output that is this one value, [committed](crate::commit).
///
/// # Panics
/// If the type cannot be encoded: a sequence or map of unknown length.
pub fn verify_value<T: Serialize + ?Sized>(vk: &[u8; 32], exit_code: u32, value: &T) {
    verify(vk, exit_code, &output::encode(value));
}

/// [`verify`], of an output with this SHA-256 digest.
pub fn verify_digest(vk: &[u8; 32], exit_code: u32, output: &[u8; 32]) {
    let mut claim = [0; 68];
    claim[..32].copy_from_slice(vk);
    claim[32..36].copy_from_slice(&exit_code.to_le_bytes());
    claim[36..].copy_from_slice(output);
    // SAFETY: the hasher calls nothing that comes back here.
    unsafe { CLAIMS.get() }.get_or_insert_default().update(&claim);
    sys::write(sys::CLAIMS, &claim);
}

/// The digest of all claims and the output's, if there are claims.
pub(crate) fn and_output(output: &Digest) -> Option<Digest> {
    // SAFETY: taken out by value.
    let mut hasher = unsafe { CLAIMS.get() }.take()?;
    hasher.update(&output.0);
    Some(hasher.finish())
}
