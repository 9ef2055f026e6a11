//! Programs for the machine: each runs one of the functions of `aver-bench-programs`.
#![no_std]

#[doc(hidden)]
pub use {aver_bench_programs as programs, aver_guest as guest};

/// The program that runs this function on its input, and hands over what it returns.
#[macro_export]
macro_rules! program {
    ($name:ident) => {
        $crate::guest::entry!(main);

        fn main() {
            $crate::guest::write_output(&$crate::programs::$name::run($crate::guest::read_input()));
        }
    };
}
