//! Honest executions satisfy every constraint, and every bus balances.

mod common;

use aver_isa::testing::random_program;
use common::Traced;

#[test]
fn random_programs() {
    for seed in 0..6 {
        let program = random_program(seed);
        let traced = Traced::new(&program.elf, &[], if seed == 0 { 500 } else { 20_000 });
        traced.check();
    }
}
