//! Constraints and buses of real runs, without proving: honest tables satisfy them, changed ones do not.

use std::collections::{BTreeMap, BTreeSet};

use aver_exec::{Input, ShardTrace, Silent, Step};
use aver_isa::testing::{Rng, random_program, reg};
use aver_isa::{Format, OPCODES, Opcode};
use aver_machine::buses;
use aver_machine_tests::forge::Workshop;
use aver_machine_tests::liar::Lies;
use aver_machine_tests::lookups::{Lookups, is_fixed, padded};
use aver_machine_tests::{options, setup, vectors};
use aver_prover::steps::Part;
use aver_stark::field::{F, P, f};
use aver_stark::layout::System;
use aver_stark_prover::check::{Ledger, Message, check, check_row, messages_of_row};
use p3_field::PrimeCharacteristicRing;

/// A run's parts, as the prover has them.
fn parts(shop: &Workshop, input: &[u8]) -> Vec<Part> {
    let setup = &shop.setup;
    let run = setup.meter(&Input::new(input).unwrap(), &mut Silent).unwrap();
    let header = setup.pass_1(&run).unwrap();
    let count = header.memory.len() + header.shards.len();
    (0..count).map(|index| setup.part(&run, &header, index).unwrap()).collect()
}

/// Programs that together have rows in every chip, in a few shards each.
fn programs() -> Vec<(Workshop, Vec<u8>)> {
    let random = random_program(77, 900).elf;
    let regions = vectors::regions();
    let shop = |elf: &[u8], cycles| Workshop::new(setup(elf, options(12, Some(cycles))));
    vec![(shop(&random, 500), Vec::new()), (shop(&regions, 20), b"some input of a few words".to_vec())]
}

/// Every constraint of every row, every bus of every proof, and the shared bus over the run.
#[test]
fn honest_runs_balance() {
    let mut seen = BTreeSet::new();
    let programs = programs().into_iter().chain([
        (Workshop::new(setup(&vectors::memory().elf, options(12, Some(2_000)))), Vec::new()),
        (Workshop::new(setup(&vectors::atomics().elf, options(12, Some(6_000)))), Vec::new()),
    ]);
    for (shop, input) in programs {
        let parts = parts(&shop, &input);
        assert!(parts.len() > 2);
        let mut total = Ledger::default();
        for part in &parts {
            let system = shop.setup.system(part.is_memory);
            check(system, &part.tables, &part.publics, &part.messages).unwrap_or_else(|e| panic!("{e}"));
            for (chip, table) in part.tables.iter().enumerate() {
                if table.rows > 0 {
                    seen.insert((part.is_memory, chip));
                }
                let shares = system.described[chip].description.interactions.iter().any(|i| i.bus.shared);
                for row in (0..table.rows).filter(|_| shares) {
                    for message in messages_of_row(system, chip, &table.row(row), &part.publics) {
                        if message.0.shared {
                            total.add(message, chip, row);
                        }
                    }
                }
            }
        }
        assert_eq!(total.open(shop.setup.system(false)), None);
        for is_memory in [false, true] {
            for (chip, described) in shop.setup.system(is_memory).described.iter().enumerate() {
                let missing = seen.contains(&(is_memory, chip)) || described.name == "halt";
                assert!(missing, "no row of {}", described.name);
            }
        }
    }
    let halt = aver_machine::ShardChip::Halt as usize;
    assert!(seen.contains(&(false, halt)));
}

/// A row is judged by itself: its constraints, its lookups, and what it says to others.
struct Judge<'a> {
    system: &'a System,
    lookups: &'a Lookups,
    publics: &'a [F],
}

