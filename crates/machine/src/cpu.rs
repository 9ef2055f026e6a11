//! What every op does alike.
//!
//! **The hart.** An op takes `exec(index, ts)` and puts `exec(next, ts + 5)`. The verifier puts
//! `exec(start, 1)` and takes `exec(end, end_ts)` with `end_ts < 2^26`, and a proof has fewer than
//! p / 5 rows, so the rows that send anything form one chain from the one to the other: there is no
//! cycle, and the timestamps of all of them are the integers 1, 6, 11, … below 2^26.
//!
//! **The instruction.** `instr` is a lookup into the program table, which supplies registers and
//! immediates; the opcode in it is a constant of the chip, or a sum of constants times flags.
//!
//! **Accesses.** An access takes `mem(space, addr, old, previous ts)` and puts
//! `mem(space, addr, new, ts)`. That `previous < ts` is shown by `ts − previous − 1` being in `range`, for
//! registers, and by `ts − previous − 1 = low + 2^16 high` with `low` in `range` and `high` of 10 bits, for
//! memory; both timestamps are below 2^26, so a negative difference is of neither form modulo p. `low` has
//! no column. A register that rested for longer was touched in between ([`crate::chips::touch`]).
//!
//! **Values.** What is read is known to be four 16-bit limbs: whoever put it on the bus had checked it.
//! A chip checks what it writes, unless it is a copy.
//!
//! **Addresses.** The upper two limbs of a base register must be zero; the receive says so, and they
//! have no columns. No access is lost: a base of 2^32 or more gives, with a 12-bit offset, an address
//! that is outside every region (the sum that wraps around 2^64 lies below 2048, in the null guard).

use aver_stark::air::{Builder, Bus, Expr};
use aver_stark::field::{F, P, f};

use crate::buses::{BITS, BYTES, EXEC, INSTR, MEM, MEMORY, RANGE, REGISTERS};
use crate::layout::Layout;
use crate::public::MAX_TS;

/// Timestamps an op takes.
pub const SLOTS: u32 = 5;
/// Slot of the read of rs1.
pub const RS1: u32 = 0;
/// Slot of the read of rs2.
pub const RS2: u32 = 1;
/// Slot of the first memory word.
pub const MEM0: u32 = 2;
/// Slot of the second memory word.
pub const MEM1: u32 = 3;
/// Slot of the write of rd.
pub const RD: u32 = 4;
/// Bits above the 16th of the time between accesses of a word.
const REST_BITS: u32 = MAX_TS.ilog2() - 16;

/// Op index and timestamp of a row.
#[derive(Clone, Copy, Debug)]
pub struct Cpu<T> {
    /// Op index.
    pub index: T,
    /// Timestamp.
    pub ts: T,
}

/// When a word of memory was accessed before.
#[derive(Clone, Copy, Debug)]
pub struct Time<T> {
    /// That timestamp.
    pub prev: T,
    /// The difference's bits from the 16th on.
    pub high: T,
}

/// A register that is read.
#[derive(Clone, Copy, Debug)]
pub struct Read<T> {
    /// Its number.
    pub reg: T,
    /// Its value.
    pub value: [T; 4],
    /// Timestamp of the access before.
    pub prev: T,
}

/// A register that is written; the new value is the chip's.
#[derive(Clone, Copy, Debug)]
pub struct Write<T> {
    /// Its number.
    pub reg: T,
    /// Its old value.
    pub old: [T; 4],
    /// Timestamp of the access before.
    pub prev: T,
}

/// A register that is read as a base address: its upper limbs are zero.
#[derive(Clone, Copy, Debug)]
pub struct Base<T> {
    /// Its number.
    pub reg: T,
    /// Lower two limbs.
    pub low: [T; 2],
    /// Timestamp of the access before.
    pub prev: T,
}

/// A word of memory.
#[derive(Clone, Copy, Debug)]
pub struct Word<T> {
    /// Its value before the access.
    pub value: [T; 4],
    /// Its access.
    pub time: Time<T>,
}

#[inline(always)]
fn array<const N: usize, L: Layout>(l: &mut L, name: &str, field: &str) -> [L::Cell; N] {
    core::array::from_fn(|i| l.cell(name, field, i, N))
}

impl<T: Copy> Cpu<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>) -> Self {
        Self { index: l.one("index"), ts: l.one("ts") }
    }
}
impl<T: Copy> Time<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>, name: &str) -> Self {
        Self { prev: l.cell(name, "prev", 0, 1), high: l.cell(name, "high", 0, 1) }
    }
}
impl<T: Copy> Read<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>, name: &str) -> Self {
        Self { reg: l.cell(name, "reg", 0, 1), value: array(l, name, "l"), prev: l.cell(name, "prev", 0, 1) }
    }
}
impl<T: Copy> Write<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>, name: &str) -> Self {
        Self { reg: l.cell(name, "reg", 0, 1), old: array(l, name, "old"), prev: l.cell(name, "prev", 0, 1) }
    }
}
impl<T: Copy> Base<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>, name: &str) -> Self {
        Self { reg: l.cell(name, "reg", 0, 1), low: array(l, name, "l"), prev: l.cell(name, "prev", 0, 1) }
    }
}
impl<T: Copy> Word<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>, name: &str) -> Self {
        Self { value: array(l, name, "l"), time: Time::new(l, name) }
    }
}

