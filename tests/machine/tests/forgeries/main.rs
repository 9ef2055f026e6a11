//! Provers that lie. Each takes a run, changes it or its tables, makes everything else consistent with the
//! lie, and proves it. Which rules are broken is compared with what the lie should break, and nothing else;
//! then the verifier must refuse the proof.

mod claim;
mod commitments;
mod memory;
mod numbers;
mod ops;
mod relay;
mod shards;
mod steps;
mod tables;
mod time;

use aver_machine_tests::allocated::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;
