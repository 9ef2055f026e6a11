//! Lies about when registers are accessed.

use aver_exec::{MAX_REST, Touch};
use aver_isa::Opcode;
use aver_isa::testing::{Asm, reg};
use aver_machine::chips::touch::BLOCK;
use aver_machine::public::MAX_TS;
use aver_machine_tests::liar::Lies;
use aver_stark::field::P;

use crate::relay::*;

/// An op reads what a later op writes.
#[test]
fn time_runs_backwards() {
    let mut asm = Asm::new();
    asm.addi(reg::T1, reg::T0, 0).addi(reg::T0, 0, 7).addi(reg::A0, reg::T1, 0).call(93);
    small(&asm, &[], at(0, |e| (e.rs1, e.rd) = (7, 7)), |shop, mut run| {
        assert_eq!(run.exit_code, 7);
        let trace = &mut run.shards[0].1;
        let steps = &mut trace.steps[Opcode::Addi as usize];
        // Written from its first value at 10, then read at 1, then handed on.
        let (read, written) = (steps[0].ts, steps[1].ts + 4);
        (steps[0].rs1_prev, steps[1].rd_prev, steps[1].rd_before) = (written, 0, 0);
        trace.finals.iter_mut().find(|w| w.addr == reg::T0).unwrap().last_ts = read;
        refused(shop, &run, shop.setup.program(), &["addi: range"]);
        // By way of rows that touch the register: at once, or step by step around p to −1.
        let trace = &mut run.shards[0].1;
        trace.steps[Opcode::Addi as usize][0].rs1_prev = P - 1;
        let touch = |prev_ts: u32, ts: u32| Touch { register: reg::T0 as u8, value: 7, prev_ts, ts };
        trace.touches = vec![touch(written, P - 1)];
        refused(shop, &run, shop.setup.program(), &["touch: range"]);
        let mut around = vec![touch(written, MAX_REST)];
        while around[around.len() - 1].ts < P - 1 {
            let ts = around[around.len() - 1].ts;
            around.push(touch(ts, ts + MAX_REST));
        }
        run.shards[0].1.touches = around;
        refused(shop, &run, shop.setup.program(), &["touch: range"]);
        // From a later touch than the op's.
        let trace = &mut run.shards[0].1;
        trace.steps[Opcode::Addi as usize][0].rs1_prev = BLOCK;
        trace.touches = vec![touch(written, BLOCK)];
        refused(shop, &run, shop.setup.program(), &["addi: range"]);
    });
    // An op reads what it writes itself, which then can be anything.
    let mut asm = Asm::new();
    asm.sub(reg::T0, reg::T0, 0).addi(reg::A0, reg::T0, 0).call(93);
    small(&asm, &[], at(0, |e| (e.rs1, e.rd) = (7, 7)), |shop, mut run| {
        assert_eq!(run.exit_code, 7);
        let steps = &mut run.shards[0].1.steps;
        let sub = &mut steps[Opcode::Sub as usize][0];
        let (read, written) = (sub.ts, sub.ts + 4);
        (sub.rs1_prev, sub.rd_prev, sub.rd_before) = (written, 0, 0);
        steps[Opcode::Addi as usize][0].rs1_prev = read;
        refused(shop, &run, shop.setup.program(), &["sub: range"]);
    });
    // An op adds to what it comes to itself.
    let mut asm = Asm::new();
    asm.addi(reg::T0, reg::T0, 0).add(reg::A0, reg::T0, 0).call(93);
    small(&asm, &[], Lies::default(), |shop, mut run| {
        let add = &mut run.shards[0].1.steps[Opcode::AddiTo as usize][0];
        (add.rd, add.rd_before, add.rd_prev) = (7, 7, add.ts + 4);
        refused(shop, &run, shop.setup.program(), &["addi_to: range", "mem"]);
    });
    // The shard's last timestamp is another.
    let shop = relay_shop(true);
    let mut forge = relay_forge(&shop, 5);
    for later in [5, MAX_TS - 200] {
        forge.header.shards[2].end_ts += later;
        forge.settle();
        forge.is_refused_for(&["exec"]);
    }
}

/// A row that touches a register changes its value, is of another register than it takes, or is there twice; one
/// that nobody needs does no harm.
#[test]
fn touches_that_do_something() {
    let mut asm = Asm::new();
    asm.li(reg::T0, 6).add(reg::A0, reg::T0, 0).call(93);
    small(&asm, &[], Lies::default(), |shop, mut run| {
        let program = shop.setup.program();
        let place = run.shards[0].1.finals.iter().position(|w| w.addr == reg::T0).unwrap();
        let prev_ts = run.shards[0].1.finals[place].last_ts;
        let touch = Touch { register: reg::T0 as u8, value: 6, prev_ts, ts: BLOCK };
        run.shards[0].1.touches = vec![touch, Touch { prev_ts: BLOCK, ts: 4 * BLOCK, ..touch }];
        run.shards[0].1.finals[place].last_ts = 4 * BLOCK;
        assert_eq!(forged(shop, &run, program).faults(), [""; 0]);
        for lie in [
            Touch { value: 7, ..touch },
            Touch { register: reg::T1 as u8, ..touch },
            Touch { prev_ts: prev_ts + 1, ..touch },
            Touch { prev_ts: BLOCK, ts: 4 * BLOCK, ..touch },
        ] {
            run.shards[0].1.touches[0] = lie;
            refused(shop, &run, program, &["mem"]);
        }
    });
}
