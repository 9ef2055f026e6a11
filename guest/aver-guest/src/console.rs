//! `print!` and `println!` for programs without `std`: text for whoever runs the program, outside
//! the claim.

use core::fmt::{self, Write};

/// A console stream: 1 is standard output, 2 standard error.
pub struct Console(pub usize);

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        crate::sys::write(self.0, text.as_bytes());
        Ok(())
    }
}

#[doc(hidden)]
pub fn print(args: fmt::Arguments) {
    // A console never fails.
    let _ = Console(1).write_fmt(args);
}

/// Prints to the console of whoever runs the program. Not part of the public output.
#[macro_export]
macro_rules! print {
    ($($arg:tt)*) => { $crate::private::print(::core::format_args!($($arg)*)) };
}

/// [`print!`], and a new line.
#[macro_export]
macro_rules! println {
    () => { $crate::print!("\n") };
    ($($arg:tt)*) => { $crate::private::print(::core::format_args!("{}\n", ::core::format_args!($($arg)*))) };
}
