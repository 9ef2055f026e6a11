//! Fixed tables have exactly the rows their buses stand for, padding included: each answer is true, and
//! each that is true and wanted is there.

use std::collections::BTreeSet;

use aver_isa::memory::{GUARD_END, GUARD_START, NULL_END, STACK_TOP};
use aver_isa::testing::{Asm, reg};
use aver_isa::{Opcode, Program};
use aver_machine::buses::{self, AND, BITS, BYTES, GAP, IMAGE, INSTR, RANGE, TARGET};
use aver_machine::chips::program::{NOWHERE, encode};
use aver_machine::{Machine, ShardChip};
use aver_stark::air::Bus;
use aver_stark::field::F;
use aver_stark::layout::System;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// A program whose text has words that are zero: they are text as well.
fn machine() -> (Program, Machine) {
    let mut asm = Asm::new();
    asm.li(reg::T0, Asm::DATA.into()).ld(reg::A0, reg::T0, 8).exit(0);
    (0..9).for_each(|_| _ = asm.word(0));
    asm.addi(reg::T0, reg::T0, 1);
    let program =
        Program::from_elf(&asm.elf(&[1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4], 64)).unwrap();
    let machine = Machine::new(&program, Vec::new()).unwrap();
    (program, machine)
}

/// All answers on a bus, those of a padding row among them.
fn answers(system: &System, fixed: &[Vec<Vec<F>>], bus: Bus) -> BTreeSet<Vec<u32>> {
    let mut out = BTreeSet::new();
    for (chip, columns) in system.described.iter().zip(fixed).filter(|(_, columns)| !columns.is_empty()) {
        assert!(columns.iter().all(|column| column.len() == columns[0].len()), "{}", chip.name);
        for interaction in chip.description.interactions.iter().filter(|i| i.bus == bus) {
            for row in 0..=columns[0].len() {
                let cell = |i: usize| columns[i].get(row).copied().unwrap_or(F::ZERO);
                let value = |v: &aver_stark::symbolic::Affine| {
                    (v.constant + v.columns.iter().map(|&(i, c)| cell(i) * c).sum::<F>()).as_canonical_u32()
                };
                out.insert(interaction.values.iter().map(value).collect());
            }
        }
    }
    out
}

#[test]
fn integers() {
    let (_, machine) = machine();
    for (system, fixed) in [(&machine.shard, &machine.shard_fixed), (&machine.memory, &machine.memory_fixed)]
    {
        let range: BTreeSet<_> = (0..1 << 16).map(|v| vec![v]).collect();
        assert_eq!(answers(system, fixed, RANGE), range);
        let bits: BTreeSet<_> = (0..=16).flat_map(|n| (0..1 << n).map(move |x| vec![n, 1 << n, x])).collect();
        assert_eq!(answers(system, fixed, BITS), bits);
    }
}

#[test]
fn bytes() {
    let (_, machine) = machine();
    let pairs = || (0..256).flat_map(|a| (0..256).map(move |b| (a, b)));
    let bytes = answers(&machine.shard, &machine.shard_fixed, BYTES);
    assert_eq!(bytes, pairs().map(|(a, b)| vec![a, b]).collect());
    let and = answers(&machine.shard, &machine.shard_fixed, AND);
    assert_eq!(and, pairs().map(|(a, b)| vec![a, b, a & b]).collect());
}

/// The program table says what the program's ops are; padding says op 0 is illegal.
#[test]
fn program() {
    let (program, machine) = machine();
    let mut expected: BTreeSet<Vec<u32>> = BTreeSet::from([vec![0; 8]]);
    for (index, op) in program.ops.iter().enumerate() {
        expected.insert(encode(index as u32, op).iter().map(|v| v.as_canonical_u32()).collect());
    }
    assert_eq!(answers(&machine.shard, &machine.shard_fixed, INSTR), expected);
    assert_eq!(Opcode::Illegal as u32, 0);
    let rows = &machine.shard_fixed[ShardChip::Program as usize];
    let indices: Vec<u32> = rows[0].iter().map(|v| v.as_canonical_u32()).collect();
    assert_eq!(indices, (0..program.ops.len() as u32).collect::<Vec<_>>());
}

