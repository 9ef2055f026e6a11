//! The lint bites on the machine: what is taken from its chips, or counted otherwise, is noticed.

use aver_audit::lint::facts::Facts;
use aver_audit::lint::{buses, columns, cpu, machine, weights};
use aver_machine::{ShardChip, Systems};
use aver_stark::air::{BaseLanes, Columns, Ext, ExtLanes};
use aver_stark::chip::{Chip, Described};
use aver_stark::error::ChipError;
use aver_stark::field::{EF, F, PEF, PF, f};
use aver_stark::symbolic::Description;
use p3_field::PrimeCharacteristicRing;

/// Messages on shared buses in rows the verifier does not count, or more than it counts.
#[test]
fn shared_messages_are_counted() {
    let mut systems = Systems::new(Vec::new()).unwrap();
    let rules = machine::rules(&[]).unwrap();
    let rooms = |chip: &Described| {
        let found = buses::lint_chip(&Facts::new(chip), &rules);
        found.iter().filter(|finding| finding.rule == "bus/room").count()
    };
    let boundary = systems.shard.described[ShardChip::Boundary as usize].description.interactions[0].clone();
    assert!(boundary.bus.shared);
    for (chip, expected) in [(ShardChip::Boundary, 1), (ShardChip::Add, 1)] {
        let chip = &mut systems.shard.described[chip as usize];
        assert_eq!(rooms(chip), 0);
        chip.description.interactions.push(boundary.clone());
        assert_eq!(rooms(chip), expected);
    }
}

/// An op without any one of its messages on exec, instr, mem or public, or with another value in it.
#[test]
fn ops_are_whole() {
    let mut systems = Systems::new(Vec::new()).unwrap();
    assert_eq!(cpu::lint(&systems.shard), Vec::new());
    for chip in [ShardChip::Add, ShardChip::Addi, ShardChip::Const, ShardChip::Exit, ShardChip::Halt] {
        let chip = chip as usize;
        let original = systems.shard.described[chip].description.clone();
        for (i, interaction) in original.interactions.iter().enumerate() {
            if !["exec", "instr", "mem", "public"].contains(&interaction.bus.name) {
                continue;
            }
            systems.shard.described[chip].description.interactions.remove(i);
            assert!(!cpu::lint(&systems.shard).is_empty(), "{interaction:?}");
            systems.shard.described[chip].description = original.clone();
        }
    }
    // Two calls of one number.
    let exit = systems.shard.described[ShardChip::Exit as usize].description.clone();
    systems.shard.described[ShardChip::Write as usize].description.interactions = exit.interactions;
    assert!(cpu::lint(&systems.shard).iter().any(|finding| finding.what.contains("exit takes calls")));
}

/// A chip by its description.
struct Copy<'a>(&'a Described);

impl Chip for Copy<'_> {
    fn name(&self) -> &str {
        &self.0.name
    }
    fn columns(&self) -> Columns {
        self.0.description.columns.clone()
    }
    fn describe(&self) -> Result<Description, ChipError> {
        Ok(self.0.description.clone())
    }
    fn eval_base(&self, _: &[BaseLanes], _: &[F], _: &mut [PF]) {}
    fn eval_lanes(&self, _: &[ExtLanes], _: &[F], _: &[EF]) -> PEF {
        PEF::ZERO
    }
    fn eval_ext(&self, _: &[Ext], _: &[F], _: &[EF]) -> EF {
        EF::ZERO
    }
}

/// Dropping any flag's boolean constraint, of any chip, is noticed; so is any message's weight that changes.
#[test]
fn flags_and_weights_of_the_machine_are_watched() {
    let systems = Systems::new(Vec::new()).unwrap();
    let rules = machine::rules(&[]).unwrap();
    for chip in systems.shard.described.iter().chain(&systems.memory.described) {
        if chip.widths[0] > 0 {
            continue;
        }
        let changed = |change: &dyn Fn(&mut Description)| {
            let mut other = Described::new(&Copy(chip)).unwrap();
            change(&mut other.description);
            let facts = Facts::new(&other);
            let mut found = [weights::lint(&facts, &rules), columns::lint(&facts, &rules)].concat();
            found.extend([buses::lint_chip(&facts, &rules), cpu::lint_chip(&other)].concat());
            found.retain(|finding| !machine::ALLOWED.iter().any(|allow| allow.covers(finding)));
            found
        };
        for (c, constraint) in chip.description.constraints.iter().enumerate() {
            if ["cpu/flag", "cpu/flags", "boundary/1"].contains(&constraint.label) {
                let found = changed(&|d| _ = d.constraints.remove(c));
                assert!(!found.is_empty(), "{}: {}", chip.name, constraint.label);
            }
        }
        for (m, message) in chip.description.interactions.iter().enumerate() {
            let found = changed(&|d| d.interactions[m].multiplicity.columns[0].1 *= f(2));
            assert!(!found.is_empty(), "{}: {message:?}", chip.name);
            let negate = |d: &mut Description| {
                d.interactions[m].multiplicity.columns.iter_mut().for_each(|t| t.1 *= F::NEG_ONE);
            };
            assert!(!changed(&negate).is_empty(), "{}: {message:?}", chip.name);
        }
    }
}
