//! The verifier for C and for WebAssembly: the functions of `include/aver.h`, which says what they promise.
//!
//! | module | |
//! |---|---|
//! | here | the boundary: pointers become slices and boxes, panics become reports |
//! | `stream` | a proof file in pieces |
//! | `report` | what was found out, and its status |
//!
//! All `unsafe` of the crate is in this file. That pointers point to what `aver.h` says is the caller's
//! promise; null and impossible lengths are refused.
#![allow(unsafe_code)]

mod report;
mod stream;

use core::ffi::{CStr, c_char};
use core::panic::AssertUnwindSafe;
use core::ptr::{null, null_mut};
use std::panic::catch_unwind;

use aver_stark::hash::{DIGEST_BYTES, Digest};
use aver_tree::RootFile;
use aver_verifier::verify;

use report::{Report, Said, Status};
use stream::Stream;

/// A stream, until it is refused.
pub struct Verifier(Result<Stream, Box<Report>>);

/// What `f` finds; and if it panics, that. Nothing that `f` had hold of may be used then.
fn guarded<T>(f: impl FnOnce() -> T) -> Result<T, Box<Report>> {
    const WHY: &str = "the verifier itself failed: please report this";
    catch_unwind(AssertUnwindSafe(f)).map_err(|_| Box::new(Report::failed(Status::Internal, WHY)))
}

fn reported(f: impl FnOnce() -> Report) -> *mut Report {
    Box::into_raw(guarded(|| Box::new(f())).unwrap_or_else(|failed| failed))
}

fn no_argument() -> Report {
    Report::failed(Status::Argument, "an argument is a null pointer, or a length is too large")
}

fn boxed<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// The bytes at a pointer; none for null, unless of length 0, and for a length that no memory has.
///
/// # Safety
/// `length` bytes can be read at `at`, as long as the slice lives, unless it is null.
unsafe fn slice<'a>(at: *const u8, length: usize) -> Option<&'a [u8]> {
    if length == 0 {
        return Some(&[]);
    }
    let is_possible = !at.is_null() && length <= isize::MAX as usize;
    // SAFETY: readable by the caller's promise, not null, and no longer than memory can be.
    is_possible.then(|| unsafe { core::slice::from_raw_parts(at, length) })
}

/// The digest at a pointer.
///
/// # Safety
/// 32 bytes can be read at `at`, unless it is null.
unsafe fn digest(at: *const u8) -> Option<Digest> {
    // SAFETY: as promised.
    unsafe { slice(at, DIGEST_BYTES) }?.try_into().ok()
}

/// This library's version.
#[unsafe(no_mangle)]
pub extern "C" fn aver_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => panic!("a zero in the version"),
        };
    VERSION.as_ptr()
}

/// The version of proofs it verifies.
#[unsafe(no_mangle)]
pub extern "C" fn aver_proof_version() -> u32 {
    aver_verifier::VERSION
}

/// Verifies a proof file.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_verify(
    proof: *const u8,
    length: usize,
    vk: *const u8,
    exit_code: u32,
) -> *mut Report {
    // SAFETY: the caller's promise.
    let (proof, vk) = unsafe { (slice(proof, length), digest(vk)) };
    let (Some(proof), Some(vk)) = (proof, vk) else { return boxed(no_argument()) };
    reported(|| Report::of(verify(proof, &vk, exit_code, stream::machine)))
}

/// Verifies a root proof's file.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_verify_root(
    proof: *const u8,
    length: usize,
    vk: *const u8,
    tree: *const u8,
    exit_code: u32,
) -> *mut Report {
    // SAFETY: the caller's promise.
    let (proof, vk, tree) = unsafe { (slice(proof, length), digest(vk), digest(tree)) };
    let (Some(proof), Some(vk), Some(tree)) = (proof, vk, tree) else { return boxed(no_argument()) };
    reported(|| {
        Report::of_root(RootFile::decode(proof).map_err(aver_tree::Error::from).and_then(|file| {
            file.verify(&vk, exit_code, &tree, stream::machine)?;
            Ok(file)
        }))
    })
}

/// Reads what a proof file claims.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_inspect(proof: *const u8, length: usize) -> *mut Report {
    // SAFETY: the caller's promise.
    let Some(proof) = (unsafe { slice(proof, length) }) else { return boxed(no_argument()) };
    reported(|| Report::inspect(proof))
}

/// Reads a digest.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_vk_from_hex(text: *const c_char, vk: *mut u8) -> bool {
    if text.is_null() || vk.is_null() {
        return false;
    }
    // SAFETY: not null; a string by the caller's promise.
    let text = unsafe { CStr::from_ptr(text) }.to_bytes();
    let digit = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
    let bytes: Option<Vec<u8>> =
        text.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect();
    let Some(Ok(read)) = bytes.map(Digest::try_from) else { return false };
    // SAFETY: 32 bytes can be written there by the caller's promise.
    unsafe { vk.cast::<Digest>().write(read) };
    true
}

