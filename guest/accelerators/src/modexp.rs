//! Powers modulo any number (EIP-198). Modulo zero, as there, all is zero.

use crate::memory::{Status, list, scope};
use aver_guest::modexp;

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_modexp(
    base: *const u8,
    base_len: usize,
    exp: *const u8,
    exp_len: usize,
    modulus: *const u8,
    mod_len: usize,
    output: *mut u8,
) -> Status {
    let (base, exponent, modulus) =
        unsafe { (list(base, base_len), list(exp, exp_len), list(modulus, mod_len)) };
    assert!(mod_len == 0 || !output.is_null(), "null pointer");
    scope(|| {
        // Kept apart until it is done: the output may lie where operands do.
        let power = modexp(base, exponent, modulus);
        // SAFETY: the caller's pointer; the vector is nobody else's.
        unsafe { core::ptr::copy_nonoverlapping(power.as_ptr(), output, mod_len) };
    });
    Status::Done
}
