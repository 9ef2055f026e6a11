//! Branches, jumps and constants.

use aver_audit::smt::{Result, Row, Term};
use aver_isa::Opcode;
use aver_machine::buses::TARGET;

use super::bus::{INDEX, Op, known};
use super::isa;

/// A branch: to the target, if the condition holds.
pub fn branch(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.without([2, 6, 7]);
    let [rs1, rs2] = [op.register(1)?, op.register(2)?];
    let target = op.row.input(&op.instr, 5, INDEX)?.extend(INDEX + 1);
    let a = op.read(0, &rs1)?;
    let b = op.read(1, &rs2)?;
    let fall = &op.index.extend(INDEX + 1) + &Term::constant(INDEX + 1, 1);
    let next = known(isa::taken(opcode, &a, &b))?.choose(&target, &fall);
    op.next(&next)
}

/// `lui`, `auipc`: the program table has the value.
pub fn constant(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.falls_through()?;
    op.without([3, 4]);
    let rd = op.register(0)?;
    let [l0, l1, l2] = [5, 6, 7].map(|i| op.row.input(&op.instr, i, 16));
    let (l0, l1, l2) = (l0?, l1?, l2?);
    op.write(&rd, &Term::concat(&[l0, l1, l2.clone(), l2]))
}

/// `jal`: to the target; the link is in the program table.
pub fn jal(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.without([3, 4]);
    let rd = op.register(0)?;
    let [l0, l1] = [5, 6].map(|i| op.row.input(&op.instr, i, 16));
    let link = Term::concat(&[l0?, l1?]).extend(64);
    let target = op.row.input(&op.instr, 7, INDEX)?;
    op.next(&target)?;
    op.write(&rd, &link)
}

/// `jalr`: to the op at byte address (rs1 + imm) with bit 0 cleared, by the table of targets, whose addresses
/// are below 2^30 and multiples of 4; the link is in the program table.
pub fn jalr(row: &mut Row<'_>, opcode: Opcode) -> Result<()> {
    let mut op = Op::new(row, opcode)?;
    op.without([4]);
    let [rd, rs1] = [op.register(0)?, op.register(1)?];
    let imm = op.row.input_signed(&op.instr, 5, 12)?.extend_signed(64);
    let [l0, l1] = [6, 7].map(|i| op.row.input(&op.instr, i, 16));
    let link = Term::concat(&[l0?, l1?]).extend(64);
    let base = op.read(0, &rs1)?;
    let address = &(&base + &imm) & &isa::x(!1);
    let target = op.row.send(TARGET)?;
    // what the table answers: an address below 2^30 in words, and the op there
    let word = op.row.input(&target, 0, 28)?;
    let index = op.row.input(&target, 1, INDEX + 1)?;
    let is_there = address.equals(&Term::concat(&[Term::constant(2, 0), word]).extend(64));
    op.row.claim("the address looked up is that of the jump", is_there);
    op.next(&index)?;
    op.write(&rd, &link)
}
