//! Fills the tables of the machine's chips from recorded executions; mirrors `aver-machine`.
//!
//! A filler sets the columns of a row ([`rows::RowMut`]); lookups are counted by the chip's own `eval`
//! ([`counts`]), and become the columns of the lookup tables.
#![warn(missing_docs)]

pub mod chips;
pub mod counts;
mod monty;
pub mod rows;
pub mod steps;

use aver_exec::{EcallStep, ShardPlan, ShardTrace, WordHistory};
use aver_isa::{Opcode, Program};
use aver_machine::ShardChip;
use aver_machine::chips::add_sub::AddSub;
use aver_machine::chips::bitwise::Bitwise;
use aver_machine::chips::branch::BranchLess;
use aver_machine::chips::compare::Compare;
use aver_machine::chips::jump::Constant;
use aver_machine::chips::shift::Shift;
use aver_machine::chips::tables::{gaps, image};
use aver_machine::machine::{MemoryChip, chip_of};
use aver_machine::public::{MemoryPublics, ShardPublics};
use aver_stark::layout::System;
use aver_stark_prover::arena::{Arena, Buffer};
use aver_stark_prover::table::Table;

pub use chips::memory::key_of as memory_key;
use rows::Filler;
use steps::Steps;

/// The tables of a coprocessor's chips.
pub trait CoprocessorTables: Send + Sync {
    /// Its call number.
    fn call(&self) -> u32;
    /// The tables of its chips, in their order, for its calls in a shard.
    fn fill(&self, filler: &Filler<'_>, program: &Program, calls: &[&EcallStep]) -> Vec<Table>;
}

/// Where columns come from, and how long they must be.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    /// Kept memory.
    pub arena: &'a Arena,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
}

fn empty(system: &System) -> Vec<Table> {
    let table = |widths: [usize; 3]| {
        let [_, boundary, witness] = widths.map(|n| vec![Buffer::default(); n]);
        Table { boundary, witness, ..Table::default() }
    };
    system.described.iter().map(|d| table(d.widths)).collect()
}

/// The tables of a shard's proof, in the order of `system` (the machine's shard chips); fixed columns are
/// left out. `coprocessors` are those of the machine, in its order.
pub fn shard_tables(
    system: &System,
    program: &Program,
    plan: &ShardPlan,
    trace: &ShardTrace,
    publics: &ShardPublics,
    coprocessors: &[&dyn CoprocessorTables],
    memory: Memory<'_>,
) -> Vec<Table> {
    let filler = Filler::new(memory.arena, memory.log_chunk, program.ops.len(), publics.values());
    let filler = &filler;
    let mut tables = empty(system);
    tables.truncate(ShardChip::COUNT);
    for &chip in &ShardChip::ALL[ShardChip::Boundary as usize..] {
        tables[chip as usize] = shard_table(chip, filler, program, plan, trace);
    }
    for coprocessor in coprocessors {
        let kind = aver_exec::CallKind::Coprocessor(coprocessor.call());
        let calls = chips::ecall::of_kind(&trace.ecalls, kind);
        tables.extend(coprocessor.fill(filler, program, &calls));
    }
    let counts = filler.counts();
    let targets: Vec<u32> = program.targets().map(|(_, index)| counts.target[index as usize]).collect();
    let mut set =
        |chip: ShardChip, columns: &[&[u32]]| tables[chip as usize] = filler.table_of_counts(columns);
    set(ShardChip::Program, &[&counts.instr]);
    set(ShardChip::Target, &[&targets]);
    set(ShardChip::Range, &[&counts.range, &counts.bits16]);
    set(ShardChip::Bytes, &[&counts.bytes, &counts.and]);
    set(ShardChip::Bits, &[&counts.bits[..(1 << 16) - 1]]);
    tables
}