/// What is looked up in the program table, besides the index.
#[derive(Clone, Copy, Debug)]
pub struct Instr<E> {
    /// Number of the opcode.
    pub opcode: E,
    /// Destination.
    pub rd: E,
    /// First source.
    pub rs1: E,
    /// Second source.
    pub rs2: E,
    /// As [`crate::chips::program::encode`] has it.
    pub imm: [E; 3],
}

impl<E: Expr> Instr<E> {
    /// An instruction of opcode `opcode`, all else zero.
    #[inline(always)]
    pub fn new(opcode: E) -> Self {
        let zero = E::zero();
        Self { opcode, rd: zero, rs1: zero, rs2: zero, imm: [zero; 3] }
    }
}

/// 1 / `n` in the field, for constants.
pub const fn inverse(n: u32) -> F {
    let p = P as u64;
    let (mut result, mut base, mut exponent) = (1, n as u64, p - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % p;
        }
        base = base * base % p;
        exponent >>= 1;
    }
    f(result as u32)
}

/// 2^−3.
pub const INV_8: F = inverse(8);
/// 2^−8.
pub const INV_BYTE: F = inverse(1 << 8);
/// 2^−16.
pub const INV_LIMB: F = inverse(1 << 16);

/// Asserts that `flags` are booleans of which at most one is set; gives their sum, `is_real`.
#[inline(always)]
pub fn flags<B: Builder>(b: &mut B, flags: &[B::E]) -> B::E {
    let mut sum = B::E::zero();
    for &flag in flags {
        b.assert_bool("cpu/flag", flag);
        sum = sum + flag;
    }
    if flags.len() > 1 {
        b.assert_bool("cpu/flags", sum);
    }
    sum
}

/// Σ flag · opcode.
#[inline(always)]
pub fn opcode<E: Expr, const N: usize>(flags: [E; N], opcodes: [aver_isa::Opcode; N]) -> E {
    flags.into_iter().zip(opcodes).fold(E::zero(), |sum, (flag, op)| sum + flag * (op as u32))
}

/// The lookups and accesses of a row, all multiplied by `is_real`.
///
/// Bytes to be checked are paired; the last is sent on drop.
pub struct Row<'b, B: Builder> {
    /// The builder.
    pub b: &'b mut B,
    /// `is_real`, a boolean.
    pub real: B::E,
    ts: B::E,
    byte: Option<B::E>,
}

impl<'b, B: Builder> Row<'b, B> {
    /// A row that is real when the boolean `real` is 1, at `ts`.
    #[inline(always)]
    pub fn new(b: &'b mut B, real: B::E, ts: B::E) -> Self {
        Self { b, real, ts, byte: None }
    }

    /// The row of an op that goes on to `next`.
    #[inline(always)]
    pub fn op(b: &'b mut B, real: B::E, cpu: &Cpu<B::E>, instr: Instr<B::E>, next: B::E) -> Self {
        let Instr { opcode, rd, rs1, rs2, imm: [i0, i1, i2] } = instr;
        b.receive(EXEC, real, &[cpu.index, cpu.ts]);
        b.send(EXEC, real, &[next, cpu.ts + SLOTS]);
        b.send(INSTR, real, &[cpu.index, opcode, rd, rs1, rs2, i0, i1, i2]);
        Self::new(b, real, cpu.ts)
    }

    /// Shorthand for a constraint.
    #[inline(always)]
    pub fn assert_zero(&mut self, label: &'static str, value: B::E) {
        self.b.assert_zero(label, value);
    }

    /// Shorthand for a boolean.
    #[inline(always)]
    pub fn assert_bool(&mut self, label: &'static str, value: B::E) {
        self.b.assert_bool(label, value);
    }

    /// `value` is a byte.
    #[inline(always)]
    pub fn byte(&mut self, value: B::E) {
        match self.byte.take() {
            None => self.byte = Some(value),
            Some(first) => self.b.send(BYTES, self.real, &[first, value]),
        }
    }

    /// `value` has 16 bits.
    #[inline(always)]
    pub fn range(&mut self, value: B::E) {
        self.b.send(RANGE, self.real, &[value]);
    }

