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

#[cfg(all(feature = "library", target_arch = "riscv64"))]
mod library;

#[cfg(not(all(feature = "library", target_arch = "riscv64")))]
pub use imp::coprocessor;
pub use imp::{halt, heap, input, write};
#[cfg(all(feature = "library", target_arch = "riscv64"))]
pub use library::{Call, Note, coprocessor};

/// File descriptor of the public output.
pub const OUTPUT: usize = 3;
/// File descriptor of claims that are taken for granted.
pub const CLAIMS: usize = 4;

/// The call number of the coprocessor with this address: the first 28 bits of its digest.
#[doc(hidden)]
pub const fn call_of(address: &str) -> usize {
    let bytes = address.as_bytes();
    assert!(bytes.len() > 33 && bytes.len() <= 60, "an address has 60 bytes at most, 32 of them digits");
    let (mut call, mut i) = (0x5, bytes.len() - 32);
    assert!(bytes[i - 1] == b'@', "an address is a name, @ and 32 digits");
    let mut of_name = 0;
    while of_name < i - 1 {
        let byte = bytes[of_name];
        assert!(byte != b'@' && byte.is_ascii_graphic(), "a name is of visible ASCII characters but @");
        of_name += 1;
    }
    let end = bytes.len() - 25;
    while i < bytes.len() {
        let digit = match bytes[i] {
            b @ b'0'..=b'9' => b - b'0',
            b @ b'a'..=b'f' => b - b'a' + 10,
            _ => panic!("digits of an address are lower-case hexadecimal"),
        };
        if i < end {
            call = call << 4 | digit as usize;
        }
        i += 1;
    }
    call
}

/// Says in the program's ELF note that it uses the coprocessor with this address, and names its call number.
///
/// A machine without that coprocessor refuses the program by this address. Standard ELF note, name
/// `Aver`, type 2; one entry: 60 bytes of address.
#[cfg(not(all(feature = "library", target_arch = "riscv64")))]
#[macro_export]
macro_rules! coprocessor_note {
    ($call:ident, $address:literal) => {
        const $call: usize = $crate::sys::call_of($address);

        #[cfg(target_arch = "riscv64")]
        const _: () = {
            #[repr(C, align(4))]
            struct Note([u32; 3], [u8; 8], [u8; 60]);

            const ADDRESS: [u8; 60] = {
                let (from, mut to, mut i) = ($address.as_bytes(), [0; 60], 0);
                while i < from.len() {
                    to[i] = from[i];
                    i += 1;
                }
                to
            };

            #[used]
            #[unsafe(link_section = ".note.aver")]
            static NOTE: Note = Note([5, 60, 2], *b"Aver\0\0\0\0", ADDRESS);
        };
    };
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::call_of;

    #[test]
    fn addresses_are_checked_whole() {
        let digits = "1c31036465dac0db3638e7c4402c6850";
        assert_eq!(call_of(&std::format!("keccak@{digits}")), 0x51c3_1036);
        let name = |name: &str| std::format!("{name}@{digits}");
        let last = |digit: char| std::format!("keccak@{}{digit}", &digits[..31]);
        let wrong =
            [name(""), name("a@b"), name("a b"), name("ä"), name(&"a".repeat(28)), last('g'), last('A')];
        for address in wrong {
            assert!(std::panic::catch_unwind(|| call_of(&address)).is_err(), "{address}");
        }
    }
}
