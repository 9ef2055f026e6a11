//! The machine's own calls.

use aver_audit::smt::{Result, Row, Term};
use aver_isa::Opcode;
use aver_machine::buses::PUBLIC;

use super::bus::{Op, are_limbs, registers};
use super::isa;

/// SHA-256 of no bytes, as little-endian words.
const EMPTY: [u64; 4] =
    [0x141C_FC98_42C4_B0E3, 0x24B9_6F99_C8F4_FB9A, 0x4C93_9B64_E441_AE27, 0x55B8_5278_1B99_95A4];
/// Where a machine that has halted is.
const HALTED: u128 = 1 << 30;

fn call<'r, 'd>(row: &'r mut Row<'d>, number: u64) -> Result<Op<'r, 'd>> {
    let mut op = Op::new(row, Opcode::Ecall)?;
    op.without(2..8);
    let a7 = op.read(0, &Term::constant(5, 17))?;
    op.row.claim("a7 is the call's number", a7.equals(&isa::x(number)));
    Ok(op)
}

fn argument(op: &mut Op<'_, '_>, slot: u32, number: u128) -> Result<Term> {
    op.read(slot, &Term::constant(5, number))
}

fn public(op: &mut Op<'_, '_>, slot: u128, value: &Term) -> Result<()> {
    let message = op.row.send(PUBLIC)?;
    op.row.is(&message, 0, &Term::constant(3, slot));
    are_limbs(op.row, &message, 1, value);
    Ok(())
}

fn halts(op: &mut Op<'_, '_>, bits: u32) -> Result<()> {
    op.next(&Term::constant(31, HALTED))?;
    let status = argument(op, 1, 10)?;
    public(op, 0, &status.bits(0, bits).extend(64))
}

/// 93: the exit code is the low 32 bits of a0; there is no output.
pub fn exit(row: &mut Row<'_>, _: Opcode) -> Result<()> {
    let mut op = call(row, 93)?;
    halts(&mut op, 32)?;
    (1..).zip(EMPTY).try_for_each(|(slot, word)| public(&mut op, slot, &isa::x(word)))
}

/// Aver's halt: with all of a0, and the digest at a1, which is a multiple of 8.
pub fn halt(row: &mut Row<'_>, _: Opcode) -> Result<()> {
    let mut op = call(row, 0x4156_0000)?;
    halts(&mut op, 64)?;
    let pointer = argument(&mut op, 2, 11)?;
    op.row.claim("the pointer is a multiple of 8", pointer.bits(0, 3).equals(&Term::constant(3, 0)));
    for i in 0..4 {
        let word = op.read_word(2, &(&pointer.bits(3, 61) + &Term::constant(61, i)))?;
        public(&mut op, 1 + i, &word)?;
    }
    Ok(())
}

/// 64: gives back a2 in a0.
pub fn write(row: &mut Row<'_>, _: Opcode) -> Result<()> {
    let mut op = call(row, 64)?;
    op.falls_through()?;
    let length = argument(&mut op, 1, 12)?;
    op.access(4, &registers(), &Term::constant(5, 10), |_| Ok(length)).map(|_| ())
}
