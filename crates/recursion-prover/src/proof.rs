//! Keys, proofs and verification: all that depends on the proof system.

use std::sync::Arc;

use aver_recursion::Circuit;
use aver_recursion::cell::Cell;
use aver_recursion::circuit::system;
use aver_stark::error::ChipError;
use aver_stark::field::{EF, F, encode_base};
use aver_stark::hash::{Digest, FiatShamir, Hash, Node, Sponge};
use aver_stark::layout::{MAX_LOG_FIXED_CHUNK, System};
use aver_stark::params::Params;
use aver_stark::transcript::Transcript;
use aver_stark::verify::{self, BoundaryCommitment, Challenge, FixedKey, Statement};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{self, Boundary, Fixed, Instance};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;

use crate::run::{RunError, run};
use crate::tables::fill;

/// Why there is no proof, or why it is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The machine's chips are not what the proof system can express.
    #[error(transparent)]
    Chip(#[from] ChipError),
    /// The circuit does not run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// It cannot be proved.
    #[error(transparent)]
    Prove(#[from] prove::ProveError),
    /// The proof is refused.
    #[error(transparent)]
    Verify(#[from] aver_stark::error::Error),
    /// More or fewer public cells than the circuit has.
    #[error("another number of public cells than the circuit has")]
    Publics,
}

/// What takes longest of committing to a circuit, and what it was computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// Digest of the fixed columns.
    pub columns: Digest,
    /// Their [nodes](Fixed::groups).
    pub nodes: Vec<Node>,
}

fn digest(chips: &[Vec<Vec<F>>]) -> Digest {
    let mut sponge = Sponge::new("aver fixed columns");
    for column in chips.iter().flatten() {
        let bytes: Vec<u8> = column.iter().flat_map(|&value| encode_base(value)).collect();
        sponge.absorb("column", &bytes);
    }
    sponge.digest("digest")
}

/// A circuit with what is needed to prove and verify it.
pub struct Prover {
    /// The circuit.
    pub circuit: Circuit,
    /// The machine's chips.
    pub system: Arc<System>,
    /// Parameters.
    pub params: Params,
    /// Fixed columns of the circuit.
    pub fixed: Fixed,
    /// Encodes and hashes.
    pub encoder: Arc<Encoder>,
}

impl Prover {
    /// Commits to the circuit. Proofs are hashed with Poseidon2 throughout, as a circuit may verify them.
    pub fn new(circuit: Circuit, params: Params) -> Result<Self, Error> {
        Self::hashed(circuit, params.with_hash(Hash::Poseidon2))
    }

    /// The same, hashed as `params` say.
    pub fn hashed(circuit: Circuit, params: Params) -> Result<Self, Error> {
        let encoder = Arc::new(Encoder::new(params.hash));
        Self::beside(circuit, params, Arc::new(system()?), encoder, None)
    }

    /// The same with the machine and the encoder of others. If `groups` are said to be of this circuit's columns they are believed,
    /// and its key is wrong if they are not.
    pub fn beside(
        circuit: Circuit,
        params: Params,
        system: Arc<System>,
        encoder: Arc<Encoder>,
        groups: Option<Groups>,
    ) -> Result<Self, Error> {
        let columns = circuit.fixed_columns();
        let groups = groups.filter(|groups| groups.columns == digest(&columns)).map(|groups| groups.nodes);
        let fixed = Fixed::again(&system, &params, columns, groups, &encoder)?;
        Ok(Self { circuit, system, params, fixed, encoder })
    }

    /// A transcript with nothing in it.
    pub fn transcript(&self, domain: &str) -> FiatShamir {
        self.params.hash.transcript(domain)
    }

    /// The verifying key, beside the circuit's public cells.
    pub fn key(&self) -> &FixedKey {
        self.fixed.key()
    }

    /// What its commitment follows from.
    pub fn groups(&self) -> Option<Groups> {
        let nodes = self.fixed.groups()?.to_vec();
        Some(Groups { columns: digest(&self.circuit.fixed_columns()), nodes })
    }

    /// The tables of the run with these public cells and hints.
    pub fn tables(&self, publics: &[Cell], hints: &[Cell]) -> Result<Vec<Table>, Error> {
        let values = run(&self.circuit, publics, hints)?;
        Ok(fill(&self.circuit, &self.fixed.columns, &values, log_chunk(&self.params)))
    }
}

/// log2 of the rows of a chunk: tables of circuits are fixed, so padded to the largest in any case.
fn log_chunk(params: &Params) -> usize {
    params.log_data().min(MAX_LOG_FIXED_CHUNK)
}

/// No bus of the machine is shared, so any challenge does.
fn no_shared() -> Challenge {
    Challenge::new(Vec::new())
}

/// Proves tables of a circuit.
pub fn prove(
    prover: &Prover,
    tables: &[Table],
    publics: &[Cell],
    transcript: impl Transcript,
    stages: &mut Stages,
) -> Result<Vec<u8>, Error> {
    let boundary =
        Boundary::new(&prover.system, &prover.params, log_chunk(&prover.params), tables, &prover.encoder)?;
    let instance = Instance {
        system: &prover.system,
        params: &prover.params,
        log_chunk: log_chunk(&prover.params),
        fixed: &prover.fixed,
        boundary: &boundary,
        stacks: 0,
        tables,
        publics: publics.as_flattened(),
        shared: &no_shared(),
        sum: EF::ZERO,
    };
    Ok(prove::prove(&instance, transcript, &prover.encoder, stages)?)
}

/// Verifies that the circuit is satisfied with these public cells.
pub fn verify(
    prover: &Prover,
    publics: &[Cell],
    transcript: impl Transcript,
    proof: &[u8],
) -> Result<(), Error> {
    if publics.len() != prover.circuit.publics.len() {
        return Err(Error::Publics);
    }
    let messages = prover.circuit.messages(publics);
    let flat: Vec<F> = publics.as_flattened().to_vec();
    let statement = Statement {
        system: &prover.system,
        params: &prover.params,
        log_chunk: log_chunk(&prover.params),
        fixed: prover.key(),
        boundary: &BoundaryCommitment::default(),
        publics: &flat,
        messages: &messages,
        shared: &no_shared(),
    };
    // No bus is shared, so what is claimed of shared buses can only be zero.
    verify::verify(&statement, transcript, proof)?;
    Ok(())
}
