//! The Aver machine: `a7` selects the call, only `a0` changes (spec: the machine, calls).

use crate::sha256::Digest;
use core::arch::asm;

const WRITE: usize = 64;
const HALT: usize = 0x4156_0000;
const INPUT: usize = 0x8000_0000;
/// The region's end, 0xF000_0000, less the length word.
const MAX_INPUT: usize = 0x6FFF_FFF8;
const HEAP_END: usize = 0x7000_0000;

pub fn write(fd: usize, bytes: &[u8]) {
    // SAFETY: the machine only reads.
    unsafe {
        asm!("ecall", in("a7") WRITE, inout("a0") fd => _, in("a1") bytes.as_ptr(), in("a2") bytes.len(),
            options(nostack, readonly));
    }
}

pub fn halt(code: i32, is_conditional: bool, digest: &Digest) -> ! {
    let status = code as u32 as usize | usize::from(is_conditional) << 32;
    // SAFETY: the machine stops.
    unsafe { asm!("ecall", in("a7") HALT, in("a0") status, in("a1") digest, options(nostack, noreturn)) }
}

/// Calls a coprocessor: `call` is what [`coprocessor_note`](crate::coprocessor_note) defines.
///
/// # Safety
/// What the coprocessor of that call number reads and writes at its arguments must be valid.
#[inline(always)]
pub unsafe fn coprocessor(call: usize, a0: usize, a1: usize) {
    unsafe { asm!("ecall", in("a7") call, inout("a0") a0 => _, in("a1") a1, options(nostack)) }
}

pub fn input() -> &'static [u8] {
    // SAFETY: a word of the machine's memory.
    let len = unsafe { *(INPUT as *const usize) };
    // The prover chooses the length as it chooses the bytes; the machine does not check it.
    assert!(len <= MAX_INPUT, "the input is longer than its region");
    // SAFETY: the whole region is there, and nothing else of the program lies in it.
    unsafe { core::slice::from_raw_parts((INPUT + 8) as *const u8, len) }
}

/// First and last address of the heap.
#[cfg(not(feature = "library"))]
pub fn heap() -> (usize, usize) {
    unsafe extern "C" {
        static _heap_start: u8;
    }
    (&raw const _heap_start as usize, HEAP_END)
}

/// First and last address of the library's heap, which lies behind the program's.
#[cfg(feature = "library")]
pub fn heap() -> (usize, usize) {
    unsafe extern "C" {
        static _heap_end: u8;
    }
    (&raw const _heap_end as usize, HEAP_END)
}
