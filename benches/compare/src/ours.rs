//! The table in Aver's proof system.

use aver_benches::synthetic::{Synthetic, table};
use aver_stark::field::EF;
use aver_stark::hash::Sponge;
use aver_stark::layout::{MAX_LOG_CHUNK, System};
use aver_stark::params::{Params, Profile};
use aver_stark::security::Shape;
use aver_stark::verify::{BoundaryCommitment, Challenge, FixedKey, Statement, verify};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;

use crate::clock::{Time, time};
use crate::{Outcome, REPETITIONS};

/// log2 of the height of a stack, as `aver` has it by default.
const LOG_HEIGHT: usize = 17;

struct Prover {
    system: System,
    params: Params,
    encoder: Encoder,
    fixed: Fixed,
    shared: Challenge,
}

impl Prover {
    fn new(profile: Profile, log_height: usize) -> Self {
        let params = Params::new(profile, log_height).expect("height within limits");
        let system = System::new(vec![Box::new(Synthetic)]).expect("chip is well-formed");
        let encoder = Encoder::default();
        let fixed = Fixed::new(&system, &params, vec![vec![]], &encoder).expect("no fixed columns");
        let shared = Challenge::new(vec![EF::ONE; Challenge::COUNT]);
        Self { system, params, encoder, fixed, shared }
    }

    fn prove(&self, tables: &[Table]) -> Vec<u8> {
        let boundary = Boundary::new(&self.system, &self.params, MAX_LOG_CHUNK, tables, &self.encoder).expect("no boundary");
        let instance = Instance {
            system: &self.system,
            params: &self.params,
            log_chunk: MAX_LOG_CHUNK,
            fixed: &self.fixed,
            boundary: &boundary,
            tables,
            publics: &[],
            shared: &self.shared,
            sum: EF::ZERO,
        };
        prove(&instance, Sponge::new("compare"), &self.encoder, &mut Stages::default())
            .expect("within limits")
    }

    fn verify(&self, proof: &[u8]) -> Result<(), aver_stark::error::Error> {
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
        verify(&statement, Sponge::new("compare"), proof).map(drop)
    }
}

/// At both profiles.
pub fn measure(log_rows: usize) -> Vec<Outcome> {
    [Profile::Bits128, Profile::Bits100].map(|profile| at(profile, log_rows)).into()
}

fn at(profile: Profile, log_rows: usize) -> Outcome {
    let prover = Prover::new(profile, LOG_HEIGHT);
    let mut tables = vec![table(1 << log_rows)];
    tables[0].pad(MAX_LOG_CHUNK);
    let (mut prove, mut verify, mut proof_bytes) = (Time::MAX, Time::MAX, 0);
    for _ in 0..REPETITIONS {
        let (taken, proof) = time(|| prover.prove(&tables));
        prove = prove.min(taken);
        let (taken, accepted) = time(|| prover.verify(&proof));
        accepted.expect("an honest table");
        verify = verify.min(taken);
        proof_bytes = proof.len();
    }
    let bits = prover.params.union_bits(&Shape::default());
    Outcome { system: format!("Aver, {} bits", profile.bits()), bits, prove, proof_bytes, verify }
}

/// Whether a proof of the table is accepted.
pub fn verdict(mut table: Table) -> Result<(), String> {
    const LOG_HEIGHT: usize = 12;
    table.pad(LOG_HEIGHT);
    let prover = Prover::new(Profile::Bits128, LOG_HEIGHT);
    prover.verify(&prover.prove(&[table])).map_err(|error| error.to_string())
}