impl Judge<'_> {
    /// Constraints hold and every lookup is answered. Lookups count themselves: the prover counts.
    fn is_valid(&self, chip: usize, row: &[F]) -> bool {
        check_row(self.system, chip, row, self.publics).is_none()
            && messages_of_row(self.system, chip, row, self.publics)
                .iter()
                .filter(|m| self.is_lookup(chip, m))
                .all(|m| m.1 == F::ONE && self.lookups.answer(m.0.id, &m.2))
    }

    fn is_lookup(&self, chip: usize, message: &Message) -> bool {
        !is_fixed(self.system, chip) && self.lookups.is_lookup(message.0.id)
    }

    /// What other rows, and the verifier, must answer.
    fn messages(&self, chip: usize, row: &[F]) -> Vec<(u32, Vec<F>, F)> {
        let messages = messages_of_row(self.system, chip, row, self.publics);
        let others = messages.into_iter().filter(|m| !self.is_lookup(chip, m));
        let mut others: Vec<_> = others.map(|(bus, m, values)| (bus.id, values, m)).collect();
        others.sort();
        others
    }

    /// What an op takes, without the times of earlier accesses, and what it puts.
    fn transition(&self, chip: usize, row: &[F]) -> [Vec<(u32, Vec<F>, F)>; 2] {
        let mut messages = self.messages(chip, row);
        for (bus, values, m) in &mut messages {
            if *bus == buses::MEM.id && *m != F::ONE {
                values.pop();
            }
        }
        let (puts, takes) = messages.into_iter().partition(|m| m.2 == F::ONE);
        [takes, puts]
    }
}

/// Cells that are the prover's choice in some rows, and why that is harmless.
const FREE: &[(&str, &str, &str)] = &[
    ("branch_eq", "inverse0", "what shows that operands differ: any pair of values that does"),
    ("branch_eq", "inverse1", "as inverse0"),
    ("misaligned_load", "mem1", "the second word, where the bytes do not reach into it"),
    ("misaligned_load", "text1", "likewise"),
    ("misaligned_store", "mem1", "likewise"),
    ("memory", "lo", "bounds of the address, in rows of words of the image, which need none"),
    ("memory", "hi", "likewise"),
    ("memory", "above", "likewise"),
    ("memory", "below", "likewise"),
];

