//! What the rules must know of Aver's machine: its buses, and what about its chips is as it should be.

use aver_isa::{Format, Op, Opcode, Program};
use aver_machine::Systems;
use aver_machine::buses::*;
use aver_machine::chips::program::encode;
use aver_machine::cpu::RD;
use aver_machine::machine::{FixedColumns, fixed_columns};
use aver_machine::public::{MemoryPublics, PC_HALT, SHARD, ShardPublics};
use aver_stark::air::Bus;
use aver_stark::chip::Chip;
use aver_stark::error::ChipError;
use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

use super::{Allow, BusRules, Finding, Kind, Rules, cpu, lint_those};

/// Bits of the greatest difference of timestamps.
const TIME_BITS: u32 = 26;
/// Timestamps of ops are at most this.
const LAST_TS: i128 = (1 << TIME_BITS) - 1;
const LIMB: u64 = 0xFFFF;

/// All buses of the machine. Registers' and memory's words are four limbs of 16 bits.
fn buses() -> Vec<BusRules> {
    let limbs = |from: usize| (from..from + 4).map(|i| (i, LIMB)).collect();
    // Addresses, in words and in instructions, and timestamps: below, they would be other ones modulo p.
    let integers = |bus: Bus| match bus {
        MEM => Vec::from([(1, -(1 << 12), 1 << 30), (6, 0, LAST_TS + i128::from(RD))]),
        TARGET => Vec::from([(0, -(1 << 12), (1 << 30) + (1 << 16))]),
        _ => Vec::new(),
    };
    let rules = |bus, kind, promises, chips| BusRules { bus, kind, promises, integers: integers(bus), chips };
    let state = |keys, at, bits| Kind::State { keys, order: (at, bits) };
    Vec::from([
        rules(EXEC, state(0, 1, 3), Vec::from([(1, LAST_TS as u64)]), &[][..]),
        rules(INSTR, Kind::Program, Vec::new(), &[]),
        rules(TARGET, Kind::Program, Vec::new(), &["target", "jalr"]),
        rules(MEM, state(2, 6, TIME_BITS), limbs(2), &[]),
        rules(RANGE, Kind::Lookup, Vec::new(), &[]),
        rules(BYTES, Kind::Lookup, Vec::new(), &[]),
        rules(AND, Kind::Lookup, Vec::new(), &[]),
        rules(BITS, Kind::Lookup, Vec::new(), &[]),
        rules(BOUNDARY, state(2, 6, 16), limbs(2), &["boundary", "memory"]),
        rules(ORDER, state(0, 0, 30), Vec::new(), &["memory"]),
        rules(IMAGE, Kind::Program, limbs(2), &["image", "memory"]),
        rules(GAP, Kind::Program, Vec::new(), &["gap", "memory"]),
        rules(PUBLIC, Kind::Other, Vec::new(), &["exit", "halt"]),
    ])
}

/// Names of columns that are flags, numbers at their ends aside.
const FLAGS: &[&str] = &[
    "is_real",
    "and",
    "or",
    "xor",
    "if",
    "unless",
    "logical",
    "arithmetic",
    "lw",
    "lwu",
    "lb",
    "lbu",
    "lh",
    "lhu",
    "ld",
    "sb",
    "sh",
    "sw",
    "sd",
    "mulh",
    "mulhu",
    "mulhsu",
    "div",
    "divu",
    "rem",
    "remu",
    "image",
    "zero",
    "input",
    "memory",
    "text",
    "sign",
    "sign_a",
    "sign_b",
    "less",
    "equal",
    "upper",
    "at",
    "odd",
    "bit",
    "q",
    "fill",
    "m",
];

/// Families of constraints that chips share.
const LABELS: &[&str] = &["cpu", "add_sub", "less", "shift", "mul", "div", "branch_less"];

