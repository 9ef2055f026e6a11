//! `guest/c/aver.h`.

use aver_guest::sys;
use core::ffi::CStr;

use crate::memory::{list, read};

#[unsafe(no_mangle)]
unsafe extern "C" fn read_input(bytes: *mut *const u8, len: *mut usize) {
    let input = aver_guest::read_input();
    // SAFETY: the caller's pointers.
    unsafe {
        *bytes = input.as_ptr();
        *len = input.len();
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn write_output(bytes: *const u8, len: usize) {
    aver_guest::write_output(unsafe { list(bytes, len) });
}

#[unsafe(no_mangle)]
unsafe extern "C" fn aver_print(text: *const core::ffi::c_char) {
    sys::write(1, unsafe { CStr::from_ptr(text) }.to_bytes());
}

#[unsafe(no_mangle)]
unsafe extern "C" fn aver_verify(vk: *const [u8; 32], exit_code: u32, output: *const u8, len: usize) {
    let (vk, output) = unsafe { (read(vk), list(output, len)) };
    aver_guest::verify(&vk, exit_code, output);
}

#[unsafe(no_mangle)]
extern "C" fn aver_exit(code: i32) -> ! {
    aver_guest::exit(code)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn aver_sha256(bytes: *const u8, len: usize, digest: *mut [u8; 32]) {
    let hash = aver_guest::sha256::Sha256::digest(unsafe { list(bytes, len) });
    unsafe { *digest = hash };
}

/// From the program's own heap, not the library's.
#[unsafe(no_mangle)]
extern "C" fn aver_alloc(size: usize) -> *mut u8 {
    unsafe extern "C" {
        static _heap_start: u8;
        static _heap_end: u8;
    }
    static mut USED: usize = 0;
    let start = (&raw const _heap_start).cast_mut();
    let len = (&raw const _heap_end).addr() - start.addr();
    // SAFETY: there is one thread, and no reference to the number.
    let used = unsafe { USED };
    let Some(next) = size.checked_next_multiple_of(16).and_then(|size| used.checked_add(size)) else {
        return core::ptr::null_mut();
    };
    if next > len {
        return core::ptr::null_mut();
    }
    unsafe {
        USED = next;
        start.add(used)
    }
}