fn shard_table(
    chip: ShardChip,
    filler: &Filler<'_>,
    program: &Program,
    plan: &ShardPlan,
    trace: &ShardTrace,
) -> Table {
    use ShardChip as C;
    let opcodes: Vec<Opcode> = Opcode::ALL.into_iter().filter(|&o| chip_of(o) == Some(chip)).collect();
    let steps = &Steps::new(program, &trace.steps, &opcodes);
    let of = |opcodes: &[Opcode]| Steps::new(program, &trace.steps, opcodes);
    let misaligned = |opcodes: &[Opcode]| Steps::new(program, &trace.misaligned, opcodes);
    let shift = |right, immediate| (Shift::<4> { right, immediate }, Shift::<2> { right, immediate });
    match chip {
        C::Program | C::Target | C::Range | C::Bytes | C::Bits => Table::default(),
        C::Boundary => chips::boundary::fill(filler, program, plan, Some(&trace.finals)),
        C::Touch => chips::touch::fill(filler, &trace.touches),
        C::Add => chips::add_sub::fill(&AddSub::ADD, filler, steps),
        C::Sub => chips::add_sub::fill(&AddSub::SUB, filler, steps),
        C::Addi => chips::add_sub::fill(&AddSub::ADDI, filler, steps),
        C::Addw => chips::add_sub::fill(&AddSub::ADDW, filler, steps),
        C::Subw => chips::add_sub::fill(&AddSub::SUBW, filler, steps),
        C::Addiw => chips::add_sub::fill(&AddSub::ADDIW, filler, steps),
        C::AddTo => chips::add_sub::fill(&AddSub::ADD_TO, filler, steps),
        C::AddiTo => chips::add_sub::fill(&AddSub::ADDI_TO, filler, steps),
        C::And => chips::bitwise::fill(&Bitwise::AND, filler, steps),
        C::Or => chips::bitwise::fill(&Bitwise::OR, filler, steps),
        C::Xor => chips::bitwise::fill(&Bitwise::XOR, filler, steps),
        C::BitwiseImm => chips::bitwise_imm::fill(filler, &of(&[Opcode::Andi, Opcode::Ori, Opcode::Xori])),
        C::Slt => chips::compare::fill(&Compare::SLT, filler, steps),
        C::Sltu => chips::compare::fill(&Compare::SLTU, filler, steps),
        C::Slti => chips::compare::fill(&Compare::SLTI, filler, steps),
        C::Sltiu => chips::compare::fill(&Compare::SLTIU, filler, steps),
        C::Sll => chips::shift::fill(&shift(false, false).0, filler, steps),
        C::Slli => chips::shift::fill(&shift(false, true).0, filler, steps),
        C::Sr => chips::shift::fill(&shift(true, false).0, filler, &of(&[Opcode::Srl, Opcode::Sra])),
        C::Sri => chips::shift::fill(&shift(true, true).0, filler, &of(&[Opcode::Srli, Opcode::Srai])),
        C::Sllw => chips::shift::fill(&shift(false, false).1, filler, steps),
        C::Slliw => chips::shift::fill(&shift(false, true).1, filler, steps),
        C::Srw => chips::shift::fill(&shift(true, false).1, filler, &of(&[Opcode::Srlw, Opcode::Sraw])),
        C::Sriw => chips::shift::fill(&shift(true, true).1, filler, &of(&[Opcode::Srliw, Opcode::Sraiw])),
        C::Const => chips::jump::fill(&Constant::CONST, filler, steps),
        C::Jal => chips::jump::fill(&Constant::JAL, filler, steps),
        C::Jalr => chips::jump::fill_jalr(filler, steps),
        C::BranchEq => chips::branch::fill_eq(filler, &of(&[Opcode::Beq, Opcode::Bne])),
        C::BranchLess => {
            chips::branch::fill_less(&BranchLess { signed: true }, filler, &of(&[Opcode::Blt, Opcode::Bge]))
        }
        C::BranchLessUnsigned => chips::branch::fill_less(
            &BranchLess { signed: false },
            filler,
            &of(&[Opcode::Bltu, Opcode::Bgeu]),
        ),
        C::LoadDouble => chips::load::fill_double(filler, program, steps),
        C::LoadWord => chips::load::fill_word(filler, program, &of(&[Opcode::Lw, Opcode::Lwu])),
        C::LoadSmall => {
            let opcodes = [Opcode::Lb, Opcode::Lbu, Opcode::Lh, Opcode::Lhu];
            chips::load::fill_small(filler, program, &of(&opcodes))
        }
        C::StoreDouble => chips::store::fill_double(filler, steps),
        C::StoreWord => chips::store::fill_word(filler, steps),
        C::StoreSmall => chips::store::fill_small(filler, &of(&[Opcode::Sb, Opcode::Sh])),
        C::MisalignedLoad => {
            let opcodes = [Opcode::Lh, Opcode::Lhu, Opcode::Lw, Opcode::Lwu, Opcode::Ld];
            chips::misaligned_load::fill(filler, program, &misaligned(&opcodes))
        }
        C::MisalignedStore => {
            chips::misaligned_store::fill(filler, &misaligned(&[Opcode::Sh, Opcode::Sw, Opcode::Sd]))
        }
        C::Mul => chips::mul::fill::<4>(filler, steps),
        C::Mulw => chips::mul::fill::<2>(filler, steps),
        C::MulHigh => chips::mul::fill_high(filler, &of(&[Opcode::Mulh, Opcode::Mulhu, Opcode::Mulhsu])),
        C::Div => chips::div::fill::<4>(filler, &of(&[Opcode::Div, Opcode::Divu, Opcode::Rem, Opcode::Remu])),
        C::Divw => {
            chips::div::fill::<2>(filler, &of(&[Opcode::Divw, Opcode::Divuw, Opcode::Remw, Opcode::Remuw]))
        }
        C::Exit => chips::ecall::fill_exit(filler, &trace.ecalls),
        C::Halt => chips::ecall::fill_halt(filler, program, &trace.ecalls),
        C::Write => chips::ecall::fill_write(filler, &trace.ecalls),
    }
}

