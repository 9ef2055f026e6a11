//! From the machine's start to `main` and from its return to the halt.
//!
//! `_start` calls the C symbol `main`: [`entry!`](crate::entry) defines it, or `rustc` does for an
//! ordinary program with `std`.

use crate::{output, sys};
use core::fmt::{Debug, Write};

#[cfg(all(target_arch = "riscv64", not(feature = "linux")))]
core::arch::global_asm!(
    ".section .text.start, \"ax\"",
    ".globl _start",
    "_start:",
    "li sp, 0x7fff0000",
    "tail {start}",
    start = sym start,
);

// Linux has set the stack up, with arguments nobody reads.
#[cfg(all(target_arch = "riscv64", feature = "linux"))]
core::arch::global_asm!(
    ".section .text.start, \"ax\"",
    ".globl _start",
    "_start:",
    "andi sp, sp, -16",
    "tail {start}",
    start = sym start,
);

extern "C" fn start() -> ! {
    unsafe extern "C" {
        fn main(argc: i32, argv: *const *const u8) -> i32;
    }
    let (heap, end) = sys::heap();
    crate::heap::init(heap, end);
    #[cfg(feature = "std")]
    std::panic::set_hook(alloc::boxed::Box::new(|info| {
        std::eprintln!("{info}");
        output::halt(crate::PANIC)
    }));
    #[cfg(feature = "library")]
    run_constructors();
    // SAFETY: the C signature; defined by `entry!` or by rustc, or by the program that links the library.
    let code = unsafe { main(0, core::ptr::null()) };
    output::halt(code)
}

/// Calls what a linker gathered in `.init_array`: constructors of C++'s static objects.
#[cfg(feature = "library")]
fn run_constructors() {
    unsafe extern "C" {
        static __init_array_start: extern "C" fn();
        static __init_array_end: extern "C" fn();
    }
    let (mut next, end) = (&raw const __init_array_start, &raw const __init_array_end);
    while next < end {
        // SAFETY: the linker script's bounds of an array of such functions.
        unsafe {
            (*next)();
            next = next.add(1);
        }
    }
}

/// What `main` may return, as an exit code.
pub trait ExitCode {
    /// The exit code; an error is also printed.
    fn exit_code(self) -> i32;
}

impl ExitCode for () {
    fn exit_code(self) -> i32 {
        0
    }
}

impl ExitCode for i32 {
    fn exit_code(self) -> i32 {
        self
    }
}

impl<E: Debug> ExitCode for Result<(), E> {
    fn exit_code(self) -> i32 {
        match self {
            Ok(()) => 0,
            Err(error) => {
                let _ = writeln!(crate::console::Console(2), "Error: {error:?}");
                1
            }
        }
    }
}

/// Names the function the program starts with, in a crate with `#![no_main]`. It takes nothing and
/// returns nothing, an exit code, or a `Result<(), E>`.
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        #[unsafe(export_name = "main")]
        extern "C" fn __aver_main(_argc: i32, _argv: *const *const u8) -> i32 {
            $crate::ExitCode::exit_code($main())
        }
    };
}
