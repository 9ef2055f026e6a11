//! What lies at the pointers that C hands over, and what functions return.

use core::slice;

/// `zkvm_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    /// `ZKVM_EOK`
    Done = 0,
    /// `ZKVM_EFAIL`
    Failed = -1,
}

/// Array types only: these may lie anywhere.
///
/// # Safety
/// The pointer is valid, or null.
pub unsafe fn read<const N: usize>(from: *const [u8; N]) -> [u8; N] {
    assert!(!from.is_null(), "null pointer");
    // SAFETY: the caller's.
    unsafe { *from }
}

/// # Safety
/// The pointer is valid for so many of these, or null.
pub unsafe fn list<'a, T>(from: *const T, len: usize) -> &'a [T] {
    if len == 0 {
        return &[];
    }
    assert!(!from.is_null(), "null pointer");
    let bytes = len.checked_mul(size_of::<T>()).filter(|bytes| isize::try_from(*bytes).is_ok());
    assert!(bytes.is_some_and(|bytes| from.addr().checked_add(bytes).is_some()), "more than there is memory");
    // SAFETY: the caller's.
    unsafe { slice::from_raw_parts(from, len) }
}

/// Writes a result, if there is one.
///
/// # Safety
/// The pointer is valid, or null.
pub unsafe fn give<const N: usize>(result: Option<[u8; N]>, to: *mut [u8; N]) -> Status {
    assert!(!to.is_null(), "null pointer");
    let Some(result) = result else { return Status::Failed };
    // SAFETY: the caller's.
    unsafe { *to = result };
    Status::Done
}

/// Writes whether something holds: if it makes no sense to ask, it does not.
///
/// # Safety
/// The pointer is valid, or null.
pub unsafe fn answer(holds: Option<bool>, to: *mut bool) -> Status {
    assert!(!to.is_null(), "null pointer");
    // SAFETY: the caller's. Whatever byte lies there, it is not read.
    unsafe { to.write(holds.unwrap_or(false)) };
    if holds.is_some() { Status::Done } else { Status::Failed }
}

/// Calls a function, and takes its memory back: the heap gives no block back that is not its last.
pub fn scope<R: Copy + 'static>(function: impl FnOnce() -> R) -> R {
    let mark = aver_guest::private::mark();
    let result = function();
    // SAFETY: the result borrows nothing, and nothing else is left of the function.
    unsafe { aver_guest::private::release(mark) };
    result
}
