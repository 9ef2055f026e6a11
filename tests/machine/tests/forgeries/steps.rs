//! One step of a run that is another: branches the other way, other instruction words, other values in memory.

use aver_isa::testing::{Asm, encode, reg};
use aver_isa::{Format, Op, Opcode, Program};
use aver_machine_tests::forge::Workshop;
use aver_machine_tests::liar::{self, Event, Lies, Run};
use aver_machine_tests::{options, setup};

use crate::relay::*;

fn faults(shop: &Workshop, run: &Run, program: &Program) -> Vec<String> {
    forged(shop, run, program).faults()
}

/// Every branch on operands that are less, equal and more, signed and not: taken where it is not, and not taken
/// where it is.
#[test]
fn branches_the_other_way() {
    let mut asm = Asm::new();
    for (a, b) in [(1, 2), (2, 2), (2, 1), (u64::MAX, 1), (1, u64::MAX), (1 << 32, 1 << 16)] {
        asm.li(reg::T0, a).li(reg::T1, b);
        for funct3 in [0, 1, 4, 5, 6, 7] {
            asm.word(encode::b(funct3, reg::T0, reg::T1, 8)).addi(reg::A0, reg::A0, 1);
        }
    }
    asm.call(93);
    let shop = Workshop::new(setup(&asm.elf(&[], 0), options(10, None)));
    let program = shop.setup.program();
    let mut branches = Vec::new();
    let op = Box::new(|e: &mut Event| {
        if e.op.opcode.format() == Format::Branch {
            branches.push((e.cycle, e.op.opcode));
        }
    });
    let honest = liar::run(program, &[], Lies { op, ..Lies::default() });
    assert_eq!((faults(&shop, &honest, program), branches.len()), (Vec::new(), 36));
    for (cycle, opcode) in branches {
        let other = |e: &mut Event| e.next = if e.next == e.op.target { e.index + 1 } else { e.op.target };
        let run = liar::run(program, &[], at(cycle, other));
        assert_ne!(run.exit_code, honest.exit_code);
        let rule = match opcode {
            Opcode::Beq | Opcode::Bne => "branch_eq: branch_eq/3",
            Opcode::Blt | Opcode::Bge => "branch_less: branch_less/1",
            _ => "branch_less_unsigned: branch_less/1",
        };
        assert_eq!(faults(&shop, &run, program), [rule], "{opcode}");
    }
}

/// Each field of each instruction that the run executes, changed: only the program table objects.
#[test]
fn other_instruction_words() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    let executed = program.ops.len() - 1;
    let mut lies = 0;
    for index in 0..executed {
        let op = program.ops[index];
        let (mut others, format) = (Vec::new(), op.opcode.format());
        if op.opcode.writes_rd() {
            others.push(Op { rd: if op.rd == 5 { 6 } else { 5 }, ..op });
        }
        if op.opcode.reads_rs1() {
            others.push(Op { rs1: if op.rs1 == 9 { 5 } else { 9 }, ..op });
        }
        if op.opcode.reads_rs2() {
            others.push(Op { rs2: if op.rs2 == 9 { 5 } else { 9 }, ..op });
        }
        match format {
            Format::Branch => others.push(Op { target: op.target + 1, ..op }),
            Format::Ecall => {}
            _ => others.push(Op { imm: op.imm + 8, ..op }),
        }
        let opcode = match op.opcode {
            Opcode::Addi => Opcode::Xori,
            Opcode::AddiTo => Opcode::Addi,
            Opcode::Ld => Opcode::Lwu,
            Opcode::Sd => Opcode::Sw,
            Opcode::Bne => Opcode::Beq,
            other => other,
        };
        if opcode != op.opcode {
            others.push(Op { opcode, ..op });
        }
        for other in others {
            let mut changed = program.clone();
            changed.ops[index] = other;
            let run = liar::run(&changed, &input(5), Lies { max_ops: 150, ..Lies::default() });
            let found = faults(&shop, &run, &changed);
            assert!(found.iter().any(|f| f.ends_with(": instr")), "{index} {op:?} → {other:?}: {found:?}");
            lies += 1;
        }
    }
    assert!(lies > 30, "{lies}");
}

/// A load that gives, and a store that leaves, something else.
#[test]
fn other_values_in_memory() {
    let shop = relay_shop(true);
    let program = shop.setup.program();
    let honest = relay_run(&shop, 5, Lies::default());
    let cycles: u64 = honest.shards.iter().map(|s| s.0.ops).sum();
    let mut lies = 0;
    for cycle in 0..cycles {
        for change in [|v: u64| v ^ 1, |v: u64| v ^ 1 << 63, |v: u64| v.wrapping_add(1 << 16)] {
            let mut told = false;
            let lie = |e: &mut Event| {
                told = true;
                match e.op.opcode.format() {
                    Format::Load => e.rd = change(e.rd),
                    Format::Store => e.stored[0] = change(e.stored[0]),
                    _ => told = false,
                }
            };
            // A counter that has become large would take for ever.
            let run =
                liar::run(program, &input(5), Lies { max_ops: 200, cut: Box::new(cuts), ..at(cycle, lie) });
            if told {
                assert!(!faults(&shop, &run, program).is_empty(), "cycle {cycle}");
                lies += 1;
            }
        }
    }
    assert!(lies > 80, "{lies}");
}
