//! The buses of the machine (`spec/machine.md`, "Buses").

use aver_stark::air::Bus;

/// (index, ts): the hart. Each op takes its own and puts the next.
pub const EXEC: Bus = Bus::local(1, 2, "exec");
/// (index, opcode, rd, rs1, rs2, imm0, imm1, imm2): lookup into the program table.
pub const INSTR: Bus = Bus::local(2, 8, "instr");
/// (byte address / 4, index): lookup of what `jalr` goes to.
pub const TARGET: Bus = Bus::local(3, 2, "target");
/// (space, addr, l0, l1, l2, l3, ts): registers and memory. An access takes the old, puts the new.
pub const MEM: Bus = Bus::local(4, 7, "mem");
/// (value): 16 bits.
pub const RANGE: Bus = Bus::local(5, 1, "range");
/// (a, b): two bytes.
pub const BYTES: Bus = Bus::local(6, 2, "bytes");
/// (a, b, a & b): bytes.
pub const AND: Bus = Bus::local(7, 3, "and");
/// (n, 2^n, x): x < 2^n, n ≤ 16.
pub const BITS: Bus = Bus::local(8, 3, "bits");
/// (space, addr, l0, l1, l2, l3, shard): a word between shards; cancels over all proofs of a run.
pub const BOUNDARY: Bus = Bus::shared(9, 7, "boundary");
/// (key): the memory table's order; each row takes its predecessor's key and puts its own.
pub const ORDER: Bus = Bus::local(10, 1, "order");
/// (space, addr, l0, l1, l2, l3): the initial image.
pub const IMAGE: Bus = Bus::local(11, 6, "image");
/// (space, lo, hi): addresses in lo..hi start at zero.
pub const GAP: Bus = Bus::local(12, 3, "gap");
/// (slot, l0, l1, l2, l3): exit code (slot 0) and digest words (slots 1 to 4), for the verifier.
pub const PUBLIC: Bus = Bus::local(13, 5, "public");

/// The first id of coprocessors' own buses.
pub const COPROCESSOR_BUSES: u32 = 64;
/// The most buses of its own a coprocessor has.
pub const OWN_BUSES: u32 = 8;

/// The id of bus `i` < [`OWN_BUSES`] of the coprocessor whose call has this number. Coprocessors of one machine that
/// share an id are refused ([`crate::Systems::mount`]).
pub const fn own(call: u32, i: u32) -> u32 {
    // Below 2^16, as all ids are.
    const COPROCESSORS: u32 = 8183;
    assert!(i < OWN_BUSES, "a coprocessor has eight buses of its own at most");
    COPROCESSOR_BUSES + call % COPROCESSORS * OWN_BUSES + i
}

/// Space of registers on [`MEM`] and [`BOUNDARY`].
pub const REGISTERS: u32 = 0;
/// Space of memory that can be written.
pub const MEMORY: u32 = 1;
/// Space of the words of executable segments. Only loads reach it: a store to the text has no word to
/// take off the bus, so it cannot be proved.
pub const TEXT: u32 = 2;
