//! The table in Aver's proof system.

use aver_benches::proving::Proving;
use aver_benches::synthetic::table;
use aver_stark::layout::MAX_LOG_CHUNK;
use aver_stark::params::Profile;
use aver_stark::security::Shape;
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;

use crate::clock::{Time, time};
use crate::{Outcome, REPETITIONS};

/// log2 of the height of a stack, as `aver` has it by default.
const LOG_HEIGHT: usize = 17;

/// At both profiles.
pub fn measure(log_rows: usize) -> Vec<Outcome> {
    [Profile::Bits128, Profile::Bits100].map(|profile| at(profile, log_rows)).into()
}

fn at(profile: Profile, log_rows: usize) -> Outcome {
    let proving = Proving::new(profile, LOG_HEIGHT);
    let mut table = table(1 << log_rows);
    table.pad(MAX_LOG_CHUNK);
    let (mut prove, mut verify, mut proof_bytes) = (Time::MAX, Time::MAX, 0);
    for _ in 0..REPETITIONS {
        let (taken, proof) = time(|| proving.prove(&table, &mut Stages::default()));
        prove = prove.min(taken);
        let (taken, accepted) = time(|| proving.verify(&proof));
        accepted.expect("an honest table");
        verify = verify.min(taken);
        proof_bytes = proof.len();
    }
    let bits = proving.params.union_bits(&Shape::default());
    Outcome { system: format!("Aver, {} bits", profile.bits()), bits, prove, proof_bytes, verify }
}

/// Whether a proof of the table is accepted.
pub fn verdict(mut table: Table) -> Result<(), String> {
    const LOG_HEIGHT: usize = 12;
    table.pad(MAX_LOG_CHUNK);
    let proving = Proving::new(Profile::Bits128, LOG_HEIGHT);
    proving.verify(&proving.prove(&table, &mut Stages::default())).map_err(|error| error.to_string())
}
