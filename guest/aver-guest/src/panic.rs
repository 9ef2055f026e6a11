//! Panics of programs without `std`: message and place to the console, then exit code 101.

use crate::console::Console;
use core::{fmt::Write, panic::PanicInfo};

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    let _ = writeln!(Console(2), "{info}");
    crate::output::halt(crate::PANIC)
}
