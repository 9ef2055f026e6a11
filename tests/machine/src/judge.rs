//! A row judged by itself, and rows that lie.

use aver_exec::{Input, ShardTrace, Silent, Step, StepList};
use aver_isa::testing::Rng;
use aver_isa::{Format, OPCODES, Opcode};
use aver_machine::buses;
use aver_prover::steps::{Part, Pass1};
use aver_stark::field::{F, P};
use aver_stark::layout::System;
use aver_stark_prover::check::{Message, check_row, constraints_of_row, messages_of_row};
use aver_stark_prover::table::Table;
use p3_field::{Field, PrimeCharacteristicRing};

use crate::forge::Workshop;
use crate::lookups::{Lookups, is_fixed};

/// A run's parts, as the prover has them.
pub fn parts(shop: &Workshop, input: &[u8]) -> Vec<Part> {
    let (setup, input) = (&shop.setup, Input::new(input).unwrap());
    let Pass1 { header, end, .. } = setup.pass_1(&input, &mut Silent).unwrap();
    setup.checkpoints(end, &input).map(|from| setup.part(&header, &from.unwrap()).unwrap()).collect()
}

/// A row is judged by itself: its constraints, its lookups, and what it says to others.
pub struct Judge<'a> {
    /// The chips.
    pub system: &'a System,
    /// What tables answer.
    pub lookups: &'a Lookups,
    /// Public values.
    pub publics: &'a [F],
}

impl Judge<'_> {
    /// Constraints hold and every lookup is answered. Lookups count themselves: the prover counts.
    pub fn is_valid(&self, chip: usize, row: &[F]) -> bool {
        check_row(self.system, chip, row, self.publics).is_none()
            && messages_of_row(self.system, chip, row, self.publics)
                .iter()
                .filter(|m| self.is_lookup(chip, m))
                .all(|m| m.1 == F::ONE && self.lookups.answer(m.0.id, &m.2))
    }

    pub fn is_lookup(&self, chip: usize, message: &Message) -> bool {
        !is_fixed(self.system, chip) && self.lookups.is_lookup(message.0.id)
    }

    /// What other rows, and the verifier, must answer.
    pub fn messages(&self, chip: usize, row: &[F]) -> Vec<(u32, Vec<F>, F)> {
        let messages = messages_of_row(self.system, chip, row, self.publics);
        let others = messages.into_iter().filter(|m| !self.is_lookup(chip, m));
        let mut others: Vec<_> = others.map(|(bus, m, values)| (bus.id, values, m)).collect();
        others.sort();
        others
    }

    /// What an op takes, without the times of earlier accesses, and what it puts.
    pub fn transition(&self, chip: usize, row: &[F]) -> [Vec<(u32, Vec<F>, F)>; 2] {
        let mut messages = self.messages(chip, row);
        for (bus, values, m) in &mut messages {
            if *bus == buses::MEM.id && *m != F::ONE {
                values.pop();
            }
        }
        let (puts, takes) = messages.into_iter().partition(|m| m.2 == F::ONE);
        [takes, puts]
    }

    /// Constraints that do not hold, and what they come to.
    pub fn broken(&self, chip: usize, row: &[F]) -> Vec<(usize, F)> {
        let constraints = constraints_of_row(self.system, chip, row, self.publics);
        constraints.into_iter().enumerate().filter(|c| c.1 != F::ZERO).collect()
    }

    /// What a constraint comes to.
    fn value(&self, chip: usize, row: &[F], constraint: usize) -> F {
        self.broken(chip, row).into_iter().find(|c| c.0 == constraint).map_or(F::ZERO, |c| c.1)
    }

    /// Columns that are nobody else's business: in no message but lookups of numbers.
    pub fn hints(&self, chip: usize) -> Vec<usize> {
        let described = &self.system.described[chip];
        let numbers = [buses::RANGE, buses::BYTES, buses::AND, buses::BITS].map(|b| b.id);
        let others = described.description.interactions.iter().filter(|i| !numbers.contains(&i.bus.id));
        let forms = others.flat_map(|i| i.values.iter().chain([&i.multiplicity]));
        let used: Vec<usize> = forms.flat_map(|f| f.columns.iter().map(|t| t.0)).collect();
        (0..described.width()).filter(|column| !used.contains(column)).collect()
    }

    /// Looks for hints with which a row satisfies its constraints: changes hints, one at a time, each so that
    /// a broken constraint holds. Starts by turning some flags.
    pub fn repair(&self, rng: &mut Rng, chip: usize, row: &[F], hints: &[usize]) -> Option<Vec<F>> {
        let mut row = row.to_vec();
        let mut pick = |n: usize| rng.below(n as u32) as usize;
        if hints.is_empty() {
            return None;
        }
        for _ in 0..pick(4) {
            let at = hints[pick(hints.len())];
            if row[at] == F::ZERO || row[at] == F::ONE {
                row[at] = F::ONE - row[at];
            }
        }
        for _ in 0..40 {
            let broken = self.broken(chip, &row);
            if broken.is_empty() {
                return Some(row);
            }
            let (constraint, value) = broken[pick(broken.len())];
            let first = pick(hints.len());
            for at in hints.iter().cycle().skip(first).take(hints.len()).copied() {
                let before = row[at];
                row[at] = before + F::ONE;
                let slope = self.value(chip, &row, constraint) - value;
                if slope != F::ZERO {
                    row[at] = before - value * slope.inverse();
                    if self.value(chip, &row, constraint) == F::ZERO {
                        break;
                    }
                    // Not linear: a flag, say.
                    row[at] = if before == F::ZERO { F::ONE } else { F::ZERO };
                    if self.value(chip, &row, constraint) == F::ZERO {
                        break;
                    }
                }
                row[at] = before;
            }
        }
        None
    }
}

