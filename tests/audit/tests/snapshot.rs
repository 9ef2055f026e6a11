//! What may change on purpose only: ranges of columns, and the key of a fixed program. And digests depend
//! on everything they should.

use aver_audit::snapshot::snapshot;
use std::fmt::Write;

use aver_audit::lint::facts::Facts;
use aver_audit::lint::machine::rules;
use aver_audit::lint::ranges::{Tables, snapshot as ranges_of};
use aver_isa::testing::{Asm, ElfBuilder, SegmentBytes, reg};
use aver_isa::{Program, calls};
use aver_machine::Systems;
use aver_machine::machine::fixed_columns;
use aver_prover::{Options, Setup};

/// Range of every column: what lookups and constraints leave, by intervals. A lookup or a boolean that is
/// gone, or wider, shows here.
#[test]
fn ranges() {
    let systems = Systems::new(Vec::new()).unwrap();
    let fixed = fixed_columns(&systems, &Program::default());
    let rules = rules(&[]).unwrap();
    let mut text = String::new();
    for (system, fixed) in [(&systems.shard, &fixed.shard), (&systems.memory, &fixed.memory)] {
        let tables = Tables::new(system, fixed, &rules);
        for described in &system.described {
            let lines = ranges_of(&Facts::new(described), &rules, &tables);
            if !lines.is_empty() {
                writeln!(text, "# {}\n{}", described.name, lines.join("\n")).unwrap();
            }
        }
    }
    snapshot(env!("CARGO_MANIFEST_DIR"), "ranges.snapshot.txt", &text);
}

/// A program with text, data and an entry that is not its first instruction.
fn elf() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.addi(reg::T0, reg::ZERO, 1);
    let entry = asm.pc();
    asm.li(reg::T0, Asm::DATA.into()).ld(reg::A0, reg::T0, 8).call(calls::EXIT);
    let segments = vec![
        SegmentBytes::text(asm.start, asm.bytes()),
        SegmentBytes::data(Asm::DATA, (1..17).collect(), 64),
    ];
    ElfBuilder { entry: entry.into(), segments, ..ElfBuilder::default() }.build()
}

/// The key of a fixed program: commits to machine, fixed tables, parameters and the program.
#[test]
fn key() {
    let options = Options { log_height: 12, ..Options::default() };
    let setup = Setup::new(&elf(), &[], options).unwrap();
    let digest = setup.vk().unwrap().digest();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    snapshot(env!("CARGO_MANIFEST_DIR"), "vk.snapshot.txt", &format!("{hex}\n"));
}
