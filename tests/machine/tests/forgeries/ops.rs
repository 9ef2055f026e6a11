//! Lies about what ops do.

use aver_exec::{Space, WordKind};
use aver_isa::Opcode;
use aver_isa::memory::{GUARD_START, INPUT_END, STACK_TOP};
use aver_isa::testing::{Asm, encode, reg};
use aver_machine::chips::memory::{INPUT_FIRST, INPUT_LAST};
use aver_machine_tests::forge::{Forge, Workshop};
use aver_machine_tests::liar::{self, Event, Lies};
use aver_machine_tests::{options, setup};
use aver_stark::field::{F, P, f};
use aver_verifier::Error;
use p3_field::PrimeCharacteristicRing;

use crate::relay::*;

#[test]
fn a_store_to_the_text() {
    let mut asm = Asm::new();
    asm.li(reg::T0, Asm::TEXT.into()).sd(0, reg::T0, 0).ld(reg::A0, reg::T0, 0).call(93);
    small(&asm, &[], Lies::default(), |shop, run| {
        let program = shop.setup.program();
        assert_eq!(run.exit_code, 0);
        // The word is text, which the store cannot name; or it is no text, but the image says so.
        refused(shop, &run, program, &["mem"]);
        let mut no_text = program.clone();
        no_text.text.clear();
        refused(shop, &run, &no_text, &["memory: image"]);
        // It starts as zero, in no gap.
        let lies = before(1, |s| _ = s.words.insert(Asm::TEXT / 8, 0));
        let run = liar::run(program, &[], lies);
        let mut forge = forged(shop, &run, &no_text);
        let row = forge.row(0, "memory", &[("addr", Asm::TEXT / 8)]);
        set_bounds(&mut forge, row, f(Asm::TEXT / 8), f(Asm::TEXT / 8 + 1));
        forge.is_refused_for(&["memory: gap"]);
    });
}

#[test]
fn an_access_outside_memory() {
    for address in [8, 0xFFF8, GUARD_START, STACK_TOP, INPUT_END, 0xFFFF_FFF8] {
        for store in [false, true].into_iter().take(if address == STACK_TOP { 2 } else { 1 }) {
            let mut asm = Asm::new();
            asm.li(reg::T0, address.into());
            if store {
                asm.sd(0, reg::T0, 0)
            } else {
                asm.ld(reg::A0, reg::T0, 0)
            };
            asm.exit(0);
            small(&asm, &[], Lies::default(), |shop, mut run| {
                let program = shop.setup.program();
                for kind in [WordKind::Zero, WordKind::Input, WordKind::Image] {
                    history(&mut run, Space::Memory, address / 8).kind = kind;
                    let mut forge = forged(shop, &run, program);
                    let row = forge.row(0, "memory", &[("addr", address / 8)]);
                    let refused = |forge: &Forge<'_>, fault: &str| {
                        if address < INPUT_END {
                            return forge.is_refused_for(&[fault]);
                        }
                        // Already its key is too large.
                        assert_eq!(forge.faults(), [fault]);
                        assert!(matches!(forge.verify(&forge.prove()), Err(Error::OutOfLimits { .. })));
                    };
                    if kind == WordKind::Image {
                        refused(&forge, "memory: image");
                        continue;
                    }
                    set_bounds(&mut forge, row, f(address / 8), f(address / 8 + 1));
                    refused(&forge, if kind == WordKind::Zero { "memory: gap" } else { "memory: memory/5" });
                    if kind == WordKind::Input {
                        set_bounds(&mut forge, row, f(INPUT_FIRST), f(INPUT_LAST));
                        refused(&forge, "memory: bits");
                    }
                }
            });
        }
    }
    // Above 2^32, where the base has limbs that a load does not look at; and below zero.
    let mut asm = Asm::new();
    asm.li(reg::T0, (1 << 32) + u64::from(Asm::DATA)).ld(reg::A0, reg::T0, 0).exit(0);
    let low = |e: &mut Event| e.address &= 0xFFFF_FFFF;
    let cycle = asm.words.len() as u64 - 4;
    small(&asm, &[], at(cycle, low), |shop, run| {
        refused(shop, &run, shop.setup.program(), &["mem"]);
    });
    let mut asm = Asm::new();
    asm.ld(reg::A0, 0, -8).exit(0);
    small(&asm, &[], at(0, |e| e.address &= 0xFFFF_FFFF), |shop, mut run| {
        history(&mut run, Space::Memory, 0xFFFF_FFF8 / 8).kind = WordKind::Zero;
        let mut forge = forged(shop, &run, shop.setup.program());
        forge.substitute(f(0xFFFF_FFF8 / 8), F::NEG_ONE);
        forge.header.memory[0].last = (1 << 29) - 1;
        best_order(&mut forge);
        let row = forge.row(0, "memory", &[("addr", P - 1)]);
        set_bounds(&mut forge, row, F::NEG_ONE, F::ZERO);
        forge.is_refused_for(&["memory: gap"]);
    });
}

