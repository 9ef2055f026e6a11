//! No machine: for editors and unit tests on a host.

use crate::sha256::Digest;

pub fn write(_fd: usize, _bytes: &[u8]) {}

pub fn halt(code: i32, _is_conditional: bool, _digest: &Digest) -> ! {
    panic!("halt({code}) outside the machine")
}

/// Calls a coprocessor.
///
/// # Safety
/// None needed.
pub unsafe fn coprocessor(call: usize, _a0: usize, _a1: usize) {
    panic!("coprocessor call {call:#x} outside the machine")
}

pub fn input() -> &'static [u8] {
    &[]
}

pub fn heap() -> (usize, usize) {
    (0, 0)
}
