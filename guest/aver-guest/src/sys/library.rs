//! Coprocessors of a program that links the C library: its note names those only that it calls.

use core::arch::asm;

/// A note that names a coprocessor: a standard ELF note, name `Aver`, type 2; one entry: 60 bytes of address.
#[repr(C, align(4))]
pub struct Note([u32; 3], [u8; 8], [u8; 60]);

impl Note {
    /// Of the coprocessor with this address.
    pub const fn new(address: &str) -> Self {
        let (from, mut to, mut i) = (address.as_bytes(), [0; 60], 0);
        while i < from.len() {
            to[i] = from[i];
            i += 1;
        }
        Self([5, 60, 2], *b"Aver\0\0\0\0", to)
    }
}

/// A coprocessor's call number, and its note.
#[derive(Clone, Copy)]
pub struct Call {
    pub number: usize,
    pub note: &'static Note,
}

/// Calls a coprocessor. The note's address, which nothing reads, has linkers keep the note where they keep this.
///
/// # Safety
/// What the coprocessor of that call number reads and writes at its arguments must be valid.
#[inline(always)]
pub unsafe fn coprocessor(call: Call, a0: usize, a1: usize) {
    // SAFETY: no instruction; then the caller's.
    unsafe {
        asm!("# {note}", note = in(reg) call.note, options(nomem, nostack, preserves_flags));
        super::imp::coprocessor(call.number, a0, a1);
    }
}

/// As the other `coprocessor_note`, but linkers that collect garbage (`--gc-sections`) keep the note only if they keep a
/// call. A section whose name starts with `.note` they would keep always.
#[macro_export]
macro_rules! coprocessor_note {
    ($call:ident, $address:literal) => {
        const $call: $crate::sys::Call = {
            #[unsafe(link_section = concat!(".aver.note.", $address))]
            static NOTE: $crate::sys::Note = $crate::sys::Note::new($address);
            $crate::sys::Call { number: $crate::sys::call_of($address), note: &NOTE }
        };
    };
}