/// Every cell of honest rows, changed: the row breaks a rule, or says something that nobody answers. And
/// no two cells together make an op do something else.
#[test]
fn every_cell_counts() {
    let mut rng = Rng(11);
    let (mut used, mut free, mut wrong) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (shop, input) in programs() {
        for part in parts(&shop, &input) {
            let system = shop.setup.system(part.is_memory);
            let judge = Judge { system, lookups: shop.lookups(part.is_memory), publics: &part.publics };
            for (chip, table) in part.tables.iter().enumerate().filter(|t| t.1.rows > 0) {
                let name = &system.described[chip].name;
                let columns = system.chips[chip].columns();
                let interactions = &system.described[chip].description.interactions;
                let is_op = interactions.iter().any(|i| i.bus == buses::EXEC);
                // The first row of padding too, where there is one: it must not come to life unnoticed.
                let rows: BTreeSet<usize> = (0..10)
                    .map(|_| rng.below(table.rows as u32) as usize)
                    .chain([0, table.rows])
                    .filter(|&r| r < padded(table))
                    .collect();
                for row in rows {
                    let honest = table.row(row);
                    let said = judge.messages(chip, &honest);
                    let does = judge.transition(chip, &honest);
                    assert!(judge.is_valid(chip, &honest), "{name}");
                    let another = table.row(rng.below(table.rows as u32) as usize);
                    let first = table.fixed.len();
                    for at in first..honest.len() {
                        for value in candidates(&mut rng, &honest, at, &another) {
                            let mut changed = honest.clone();
                            changed[at] = value;
                            if judge.is_valid(chip, &changed) && judge.messages(chip, &changed) == said {
                                let known = |e: &&(&str, &str, &str)| {
                                    e.0 == name && columns.name(at).starts_with(e.1)
                                };
                                match FREE.iter().find(known) {
                                    _ if row >= table.rows => {} // a cell of a row that says nothing
                                    Some(entry) => _ = used.insert(entry),
                                    None => _ = free.insert(format!("{name}: {}", columns.name(at))),
                                }
                            }
                            let second = first + rng.below((honest.len() - first) as u32) as usize;
                            let values = candidates(&mut rng, &honest, second, &another);
                            changed[second] = values[rng.below(values.len() as u32) as usize];
                            if is_op && judge.is_valid(chip, &changed) {
                                let [takes, puts] = judge.transition(chip, &changed);
                                if takes == does[0] && puts != does[1] {
                                    let (a, b) = (columns.name(at), columns.name(second));
                                    wrong.insert(format!("{name}: {a}, {b}"));
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(free.is_empty(), "cells that do not count: {free:#?}");
    assert!(wrong.is_empty(), "pairs of cells that change what an op does: {wrong:#?}");
    let unused: Vec<_> = FREE.iter().filter(|e| !used.contains(e)).collect();
    assert!(unused.is_empty(), "these do count: {unused:#?}");
}

/// Other values for a cell.
fn candidates(rng: &mut Rng, row: &[F], at: usize, another: &[F]) -> Vec<F> {
    let x = row[at];
    let mut values = vec![
        x + F::ONE,
        x - F::ONE,
        F::ZERO,
        F::ONE,
        F::ONE - x,
        -x,
        x + f(1 << 16),
        x + f(1 << 8),
        f(0xFFFF) - x,
        f(rng.below(1 << 16)),
        f(rng.below(P)),
        row[rng.below(row.len() as u32) as usize],
        another[at],
    ];
    values.retain(|&v| v != x);
    values
}

/// Every op, with another result than its own and all hints made for that: a rule objects, or the row says
/// what the honest one says.
#[test]
fn every_result_counts() {
    let mut tried: BTreeMap<String, usize> = BTreeMap::new();
    let random = (0..3).map(|seed| random_program(500 + seed, 500).elf);
    for elf in random.chain([vectors::aliases().elf, vectors::memory().elf]) {
        let shop = Workshop::new(setup(&elf, options(12, Some(4_000))));
        let setup = &shop.setup;
        let run = setup.meter(&Input::default(), &mut Silent).unwrap();
        let trace = aver_exec::trace(setup.program(), &run.shards[0], &[]).unwrap();
        let mut rng = Rng(5);
        let fill = |trace: &ShardTrace| {
            let plan = aver_exec::ShardPlan { touched: Vec::new(), ..run.shards[0].clone() };
            let publics = setup.pass_1(&run).unwrap().shard_publics(0);
            let system = setup.system(false);
            aver_trace::shard_tables(
                system,
                setup.program(),
                &plan,
                trace,
                &publics,
                &[],
                setup.kept_memory(),
            )
        };
        let ops = setup.program().ops.len();
        let (mut honest, mut lies) = (without_steps(&trace), without_steps(&trace));
        for opcode in Opcode::ALL {
            let at = opcode as usize;
            for step in trace.steps[at].iter().take(60) {
                let others = other_results(&mut rng, opcode, step, ops);
                honest.steps[at].extend(others.iter().map(|_| *step));
                lies.steps[at].extend(others);
            }
            for step in trace.misaligned[at].iter().take(60) {
                let others = other_results(&mut rng, opcode, step, ops);
                honest.misaligned[at].extend(others.iter().map(|_| *step));
                lies.misaligned[at].extend(others);
            }
        }
        let (honest, lies) = (fill(&honest), fill(&lies));
        let system = setup.system(false);
        let judge = Judge { system, lookups: shop.lookups(false), publics: &[] };
        for chip in (0..system.chips.len()).filter(|&chip| !is_fixed(system, chip)) {
            let name = system.chips[chip].name();
            for row in 0..honest[chip].rows {
                let (was, is) = (honest[chip].row(row), lies[chip].row(row));
                assert!(judge.is_valid(chip, &was), "{name}");
                if judge.is_valid(chip, &is) {
                    assert_eq!(
                        judge.messages(chip, &was),
                        judge.messages(chip, &is),
                        "{name}: a lie goes through"
                    );
                } else {
                    *tried.entry(name.to_string()).or_default() += 1;
                }
            }
        }
    }
    // Chips whose rows have no result of their own: copies, constants, AND by lookup; and comparisons, whose
    // fillers do not look at the result: see below.
    let none = [
        "boundary", "const", "jal", "ld", "sd", "and", "or", "xor", "exit", "halt", "write", "slt", "sltu",
        "slti", "sltiu",
    ];
    let systems = aver_machine::Systems::new(Vec::new()).unwrap();
    for described in systems.shard.described.iter().filter(|d| d.widths[0] == 0) {
        let count = tried.get(&described.name).copied().unwrap_or(0);
        assert_eq!(count == 0, none.contains(&described.name.as_str()), "{}: {count} lies", described.name);
    }
}

fn without_steps(trace: &ShardTrace) -> ShardTrace {
    let lists = || vec![Vec::new(); OPCODES];
    let (steps, misaligned) = (lists(), lists());
    ShardTrace { steps, misaligned, ecalls: Vec::new(), finals: Vec::new(), ..trace.clone() }
}

/// A step with other results.
fn other_results(rng: &mut Rng, opcode: Opcode, step: &Step, ops: usize) -> Vec<Step> {
    let mut lies = Vec::new();
    if opcode.writes_rd() {
        let x = step.rd;
        let mut values: Vec<u64> = (0..8).map(|_| x ^ 1 << rng.below(64)).collect();
        values.extend([0, 1, u64::MAX, x.wrapping_add(1), x.wrapping_sub(1), !x, x.wrapping_neg()]);
        values.extend([
            x as i32 as u64,
            x as u32 as u64,
            x << 32 | x >> 32,
            x ^ 0xFFFF_FFFF_0000_0000,
            x << 16,
            x >> 16,
        ]);
        values.extend([x.wrapping_add(1 << 16), x.wrapping_add(1 << 32), x.wrapping_sub(1 << 16), rng.u64()]);
        values.extend([
            step.rs1,
            step.rs2,
            step.rd_before,
            step.mem[0].before,
            x as i16 as u64,
            x as i8 as u64,
        ]);
        let others = Opcode::ALL.into_iter().filter(|o| o.format() == Format::Register);
        values.extend(others.map(|o| aver_exec::semantics::alu(o, step.rs1, step.rs2)));
        values.sort_unstable();
        values.dedup();
        lies.extend(values.into_iter().filter(|&v| v != x).map(|rd| Step { rd, ..*step }));
    }
    if opcode.format() == Format::Store {
        for i in 0..2 {
            for bit in 0..64 {
                let mut lie = *step;
                lie.mem[i].after ^= 1 << bit;
                // the second word counts where there is one
                if lie.mem[i].addr != 0 {
                    lies.push(lie);
                }
            }
        }
    }
    if matches!(opcode.format(), Format::Branch | Format::Jalr) {
        let targets =
            [0, step.index, step.index + 1, step.index + 2, step.next + 1, rng.below(ops as u32), 1 << 30];
        lies.extend(targets.into_iter().filter(|&n| n != step.next).map(|next| Step { next, ..*step }));
    }
    lies
}

/// A comparison, with every choice of result, marker and signs, and the difference looked up that goes with it:
/// only the true result is valid.
#[test]
fn every_comparison_counts() {
    let random = (0..3).map(|seed| random_program(600 + seed, 1_500).elf);
    let mut tried = BTreeSet::new();
    for elf in random.chain([vectors::jumps().elf, vectors::immediates().elf, vectors::aliases().elf]) {
        let shop = Workshop::new(setup(&elf, options(12, Some(2_000))));
        let mut parts = parts(&shop, &[]);
        let part = parts.swap_remove(parts.len() - 2);
        let system = shop.setup.system(false);
        let judge = Judge { system, lookups: shop.lookups(false), publics: &part.publics };
        for (chip, table) in part.tables.iter().enumerate() {
            let columns = system.chips[chip].columns();
            let find = |name: &str| (0..columns.width()).find(|&i| columns.name(i) == name);
            let (Some(less), Some(d)) = (find("less"), find("d")) else { continue };
            let cell = |name: &str, i: usize| find(&format!("{name}{i}"));
            let (sign_a, sign_b) = (find("sign_a"), find("sign_b"));
            for row in 0..table.rows.min(300) {
                let honest = table.row(row);
                let limb = |name: &str, i: usize| match (cell(name, i), cell("imm", i.min(1))) {
                    (Some(at), _) | (None, Some(at)) => honest[at],
                    _ => panic!("{} has no operand {name}", system.described[chip].name),
                };
                let operand = |name: &str| core::array::from_fn::<F, 4, _>(|i| limb(name, i));
                let (a, b) = (operand("rs1.l"), operand("rs2.l"));
                let extended = |x: F| if x == f(0xFFFF) { F::ONE } else { F::ZERO };
                for choice in 0..32 {
                    let bit = |i: u32| f(choice >> i & 1);
                    let mut forged = honest.clone();
                    let marker = (choice >> 1 & 3) as usize;
                    forged[less] = bit(0);
                    (0..3).for_each(|i| forged[cell("m", i).unwrap()] = f((i == marker).into()));
                    let (mut difference, m0) = (a[marker] - b[marker], f((marker == 0).into()));
                    if let Some(sign_a) = sign_a {
                        forged[sign_a] = bit(3);
                        let of_b = sign_b.map_or(extended(b[3]), |_| bit(4));
                        sign_b.into_iter().for_each(|at| forged[at] = of_b);
                        if marker == 3 {
                            difference += (of_b - bit(3)) * f(1 << 16);
                        }
                    }
                    forged[d] =
                        (F::ONE - bit(0).double()) * difference - bit(0) - (F::ONE - bit(0)) * (F::ONE - m0);
                    // A branch goes where the result says.
                    if let (Some(next), Some(target), Some(index)) =
                        (find("next"), find("target"), find("index"))
                    {
                        let taken = bit(0) * honest[0] + (F::ONE - bit(0)) * honest[1];
                        let fall = honest[index] + F::ONE;
                        forged[next] = fall + taken * (honest[target] - fall);
                    }
                    if judge.is_valid(chip, &forged) {
                        assert_eq!(forged[less], honest[less], "{}", system.described[chip].name);
                        tried.insert((chip, forged[less]));
                    }
                }
            }
        }
    }
    // Both results, in six chips.
    assert_eq!(tried.len(), 12);
}

/// A shift by the register's width must give the operand, and could once be made to shift everything out:
/// as 16 more than all limbs but one. Only the lookup that bounds n by 4 bits objects.
#[test]
fn a_shift_by_the_width_is_no_shift() {
    for (chip, funct3, arithmetic, opcode, width) in [
        ("sll", 1, 0, 0x33, 64),
        ("sr", 5, 0, 0x33, 64),
        ("sr", 5, 0x20, 0x33, 64),
        ("sllw", 1, 0, 0x3b, 32),
        ("srw", 5, 0, 0x3b, 32),
        ("srw", 5, 0x20, 0x3b, 32),
    ] {
        let value = 0x9234_5678_9ABC_DEF0u64;
        let mut asm = aver_isa::testing::Asm::new();
        asm.li(reg::T0, value).li(reg::T1, width);
        asm.word(aver_isa::testing::encode::r(opcode, funct3, arithmetic, reg::T2, reg::T0, reg::T1));
        asm.srli(reg::A0, reg::T2, 1).call(93);
        let shop = Workshop::new(setup(&asm.elf(&[], 0), options(10, None)));
        let limbs = width as usize / 16;
        let forged = if arithmetic > 0 { u64::MAX } else { 0 };
        let honest = shop.lie(&[], Lies::default());
        assert!(honest.faults().is_empty());
        let op = Box::new(|e: &mut aver_machine_tests::liar::Event| {
            let is_shift = matches!(e.op.opcode.name(), "sll" | "srl" | "sra" | "sllw" | "srlw" | "sraw");
            if is_shift {
                e.rd = forged;
            }
        });
        let mut forge = shop.lie(&[], Lies { op, ..Lies::default() });
        assert_ne!(forge.header.exit_code, honest.header.exit_code);
        assert_ne!(forge.faults(), [""; 0]);
        let mut set = |column: &str, value: u64| forge.set(1, chip, 0, column, f(value as u32));
        set("n", 16);
        set("pow", 1 << 16);
        set("copow", 1);
        for i in 0..limbs - 1 {
            let name = if limbs == 2 { "q".to_string() } else { format!("q{i}") };
            set(&name, u64::from(i == limbs - 2));
        }
        for k in 0..limbs {
            let limb = value >> (16 * k) & 0xFFFF;
            let (high, low) = if funct3 == 1 { (limb, 0) } else { (0, limb) };
            set(&format!("high{k}"), high);
            set(&format!("low{k}"), low);
        }
        forge.settle();
        forge.is_refused_for(&[&format!("{chip}: bits")]);
    }
}