/// Answers of the program table for instructions with an immediate operand, which is known to be small: the
/// extremes of each limb and byte.
fn instructions() -> Vec<Vec<F>> {
    let immediates = |opcode: Opcode| match opcode {
        Opcode::Slli | Opcode::Srli | Opcode::Srai => &[0, 63][..],
        Opcode::Slliw | Opcode::Srliw | Opcode::Sraiw => &[0, 31],
        _ => &[0, -1, 2047, -2048, 0xFF, 0x7F],
    };
    let has_immediate = |o: &Opcode| matches!(o.format(), Format::Immediate | Format::UpdateImmediate);
    let opcodes = Opcode::ALL.into_iter().filter(has_immediate);
    let ops = opcodes.flat_map(|opcode| immediates(opcode).iter().map(move |&imm| (opcode, imm)));
    let answers = ops.map(|(opcode, imm)| encode(0, &Op { opcode, imm, ..Op::default() }));
    // Numbers of op and registers: anything.
    let extremes =
        |row: [F; 8]| [F::ZERO, F::NEG_ONE].map(|any| [&[any, row[1], any, any], &row[4..]].concat());
    answers.flat_map(extremes).collect()
}

/// Rules for the machine with these chips of coprocessors: buses of their own are theirs alone.
pub fn rules(coprocessors: &[Box<dyn Chip>]) -> Result<Rules, ChipError> {
    let mut buses = buses();
    for chip in coprocessors {
        for interaction in chip.describe()?.interactions {
            let bus = interaction.bus;
            let is_new = !buses.iter().any(|known| known.bus.id == bus.id);
            if is_new && bus.id >= COPROCESSOR_BUSES && !bus.shared {
                buses.push(BusRules::new(bus, Kind::Other));
            }
        }
    }
    let exit = Some((0, [0; 32]));
    let shard = ShardPublics { shard: 1, start: 0, end: PC_HALT, end_ts: 1, exit };
    let memory = MemoryPublics { before: None, last: 0 };
    let messages = shard.messages().into_iter().chain(memory.messages());
    let verifier = messages.map(|(bus, weight, _): (Bus, F, _)| (bus.id, weight == F::ONE)).collect();
    Ok(Rules {
        buses,
        verifier,
        // By the path from the verifier's first timestamp to its end_ts: `aver_machine::cpu`.
        kept: Vec::from([(EXEC.id, 1)]),
        publics: Vec::from([("boundary", SHARD)]),
        ends: Vec::from([("boundary", MEM.id), ("memory", BOUNDARY.id)]),
        flags: FLAGS.to_vec(),
        samples: Vec::from([(INSTR.id, instructions())]),
        labels: LABELS.to_vec(),
    })
}

/// Findings of the chips of these names of a program's machine with these coprocessors' chips, and of what all say together.
pub fn findings_with(
    program: &Program,
    coprocessors: Vec<Box<dyn Chip>>,
    rules: &Rules,
    is_asked: impl Fn(&str) -> bool,
) -> Result<Vec<Finding>, ChipError> {
    let systems = Systems::new(coprocessors)?;
    let FixedColumns { shard, memory } = fixed_columns(&systems, program);
    let mut found = lint_those(&systems.shard, &shard, rules, &is_asked);
    found.extend(lint_those(&systems.memory, &memory, rules, &is_asked));
    found.extend(cpu::lint(&systems.shard));
    Ok(found)
}

const fn allow(rule: &'static str, chip: &'static str, what: &'static str, reason: &'static str) -> Allow {
    Allow { rule, chip, what, reason }
}

const ONCE: &str = "column/once";
const FREE: &str = "range/free";
const PART: &str = "weight/part";
const SIGN: &str = "the sign of a signed operand";
const KIND: &str = "where a word's first value comes from";
const INTEGER: &str = "range/integer";
const PROMISE: &str = "range/promise";
const BY_SMT: &str = "needs more than intervals: shown by SMT";
const CROSS: &str = "the second word is not accessed unless the bytes cross";
const BOUNDS: &str = "only words that start at zero or as input have bounds";