/// Starts to verify a file in pieces.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_verifier_new(vk: *const u8, exit_code: u32) -> *mut Verifier {
    // SAFETY: the caller's promise.
    let vk = unsafe { digest(vk) };
    vk.map_or(null_mut(), |vk| boxed(Verifier(Ok(Stream::new(vk, exit_code)))))
}

/// Takes a piece.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_verifier_push(
    verifier: *mut Verifier,
    bytes: *const u8,
    length: usize,
) -> bool {
    // SAFETY: the caller's promise; nobody else has the verifier now.
    let (verifier, bytes) = unsafe { (verifier.as_mut(), slice(bytes, length)) };
    let (Some(Verifier(state)), Some(bytes)) = (verifier, bytes) else { return false };
    let Ok(stream) = state else { return false };
    let refused = |error| Box::new(Report::of(Err::<Said, _>(error)));
    let pushed = guarded(|| stream.push(bytes)).and_then(|pushed| pushed.map_err(refused));
    let goes_on = pushed.is_ok();
    if let Err(refused) = pushed {
        *state = Err(refused);
    }
    goes_on
}

/// Ends a file in pieces.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_verifier_finish(verifier: *mut Verifier) -> *mut Report {
    if verifier.is_null() {
        return boxed(no_argument());
    }
    // SAFETY: it is from `aver_verifier_new`, and nobody uses it any more.
    let Verifier(state) = *unsafe { Box::from_raw(verifier) };
    match state {
        Ok(stream) => reported(|| Report::of(stream.finish())),
        Err(refused) => Box::into_raw(refused),
    }
}

/// Frees a verifier.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_verifier_free(verifier: *mut Verifier) {
    if !verifier.is_null() {
        // SAFETY: it is from `aver_verifier_new`, and nobody uses it any more.
        drop(unsafe { Box::from_raw(verifier) });
    }
}

/// Its status.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_report_status(report: *const Report) -> Status {
    // SAFETY: the caller's promise.
    unsafe { report.as_ref() }.map_or(Status::Argument, |report| report.status)
}

/// Why nothing is shown.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_report_error(report: *const Report) -> *const c_char {
    // SAFETY: the caller's promise.
    unsafe { report.as_ref() }.map_or(c"no report", |report| &report.error).as_ptr()
}

/// A part of the claim.
///
/// # Safety
/// `report` is null or a report.
unsafe fn said<T>(report: *const Report, nothing: T, part: impl FnOnce(&Said) -> T) -> T {
    // SAFETY: as promised.
    unsafe { report.as_ref() }.and_then(|report| report.said.as_ref()).map_or(nothing, part)
}

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $nothing:expr, $part:expr;)*) => {$(
        $(#[$doc])*
        ///
        /// # Safety
        /// As `aver.h` says.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(report: *const Report) -> $type {
            // SAFETY: the caller's promise.
            unsafe { said(report, $nothing, $part) }
        }
    )*};
}
parts! {
    /// Digest of the program's key.
    aver_report_vk: *const u8 = null(), |said| said.claim.vk.as_ptr();
    /// What it halted with.
    aver_report_exit_code: u32 = 0, |said| said.claim.exit_code;
    /// SHA-256 of its output.
    aver_report_output_digest: *const u8 = null(), |said| said.claim.output_digest.as_ptr();
    /// Its output.
    aver_report_output: *const u8 = null(), |said| said.output.as_ptr();
    /// Length of its output.
    aver_report_output_length: usize = 0, |said| said.output.len();
    /// How many pieces the run was proved in.
    aver_report_shards: usize = 0, |said| said.shards;
    /// How many claims it assumes.
    aver_report_assumptions: usize = 0, |said| said.assumptions;
    /// Whether it is of a root proof.
    aver_report_is_root: bool = false, |said| said.is_root;
}

/// Frees a report.
///
/// # Safety
/// As `aver.h` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_report_free(report: *mut Report) {
    if !report.is_null() {
        // SAFETY: it is from this library, and nobody uses it any more.
        drop(unsafe { Box::from_raw(report) });
    }
}

/// Memory for what a page hands over, to be given back with its length.
#[cfg(target_family = "wasm")]
#[unsafe(no_mangle)]
pub extern "C" fn aver_alloc(length: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; length].into_boxed_slice()).cast()
}

/// Gives it back.
///
/// # Safety
/// It is from `aver_alloc`, of that length.
#[cfg(target_family = "wasm")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aver_dealloc(at: *mut u8, length: usize) {
    // SAFETY: the caller's promise.
    drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(at, length)) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_become_reports() {
        let report = reported(|| panic!("on purpose"));
        // SAFETY: it was just made, and is freed once.
        unsafe {
            assert_eq!(aver_report_status(report), Status::Internal);
            assert!(aver_report_vk(report).is_null());
            aver_report_free(report);
        }
    }
}
