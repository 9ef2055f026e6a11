//! The rules of `aver_audit::lint`, kept by every chip of the workspace.

use aver_audit::lint::judge;
use aver_audit::lint::machine::{ALLOWED, findings};
use aver_isa::Program;
use aver_isa::testing::random_program;
use aver_machine::coprocessor::Coprocessor;
use aver_sha256::Sha256;

/// The machine keeps all rules, but for what is listed with its reason; on its own and with coprocessors.
#[test]
fn the_machine_keeps_the_rules() {
    let program = Program::from_elf(&random_program(1, 200).elf).unwrap();
    let found = judge(findings(&program, Sha256.chips()).unwrap(), ALLOWED);
    let report: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(report.is_empty(), "{}", report.join("\n"));
}
