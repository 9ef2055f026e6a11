//! The verifier of a root's proof.

use alloc::vec::Vec;

use aver_machine::Systems;
use aver_machine::public::PC_HALT;
use aver_recursion::cell::Cell;
use aver_recursion::circuit::Machine;
use aver_stark::hash::Node;
use aver_stark::layout::System;
use aver_verifier::claim::End;
use aver_verifier::{Claim, VerifyingKey};

use crate::circuits::Runs;
use crate::context::{Fixed, row_cells};
use crate::root::Run;
use crate::{Class, Error};

/// What root proofs are verified with, whatever the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeKey {
    /// What they are of.
    pub runs: Runs,
    /// The root's class.
    pub class: Class,
    /// The root's circuit.
    pub root: Node,
    /// The set of circuits below it.
    pub keys: Node,
}

/// Verifies that a run of the program of `vk` is what is claimed, and assumed these. That an output has the claimed digest, and
/// that what is assumed holds, is for the caller.
pub fn verify(
    key: &TreeKey,
    machine: &Systems,
    vk: &VerifyingKey,
    claim: &Claim,
    assumptions: &[Claim],
    proof: &[u8],
) -> Result<(), Error> {
    verify_in(&Machine::Plain.system()?, key, machine, vk, claim, assumptions, proof)
}

/// The same with the machine of roots at hand: [`Machine::Plain`].
pub fn verify_in(
    system: &System,
    key: &TreeKey,
    machine: &Systems,
    vk: &VerifyingKey,
    claim: &Claim,
    assumptions: &[Claim],
    proof: &[u8],
) -> Result<(), Error> {
    key.class.verify(system, &key.root, &publics(key, machine, vk, claim, assumptions)?, proof)
}

/// The public cells of a root that shows the claim, of a program that the tree is for.
pub fn publics(
    key: &TreeKey,
    machine: &Systems,
    vk: &VerifyingKey,
    claim: &Claim,
    assumptions: &[Claim],
) -> Result<Vec<Cell>, Error> {
    if vk.check_machine(machine).is_err() {
        return Err(Error::Program { what: "the machine" });
    }
    publics_on(key, machine, vk, claim, assumptions)
}

/// The same on a machine that is known to be the program's.
pub(crate) fn publics_on(
    key: &TreeKey,
    machine: &Systems,
    vk: &VerifyingKey,
    claim: &Claim,
    assumptions: &[Claim],
) -> Result<Vec<Cell>, Error> {
    if vk.digest() != claim.vk {
        return Err(Error::Program { what: "the digest" });
    }
    if vk.machine != key.runs.machine {
        return Err(Error::Program { what: "the machine" });
    }
    if key.runs.rows != [row_cells(&machine.shard), row_cells(&machine.memory)] {
        return Err(Error::Program { what: "the number of fixed tables" });
    }
    if vk.params().as_ref() != Ok(&key.runs.params) {
        return Err(Error::Program { what: "the security or the height" });
    }
    if vk.entry >= PC_HALT {
        return Err(Error::Program { what: "the entry" });
    }
    let fixed = [Fixed::new(&vk.shard, &machine.shard)?, Fixed::new(&vk.memory, &machine.memory)?];
    let end = End::new(claim.exit_code, &claim.output_digest, assumptions);
    let run = Run::new(&claim.vk, &end, vk.entry, fixed, &key.keys);
    Ok(run.cells())
}
