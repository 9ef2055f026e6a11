//! Calls to the machine: the only code that knows what the program runs on.

#[cfg(all(target_arch = "riscv64", not(feature = "linux")))]
#[path = "aver.rs"]
mod imp;
#[cfg(all(target_arch = "riscv64", feature = "linux"))]
#[path = "linux.rs"]
mod imp;
// A host: the crate compiles, for editors and unit tests, and nothing works.
#[cfg(not(target_arch = "riscv64"))]
#[path = "none.rs"]
mod imp;

pub use imp::{coprocessor, halt, heap, input, write};

/// File descriptor of the public output.
pub const OUTPUT: usize = 3;

/// Says in the program's ELF note that it uses a coprocessor, and names its call number.
///
/// A machine without that coprocessor refuses the program by this name. Standard ELF note, name
/// `Aver`, type 1; one entry: call number, 12 bytes of name.
#[macro_export]
macro_rules! coprocessor_note {
    ($call:ident, $number:expr, $name:literal) => {
        const $call: usize = $number;

        #[cfg(target_arch = "riscv64")]
        const _: () = {
            #[repr(C, align(4))]
            struct Note([u32; 3], [u8; 8], u32, [u8; 12]);

            const NAME: [u8; 12] = {
                let (from, mut to, mut i) = ($name.as_bytes(), [0; 12], 0);
                while i < from.len() {
                    to[i] = from[i];
                    i += 1;
                }
                to
            };

            #[used]
            #[unsafe(link_section = ".note.aver")]
            static NOTE: Note = Note([5, 16, 1], *b"Aver\0\0\0\0", $call as u32, NAME);
        };
    };
}