/// An address that is a word of memory only modulo p, or with an offset that is no integer.
#[test]
fn an_address_modulo_p() {
    let mut asm = Asm::new();
    asm.li(reg::T0, u64::from(Asm::DATA) + u64::from(P)).ld(reg::A0, reg::T0, 0).call(93);
    let cycle = asm.words.len() as u64 - 3;
    small(&asm, &[7], at(cycle, |e| (e.address, e.rd) = (Asm::DATA.into(), 7)), |shop, run| {
        assert_eq!(run.exit_code, 7);
        let forge = forged(shop, &run, shop.setup.program());
        // (base + p) / 8 is the word modulo p: all that objects is that base / 8 has to be small.
        forge.is_refused_for(&["ld: range"]);
    });
}

#[test]
fn a_jump_to_where_no_instruction_starts() {
    // Into the middle of an atomic, past its load, by a jump and by a branch.
    for word in [encode::j(0, 4), encode::b(0, 0, 0, 4)] {
        let mut asm = Asm::new();
        asm.li(reg::T0, Asm::DATA.into()).word(word);
        let atomic = asm.pc();
        asm.word(encode::r(0x2f, 3, 0, reg::A0, reg::T0, reg::T0)).exit(0);
        small(&asm, &[], at(1, |e| e.next += 1), |shop, run| {
            let program = shop.setup.program();
            assert!(!program.ops[program.index_of(atomic).unwrap() as usize + 1].first);
            let is_jump = program.ops[1].opcode == Opcode::Jal;
            // The target is the table's; or the row says another.
            refused(shop, &run, program, &[if is_jump { "exec" } else { "branch_eq: branch_eq/3" }]);
            let mut other = program.clone();
            other.ops[1].target += 1;
            refused(shop, &run, &other, &[if is_jump { "jal: instr" } else { "branch_eq: instr" }]);
        });
    }
    // The same by address, and to other addresses that are none: between, behind, modulo p, above 2^32.
    let text = u64::from(Asm::TEXT);
    for (target, index) in [
        (text + 12, 4),
        (text + 2, 0),
        (text + 1, 1),
        (text - 4, 0),
        (text + 0x1000, 0),
        (text + u64::from(P), 0),
        (text + 4 + u64::from(P), 1),
        (text + 2 * u64::from(P), 0),
        (0x1_0000_0000 + text, 0),
        (4 * u64::from(P) + text, 0),
    ] {
        let mut asm = Asm::new();
        // ops 2 to 5 are the atomic
        asm.addi(0, 0, 0).addi(0, 0, 0).word(encode::r(0x2f, 3, 0, reg::A0, reg::T1, reg::T0)).exit(0);
        let entry = asm.pc();
        asm.li(reg::T1, Asm::DATA.into()).li(reg::T0, target).jalr(0, reg::T0, 0);
        let elf = aver_isa::testing::ElfBuilder {
            entry: entry.into(),
            segments: vec![
                aver_isa::testing::SegmentBytes::text(Asm::TEXT, asm.bytes()),
                aver_isa::testing::SegmentBytes::data(Asm::DATA, Vec::new(), 64),
            ],
            ..Default::default()
        };
        let shop = Workshop::new(setup(&elf.build(), options(10, None)));
        let program = shop.setup.program();
        let op = Box::new(|e: &mut Event| {
            if e.op.opcode == Opcode::Jalr {
                e.next = index;
            }
        });
        let run = liar::run(program, &[], Lies { op, max_ops: 100, ..Lies::default() });
        let mut forge = forged(&shop, &run, program);
        if (1 << 31..1 << 32).contains(&(target + (1 << 24))) {
            // (target + p) / 4 is target / 4 modulo p: all that objects is that a quarter has to be small.
            forge.set(1, "jalr", 0, "bit", F::ZERO);
            forge.settle();
            forge.is_refused_for(&["jalr: range"]);
            continue;
        }
        let faults = forge.faults();
        assert!(!faults.is_empty(), "{target:#x}");
        assert!(faults.iter().all(|f| f.starts_with("jalr: ") || f == "mem"), "{target:#x}: {faults:?}");
        let error = forge.verify(&forge.prove()).unwrap_err();
        assert!(matches!(error, Error::Proof { .. }), "{error}");
    }
}

