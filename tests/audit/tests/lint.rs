//! The rules of `aver_audit::lint`, kept by every chip of the workspace.

use std::collections::BTreeMap;

use aver_audit::lint::judge;
use aver_audit::lint::machine::{ALLOWED, findings_with, rules};
use aver_isa::Program;
use aver_isa::testing::random_program;
use aver_machine::buses::COPROCESSOR_BUSES;
use aver_sdk::coprocessors::standard;

/// The machine keeps all rules, but for what is listed with its reason; beside all its coprocessors, too. What is found in these
/// alone is for their own tests, which list what is as it should be.
#[test]
fn the_machine_keeps_the_rules() {
    let program = Program::from_elf(&random_program(1, 200).elf).unwrap();
    let coprocessors: Vec<_> = standard().iter().flat_map(|c| c.chips()).collect();
    for chips in [Vec::new(), coprocessors] {
        let own: Vec<String> = chips.iter().map(|chip| chip.name().to_string()).collect();
        let rules = rules(&chips).unwrap();
        let is_asked = |chip: &str| !own.iter().any(|name| name == chip);
        let mut found = judge(findings_with(&program, chips, &rules, is_asked).unwrap(), ALLOWED);
        found.retain(|finding| is_asked(&finding.chip));
        let report: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(report.is_empty(), "{}", report.join("\n"));
    }
}

/// Coprocessors share nothing: neither numbers of calls, nor names, nor ids or names of buses of their own.
#[test]
fn coprocessors_are_apart() {
    let mut owners = BTreeMap::new();
    for coprocessor in standard() {
        let name = coprocessor.name().to_string();
        let mut own = vec![format!("call {:#x}", coprocessor.call()), format!("name {name}")];
        for chip in coprocessor.chips() {
            own.push(format!("chip {}", chip.name()));
            let buses = chip.describe().unwrap().interactions.into_iter().map(|i| i.bus);
            for bus in buses.filter(|bus| bus.id >= COPROCESSOR_BUSES) {
                own.extend([format!("bus {}", bus.id), format!("bus {}", bus.name)]);
            }
        }
        for thing in own {
            let owner = owners.entry(thing.clone()).or_insert_with(|| name.clone());
            assert_eq!(*owner, name, "{thing} has two owners");
        }
    }
}
