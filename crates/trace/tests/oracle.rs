//! Honest executions satisfy every constraint, and every bus balances.

mod common;

use aver_isa::testing::{Asm, Rng, random_program, reg};
use aver_isa::{Format, Op, Opcode, SINK, calls, memory};
use common::{EDGES, Traced, load, program};

/// Every register op on all pairs of edge values, with aliasing registers.
#[test]
fn register_ops_on_edges() {
    let opcodes =
        || Opcode::ALL.into_iter().filter(|o| matches!(o.format(), Format::Register | Format::Update));
    let mut ops = Vec::new();
    for a in 0..EDGES.len() {
        for b in 0..EDGES.len() {
            for opcode in opcodes() {
                // rd: another, the sink, rs1, rs2; rs1 = rs2; all the same
                let (rd, rs1, rs2) = match (a + 3 * b + opcode as usize) % 8 {
                    0 => (SINK, 5, 6),
                    1 => (5, 5, 6),
                    2 => (6, 5, 6),
                    3 => (7, 5, 5),
                    4 => (5, 5, 5),
                    5 => (7, 5, 0),
                    _ => (7, 5, 6),
                };
                let (rd, rs1) = if opcode.updates_rd() { (rs1, 0) } else { (rd, rs1) };
                ops.extend([load(5, a), load(6, b), Op { opcode, rd, rs1, rs2, ..Op::default() }]);
            }
        }
    }
    Traced::of(program(ops, &EDGES), &[], 1 << 20).check();
}

/// Every immediate op on all edge values and edge immediates; branches both ways.
#[test]
fn immediate_ops_and_branches_on_edges() {
    let mut ops = Vec::new();
    for a in 0..EDGES.len() {
        for opcode in Opcode::ALL {
            use Opcode::*;
            let immediates: Vec<i64> = match (opcode, opcode.format()) {
                (Slli | Srli | Srai, _) => (0..64).step_by(5).chain([1, 16, 31, 32, 48, 63]).collect(),
                (Slliw | Srliw | Sraiw, _) => (0..32).step_by(5).chain([1, 16, 31]).collect(),
                (_, Format::Immediate | Format::UpdateImmediate) => {
                    vec![0, 1, -1, 2047, -2048, 0x7F, 0x80, 0xFF, 0x100, -256]
                }
                _ => Vec::new(),
            };
            for imm in immediates {
                let rd = if imm % 3 == 0 || opcode.updates_rd() { 5 } else { 7 };
                let rs1 = if opcode.reads_rs1() { 5 } else { 0 };
                ops.extend([load(5, a), Op { opcode, rd, rs1, imm, ..Op::default() }]);
            }
        }
        for b in 0..EDGES.len() {
            for opcode in Opcode::ALL.into_iter().filter(|o| o.format() == Format::Branch) {
                ops.extend([load(5, a), load(6, b)]);
                let target = ops.len() as u32 + 3; // over the next op; one stands before
                let rs2 = if a == b { 5 } else { 6 };
                ops.push(Op { opcode, rs1: 5, rs2, target, ..Op::default() });
                ops.push(Op { opcode: Opcode::Addi, rd: 7, rs1: 7, imm: 1, ..Op::default() });
            }
        }
    }
    Traced::of(program(ops, &EDGES), &[], 1 << 20).check();
}

/// Loads and stores of every size at every offset and on edge values, words crossed included.
#[test]
fn memory_ops_on_edges() {
    let mut ops = Vec::new();
    for a in 0..EDGES.len() - 2 {
        for opcode in Opcode::ALL.into_iter().filter(|o| matches!(o.format(), Format::Load | Format::Store)) {
            for offset in 0..8 {
                let imm = 8 * a as i64 + offset;
                let mut op = Op { opcode, rs1: 8, imm, ..Op::default() };
                match opcode.format() {
                    Format::Load => op.rd = if offset == 3 { 8 } else { 7 },
                    _ => op.rs2 = if offset == 3 { 8 } else { 5 },
                }
                ops.extend([load(5, (a + 5) % EDGES.len()), op]);
                if op.rd == 8 {
                    ops.push(Op { opcode: Opcode::Const, rd: 8, imm: Asm::DATA.into(), ..Op::default() });
                }
            }
        }
    }
    Traced::of(program(ops, &EDGES), &[], 1 << 20).check();
}

