//! Rows of ops, as the ISA has them: whatever a chip accepts, with other operands too, is what the op does.

use aver_audit::mutate::{Rng, Row, Sample, Search, Subject};
use aver_exec::semantics::{alu, extract, insert, loaded, taken};
use aver_isa::memory::{INPUT_END, NULL_END};
use aver_isa::{Format, Opcode, Program};
use aver_machine::buses::{EXEC, INSTR, MEM, MEMORY, REGISTERS, TEXT};
use aver_machine::chips::program::NOWHERE;
use aver_machine::cpu::{MEM0, MEM1, RD, RS1, RS2, SLOTS};
use aver_stark::field::{F, P, f};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// First word that is in any region.
const GUARD: u32 = NULL_END / 8;

/// An access: what is taken and put.
struct Access {
    space: u32,
    addr: u32,
    old: Option<u64>,
    new: Option<u64>,
    prev: u32,
}

/// Limbs to a word, if they are 16 bits each.
fn word(limbs: &[F]) -> Option<u64> {
    limbs.iter().rev().try_fold(0u64, |value, limb| {
        let limb = limb.as_canonical_u32();
        (limb < 1 << 16).then_some(value << 16 | u64::from(limb))
    })
}

/// Whether a row that breaks no rule does what its op does (`spec/machine.md`); calls are another matter.
pub fn is_true(subject: &Subject<'_>, program: &Program, cells: &[F]) -> bool {
    let interactions = &subject.description.interactions;
    let (mut accesses, mut open): (Vec<(u32, Access)>, Option<Vec<F>>) = (Vec::new(), None);
    let (mut from, mut to, mut index) = (None, None, None);
    for (i, interaction) in interactions.iter().enumerate() {
        let (multiplicity, values) = subject.says(i, cells);
        let takes = match multiplicity {
            F::ZERO => continue,
            F::ONE => false,
            F::NEG_ONE => true,
            _ => return false,
        };
        match interaction.bus {
            EXEC if takes => from = Some((values[0].as_canonical_u32(), values[1].as_canonical_u32())),
            EXEC => to = Some((values[0].as_canonical_u32(), values[1].as_canonical_u32())),
            INSTR => index = Some(values[0].as_canonical_u32()),
            MEM if takes => open = Some(values),
            MEM => {
                let Some(taken) = open.take().filter(|taken| taken[..2] == values[..2]) else { return false };
                let Some((_, ts)) = from else { return false };
                let slot = values[6].as_canonical_u32().wrapping_sub(ts);
                let prev = taken[6].as_canonical_u32();
                if prev >= values[6].as_canonical_u32() {
                    return false;
                }
                let access = Access {
                    space: values[0].as_canonical_u32(),
                    addr: values[1].as_canonical_u32(),
                    old: word(&taken[2..6]),
                    new: word(&values[2..6]),
                    prev,
                };
                accesses.push((slot, access));
            }
            _ => {}
        }
    }
    // Nobody has a word outside the regions: such a row is of no use.
    let words = GUARD..INPUT_END / 8;
    if accesses.iter().any(|(_, a)| a.space != REGISTERS && !words.contains(&a.addr)) {
        return true;
    }
    let (Some((at, ts)), Some(to), Some(index)) = (from, to, index) else {
        // A row that says nothing.
        return from.is_none() && to.is_none() && index.is_none() && accesses.is_empty();
    };
    let Some(op) = program.ops.get(index as usize).filter(|_| at == index) else { return false };
    if op.opcode == Opcode::Ecall {
        return reaches_by_pointers(&accesses);
    }
    let access = |slot: u32| accesses.iter().find(|a| a.0 == slot).map(|a| &a.1);
    let register = |slot: u32, number: u8| {
        access(slot).filter(|a| (a.space, a.addr) == (REGISTERS, number.into()) && a.old.is_some())
    };
    let mut expected = 0;
    let mut read = |slot: u32, number: u8, reads: bool| {
        expected += usize::from(reads);
        if !reads {
            return Some(0);
        }
        register(slot, number).filter(|a| a.old == a.new).and_then(|a| a.old)
    };
    let Some(rs1) = read(RS1, op.rs1, op.opcode.reads_rs1()) else { return false };
    let Some(rs2) = read(RS2, op.rs2, op.opcode.reads_rs2()) else { return false };
    let imm = op.imm as u64;
    let address = rs1.wrapping_add(imm);
    let (mut rd, mut next) = (0, at + 1);
    match op.opcode.format() {
        Format::Register => rd = alu(op.opcode, rs1, rs2),
        Format::Immediate => rd = alu(op.opcode, rs1, imm),
        Format::Update | Format::UpdateImmediate => {
            let Some(old) = register(RD, op.rd).and_then(|a| a.old) else { return false };
            rd = alu(op.opcode, old, if op.opcode.reads_rs2() { rs2 } else { imm });
        }
        Format::Const => rd = imm,
        Format::Jal => (rd, next) = (imm, op.target),
        Format::Jalr => {
            let target = u32::try_from(address & !1).ok().and_then(|pc| program.index_of(pc));
            // Nobody goes on from nowhere.
            let target = target.or((to.0 == NOWHERE).then_some(NOWHERE));
            let Some(target) = target else { return false };
            (rd, next) = (u64::from(op.pc) + 4, target);
        }
        Format::Branch => next = if taken(op.opcode, rs1, rs2) { op.target } else { next },
        Format::Load | Format::Store => {
            let is_store = op.opcode.format() == Format::Store;
            let (offset, bytes) = ((address % 8) as u32, op.opcode.access_bytes());
            let crosses = address % 8 + bytes > 8;
            expected += 1 + usize::from(crosses);
            let at = |slot: u32, addr: u64| {
                access(slot).filter(|a| {
                    u64::from(a.addr) == addr && (a.space == MEMORY || a.space == TEXT && !is_store)
                })
            };
            let Some(first) = at(MEM0, address / 8) else { return false };
            let second = if crosses { at(MEM1, address / 8 + 1) } else { None };
            if crosses && second.is_none() {
                return false;
            }
            let low = first.old;
            let high = second.map_or(Some(0), |a| a.old);
            let (Some(low), Some(high)) = (low, high) else { return false };
            let after = if is_store { insert(low, high, offset, bytes, rs2) } else { (low, high) };
            if first.new != Some(after.0) || second.is_some_and(|a| a.new != Some(after.1)) {
                return false;
            }
            rd = loaded(op.opcode, extract(low, high, offset));
        }
        Format::Ecall | Format::Illegal => return false,
    }
    if op.opcode.writes_rd() {
        expected += 1;
        if register(RD, op.rd).is_none_or(|a| a.new != Some(rd)) {
            return false;
        }
    }
    to == (next, ts + SLOTS) && accesses.len() == expected && accesses.iter().all(|a| a.1.prev < ts + RD)
}

