//! Rules of ops: rows that take the hart. `aver_machine::cpu` says what they are to do.

use std::collections::BTreeMap;

use aver_isa::{Format, Opcode};
use aver_machine::buses::{EXEC, INSTR, MEM, MEMORY, PUBLIC, REGISTERS};
use aver_machine::calls::A7;
use aver_machine::cpu::{RD, RS1, RS2, SLOTS};
use aver_machine::public::PC_HALT;
use aver_stark::air::Bus;
use aver_stark::chip::Described;
use aver_stark::field::{F, f};
use aver_stark::layout::System;
use p3_field::PrimeField32;

use super::Finding;
use super::facts::Facts;
use super::poly::Poly;

/// Positions in a message on `instr`: opcode, and the register of each slot.
const OPCODE: usize = 1;
const REGISTER: [(u32, usize); 3] = [(RS1, 3), (RS2, 4), (RD, 2)];
/// Positions in a message on `mem`.
const TIME: usize = 6;
const VALUE: std::ops::Range<usize> = 2..6;

/// Findings of a shard's system.
pub fn lint(system: &System) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut calls: BTreeMap<Vec<u32>, &str> = BTreeMap::new();
    for chip in &system.described {
        let op = is_op(chip).then(|| Op::new(chip));
        found.extend(op.as_ref().map(|op| findings(chip, op)).unwrap_or_default());
        let number = op.as_ref().and_then(Op::call);
        if let Some(other) = number.and_then(|number| calls.insert(number, &chip.name)) {
            found.push(Finding::new("cpu/op", &chip.name, format!("{other} takes calls of this number")));
        }
    }
    found
}

/// Findings of a chip.
pub fn lint_chip(chip: &Described) -> Vec<Finding> {
    if is_op(chip) { findings(chip, &Op::new(chip)) } else { Vec::new() }
}

fn findings(chip: &Described, op: &Op<'_>) -> Vec<Finding> {
    op.faults().into_iter().map(|why| Finding::new("cpu/op", &chip.name, why)).collect()
}

/// The number of the calls that a chip takes, if it takes those of one number.
pub fn number_of_call(chip: &Described) -> Option<u32> {
    match Op::new(chip).call()?[..] {
        [low, high, 0, 0] => Some(low | high << 16),
        _ => None,
    }
}

fn is_op(chip: &Described) -> bool {
    chip.description.interactions.iter().any(|i| i.bus == EXEC)
}

/// An access: what it takes and what it puts.
struct Access {
    taken: Vec<Poly>,
    put: Vec<Poly>,
    slot: Option<u32>,
}

impl Access {
    fn register(&self) -> bool {
        self.put[0] == Poly::constant(f(REGISTERS))
    }
}

/// The messages of an op.
struct Op<'a> {
    facts: Facts<'a>,
    exec: [Vec<Vec<Poly>>; 2],
    instr: Vec<Vec<Poly>>,
    public: Vec<Vec<Poly>>,
    accesses: Vec<Access>,
    is_paired: bool,
}

/// Words the verifier takes of an op that halts: the exit code and four of the digest.
const PUBLIC_WORDS: u32 = 5;

impl<'a> Op<'a> {
    fn new(chip: &'a Described) -> Self {
        let facts = Facts::new(chip);
        // Taken messages have weights with negative coefficients.
        let is_put =
            |weight: &Poly| weight.terms().all(|t| t.2.as_canonical_u32() < aver_stark::field::P / 2);
        let of = |bus: Bus, put: bool| -> Vec<Vec<Poly>> {
            let all = chip.description.interactions.iter().zip(&facts.weights);
            let those = all.filter(|(i, weight)| i.bus == bus && is_put(weight) == put);
            those.map(|(i, _)| i.values.iter().map(Poly::affine).collect()).collect()
        };
        let exec = [of(EXEC, false), of(EXEC, true)];
        let ts = exec[0].first().map_or_else(Poly::default, |m| m[1].clone());
        let slot = |put: &[Poly]| put[TIME].plus(&ts, -f(1)).as_constant().map(|c| c.as_canonical_u32());
        let (taken, put) = (of(MEM, false), of(MEM, true));
        let is_paired = taken.len() == put.len();
        let pairs = taken.into_iter().zip(put);
        let accesses = pairs.map(|(taken, put)| Access { slot: slot(&put), taken, put }).collect();
        let (instr, public) = (of(INSTR, true), of(PUBLIC, true));
        Self { facts, exec, instr, public, accesses, is_paired }
    }

    /// Whether all messages on these buses go with the op, whatever its flags.
    fn always(&self, buses: &[Bus]) -> bool {
        let all = self.facts.chip.description.interactions.iter().zip(&self.facts.weights);
        let of = |buses: &[Bus]| -> Vec<&Poly> {
            all.clone().filter(|(i, _)| buses.contains(&i.bus)).map(|(_, weight)| weight).collect()
        };
        let puts = of(&[EXEC]).into_iter().find(|w| w.terms().all(|t| t.2 == f(1)));
        puts.is_some_and(|real| of(buses).iter().all(|w| *w == real))
    }