    /// `value` < 2^`n`, for a constant n ≤ 16.
    #[inline(always)]
    pub fn bits(&mut self, n: u32, value: B::E) {
        let (n, pow) = (B::E::constant(f(n)), B::E::constant(f(1 << n)));
        self.b.send(BITS, self.real, &[n, pow, value]);
    }

    /// `value` < `pow` = 2^`n`.
    #[inline(always)]
    pub fn bits_of(&mut self, n: B::E, pow: B::E, value: B::E) {
        self.b.send(BITS, self.real, &[n, pow, value]);
    }

    /// In rows where `when` is 1: `sign` (a boolean) is bit 15 of `limb`, and `limb` has 16 bits. Needs
    /// |limb| < 2^29 as an integer: then 2 (limb − 2^15 sign) does not wrap.
    #[inline(always)]
    pub fn sign(&mut self, when: B::E, limb: B::E, sign: B::E) {
        self.b.send(RANGE, when, &[(limb - sign * (1 << 15)) * 2]);
    }

    /// Takes what is at `at` = \[space, address\], and puts what is to be there after `slot`.
    #[inline(always)]
    fn replace(&mut self, when: B::E, slot: u32, at: [B::E; 2], [old, new]: [[B::E; 4]; 2], prev: B::E) {
        let message = |v: [B::E; 4], ts| [at[0], at[1], v[0], v[1], v[2], v[3], ts];
        self.b.receive(MEM, when, &message(old, prev));
        self.b.send(MEM, when, &message(new, self.ts + slot));
    }

    /// Replaces the value of register `number` in `slot`.
    #[inline(always)]
    pub fn register(&mut self, slot: u32, number: B::E, old: [B::E; 4], new: [B::E; 4], prev: B::E) {
        let space = B::E::constant(f(REGISTERS));
        self.replace(self.real, slot, [space, number], [old, new], prev);
        self.range(self.ts + slot - prev - 1);
    }

    /// Reads a register.
    #[inline(always)]
    pub fn read(&mut self, slot: u32, read: &Read<B::E>) {
        self.register(slot, read.reg, read.value, read.value, read.prev);
    }

    /// Reads a register whose upper limbs must be zero.
    #[inline(always)]
    pub fn read_base(&mut self, slot: u32, base: &Base<B::E>) {
        let value = [base.low[0], base.low[1], B::E::zero(), B::E::zero()];
        self.register(slot, base.reg, value, value, base.prev);
    }

    /// Writes rd.
    #[inline(always)]
    pub fn write(&mut self, write: &Write<B::E>, new: [B::E; 4]) {
        self.register(RD, write.reg, write.old, new, write.prev);
    }

    /// Replaces a word in `slot`, in rows where `when` is 1 (which implies `is_real`).
    #[inline(always)]
    fn word(&mut self, when: B::E, slot: u32, at: [B::E; 2], word: &Word<B::E>, new: [B::E; 4]) {
        let Time { prev, high } = word.time;
        self.replace(when, slot, at, [word.value, new], prev);
        self.b.send(RANGE, when, &[self.ts + slot - prev - 1 - high * (1 << 16)]);
        self.bits(REST_BITS, high);
    }

    /// Reads a word of memory, of the text where the boolean `text` is 1.
    #[inline(always)]
    pub fn load(&mut self, when: B::E, slot: u32, text: B::E, addr: B::E, word: &Word<B::E>) {
        self.word(when, slot, [text + MEMORY, addr], word, word.value);
    }

    /// Replaces a word of memory.
    #[inline(always)]
    pub fn store(&mut self, when: B::E, slot: u32, addr: B::E, word: &Word<B::E>, new: [B::E; 4]) {
        self.word(when, slot, [B::E::constant(f(MEMORY)), addr], word, new);
    }

    /// The word address of `base + imm`, whose byte offset in the word is `offset` (known to be 0..8).
    ///
    /// `x = low limb + imm − offset` is an integer in (−2^12, 2^17), and `x / 8 + 256` is looked up in
    /// `range`: so 8 divides x as an integer, `offset` is the address modulo 8, and the word address
    /// `x / 8 + 2^13 · (second limb)` is an integer above −2^12 and below 2^30: what is not a word of the
    /// memory map is no word of the memory table either.
    #[inline(always)]
    pub fn address(&mut self, base: &Base<B::E>, imm: B::E, offset: B::E) -> B::E {
        let low = (base.low[0] + imm - offset) * INV_8;
        self.range(low + 256);
        low + base.low[1] * (1 << 13)
    }

    /// A lookup of another kind.
    #[inline(always)]
    pub fn look_up(&mut self, bus: Bus, values: &[B::E]) {
        self.b.send(bus, self.real, values);
    }
}

impl<B: Builder> Drop for Row<'_, B> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(last) = self.byte.take() {
            self.b.send(BYTES, self.real, &[last, B::E::zero()]);
        }
    }
}
