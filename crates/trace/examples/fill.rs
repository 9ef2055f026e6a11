//! How long filling takes: nanoseconds for each op of a loop of common ops.

use std::time::Instant;

use aver_exec::{Cost, Input, Limits, Silent, meter, trace};
use aver_isa::testing::{Asm, reg};
use aver_machine::Machine;
use aver_machine::public::{PC_HALT, ShardPublics};
use aver_stark_prover::arena::Arena;
use aver_trace::Memory;

fn main() {
    let mut asm = Asm::new();
    asm.li(reg::S0, 100_000).li(reg::S1, Asm::DATA.into());
    let top = asm.pc();
    asm.ld(reg::T0, reg::S1, 8).add(reg::T1, reg::T0, reg::T2).xor(reg::T2, reg::T1, reg::T0);
    asm.sd(reg::T2, reg::S1, 16).slli(reg::A0, reg::T2, 13).sub(reg::A1, reg::A0, reg::T1);
    asm.lbu(reg::A2, reg::S1, 17).andi(reg::A2, reg::A2, 15).mul(reg::A3, reg::A2, reg::T1);
    asm.addi(reg::S0, reg::S0, -1);
    let back = top as i32 - asm.pc() as i32;
    asm.bne(reg::S0, 0, back).exit(0);
    let program = asm.program(&[1; 64], 64).expect("loads");
    let machine = Machine::new(&program, Vec::new()).expect("a machine");
    let run = meter(&program, &Input::default(), &[], &Cost::flat(), &Limits::default(), &mut Silent)
        .expect("runs");
    let arena = Arena::default();
    let memory = Memory { arena: &arena, log_chunk: 12 };
    for plan in &run.shards {
        let trace = trace(&program, plan, &[]).expect("traces");
        for round in 0..5 {
            let publics = ShardPublics { shard: 1, start: 0, end: PC_HALT, end_ts: 1, exit: None };
            let start = Instant::now();
            let tables =
                aver_trace::shard_tables(&machine.shard, &program, plan, &trace, &publics, &[], memory);
            let seconds = start.elapsed().as_secs_f64();
            println!("round {round}: {:.1} ns an op", seconds * 1e9 / plan.ops as f64);
            drop(tables);
        }
    }
}