/// What about the machine's chips is as it should be.
pub const ALLOWED: &[Allow] = &[
    allow(ONCE, "", "rd.old*only", "what a write replaces is of no consequence"),
    allow(ONCE, "sd", "mem.l*only", "what a write replaces is of no consequence"),
    allow(ONCE, "write", "a0.l*only", "what a write replaces is of no consequence"),
    allow(ONCE, "boundary", "out_ts*", "taken off mem, and of no consequence"),
    allow(ONCE, "memory", "final*only", "taken off boundary, and of no consequence"),
    allow(ONCE, "memory", "last occurs*", "taken off boundary, and of no consequence"),
    allow(ONCE, "branch_eq", "inverse*only", "shows that limbs differ"),
    allow(FREE, "branch_eq", "inverse*", "shows that limbs differ"),
    allow(FREE, "misaligned_load", "mem1.*cross = 0", CROSS),
    allow(FREE, "misaligned_store", "mem1.*cross = 0", CROSS),
    allow(FREE, "misaligned_store", "new*cross = 0", CROSS),
    allow(FREE, "misaligned_store", "y*cross = 0", CROSS),
    allow(FREE, "memory", "lo follows*zero, input = 0", BOUNDS),
    allow(FREE, "memory", "hi follows*zero, input = 0", BOUNDS),
    allow(FREE, "memory", "above follows*zero, input = 0", BOUNDS),
    allow(FREE, "memory", "below follows*zero, input = 0", BOUNDS),
    allow(PART, "div", "range only in rows of div + rem", SIGN),
    allow(PART, "divw", "range only in rows of div + rem", SIGN),
    allow(PART, "mul_high", "range only in rows of mulh", SIGN),
    allow(PART, "mul_high", "range only in rows of mulh + mulhsu", SIGN),
    allow(PART, "load_small", "range only in rows of lb", SIGN),
    allow(PART, "load_small", "range only in rows of lh", SIGN),
    allow(PART, "load_word", "range only in rows of lw", SIGN),
    allow(PART, "misaligned_load", "range only in rows of lh", SIGN),
    allow(PART, "misaligned_load", "range only in rows of lw", SIGN),
    allow(PART, "sr", "range only in rows of arithmetic", SIGN),
    allow(PART, "sri", "range only in rows of arithmetic", SIGN),
    allow(PART, "srw", "range only in rows of arithmetic", SIGN),
    allow(PART, "sriw", "range only in rows of arithmetic", SIGN),
    allow(PART, "misaligned_load", "mem only in rows of*cross", CROSS),
    allow(PART, "misaligned_load", "range only in rows of cross", CROSS),
    allow(PART, "misaligned_store", "mem only in rows of*cross", CROSS),
    allow(PART, "misaligned_store", "range only in rows of cross", CROSS),
    allow(PART, "memory", "image only in rows of image", KIND),
    allow(PART, "memory", "gap only in rows of zero", KIND),
    allow(PART, "memory", "range only in rows of input", KIND),
    allow(PART, "memory", "range only in rows of zero + input", BOUNDS),
    allow(PART, "memory", "bits only in rows of zero + input", BOUNDS),
    allow(INTEGER, "touch", "mem: value 1*", "the register that was taken, whichever it is"),
    allow(PROMISE, "or", "mem*", BY_SMT),
    allow(PROMISE, "xor", "mem*", BY_SMT),
    allow(PROMISE, "bitwise_imm", "mem*", BY_SMT),
    allow(PROMISE, "sll", "mem*", BY_SMT),
    allow(PROMISE, "slli", "mem*", BY_SMT),
    allow(PROMISE, "sllw", "mem*", BY_SMT),
    allow(PROMISE, "slliw", "mem*", BY_SMT),
    allow(PROMISE, "sr", "mem*", BY_SMT),
    allow(PROMISE, "sri", "mem*", BY_SMT),
    allow(PROMISE, "srw", "mem*", BY_SMT),
    allow(PROMISE, "sriw", "mem*", BY_SMT),
    allow(PROMISE, "mulw", "mem: value 3*", BY_SMT),
    allow(PROMISE, "misaligned_store", "mem*", BY_SMT),
];
