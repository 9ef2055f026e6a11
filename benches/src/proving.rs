//! The proof system alone, on the synthetic table.

use aver_stark::field::EF;
use aver_stark::hash::Sponge;
use aver_stark::layout::{MAX_LOG_CHUNK, System};
use aver_stark::params::{Params, Profile};
use aver_stark::verify::{BoundaryCommitment, Challenge, FixedKey, Statement, verify};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;

use crate::synthetic::{Synthetic, table};

/// All that comes before the first proof.
pub struct Proving {
    system: System,
    params: Params,
    encoder: Encoder,
    fixed: Fixed,
    boundary: Boundary,
    tables: Vec<Table>,
    shared: Challenge,
}

impl Proving {
    /// So many rows, at 128 bits.
    pub fn new(log_rows: usize, log_height: usize) -> Self {
        let params = Params::new(Profile::Bits128, log_height).expect("height within limits");
        let system = System::new(vec![Box::new(Synthetic)]).expect("chip is well-formed");
        let encoder = Encoder::default();
        let fixed = Fixed::new(&system, &params, vec![vec![]], &encoder).expect("no fixed columns");
        let mut tables = vec![table(1 << log_rows)];
        tables[0].pad(MAX_LOG_CHUNK);
        let boundary =
            Boundary::new(&system, &params, MAX_LOG_CHUNK, &tables, &encoder).expect("no boundary columns");
        let shared = Challenge::new(vec![EF::ONE; Challenge::COUNT]);
        Self { system, params, encoder, fixed, boundary, tables, shared }
    }

    /// A proof, and how long its stages took.
    pub fn prove(&self) -> (Vec<u8>, Stages) {
        let mut stages = Stages::default();
        let instance = Instance {
            system: &self.system,
            params: &self.params,
            log_chunk: MAX_LOG_CHUNK,
            fixed: &self.fixed,
            boundary: &self.boundary,
            tables: &self.tables,
            publics: &[],
            shared: &self.shared,
            sum: EF::ZERO,
        };
        let proof = prove(&instance, Sponge::new("bench"), &self.encoder, &mut stages);
        (proof.expect("honest tables"), stages)
    }

    /// Verifies a proof.
    pub fn verify(&self, proof: &[u8]) {
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
        verify(&statement, Sponge::new("bench"), proof).expect("an honest proof");
    }
}
