//! Whole runs with calls: proved, verified, and refused where the coprocessor is not there.

use std::sync::Arc;

use aver_exec::{Input, Silent};
use aver_prover::{Coprocessor, Options, Setup, verify};

use super::{Usage, calls};

/// Calls, of which shards have few.
const CALLS: usize = 6;
/// Cycles of a shard: less than those of three calls.
const SHARD_CYCLES: u64 = 25;

/// A run of some calls is proved in several shards, and verified. Without the coprocessor neither is possible, and both
/// say its address.
pub fn proof(c: Arc<dyn Coprocessor>, usage: &Usage) {
    let name = c.name().to_owned();
    let elf = calls::elf(c.call(), &name, &[calls::disjoint(usage).0; CALLS]);
    let mounted = [c];
    let options = || Options { log_height: 12, max_shard_cycles: Some(SHARD_CYCLES), ..Options::default() };
    let setup = Setup::new(&elf, &mounted, options()).unwrap_or_else(|error| panic!("{error}"));
    let mut proof = Vec::new();
    let report = setup.prove(&Input::default(), &mut Silent, &mut proof, &mut |_| {});
    let report = report.unwrap_or_else(|error| panic!("{error}"));
    assert!(report.execution.shards > 1, "a shard for all calls");
    let vk = setup.vk().unwrap_or_else(|error| panic!("{error}")).digest();
    verify(&proof, &vk, 0, &mounted).map(drop).unwrap_or_else(|error| panic!("{error}"));
    assert!(verify(&proof, &vk, 1, &mounted).is_err(), "another exit code");
    let missing = [
        verify(&proof, &vk, 0, &[]).map(drop).err().map(|error| error.to_string()),
        Setup::new(&elf, &[], options()).map(drop).err().map(|error| error.to_string()),
    ];
    for error in missing {
        assert!(error.as_ref().is_some_and(|text| text.contains(&name)), "{error:?} says no {name}");
    }
}
