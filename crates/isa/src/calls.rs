//! Call numbers (`a7` at an `ecall`) and what they mean.

/// `exit(a0)`: halt with the digest of the empty output.
pub const EXIT: u32 = 93;
/// `write(a0 = fd, a1 = pointer, a2 = bytes)`, returns `a2`.
pub const WRITE: u32 = 64;
/// `halt(a0 = code, a1 = pointer to the 32-byte digest of the output)`; with [`CONDITIONAL`] in a0 the digest is that of
/// assumptions and output.
pub const HALT: u32 = 0x4156_0000;
/// The bit of `halt`'s a0 that says that the run is worth what its assumptions are. Bits above it are zero.
pub const CONDITIONAL: u64 = 1 << 32;
/// Coprocessor calls lie in `COPROCESSORS..COPROCESSORS_END`.
pub const COPROCESSORS: u32 = 0x5000_0000;
pub const COPROCESSORS_END: u32 = 0x6000_0000;

/// Hexadecimal digits of a coprocessor's address: 128 bits of the SHA-256 of its interface.
pub const ADDRESS_DIGITS: usize = 32;
/// The most bytes of a coprocessor's address.
pub const MAX_ADDRESS: usize = 60;
/// Digits of an address that are in the call number.
const CALL_DIGITS: usize = 7;

/// File descriptors of [`WRITE`].
pub const FD_STDOUT: u64 = 1;
pub const FD_STDERR: u64 = 2;
pub const FD_OUTPUT: u64 = 3;
/// Claims that the program takes for granted.
pub const FD_ASSUMPTIONS: u64 = 4;

/// SHA-256 of nothing: the digest [`EXIT`] hands over.
pub const EMPTY_DIGEST: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The number of the call of the coprocessor with the address `name@digest`, or `None` if it is no address.
///
/// The digest is that of the text that says what the coprocessor's calls do, so two that differ in that do not get one
/// address by accident, whoever wrote them. The number is its first 28 bits.
pub const fn of_coprocessor(address: &str) -> Option<u32> {
    let bytes = address.as_bytes();
    if bytes.len() > MAX_ADDRESS || bytes.len() < ADDRESS_DIGITS + 2 {
        return None;
    }
    let at = bytes.len() - ADDRESS_DIGITS - 1;
    let (mut i, mut call) = (0, 0);
    while i < bytes.len() {
        if i < at && (bytes[i] == b'@' || !bytes[i].is_ascii_graphic()) || i == at && bytes[i] != b'@' {
            return None;
        }
        if i > at {
            let digit = match bytes[i] {
                b @ b'0'..=b'9' => b - b'0',
                b @ b'a'..=b'f' => b - b'a' + 10,
                _ => return None,
            };
            if i <= at + CALL_DIGITS {
                call = call << 4 | digit as u32;
            }
        }
        i += 1;
    }
    Some(COPROCESSORS | call)
}

/// [`of_coprocessor`] of a constant: what is no address does not compile there.
pub const fn number(address: &str) -> u32 {
    match of_coprocessor(address) {
        Some(call) => call,
        None => panic!("an address is a name, @ and 32 lower-case hexadecimal digits, of 60 bytes at most"),
    }
}

/// Says that a program uses the coprocessor with this address, and nobody mounted it.
pub struct NotMounted<'a>(pub &'a str);

impl core::fmt::Display for NotMounted<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "the program uses the coprocessor {}, which is not mounted; add the crate that has it, and mount it with \
             `coprocessors` of the SDK's `Prover` and `Verifier`",
            self.0
        )
    }
}

/// Whether `call` is in the range of coprocessors.
pub const fn is_coprocessor(call: u64) -> bool {
    call >= COPROCESSORS as u64 && call < COPROCESSORS_END as u64
}
