//! The public output and the end of the program.

use crate::{cell::Hart, claims, sha256::Sha256, sys};
use alloc::vec::Vec;
use serde::Serialize;

static DIGEST: Hart<Sha256> = Hart::new(Sha256::new());

/// Appends bytes to the public output.
pub fn write_output(bytes: &[u8]) {
    // SAFETY: the hasher calls nothing that comes back here.
    unsafe { DIGEST.get() }.update(bytes);
    sys::write(sys::OUTPUT, bytes);
}

/// Appends a value to the public output, in postcard's encoding.
///
/// # Panics
/// If the type cannot be encoded: a sequence or map of unknown length.
pub fn commit<T: Serialize + ?Sized>(value: &T) {
    write_output(&encode(value));
}

/// What [`commit`] writes.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    match postcard::to_allocvec(value) {
        Ok(bytes) => bytes,
        Err(error) => panic!("cannot encode {}: {error}", core::any::type_name::<T>()),
    }
}

/// Ends the program with this exit code and the output so far. A verifier accepts 0 only, unless it
/// is told another code.
pub fn exit(code: i32) -> ! {
    #[cfg(feature = "std")]
    {
        use std::io::Write;
        let _ = std::io::stdout().flush();
    }
    halt(code)
}

/// As [`exit`], with nothing between here and the machine: what a panic calls.
pub(crate) fn halt(code: i32) -> ! {
    // SAFETY: taken out by value; a hasher interrupted by its own panic is merely a wrong digest.
    let hasher = core::mem::take(unsafe { DIGEST.get() });
    let output = hasher.finish();
    match claims::and_output(&output) {
        None => sys::halt(code, false, &output),
        Some(digest) => sys::halt(code, true, &digest),
    }
}
