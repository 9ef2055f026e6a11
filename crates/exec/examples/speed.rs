//! How fast the two passes run: `cargo run --release -p aver-exec --example speed [program.elf]`.

use std::time::Instant;

use aver_exec::{Cost, Input, Limits, Silent, StepList, meter, trace};
use aver_isa::{
    Program,
    testing::{Asm, reg::*},
};

/// A loop of arithmetic, loads, stores and a call, over 64 KiB.
fn built_in(rounds: u64) -> Result<Program, aver_isa::Error> {
    let mut asm = Asm::new();
    asm.li(S0, Asm::DATA.into()).li(S1, rounds).li(T2, 0x9e37_79b9);
    asm.jal(0, 4 * 8);
    let function = asm.pc() as i32;
    asm.ld(T1, T0, 0).add(T1, T1, T2).xor(T2, T2, T1).srli(A0, T1, 7).add(T2, T2, A0);
    asm.sd(T2, T0, 0).jalr(0, RA, 0);
    let start = asm.pc() as i32;
    asm.slli(T0, S1, 3).li(A1, 0xfff8 / 2).word(0x00b2_f2b3).add(T0, T0, S0);
    let call = function - asm.pc() as i32;
    asm.jal(RA, call).lbu(A2, T0, 3).add(T2, T2, A2).sb(T2, T0, 5).addi(S1, S1, -1);
    let back = start - asm.pc() as i32;
    asm.bne(S1, 0, back).exit(0);
    asm.program(&[], 0x1_0000)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = match std::env::args().nth(1) {
        Some(path) => Program::from_elf(&std::fs::read(path)?)?,
        None => built_in(5_000_000)?,
    };
    let cost = Cost { max_cost: 1 << 20, touched_word: 1, ..Cost::flat() };
    for _ in 0..3 {
        let start = Instant::now();
        let input = Input::default();
        let run = meter(&program, &input, &[], &cost, &Limits::default(), &mut Silent)?;
        let seconds = start.elapsed().as_secs_f64();
        let millions = run.cycles as f64 / 1e6;
        let shards = run.shards.len();
        println!("meter: {millions:.1} M ops, {shards} shards, {:.1} M/s", millions / seconds);
        let start = Instant::now();
        let mut steps = 0;
        for plan in run.shards.iter().take(10) {
            steps += trace(&program, plan, &[])?.steps.iter().map(StepList::len).sum::<usize>();
        }
        println!("trace: {:.1} M/s", steps as f64 / 1e6 / start.elapsed().as_secs_f64());
    }
    Ok(())
}
