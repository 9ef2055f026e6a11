//! What `std` asks of a target with `os = "zkvm"` (library/std/src/sys/pal/zkvm/abi.rs).
//!
//! | | |
//! |---|---|
//! | standard input | the rest of the input, shared with [`read`](crate::read) |
//! | randomness | a fixed sequence: a run must be repeatable. `HashMap`s iterate in the same order in every run; nothing secret may come from it |
//! | environment, arguments | none |
//!
//! Threads, files, sockets and clocks answer with an error. `std::process::exit` is an illegal
//! instruction there: use [`exit`](crate::exit).

use crate::{cell::Hart, output, sys};
use core::slice;

#[unsafe(no_mangle)]
extern "C" fn sys_halt() -> ! {
    output::halt(0)
}

/// `std` calls this after its panic hook; the runtime's hook has halted already, unless the program
/// set its own.
#[unsafe(no_mangle)]
unsafe extern "C" fn sys_panic(_message: *const u8, _len: usize) -> ! {
    output::halt(crate::PANIC)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn sys_log(message: *const u8, len: usize) {
    sys::write(2, unsafe { slice::from_raw_parts(message, len) });
}

#[unsafe(no_mangle)]
extern "C" fn sys_cycle_count() -> usize {
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn sys_read(fd: u32, buffer: *mut u8, len: usize) -> usize {
    if fd != 0 {
        return 0;
    }
    let rest = crate::remaining_input();
    let (head, tail) = rest.split_at(rest.len().min(len));
    unsafe { core::ptr::copy_nonoverlapping(head.as_ptr(), buffer, head.len()) };
    crate::input::set_remaining(tail);
    head.len()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn sys_write(fd: u32, bytes: *const u8, len: usize) {
    let bytes = unsafe { slice::from_raw_parts(bytes, len) };
    if fd as usize == sys::OUTPUT { crate::write_output(bytes) } else { sys::write(fd as usize, bytes) }
}

/// SplitMix64 from a fixed seed.
#[unsafe(no_mangle)]
unsafe extern "C" fn sys_rand(words: *mut u32, len: usize) {
    static STATE: Hart<u64> = Hart::new(0);
    let state = unsafe { STATE.get() };
    for word in unsafe { slice::from_raw_parts_mut(words, len) } {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        *word = (z >> 32) as u32;
    }
}

/// No variable is set.
#[unsafe(no_mangle)]
extern "C" fn sys_getenv(_out: *mut u32, _words: usize, _name: *const u8, _len: usize) -> usize {
    usize::MAX
}

#[unsafe(no_mangle)]
extern "C" fn sys_argc() -> usize {
    0
}

#[unsafe(no_mangle)]
extern "C" fn sys_argv(_out: *mut u32, _words: usize, _index: usize) -> usize {
    0
}

#[unsafe(no_mangle)]
extern "C" fn sys_alloc_words(words: usize) -> *mut u32 {
    sys_alloc_aligned(words * 4, 4).cast()
}

#[unsafe(no_mangle)]
extern "C" fn sys_alloc_aligned(bytes: usize, align: usize) -> *mut u8 {
    match core::alloc::Layout::from_size_align(bytes.max(1), align) {
        // SAFETY: not of size zero.
        Ok(layout) => unsafe { alloc::alloc::alloc(layout) },
        Err(_) => core::ptr::null_mut(),
    }
}