/// Pass 1: the boundary columns of a shard; all other tables are empty.
pub fn shard_boundary_tables(
    system: &System,
    program: &Program,
    plan: &ShardPlan,
    memory: Memory<'_>,
) -> Vec<Table> {
    let filler = Filler::new(memory.arena, memory.log_chunk, 0, Vec::new());
    let mut tables = empty(system);
    tables[ShardChip::Boundary as usize] = chips::boundary::fill(&filler, program, plan, None);
    tables
}

/// Pass 1: the boundary columns of a part of the memory table; all other tables are empty.
pub fn memory_boundary_tables(
    system: &System,
    program: &Program,
    words: &[WordHistory],
    memory: Memory<'_>,
) -> Vec<Table> {
    let filler = Filler::new(memory.arena, memory.log_chunk, 0, Vec::new());
    let mut tables = empty(system);
    tables[MemoryChip::Memory as usize] = chips::memory::fill(&filler, program, &[], words, None, true);
    tables
}

/// The tables of a memory proof of `words`, a part of the run's, in the order of `system` (the machine's
/// memory chips); fixed columns are left out.
pub fn memory_tables(
    system: &System,
    program: &Program,
    words: &[WordHistory],
    publics: &MemoryPublics,
    memory: Memory<'_>,
) -> Vec<Table> {
    let filler = Filler::new(memory.arena, memory.log_chunk, 0, publics.values());
    let image = image(program);
    let gaps = gaps(program, &image);
    let mut tables = empty(system);
    tables[MemoryChip::Memory as usize] =
        chips::memory::fill(&filler, program, &gaps, words, publics.before, false);
    let counts = filler.counts();
    let (mut of_image, mut of_gaps) = (vec![0; image.len()], vec![0; gaps.len()]);
    for &word in &counts.image {
        if let Ok(at) = image.binary_search_by_key(&word, |w| (w.memory, w.addr)) {
            of_image[at] += 1;
        }
    }
    for &gap in &counts.gaps {
        if let Ok(at) = gaps.binary_search_by_key(&gap, |g| (g.memory, g.lo)) {
            of_gaps[at] += 1;
        }
    }
    let mut set =
        |chip: MemoryChip, columns: &[&[u32]]| tables[chip as usize] = filler.table_of_counts(columns);
    set(MemoryChip::Range, &[&counts.range, &counts.bits16]);
    set(MemoryChip::Bits, &[&counts.bits[..(1 << 16) - 1]]);
    set(MemoryChip::Image, &[&of_image]);
    set(MemoryChip::Gap, &[&of_gaps]);
    tables
}