    /// The limbs a7 must have, if the op is a call.
    fn call(&self) -> Option<Vec<u32>> {
        let reads_a7 = |a: &&Access| a.register() && a.put[1] == Poly::constant(f(A7));
        let a7 = self.accesses.iter().find(reads_a7)?;
        a7.taken[VALUE].iter().map(|limb| limb.as_constant().map(|c: F| c.as_canonical_u32())).collect()
    }

    fn faults(&self) -> Vec<String> {
        let ([[taken], [put]], [instr]) = (self.exec.each_ref().map(|m| &m[..]), &self.instr[..]) else {
            return vec!["does not take and put the hart, and look an instruction up, once each".into()];
        };
        let mut faults = Vec::new();
        let mut fault = |holds: bool, why: String| {
            if !holds {
                faults.push(why);
            }
        };
        fault(self.is_paired, "takes and puts different numbers of words".into());
        fault(taken[0] == instr[0], "looks up another op than its own".into());
        fault(self.always(&[INSTR, PUBLIC]), "looks up or hands over in some rows only".into());
        let slots: Vec<Poly> = self.public.iter().map(|m| m[0].clone()).collect();
        let halts = put[0] == Poly::constant(f(PC_HALT));
        let words = if halts { 0..PUBLIC_WORDS } else { 0..0 };
        let expected: Vec<Poly> = words.map(|slot| Poly::constant(f(slot))).collect();
        fault(slots == expected, "hands over other words than those the verifier takes".into());
        let passed = put[1].plus(&taken[1], -f(1)) == Poly::constant(f(SLOTS));
        fault(passed, format!("goes on to another time than {SLOTS} later"));
        let Some(opcodes) = self.opcodes(&instr[OPCODE]) else {
            fault(false, "has no opcode that is fixed by its flags".into());
            return faults;
        };
        for opcode in &opcodes {
            let uses = uses(opcode.format());
            let jumps =
                matches!(opcode.format(), Format::Branch | Format::Jal | Format::Jalr | Format::Ecall);
            let next = put[0].plus(&taken[0], -f(1)) == Poly::constant(f(1));
            fault(jumps || next, format!("{}: does not go on to the next op", opcode.name()));
            for (slot, at) in REGISTER {
                let named = !instr[at].is_zero();
                fault(named == uses.contains(&slot), format!("{}: register of slot {slot}", opcode.name()));
            }
        }
        for (slot, at) in REGISTER.into_iter().filter(|(_, at)| !instr[*at].is_zero()) {
            let is_it = |a: &&Access| a.register() && a.slot == Some(slot) && a.put[1] == instr[at];
            let count = self.accesses.iter().filter(is_it).count();
            fault(count == 1, format!("{count} accesses to the register of slot {slot}"));
        }
        let is_call = opcodes == [Opcode::Ecall];
        fault(!is_call || self.call().is_some(), "takes calls of any number".into());
        for (number, access) in self.accesses.iter().enumerate() {
            let mut fault = |holds: bool, why: &str| fault(holds, format!("access {number}: {why}"));
            fault(access.slot.is_some_and(|slot| slot < SLOTS), "is in no slot");
            let of_instruction =
                REGISTER.iter().any(|&(_, at)| !instr[at].is_zero() && access.put[1] == instr[at]);
            let fixed = is_call && access.put[1].as_constant().is_some();
            fault(!access.register() || of_instruction || fixed, "a register the instruction does not name");
            let is_copy = access.taken[VALUE] == access.put[VALUE];
            let writes = if access.register() { access.slot == Some(RD) } else { access.is_memory() };
            fault(is_copy || writes, "changes what it may only read");
        }
        faults
    }

    /// The opcodes its flags stand for.
    fn opcodes(&self, form: &Poly) -> Option<Vec<Opcode>> {
        let cases = self.facts.cases().ok()?;
        let real: Vec<&Vec<F>> = cases
            .rows
            .iter()
            .filter(|case| self.facts.weights.iter().any(|w| cases.eval(case, w) != Some(f(0))))
            .collect();
        let opcode = |case: &&Vec<F>| {
            let number = cases.eval(case, form)?.as_canonical_u32();
            Opcode::ALL.into_iter().find(|o| *o as u32 == number && *o != Opcode::Illegal)
        };
        let mut opcodes = real.iter().map(opcode).collect::<Option<Vec<_>>>()?;
        opcodes.sort_unstable_by_key(|o| *o as u8);
        opcodes.dedup();
        (!opcodes.is_empty()).then_some(opcodes)
    }
}

impl Access {
    /// Certainly memory that can be written.
    fn is_memory(&self) -> bool {
        self.put[0] == Poly::constant(f(MEMORY)) && self.taken[0] == self.put[0]
    }
}

/// Slots in which an op of this format accesses the registers that its instruction names.
fn uses(format: Format) -> &'static [u32] {
    match format {
        Format::Register => &[RS1, RS2, RD],
        Format::Immediate | Format::Load | Format::Jalr => &[RS1, RD],
        Format::Branch | Format::Store => &[RS1, RS2],
        Format::Update => &[RS2, RD],
        Format::UpdateImmediate | Format::Const | Format::Jal => &[RD],
        Format::Ecall | Format::Illegal => &[],
    }
}
