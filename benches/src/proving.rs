//! The proof system alone, on the synthetic table.

use aver_stark::error::Error;
use aver_stark::field::EF;
use aver_stark::layout::{MAX_LOG_CHUNK, System};
use aver_stark::params::{Params, Profile};
use aver_stark::verify::{BoundaryCommitment, Challenge, FixedKey, Statement, verify};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;

use crate::synthetic::Synthetic;

/// All that is the same for each proof.
pub struct Proving {
    /// Of the profile and height.
    pub params: Params,
    system: System,
    encoder: Encoder,
    fixed: Fixed,
    shared: Challenge,
}

impl Proving {
    /// At so many bits, in stacks of height 2^`log_height`.
    pub fn new(profile: Profile, log_height: usize) -> Self {
        let params = Params::new(profile, log_height).expect("height within limits");
        let system = System::new(vec![Box::new(Synthetic)]).expect("chip is well-formed");
        let encoder = Encoder::default();
        let fixed = Fixed::new(&system, &params, vec![vec![]], &encoder).expect("no fixed columns");
        let shared = Challenge::new(vec![EF::ONE; Challenge::COUNT]);
        Self { params, system, encoder, fixed, shared }
    }

    /// Proves a table, which is padded to chunks of 2^[`MAX_LOG_CHUNK`] rows; adds to the stages' times.
    pub fn prove(&self, table: &Table, stages: &mut Stages) -> Vec<u8> {
        let tables = core::slice::from_ref(table);
        let boundary = Boundary::new(&self.system, &self.params, MAX_LOG_CHUNK, tables, &self.encoder);
        let instance = Instance {
            system: &self.system,
            params: &self.params,
            log_chunk: MAX_LOG_CHUNK,
            fixed: &self.fixed,
            boundary: &boundary.expect("no boundary columns"),
            stacks: 0,
            tables,
            publics: &[],
            shared: &self.shared,
            sum: EF::ZERO,
        };
        prove(&instance, self.params.hash.transcript("bench"), &self.encoder, stages).expect("within limits")
    }

    /// Verifies a proof.
    pub fn verify(&self, proof: &[u8]) -> Result<(), Error> {
        let statement = Statement {
            system: &self.system,
            params: &self.params,
            log_chunk: MAX_LOG_CHUNK,
            fixed: &FixedKey { root: None, rows: vec![None] },
            boundary: &BoundaryCommitment::default(),
            publics: &[],
            messages: &[],
            shared: &self.shared,
        };
        verify(&statement, self.params.hash.transcript("bench"), proof).map(drop)
    }
}
