//! Verification with mounted coprocessors.

use std::io::Read;
use std::sync::Arc;

use aver_machine::Systems;
use aver_stark::hash::Digest;
use aver_verifier::{Error, RunVerifier, Verified, VerifyingKey};

use crate::coprocessor::{Coprocessor, Mounted};
use crate::reader::{ProofReader, ReadError};

/// Verifies a proof file of the program whose key has the digest `vk`, which must have halted with
/// `exit_code`.
pub fn verify(proof: &[u8], vk: &Digest, exit_code: u32, mounted: &Mounted) -> Result<Verified, Error> {
    aver_verifier::verify(proof, vk, exit_code, |key| machine(key, mounted))
}

/// [`verify`], of a file of any length: no more than its header and one proof are in memory.
pub fn verify_from(
    file: impl Read,
    vk: &Digest,
    exit_code: u32,
    mounted: &Mounted,
) -> Result<Verified, ReadError> {
    let mut file = ProofReader::new(file);
    let run = RunVerifier::new(file.header()?, vk, exit_code, |key| machine(key, mounted))?;
    finish(file, run)
}

/// [`verify_from`], of a run that may have assumptions: the claim holds if all of these do.
pub fn verify_conditional(
    file: impl Read,
    vk: &Digest,
    exit_code: u32,
    mounted: &Mounted,
) -> Result<Verified, ReadError> {
    let mut file = ProofReader::new(file);
    let run = RunVerifier::conditional(file.header()?, vk, exit_code, |key| machine(key, mounted))?;
    finish(file, run)
}

/// Verifies the proofs of a run.
fn finish(mut file: ProofReader<impl Read>, mut run: RunVerifier) -> Result<Verified, ReadError> {
    while run.proofs_left() > 0 {
        run.push(&file.proof()?)?;
    }
    file.end()?;
    Ok(run.finish()?)
}

/// The machine of a key, with the coprocessors it names.
pub fn machine(key: &VerifyingKey, mounted: &Mounted) -> Result<Systems, Error> {
    let is = |c: &Arc<dyn Coprocessor>, call: u32, name: &str| c.call() == call && c.name() == name;
    let used = aver_machine::coprocessor::select(&key.coprocessors, mounted, is)?;
    Systems::mount(used.iter().map(|c| (c.name(), c.chips())).collect()).map_err(|_| Error::Machine)
}
