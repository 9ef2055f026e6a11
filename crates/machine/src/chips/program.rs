//! The program, in the verifying key: [`Instructions`] answers `instr`, [`Targets`] answers `target`.
//!
//! | fixed columns of `program` | |
//! |---|---|
//! | index, opcode, rd, rs1, rs2, imm (3) | a row for each op, see [`encode`] |
//!
//! | fixed columns of `target` | |
//! |---|---|
//! | address | byte address / 4 of each instruction |
//! | index − [`NOWHERE`] | of its first op |
//!
//! Both have one witness column, the number of lookups, which needs no constraint: messages that are not
//! in the table stay on the bus whatever it is.
//!
//! A padding row's fixed columns are zero and its number is the prover's. `program`: opcode 0 is
//! `Illegal`, which no chip sends. `target`: byte address 0 leads to op [`NOWHERE`], which no program has.

use alloc::string::ToString;
use alloc::vec::Vec;

use aver_isa::{Format, Op, Opcode, Program};
use aver_stark::air::{Air, Builder, Columns};
use aver_stark::field::{F, f};
use p3_field::PrimeCharacteristicRing;

use crate::buses::{INSTR, TARGET};

/// An op index that no program has.
pub const NOWHERE: u32 = (1 << 30) + 1;

/// Fixed columns of `program`.
pub const PROGRAM_WIDTH: usize = 8;

/// A signed integer of the program.
fn signed(value: i64) -> F {
    if value < 0 { -f(value.unsigned_abs() as u32) } else { f(value as u32) }
}

/// The row of op number `index`: index, opcode, rd, rs1, rs2 and, in imm0 to imm2,
///
/// - `addi`, `addi_to`, `addiw`, `slti`, `sltiu`, `const`: limbs 0, 1, 2 of the immediate;
/// - `andi`, `ori`, `xori`: its two low bytes, and its sign;
/// - shifts: the amount;
/// - branches: the target; `jal`: limbs 0, 1 of the link, and the target;
/// - `jalr`: the offset as a signed integer, limbs 0, 1 of the link;
/// - loads, stores: the offset as a signed integer.
pub fn encode(index: u32, op: &Op) -> [F; PROGRAM_WIDTH] {
    let limb = |value: i64, i: u32| f((value >> (16 * i)) as u32 & 0xFFFF);
    let imm = op.imm;
    let zero = F::ZERO;
    use Opcode::*;
    let [i0, i1, i2] = match (op.opcode, op.opcode.format()) {
        (Andi | Ori | Xori, _) => [f(imm as u32 & 0xFF), f((imm >> 8) as u32 & 0xFF), f((imm < 0) as u32)],
        (Slli | Srli | Srai | Slliw | Srliw | Sraiw, _) => [f(imm as u32), zero, zero],
        (_, Format::Immediate | Format::UpdateImmediate | Format::Const) => {
            [limb(imm, 0), limb(imm, 1), limb(imm, 2)]
        }
        (_, Format::Branch) => [f(op.target), zero, zero],
        (_, Format::Jal) => [limb(imm, 0), limb(imm, 1), f(op.target)],
        (_, Format::Jalr) => {
            let link = i64::from(op.pc) + 4;
            [signed(imm), limb(link, 0), limb(link, 1)]
        }
        (_, Format::Load | Format::Store) => [signed(imm), zero, zero],
        (_, Format::Register | Format::Update | Format::Ecall | Format::Illegal) => [zero; 3],
    };
    let number = |n: u8| f(n.into());
    [f(index), number(op.opcode as u8), number(op.rd), number(op.rs1), number(op.rs2), i0, i1, i2]
}

/// Transposes rows.
fn columns<const N: usize>(rows: impl Iterator<Item = [F; N]>) -> Vec<Vec<F>> {
    let mut columns = alloc::vec![Vec::new(); N];
    for row in rows {
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    columns
}

/// The program table.
pub struct Instructions;

impl Instructions {
    /// Its fixed columns.
    pub fn fixed(program: &Program) -> Vec<Vec<F>> {
        columns(program.ops.iter().enumerate().map(|(index, op)| encode(index as u32, op)))
    }
}

impl Air for Instructions {
    fn name(&self) -> &str {
        "program"
    }
    fn columns(&self) -> Columns {
        let names = ["index", "opcode", "rd", "rs1", "rs2", "imm0", "imm1", "imm2"];
        let fixed = names.iter().map(|n| n.to_string()).collect();
        Columns { fixed, boundary: Vec::new(), witness: Vec::from(["count".to_string()]) }
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let row: [B::E; PROGRAM_WIDTH + 1] = core::array::from_fn(|i| b.row()[i]);
        b.receive(INSTR, row[PROGRAM_WIDTH], &row[..PROGRAM_WIDTH]);
    }
}

/// The jump targets.
pub struct Targets;

impl Targets {
    /// Its fixed columns.
    pub fn fixed(program: &Program) -> Vec<Vec<F>> {
        columns(program.targets().map(|(address, index)| [f(address / 4), f(index) - f(NOWHERE)]))
    }
}

impl Air for Targets {
    fn name(&self) -> &str {
        "target"
    }
    fn columns(&self) -> Columns {
        let fixed = Vec::from(["address".to_string(), "index".to_string()]);
        Columns { fixed, boundary: Vec::new(), witness: Vec::from(["count".to_string()]) }
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let [address, index, count]: [B::E; 3] = core::array::from_fn(|i| b.row()[i]);
        b.receive(TARGET, count, &[address, index + NOWHERE]);
    }
}
