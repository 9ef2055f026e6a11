//! Call numbers (`a7` at an `ecall`) and what they mean.

/// `exit(a0)`: halt with the digest of the empty output.
pub const EXIT: u32 = 93;
/// `write(a0 = fd, a1 = pointer, a2 = bytes)`, returns `a2`.
pub const WRITE: u32 = 64;
/// `halt(a0 = code, a1 = pointer to the 32-byte digest of the output)`.
pub const HALT: u32 = 0x4156_0000;
/// Coprocessor calls lie in `COPROCESSORS..COPROCESSORS_END`.
pub const COPROCESSORS: u32 = 0x4156_1000;
pub const COPROCESSORS_END: u32 = 0x4156_2000;

/// File descriptors of [`WRITE`].
pub const FD_STDOUT: u64 = 1;
pub const FD_STDERR: u64 = 2;
pub const FD_OUTPUT: u64 = 3;

/// SHA-256 of nothing: the digest [`EXIT`] hands over.
pub const EMPTY_DIGEST: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// Whether `call` is in the range of coprocessors.
pub const fn is_coprocessor(call: u64) -> bool {
    call >= COPROCESSORS as u64 && call < COPROCESSORS_END as u64
}
