//! Sizes and digests of chips are snapshots that a change must update on purpose. (What chips may say at
//! all is for `aver_audit::lint`.)

use aver_audit::snapshot::snapshot;
use std::collections::BTreeMap;
use std::fmt::Write;

use aver_isa::Program;
use aver_machine::digest::{digest, of_chip};
use aver_machine::{Machine, Systems, report};
use aver_stark::chip::Described;
use p3_field::PrimeCharacteristicRing;

#[test]
fn sizes() {
    let machine = Machine::new(&Program::default(), Vec::new()).unwrap();
    snapshot(env!("CARGO_MANIFEST_DIR"), "chips.snapshot.txt", &report::table(&machine));
}

/// A digest of everything a chip says, and how many constraints it has of each number.
fn line(chip: &Described) -> String {
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    chip.description.constraints.iter().for_each(|c| *labels.entry(c.label).or_default() += 1);
    let labels: Vec<String> = labels.iter().map(|(label, count)| format!("{label}×{count}")).collect();
    let digest = hex(&of_chip(chip));
    format!("{:<20} {} {}", chip.name, &digest[..32], labels.join(" ")).trim_end().to_string()
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[test]
fn digests() {
    let systems = Systems::new(Vec::new()).unwrap();
    let lines = |system: &aver_stark::layout::System| -> String {
        system.described.iter().map(|chip| line(chip) + "\n").collect()
    };
    let (shard, memory, all) = (lines(&systems.shard), lines(&systems.memory), hex(&digest(&systems)));
    snapshot(
        env!("CARGO_MANIFEST_DIR"),
        "digests.snapshot.txt",
        &format!("# shard\n{shard}# memory\n{memory}# machine\n{all}\n"),
    );
}

/// 3 is not a square (`branch_eq/2`).
#[test]
fn three_is_not_a_square() {
    let half = (aver_stark::field::P - 1) / 2;
    let mut x = aver_stark::field::F::ONE;
    for i in (0..32).rev() {
        x = x.square();
        if half >> i & 1 == 1 {
            x *= aver_stark::field::f(3);
        }
    }
    assert_eq!(x, aver_stark::field::F::NEG_ONE);
}