#[test]
fn x0_written() {
    let mut asm = Asm::new();
    asm.lui(reg::A7, 0).addi(reg::A7, reg::A7, 93).addi(0, 0, 5).addi(reg::A0, 0, 0).ecall();
    // The op writes register 0 rather than the sink.
    small(&asm, &[], Lies::default(), |shop, _| {
        let mut program = shop.setup.program().clone();
        program.ops[2].rd = 0;
        let run = liar::run(&program, &[], Lies::default());
        assert_eq!(run.exit_code, 5);
        refused(shop, &run, &program, &["addi: instr"]);
    });
    // Register 0 starts as something else: as a word of the image, as zero that is not zero.
    small(&asm, &[], before(1, |s| s.registers[0] = 3), |shop, mut run| {
        assert_eq!(run.exit_code, 3);
        refused(shop, &run, shop.setup.program(), &["memory: image"]);
        history(&mut run, Space::Register, 0).kind = WordKind::Zero;
        refused(shop, &run, shop.setup.program(), &["memory: memory/4"]);
    });
}

/// Rows that count less than nothing, or twice; and rows in what should be padding.
#[test]
fn rows_with_other_weights() {
    let shop = relay_shop(true);
    for weight in [F::NEG_ONE, F::TWO] {
        let mut forge = relay_forge(&shop, 5);
        forge.set(2, "addi_to", 0, "is_real", weight);
        forge.settle();
        let faults = forge.faults();
        assert!(faults.contains(&"addi_to: cpu/flag".to_string()), "{faults:?}");
        forge.verify(&forge.prove()).unwrap_err();
    }
    // An op, and its opposite, which cancel; the first at least would be a row.
    let mut forge = relay_forge(&shop, 5);
    let table = forge.table(2, "addi_to");
    let (rows, width) = (table.rows, table.witness.len());
    assert!(rows + 2 <= table.witness[0].len());
    for row in [rows, rows + 1] {
        for column in 0..width {
            table.witness[column][row] = table.witness[column][0];
        }
    }
    table.rows += 2;
    forge.set(2, "addi_to", rows + 1, "is_real", F::NEG_ONE);
    forge.settle();
    forge.is_refused_for(&["addi_to: cpu/flag"]);
    // Padding that comes to life.
    let mut forge = relay_forge(&shop, 5);
    let table = forge.table(2, "addi_to");
    let rows = table.rows;
    table.witness.iter_mut().for_each(|column| column[rows] = column[0]);
    forge.settle();
    forge.is_refused_for(&["exec", "mem"]);
    // Lookups that were not made, made up for by others.
    let mut forge = relay_forge(&shop, 5);
    let counts = &mut forge.parts[1].tables[aver_machine::ShardChip::Range as usize].witness[0];
    counts[3] += F::ONE;
    counts[4] -= F::ONE;
    let error = forge.verify(&forge.prove()).unwrap_err();
    assert!(matches!(error, Error::Proof { .. }), "{error}");
}
