//! What every chip of the machine means: a specification for each, for [`aver_audit::smt`].
//!
//! - [`isa`]: instructions, as functions of bit-vectors;
//! - [`bus`]: what a row may rely on and must guarantee;
//! - [`alu`], [`arithmetic`], [`jump`], [`memory`], [`ecall`], [`boundary`]: families of chips;
//! - [`rows`]: honest rows; [`tools`]: the solvers.

pub mod alu;
pub mod arithmetic;
pub mod boundary;
pub mod bus;
pub mod ecall;
pub mod isa;
pub mod jump;
pub mod memory;
pub mod rows;
pub mod tools;

use aver_audit::smt::{Result, Row, Spec};
use aver_isa::Opcode;
use aver_machine::ShardChip;
use aver_machine::machine::MemoryChip;

use boundary::Kind;

/// What a chip means, by its flags.
fn by_flag<T: Copy + Send + Sync + 'static>(
    flags: &[(&'static str, T)],
    row: fn(&mut Row<'_>, T) -> Result<()>,
) -> Spec {
    let values: Vec<T> = flags.iter().map(|flag| flag.1).collect();
    let names = flags.iter().map(|flag| flag.0).collect();
    Spec::new(names, Box::new(move |r, flag| row(r, values[flag])))
}

/// What a chip of one opcode means.
fn one(opcode: Opcode, row: fn(&mut Row<'_>, Opcode) -> Result<()>) -> Spec {
    by_flag(&[("is_real", opcode)], row)
}

/// What a chip of shard proofs means; `None` for tables of fixed columns, which have no rows to choose.
pub fn shard(chip: ShardChip) -> Option<Spec> {
    use Opcode::*;
    use ShardChip as C;
    let right = [("logical", [Srl, Srli, Srlw, Srliw]), ("arithmetic", [Sra, Srai, Sraw, Sraiw])];
    let right = |i: usize, row| by_flag(&right.map(|(name, opcodes)| (name, opcodes[i])), row);
    // By a register n < 16; by a constant n = 16 is another way to say one limb more.
    let (register, constant) = ([("n", 15)], [("n", 16)]);
    // The limb that decides, and the result.
    let less = [("less", 1), ("m0", 1), ("m1", 1), ("m2", 1)];
    let branch = |yes, no| by_flag(&[("if", yes), ("unless", no)], jump::branch);
    let divide = |opcodes: [Opcode; 4]| {
        let names = ["div", "divu", "rem", "remu"];
        let flags: Vec<_> = names.into_iter().zip(opcodes).collect();
        let splits = [("sign_a", 1), ("sign_b", 1), ("zero", 1), ("negate", 1)];
        by_flag(&flags, arithmetic::divide).split(&splits)
    };
    Some(match chip {
        C::Program | C::Target | C::Range | C::Bytes | C::Bits => return None,
        C::Boundary => one(Illegal, boundary::boundary),
        C::Touch => one(Illegal, boundary::touch),
        C::Add => one(Add, alu::registers),
        C::Sub => one(Sub, alu::registers),
        C::Addi => one(Addi, alu::limbs),
        C::Addw => one(Addw, alu::registers),
        C::Subw => one(Subw, alu::registers),
        C::Addiw => one(Addiw, alu::limbs),
        C::AddTo => one(AddTo, alu::update),
        C::AddiTo => one(AddiTo, alu::update_limbs),
        C::And => one(And, alu::registers),
        C::Or => one(Or, alu::registers),
        C::Xor => one(Xor, alu::registers),
        C::BitwiseImm => by_flag(&[("and", Andi), ("or", Ori), ("xor", Xori)], alu::bytes),
        C::Slt => one(Slt, alu::registers).split(&less),
        C::Sltu => one(Sltu, alu::registers).split(&less),
        C::Slti => one(Slti, alu::limbs).split(&less),
        C::Sltiu => one(Sltiu, alu::limbs).split(&less),
        C::Sll => one(Sll, alu::registers).split(&register),
        C::Slli => one(Slli, alu::shift).split(&constant),
        C::Sr => right(0, alu::registers).split(&register),
        C::Sri => right(1, alu::shift).split(&constant),
        C::Sllw => one(Sllw, alu::registers).split(&register),
        C::Slliw => one(Slliw, alu::shift).split(&constant),
        C::Srw => right(2, alu::registers).split(&register),
        C::Sriw => right(3, alu::shift).split(&constant),
        C::Const => one(Const, jump::constant),
        C::Jal => one(Jal, jump::jal),
        C::Jalr => one(Jalr, jump::jalr),
        C::BranchEq => branch(Beq, Bne).opaque(),
        C::BranchLess => branch(Blt, Bge).split(&less),
        C::BranchLessUnsigned => branch(Bltu, Bgeu).split(&less),
        C::LoadDouble => one(Ld, memory::load),
        C::LoadWord => by_flag(&[("lw", Lw), ("lwu", Lwu)], memory::load),
        C::LoadSmall => by_flag(&[("lb", Lb), ("lbu", Lbu), ("lh", Lh), ("lhu", Lhu)], memory::load),
        C::StoreDouble => one(Sd, memory::store),
        C::StoreWord => one(Sw, memory::store),
        C::StoreSmall => by_flag(&[("sb", Sb), ("sh", Sh)], memory::store),
        C::MisalignedLoad => {
            let flags = [("lh", Lh), ("lhu", Lhu), ("lw", Lw), ("lwu", Lwu), ("ld", Ld)];
            by_flag(&flags, memory::misaligned_load).split(&[("cross", 1)])
        }
        C::MisalignedStore => {
            by_flag(&[("sh", Sh), ("sw", Sw), ("sd", Sd)], memory::misaligned_store).split(&[("cross", 1)])
        }
        C::Mul => one(Mul, arithmetic::multiply),
        C::Mulw => one(Mulw, arithmetic::multiply),
        C::MulHigh => {
            let flags = [("mulh", Mulh), ("mulhu", Mulhu), ("mulhsu", Mulhsu)];
            by_flag(&flags, arithmetic::multiply).split(&[("sign_a", 1), ("sign_b", 1)])
        }
        C::Div => divide([Div, Divu, Rem, Remu]),
        C::Divw => divide([Divw, Divuw, Remw, Remuw]),
        C::Exit => one(Ecall, ecall::exit),
        C::Halt => one(Ecall, ecall::halt),
        C::Write => one(Ecall, ecall::write),
    })
}

/// What a chip of memory proofs means; likewise.
pub fn memory_proof(chip: MemoryChip) -> Option<Spec> {
    use MemoryChip as C;
    match chip {
        C::Range | C::Bits | C::Image | C::Gap => None,
        C::Memory => {
            let kinds = [("image", Kind::Image), ("zero", Kind::Zero), ("input", Kind::Input)];
            Some(by_flag(&kinds, boundary::memory))
        }
    }
}