/// Random programs: all else, and shards of many sizes.
#[test]
fn random_programs() {
    let mut rows = std::collections::BTreeMap::new();
    for seed in 0..8 {
        let program = random_program(seed, 600);
        let traced = Traced::new(&program.elf, &[], if seed == 0 { 700 } else { 20_000 });
        traced.check();
        for opcode in Opcode::ALL {
            let counts = &traced.run.counts;
            *rows.entry(opcode).or_insert(0) += counts.of(opcode) + counts.misaligned[opcode as usize];
        }
    }
    rows.remove(&Opcode::Illegal);
    let missing: Vec<_> = rows.iter().filter(|r| *r.1 == 0).map(|r| r.0.name()).collect();
    assert!(missing.is_empty(), "no random program has {missing:?}");
}

/// Input, stack, heap, text and data; a halt with a digest, a write; indirect jumps.
#[test]
fn regions_and_calls() {
    let digest: [u8; 32] = core::array::from_fn(|i| (7 * i + 1) as u8);
    for digest_in_text in [false, true] {
        let mut asm = Asm::new();
        let start = asm.pc();
        asm.li(reg::T0, memory::INPUT_BASE.into()).ld(reg::T1, reg::T0, 0).ld(reg::T2, reg::T0, 8);
        asm.sd(reg::T1, reg::T0, 16).ld(reg::T1, reg::T0, 1 << 10);
        asm.ld(reg::T1, reg::T0, 21); // crosses
        asm.addi(reg::SP, reg::SP, -64).sd(reg::T1, reg::SP, 0).ld(reg::T2, reg::SP, 5);
        asm.li(reg::S0, 0x5000_0000).sd(reg::T2, reg::S0, 3).lbu(reg::T2, reg::S0, 9);
        asm.li(reg::S1, u64::from(start)).ld(reg::T2, reg::S1, 0).ld(reg::T2, reg::S1, 3).lbu(
            reg::T2,
            reg::S1,
            2,
        );
        asm.auipc(reg::RA, 0).jalr(reg::RA, reg::RA, 9); // to the next, bit 0 set
        asm.write(1, Asm::DATA, 8);
        if asm.pc().is_multiple_of(8) {
            asm.addi(0, 0, 0);
        }
        asm.jal(reg::RA, 4 + 32);
        let in_text = asm.pc();
        for word in digest.chunks(4) {
            asm.word(u32::from_le_bytes(word.try_into().unwrap()));
        }
        asm.li(reg::A0, 3);
        let pointer = if digest_in_text { in_text } else { Asm::DATA };
        asm.li(reg::A1, pointer.into()).call(calls::HALT);
        let traced = Traced::new(&asm.elf(&digest, 64), b"some input of a few words", 1 << 20);
        assert_eq!(traced.run.exit_code, 3);
        traced.check();
        // and in shards of one op
        if !digest_in_text {
            let small = Traced::new(&asm.elf(&digest, 64), b"some input of a few words", 4);
            assert!(
                small.run.shards.len() > 5,
                "{} shards, {} ops",
                small.run.shards.len(),
                small.run.cycles
            );
            small.check();
        }
    }
}

/// The same run gives the same tables, whatever the threads do.
#[test]
fn deterministic() {
    let program = random_program(Rng(3).u64(), 3000);
    let traced = Traced::new(&program.elf, &[], 1 << 20);
    let plan = &traced.run.shards[0];
    let (a, b) = (traced.shard(plan), traced.shard(plan));
    assert!(a.iter().zip(&b).all(|(a, b)| a.witness == b.witness && a.boundary == b.boundary));
}
