//! A proof file in pieces of any length, verified as they come.

use aver_blake2b::Blake2b;
use aver_bls12_381::BLS12_381;
use aver_bls12_381_fp12::BLS12_381_FP12;
use aver_bn254::BN254;
use aver_bn254_fp12::BN254_FP12;
use aver_copy::BlockCopy;
use aver_keccak::Keccak;
use aver_machine::Systems;
use aver_machine::coprocessor::{Coprocessor, select};
use aver_modular::Modular;
use aver_ripemd160::Ripemd160;
use aver_secp256k1::SECP256K1;
use aver_secp256r1::SECP256R1;
use aver_sha256::Sha256;
use aver_stark::hash::Digest;
use aver_verifier::bytes::Fields;
use aver_verifier::{Error, Header, RunVerifier, Verified, VerifyingKey};

/// No header is looked for in fewer bytes, unless there are no more.
const START: usize = 1 << 14;

/// Verifies a file. After an error there is nothing to go on with.
pub struct Stream {
    vk: Digest,
    exit_code: u32,
    /// There once the header is.
    run: Option<RunVerifier>,
    /// What came after what was used.
    ahead: Vec<u8>,
    /// With so many bytes it is tried again to read the header.
    enough: usize,
}

impl Stream {
    /// For a program and its exit code.
    pub fn new(vk: Digest, exit_code: u32) -> Self {
        Self { vk, exit_code, run: None, ahead: Vec::new(), enough: START }
    }

    /// Takes the next piece.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.ahead.extend_from_slice(bytes);
        if self.run.is_none() && self.ahead.len() >= self.enough {
            match self.start() {
                // The next try costs twice this one's, and so all tries together no more than that.
                Err(Error::Truncated { .. }) => self.enough = 2 * self.ahead.len(),
                other => other?,
            }
        }
        self.verify_what_is_there()
    }

    /// There are no more pieces.
    pub fn finish(mut self) -> Result<Verified, Error> {
        if self.run.is_none() {
            self.start()?;
        }
        self.verify_what_is_there()?;
        match self.run {
            Some(run) => run.finish(),
            None => Err(Error::Truncated { field: "header" }),
        }
    }

    /// Reads the header.
    fn start(&mut self) -> Result<(), Error> {
        let mut fields = Fields::new(&self.ahead);
        let header = Header::decode(&mut fields)?;
        let left = fields.left();
        self.run = Some(RunVerifier::new(header, &self.vk, self.exit_code, machine)?);
        self.ahead.drain(..self.ahead.len() - left);
        Ok(())
    }

    /// Verifies the proofs that are there as a whole.
    fn verify_what_is_there(&mut self) -> Result<(), Error> {
        let Some(run) = &mut self.run else { return Ok(()) };
        let mut fields = Fields::new(&self.ahead);
        let mut left = fields.left();
        while run.proofs_left() > 0 {
            let Ok(proof) = fields.bytes("proof") else { break };
            run.push(proof)?;
            left = fields.left();
        }
        if run.proofs_left() == 0 {
            fields.finish("proof file")?;
        }
        self.ahead.drain(..self.ahead.len() - left);
        Ok(())
    }
}

/// The machine of a key, with the coprocessors that come with Aver.
pub fn machine(key: &VerifyingKey) -> Result<Systems, Error> {
    let standard: [&dyn Coprocessor; 12] = [
        &Sha256,
        &Keccak,
        &BLS12_381,
        &BLS12_381_FP12,
        &BN254,
        &BN254_FP12,
        &Modular,
        &SECP256K1,
        &SECP256R1,
        &BlockCopy,
        &Ripemd160,
        &Blake2b,
    ];
    let is = |c: &&dyn Coprocessor, call: u32, name: &str| c.call() == call && c.name() == name;
    let used = select(&key.coprocessors, &standard, is)?;
    Systems::mount(used.iter().map(|c| (c.name(), c.chips())).collect()).map_err(|_| Error::Machine)
}
