//! Keys that are built in are those of the circuits; and all machines have circuits.

use aver_machine::Systems;
use aver_prover::Options;
use aver_recursion::{Builder, channel::Proof, part};
use aver_sdk::coprocessors::standard;
use aver_sdk::testing::{BUILT_IN, built_in, plan, trim};
use aver_stark::air::Group;
use aver_stark::params::Params;
use aver_stark::verify::Challenge;
use aver_tree::{circuits::Codes, keys::Kind};
use aver_tree_prover::Plan;
use aver_verifier::bytes::put_bytes;
use std::{
    fs::{self, File},
    time::{Duration, SystemTime},
};

/// Of machines without coprocessors and with one for hashing: of runs to verify, and to aggregate.
fn plans() -> impl Iterator<Item = [Plan; 2]> {
    let Options { profile, log_height, .. } = Options::default();
    let params = Params::new(profile, log_height).unwrap();
    ["", "sha256", "keccak"].into_iter().map(move |name| {
        let named = format!("{name}@");
        let mounted = standard().into_iter().filter(|c| c.name().starts_with(&named));
        let mounted: Vec<_> = mounted.collect();
        assert_eq!(mounted.is_empty(), name.is_empty(), "{name}");
        [Codes::STANDARD, Codes::TO_AGGREGATE].map(|codes| {
            let machine = Systems::mount(mounted.iter().map(|c| (c.name(), c.chips())).collect());
            plan(machine.unwrap(), &params, &[], codes).unwrap()
        })
    })
}

#[test]
fn keys_that_are_built_in_are_of_the_circuits() {
    let update = std::env::var_os("UPDATE_FIXTURES").is_some();
    let mut made = Vec::new();
    for (i, [standard, to_aggregate]) in plans().enumerate() {
        // It takes long to make all of one; their circuits are recorded by the same code.
        let known = match built_in(&standard) {
            Some(known) if i > 0 && !update => known,
            _ => standard.known().unwrap(),
        };
        let leaf = standard.prover(Kind::Large, 0, &known.classes, None).unwrap();
        assert_eq!(leaf.key().root.as_ref(), known.keys[Kind::Large as usize].first());
        let rooted = to_aggregate.rooted(known.classes.clone(), known.keys.clone()).unwrap();
        put_bytes(&mut made, &known.encode(&standard));
        put_bytes(&mut made, &rooted.encode(&to_aggregate));
    }
    if update {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/built-in.keys"), &made).unwrap();
    } else {
        assert!(made == BUILT_IN, "to renew what is built in: UPDATE_FIXTURES=1");
    }
}

/// The oldest go first, and nothing but groups.
#[test]
fn what_is_kept_of_circuits_has_an_end() {
    let folder = super::folder("trim");
    let names = ["a.groups", "c.groups", "b.groups", "keys"];
    for (age, name) in (1..).zip(names) {
        let path = folder.join(name);
        fs::write(&path, [0; 100]).unwrap();
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60 * age)).unwrap();
    }
    let left = |limit| {
        trim(&folder, limit);
        names.map(|name| folder.join(name).exists())
    };
    assert_eq!(left(300), [true; 4]);
    assert_eq!(left(299), [true, true, false, true]);
    assert_eq!(left(0), [false, false, false, true]);
    trim(&folder.join("missing"), 0);
}

/// Chunks and places of a machine with all coprocessors, in the smallest chunks, are added up in a circuit without wrapping.
#[test]
fn a_machine_with_all_coprocessors_has_circuits() {
    let mounted = standard();
    let machine = Systems::mount(mounted.iter().map(|c| (c.name(), c.chips())).collect()).unwrap();
    let Options { profile, log_height, .. } = Options::default();
    let params = Params::new(profile, log_height).unwrap();
    let b = Builder::new();
    let rows = |group: Group| -> Vec<_> {
        let of_group = machine.shard.described.iter().filter(|d| d.widths[group as usize] > 0);
        of_group.map(|_| b.hint()).collect()
    };
    let part = part::Part {
        index: b.hint(),
        fixed: None,
        fixed_rows: &rows(Group::Fixed),
        boundary: None,
        boundary_rows: &rows(Group::Boundary),
        publics: &[],
        messages: &[],
        shared: &Challenge::new(Vec::new()),
    };
    let shape = part::Shape { system: &machine.shard, params: &params, log_chunk: 8, stacks: [4, 1, 4] };
    assert!(part::read_layout(&b, &mut Proof::new(&b, ""), &shape, &part).is_ok());
}