/// A jump reaches the first ops of instructions, at their addresses, and nothing else.
#[test]
fn targets() {
    let (program, machine) = machine();
    let firsts = program.ops.iter().enumerate().filter(|(_, op)| op.first && op.opcode != Opcode::Illegal);
    let real: BTreeSet<_> = firsts.map(|(index, op)| vec![op.pc / 4, index as u32]).collect();
    let mut found = answers(&machine.shard, &machine.shard_fixed, TARGET);
    assert!(found.remove(&vec![0, NOWHERE]), "padding leads nowhere");
    assert!(real.is_subset(&found));
    for target in &found {
        let op = program.ops[target[1] as usize];
        assert!(op.first && op.pc == 4 * target[0], "{target:?}");
    }
    assert!(NOWHERE as usize > program.ops.len());
}

/// Every word of memory outside the guards and the input, and every register, starts as the program has it:
/// by exactly one row of image or gap.
#[test]
fn first_values() {
    let (program, machine) = machine();
    let mut image = answers(&machine.memory, &machine.memory_fixed, IMAGE);
    let mut gaps = answers(&machine.memory, &machine.memory_fixed, GAP);
    assert!(
        image.remove(&vec![0; 6]) && gaps.remove(&vec![0; 3]),
        "padding: register 0 is zero; an empty gap"
    );
    let is_text = |word: u32| {
        program.text.iter().any(|t| (8 * word..8 * word + 8).any(|at| (t.start..t.end).contains(&at)))
    };
    let words: std::collections::BTreeMap<u32, u64> = program.image.iter().copied().collect();
    for row in &image {
        let value = (0..4).rev().fold(0u64, |value, i| value << 16 | u64::from(row[2 + i]));
        assert!(value != 0 && row[2..].iter().all(|limb| *limb < 1 << 16));
        match row[0] {
            buses::REGISTERS => assert_eq!((row[1], value), (2, u64::from(STACK_TOP))),
            space => {
                assert_eq!(words.get(&row[1]), Some(&value));
                assert_eq!(space, if is_text(row[1]) { buses::TEXT } else { buses::MEMORY });
            }
        }
    }
    // Register or memory, from, to, space.
    let mut pieces: Vec<(bool, u32, u32, u32)> =
        image.iter().map(|row| (row[0] != buses::REGISTERS, row[1], row[1] + 1, row[0])).collect();
    pieces.extend(gaps.iter().map(|gap| (gap[0] != buses::REGISTERS, gap[1], gap[2], gap[0])));
    pieces.sort_unstable();
    assert!(pieces.windows(2).all(|p| p[0].0 != p[1].0 || p[0].2 <= p[1].1), "no word starts twice");
    let covered =
        |memory: bool| -> u64 { pieces.iter().filter(|p| p.0 == memory).map(|p| u64::from(p.2 - p.1)).sum() };
    let all = u64::from(GUARD_START - NULL_END) + u64::from(STACK_TOP - GUARD_END);
    assert_eq!((covered(false), covered(true)), (aver_isa::REGISTERS as u64, all / 8));
    assert!(gaps.iter().any(|gap| gap[0] == buses::TEXT), "the text has words that are zero");
    for &(_, from, to, space) in pieces.iter().filter(|p| p.0) {
        assert!(8 * from >= NULL_END && 8 * to <= STACK_TOP);
        assert!(8 * to <= GUARD_START || 8 * from >= GUARD_END);
        let ends = [from, to - 1, from + (to - from) / 2];
        assert!(ends.iter().all(|&word| is_text(word) == (space == buses::TEXT)));
        assert!(program.text.iter().all(|t| !(8 * from < t.start && t.start < 8 * to) || is_text(from)));
    }
}
