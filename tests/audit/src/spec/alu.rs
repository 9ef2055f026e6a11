//! Instructions that compute one register of others.

use aver_audit::smt::{Result, Row, Term};
use aver_isa::Opcode;

use super::bus::{Op, known};
use super::isa;

/// rd = f(rs1, rs2)
pub fn registers(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    two_registers(row, opcode, |_, a, b| known(isa::alu(opcode, a, b)))
}

/// rd = `f`(rs1, rs2)
pub fn two_registers(
    row: &mut Row<'_>,
    opcode: Opcode,
    f: impl FnOnce(&mut Row<'_>, &Term, &Term) -> Result<Term>,
) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.falls_through()?;
    op.without([5, 6, 7]);
    let [rd, rs1, rs2] = [op.register(0)?, op.register(1)?, op.register(2)?];
    let a = op.read(0, &rs1)?;
    let b = op.read(1, &rs2)?;
    let c = f(op.row, &a, &b)?;
    op.write(&rd, &c)
}

/// rd = f(rs1, immediate), with the immediate in three limbs (the third is the fourth too).
pub fn limbs(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    immediate(row, opcode, limbs_of_immediate)
}

fn limbs_of_immediate(op: &mut Op<'_, '_>) -> Result<Term> {
    let low = op.row.input(&op.instr, 5, 16)?;
    op.row.assume(low.equals(&low.bits(0, 12).extend_signed(16)));
    for i in [6, 7] {
        let sign = op.row.input_scaled(&op.instr, i, 0xFFFF, 1)?;
        op.row.assume(sign.equals(&low.sign()));
    }
    Ok(low.extend_signed(64))
}

/// rd = f(rd, rs2)
pub fn update(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.falls_through()?;
    op.without([3, 5, 6, 7]);
    let [rd, rs2] = [op.register(0)?, op.register(2)?];
    let b = op.read(1, &rs2)?;
    op.update(&rd, |a| known(isa::alu(opcode, a, &b)))
}

/// rd = f(rd, immediate), with the immediate in three limbs as in [`limbs`].
pub fn update_limbs(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.falls_through()?;
    op.without([3, 4]);
    let rd = op.register(0)?;
    let b = limbs_of_immediate(&mut op)?;
    op.update(&rd, |a| known(isa::alu(opcode, a, &b)))
}

/// rd = f(rs1, immediate), with the immediate as two bytes and a sign.
pub fn bytes(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    immediate(row, opcode, |op| {
        let low = op.row.input(&op.instr, 5, 8)?;
        let high = op.row.input(&op.instr, 6, 8)?;
        let sign = op.row.input(&op.instr, 7, 1)?;
        let value = Term::concat(&[low, high]);
        op.row.assume(value.equals(&value.bits(0, 12).extend_signed(16)));
        op.row.assume(sign.equals(&value.sign()));
        Ok(value.extend_signed(64))
    })
}

/// rd = f(rs1, amount)
pub fn shift(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    use Opcode::*;
    let bits = if matches!(opcode, Slliw | Srliw | Sraiw) { 5 } else { 6 };
    immediate(row, opcode, |op| {
        op.without([6, 7]);
        Ok(op.row.input(&op.instr, 5, bits)?.extend(64))
    })
}

fn immediate(
    row: &mut Row<'_>,
    opcode: Opcode,
    value: impl FnOnce(&mut Op<'_, '_>) -> Result<Term>,
) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.falls_through()?;
    op.without([4]);
    let [rd, rs1] = [op.register(0)?, op.register(1)?];
    let b = value(&mut op)?;
    let a = op.read(0, &rs1)?;
    let c = known(isa::alu(opcode, &a, &b))?;
    op.write(&rd, &c)
}