/// Rows of ops of a run's first shard, honest, and each with another result and all hints made for that, by
/// chip.
pub fn lying_rows(shop: &Workshop, rng: &mut Rng, steps: usize) -> [Vec<Table>; 2] {
    let setup = &shop.setup;
    let input = Input::default();
    let first = setup.meter(&input).expect("there are no coprocessors").next_shard(&mut Silent);
    let plan = first.expect("the program runs").expect("there is a shard");
    let trace = aver_exec::trace(setup.program(), &plan, &[]).expect("the shard can be traced");
    let ops = setup.program().ops.len();
    let (mut honest, mut lies) = (without_steps(&trace), without_steps(&trace));
    for opcode in Opcode::ALL {
        let at = opcode as usize;
        for step in trace.steps[at].iter().take(steps) {
            let others = other_results(rng, opcode, step, ops);
            honest.steps[at].extend(others.iter().map(|_| *step));
            lies.steps[at].extend(others);
        }
        for step in trace.misaligned[at].iter().take(steps) {
            let others = other_results(rng, opcode, step, ops);
            honest.misaligned[at].extend(others.iter().map(|_| *step));
            lies.misaligned[at].extend(others);
        }
    }
    let plan = aver_exec::ShardPlan { touched: Vec::new(), ..plan };
    let publics = setup.pass_1(&input, &mut Silent).expect("committed").header.shard_publics(0);
    [honest, lies].map(|trace| {
        let (system, kept) =
            (setup.system(false), setup.kept_memory(setup.log_chunk_of_shard(&plan).expect("a shape")));
        aver_trace::shard_tables(system, setup.program(), &plan, &trace, &publics, &[], kept)
    })
}

fn without_steps(trace: &ShardTrace) -> ShardTrace {
    let lists = || vec![StepList::default(); OPCODES];
    let (steps, misaligned) = (lists(), lists());
    ShardTrace {
        steps,
        misaligned,
        ecalls: Vec::new(),
        touches: Vec::new(),
        finals: Vec::new(),
        ..trace.clone()
    }
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
            x.rotate_left(32),
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
        // The same modulo p.
        values.extend([1, 2, 1 << 16, 1 << 32].map(|n| x.wrapping_add(n * u64::from(P))));
        values.extend([1, 1 << 16].map(|n| x.wrapping_sub(n * u64::from(P))));
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
