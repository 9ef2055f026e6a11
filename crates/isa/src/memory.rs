//! The memory map. Byte addresses, half-open ranges; every edge lies on a 4 KiB page.

/// Bytes of a memory word.
pub const WORD_BYTES: u32 = 8;
/// Accesses below this are faults.
pub const NULL_END: u32 = 0x1_0000;
/// Segments of the program lie in `IMAGE_START..IMAGE_END`.
pub const IMAGE_START: u32 = NULL_END;
pub const IMAGE_END: u32 = 0x4000_0000;
/// Executable segments end at or below this.
pub const TEXT_END: u32 = 1 << 30;
/// The heap may grow up to here.
pub const HEAP_END: u32 = 0x7000_0000;
/// Guard under the stack: accesses are faults. Far wider than what a frame may leave untouched: functions
/// with large frames touch every page of them (`aver-build`, target).
pub const GUARD_START: u32 = HEAP_END;
pub const GUARD_END: u32 = 0x7010_0000;
/// Initial `sp`; the stack grows downwards from here.
pub const STACK_TOP: u32 = 0x7FFF_0000;
/// The input: 8-byte little-endian length, then the bytes.
pub const INPUT_BASE: u32 = 0x8000_0000;
pub const INPUT_END: u32 = 0xF000_0000;
/// Longest input in bytes.
pub const MAX_INPUT_BYTES: u32 = INPUT_END - INPUT_BASE - WORD_BYTES;
/// Most micro-operations of a program.
pub const MAX_OPS: usize = 1 << 22;

/// Whether a data access may touch the byte at `address` (stores also avoid the text).
pub const fn is_accessible(address: u64) -> bool {
    const RANGES: [(u32, u32); 3] =
        [(NULL_END, GUARD_START), (GUARD_END, STACK_TOP), (INPUT_BASE, INPUT_END)];
    let mut i = 0;
    while i < RANGES.len() {
        if address >= RANGES[i].0 as u64 && address < RANGES[i].1 as u64 {
            return true;
        }
        i += 1;
    }
    false
}