/// A call's words follow the pointers it reads, which are multiples of 8.
fn reaches_by_pointers(accesses: &[(u32, Access)]) -> bool {
    let (registers, words): (Vec<_>, Vec<_>) = accesses.iter().partition(|(_, a)| a.space == REGISTERS);
    let pointers = || registers.iter().filter_map(|(_, a)| a.old.filter(|p| p % 8 == 0));
    words.iter().all(|(_, a)| pointers().any(|p| (p / 8..p / 8 + 8).contains(&a.addr.into())))
}

/// Other operands for a row: (column, value) of its limbs.
fn operands(subject: &Subject<'_>, honest: &[F]) -> Vec<Vec<(usize, F)>> {
    let find = |name: String| subject.columns.iter().position(|c| *c == name);
    let limbs =
        |register: &str| -> Vec<usize> { (0..4).map_while(|i| find(format!("{register}.l{i}"))).collect() };
    let value = |at: &[usize]| word(&at.iter().map(|&c| honest[c]).collect::<Vec<_>>()).unwrap_or(0);
    let registers = ["rs1", "rs2", "a0", "a1"].map(limbs);
    let mut all = Vec::new();
    // Another op, too.
    let index = find("index".into());
    all.extend(index.iter().flat_map(|&at| [1, 2, 5].map(|step| vec![(at, honest[at] + f(step))])));
    for (at, other) in [(0, 1), (1, 0), (2, 3), (3, 2)].map(|(i, j)| (&registers[i], &registers[j])) {
        if at.is_empty() {
            continue;
        }
        let (x, y) = (value(at), value(other));
        let mut values: Vec<u64> = [1, 2, 3, 4, 8, 1 << 16, u64::from(P), 2 * u64::from(P), 1 << 32]
            .iter()
            .flat_map(|step| [x.wrapping_add(*step), x.wrapping_sub(*step)])
            .collect();
        values.extend([0, 1, 7, 64, 1 << 63, u64::MAX, y, y.wrapping_add(1), y.wrapping_sub(1), y ^ 1 << 63]);
        values.extend([x ^ 1 << 15, x ^ 1 << 31, x ^ 1 << 63, x ^ 0xFFFF << 16]);
        values.retain(|&v| v != x && (at.len() == 4 || v >> (16 * at.len()) == 0));
        for v in values {
            let limb = |k: usize| f((v >> (16 * k)) as u32 & 0xFFFF);
            all.push(at.iter().enumerate().map(|(k, &column)| (column, limb(k))).collect());
        }
    }
    all
}

/// A valid row that is not what its op does, with the operands of row `number` or with others.
pub fn forged(subject: &Subject<'_>, program: &Program, sample: &Sample, number: usize) -> Option<String> {
    let honest = &sample.rows[number];
    let rng = &mut Rng::new(number as u64 + 7);
    let inputs = subject.inputs();
    let is_access = subject.columns.iter().any(|c| c.starts_with("mem"));
    let mut row = Row::new(subject, honest);
    for start in operands(subject, honest) {
        // Alone, or with one flag turned: another address may need another one.
        let flags = sample.flags.iter().filter(|&&at| is_access && !inputs[at]);
        let flags = flags.map(|&at| (at, F::ONE - honest[at]));
        for flag in flags.map(Some).chain([None]) {
            let start: Vec<_> = flag.into_iter().chain(start.iter().copied()).collect();
            let mut search = Search {
                row: &mut row,
                honest,
                fixed: inputs.clone(),
                steps: 40,
                rng,
                shuffled: false,
                is_forged: |row: &Row<'_, '_>| !is_true(subject, program, &row.cells),
            };
            if search.set_all(&start) {
                let changed = (0..honest.len()).filter(|&i| row.cells[i] != honest[i]);
                let cells: Vec<String> = changed
                    .map(|i| format!("{} {} → {}", subject.columns[i], honest[i], row.cells[i]))
                    .collect();
                return Some(format!("{}: {}", subject.name, cells.join(", ")));
            }
        }
    }
    None
}
