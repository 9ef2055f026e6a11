//! Columns and messages a cycle of a program whose input is a number, chip by chip, without tables of fixed
//! columns: `cargo run --profile fast -p aver-trace --example cells program.elf number`.

use std::error::Error;

use aver_exec::{Cost, Input, Limits, ShardTrace, Silent, meter, trace};
use aver_isa::{Opcode, Program};
use aver_machine::machine::{ShardChip, chip_of};
use aver_machine::{Machine, cpu};

/// Ops of a shard: what fits the default memory budget, about.
const SHARD_OPS: u64 = 700_000;

/// Counts over a run.
#[derive(Default)]
struct Counts {
    /// By chip.
    rows: Vec<u64>,
    /// Accesses to memory, and those of words that rested for more than 2^16 slots.
    memory: [u64; 2],
    /// Ops that write the register they read first, and not second, in two accesses, by chip.
    in_place: Vec<u64>,
}

impl Counts {
    fn add(&mut self, program: &Program, trace: &ShardTrace) {
        self.rows[ShardChip::Boundary as usize] += trace.finals.len() as u64;
        self.rows[ShardChip::Touch as usize] += trace.touches.len() as u64;
        for (opcode, steps) in Opcode::ALL.into_iter().zip(&trace.steps) {
            let Some(chip) = chip_of(opcode) else { continue };
            self.rows[chip as usize] += steps.len() as u64;
            let ops = steps.iter().map(|step| &program.ops[step.index as usize]);
            let is_in_place = |op: &&aver_isa::Op| {
                opcode.reads_rs1()
                    && opcode.writes_rd()
                    && op.rd == op.rs1
                    && !(opcode.reads_rs2() && op.rs2 == op.rd)
            };
            self.in_place[chip as usize] += ops.filter(is_in_place).count() as u64;
        }
        for (opcode, steps) in Opcode::ALL.into_iter().zip(&trace.misaligned) {
            let chip =
                if opcode.writes_rd() { ShardChip::MisalignedLoad } else { ShardChip::MisalignedStore };
            self.rows[chip as usize] += steps.len() as u64;
        }
        let steps = trace.steps.iter().chain(&trace.misaligned).flat_map(|s| s.iter());
        for (step, access) in steps.flat_map(|s| s.mem.iter().map(move |access| (s, access))) {
            if access.addr != 0 {
                let rest = step.ts + cpu::MEM0 - access.prev_ts;
                self.memory[0] += 1;
                self.memory[1] += u64::from(rest > aver_exec::MAX_REST && access.prev_ts > 0);
            }
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let program = Program::from_elf(&std::fs::read(args.next().ok_or("no program")?)?)?;
    let number: u64 = args.next().ok_or("no number")?.parse()?;
    let machine = Machine::new(&program, Vec::new())?;
    let input = Input::new(number.to_le_bytes())?;
    let cost = Cost { max_ops: SHARD_OPS, ..Cost::flat() };
    let run = meter(&program, &input, &[], &cost, &Limits::default(), &mut Silent)?;
    let none = || vec![0; ShardChip::COUNT];
    let mut counts = Counts { rows: none(), in_place: none(), ..Counts::default() };
    for plan in &run.shards {
        counts.add(&program, &trace(&program, plan, &[])?);
    }
    let a_cycle = |n: u64| n as f64 / run.cycles as f64;
    let mut sum = [0.0; 2];
    println!("chip                   rows  in place  columns  messages");
    for ((chip, &rows), &in_place) in machine.shard.described.iter().zip(&counts.rows).zip(&counts.in_place) {
        let sizes = [chip.width(), chip.description.interactions.len()].map(|n| n as f64 * a_cycle(rows));
        sum = [sum[0] + sizes[0], sum[1] + sizes[1]];
        if rows > 0 {
            let (name, share) = (&chip.name, a_cycle(rows));
            println!(
                "{name:<20} {share:.4}    {:.4}    {:>5.2}     {:>5.2}",
                a_cycle(in_place),
                sizes[0],
                sizes[1]
            );
        }
    }
    let in_place = a_cycle(counts.in_place.iter().sum());
    println!(
        "{} cycles: {:.2} columns, {:.2} messages a cycle, {in_place:.3} ops in place",
        run.cycles, sum[0], sum[1]
    );
    let [all, rested] = counts.memory;
    println!(
        "{:.3} accesses to memory a cycle, {:.1} % after a rest",
        a_cycle(all),
        100.0 * rested as f64 / all.max(1) as f64
    );
    Ok(())
}
