//! Verification with mounted coprocessors.

use std::sync::Arc;

use aver_machine::Systems;
use aver_stark::hash::Digest;
use aver_verifier::{Error, Verified};

use crate::coprocessor::{Coprocessor, Mounted};

/// Verifies a proof file of the program whose key has the digest `vk`, which must have halted with
/// `exit_code`.
pub fn verify(proof: &[u8], vk: &Digest, exit_code: u32, mounted: &Mounted) -> Result<Verified, Error> {
    aver_verifier::verify(proof, vk, exit_code, |key| {
        let is = |c: &Arc<dyn Coprocessor>, call: u32, name: &str| c.call() == call && c.name() == name;
        let used = aver_machine::coprocessor::select(&key.coprocessors, mounted, is)
            .map_err(|missing| Error::Coprocessor { name: missing.name, call: missing.call })?;
        Systems::new(used.iter().flat_map(|c| c.chips()).collect()).map_err(|_| Error::Machine)
    })
}
