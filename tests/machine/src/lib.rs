//! What the tests of the whole machine share. The tests are in `tests/`:
//!
//! | | |
//! |---|---|
//! | `edges` | every instruction on edge operands: executed, compared with another emulator, proved, verified |
//! | `random` | random programs, likewise; shards cut anywhere; threads that must not matter |
//! | `oracle` | constraints and buses of real runs (changed cells and forged rows: `tests/audit`) |
//! | `results` | every op with another result than its own, and whatever hints |
//! | `forgeries` | provers that lie and keep everything after the lie consistent |
//! | `lying_prover` | tables, numbers and commitments of other proofs than the one that is claimed |
//! | `limits` | timestamps, shard numbers, keys and addresses at their edges |
//! | `tamper` | proof files, changed, cut and mixed |

pub mod allocated;
pub mod forge;
pub mod judge;
pub mod liar;
pub mod lookups;
pub mod qemu;
pub mod vectors;

use aver_exec::{Input, Silent};
use aver_prover::{Options, Setup, verify_conditional};
use aver_stark::params::Profile;

/// Options of tests: small stacks; shards of at most `cycles`.
pub fn options(log_height: usize, cycles: Option<u64>) -> Options {
    Options { profile: Profile::Bits100, log_height, max_shard_cycles: cycles, ..Options::default() }
}

/// A setup of a program that loads.
pub fn setup(elf: &[u8], options: Options) -> Setup {
    Setup::new(elf, &[], options).expect("the program loads")
}

/// Proves a run and verifies it: number of shards, and the proof file.
pub fn prove(setup: &Setup, input: &[u8]) -> (usize, Vec<u8>) {
    let mut proof = Vec::new();
    let input = Input::new(input).expect("the input fits");
    let report = setup.prove(&input, &mut Silent, &mut proof, &mut |_| {}).expect("the run is proved");
    let run = report.execution;
    let vk = setup.vk().expect("there is a key").digest();
    let verified = verify_conditional(&proof[..], &vk, run.exit_code, &[]).expect("the proof is accepted");
    assert_eq!(verified.assumptions, run.assumptions);
    assert_eq!((verified.output, verified.shards), (run.output, run.shards));
    (run.shards, proof)
}
