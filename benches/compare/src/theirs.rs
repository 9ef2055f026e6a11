//! The table in `p3-multi-stark`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use aver_benches::synthetic::{self, PAIRS, WIDTH, derived, message};
use aver_stark::field::{EF, F};
use p3_air::{Air, AirBuilder, BaseAir, WindowAccess};
use p3_blake3::Blake3;
use p3_challenger::{HashChallenger, SerializingChallenger32};
use p3_dft::Radix2DFTSmallBatch;
use p3_field::PrimeCharacteristicRing;
use p3_lookup::{Count, InteractionBuilder};
use p3_matrix::dense::RowMajorMatrix;
use p3_merkle_tree::MerkleTreeMmcs;
use p3_multi_stark::config::MultiStarkConfig;
use p3_multi_stark::{
    MultiStarkProof, ProverInstance, ProverInstances, ProvingKey, VerifierInstance, VerifierInstances,
    VerifyingKey, prove, security_report, setup, verify,
};
use p3_sumcheck::layout::{Layout, PrefixProver, Table, Witness};
use p3_symmetric::{CompressionFunctionFromHasher, SerializingHasher};
use p3_whir::{
    FoldingFactor, ProtocolParameters, SecurityAssumption, WhirConfig, WhirProver, WhirProverData,
};

use crate::clock::{Time, time};
use crate::{Outcome, REPETITIONS};

type Mmcs =
    MerkleTreeMmcs<F, u8, SerializingHasher<Blake3>, CompressionFunctionFromHasher<Blake3, 2, 32>, 2, 32>;
type Challenger = SerializingChallenger32<F, HashChallenger<u8, Blake3, 32>>;
type Columns = PrefixProver<F, EF>;
type Pcs = WhirProver<EF, F, Radix2DFTSmallBatch<F>, Mmcs, Challenger, Columns>;

/// The first fold, and those after it.
const FOLDS: (usize, usize) = (6, 4);
/// Bits of work its WHIR may ask for at most.
const WORK: usize = 22;

struct Config {
    pcs: Pcs,
}

impl MultiStarkConfig for Config {
    type Val = F;
    type Challenge = EF;
    type Challenger = Challenger;
    type Pcs = Pcs;

    fn pcs(&self) -> &Pcs {
        &self.pcs
    }
    fn collision_resistance_bits(&self) -> Option<usize> {
        Some(128)
    }
    fn min_num_variables(&self) -> usize {
        FOLDS.0
    }
    fn build_witness(&self, tables: Vec<Table<F>>) -> Witness<F> {
        Columns::new_witness(tables, FOLDS.0)
    }
    fn committed_table<'a>(
        &self,
        data: &'a WhirProverData<F, EF, Mmcs, Columns>,
        table: usize,
    ) -> &'a Table<F> {
        data.table(table)
    }
}

/// The chip of [`synthetic`], in the other system's words.
struct Synthetic;

impl BaseAir<F> for Synthetic {
    fn width(&self) -> usize {
        WIDTH
    }
    fn main_next_row_columns(&self) -> Vec<usize> {
        Vec::new()
    }
}

impl<B: AirBuilder<F = F> + InteractionBuilder> Air<B> for Synthetic {
    fn eval(&self, builder: &mut B) {
        let main = builder.main();
        let row: Vec<B::Expr> = main.current_slice().iter().map(|&v| v.into()).collect();
        let is_real = row[0].clone();
        builder.assert_zero(is_real.clone() * (is_real.clone() - B::Expr::ONE));
        for i in synthetic::FREE..WIDTH {
            builder.assert_zero(derived(&row, i) - row[i].clone());
        }
        for pair in 0..PAIRS {
            let (sent, taken) = message(&row, pair);
            builder.push_interaction("synthetic", sent, Count::bounded(is_real.clone(), 1));
            builder.push_interaction("synthetic", taken, Count::bounded(-is_real.clone(), 1));
        }
    }
}

struct Prover {
    config: Config,
    key: (ProvingKey<Config>, VerifyingKey<Config>),
    log_rows: usize,
}

fn challenger() -> Challenger {
    Challenger::from_hasher(Vec::new(), Blake3)
}

impl Prover {
    fn new(log_rows: usize, assumption: SecurityAssumption, level: usize) -> Self {
        let variables = log_rows + WIDTH.next_power_of_two().ilog2() as usize;
        let folding_factor = FoldingFactor::ConstantFromSecondRound(FOLDS.0, FOLDS.1);
        let rounds = folding_factor.compute_folding_schedule(variables).expect("enough variables").len() - 1;
        let params = ProtocolParameters {
            starting_log_inv_rate: 1,
            round_log_inv_rates: (2..2 + rounds).collect(),
            folding_factor,
            soundness_type: assumption,
            security_level: level + MARGIN,
            pow_bits: WORK,
        };
        let mmcs = Mmcs::new(SerializingHasher::new(Blake3), CompressionFunctionFromHasher::new(Blake3), 0);
        let whir = WhirConfig::new(variables, params).expect("the level can be reached");
        let config = Config { pcs: Pcs::new(whir, Radix2DFTSmallBatch::default(), mmcs) };
        let key = setup(&config, &[&Synthetic], &mut challenger()).expect("a valid chip");
        Self { config, key, log_rows }
    }

    fn bits(&self) -> f64 {
        let statement =
            VerifierInstances::new(vec![VerifierInstance::new(&Synthetic, &self.key.1, self.log_rows, &[])]);
        let report = security_report(&self.config, &statement).expect("a valid statement");
        report.security_bits().expect("every term is assessed")
    }

    fn prove(&self, table: Table<F>) -> Result<MultiStarkProof<Config>, String> {
        let instances = ProverInstances::new(vec![ProverInstance::new(&Synthetic, table, &self.key.0, &[])]);
        prove(&self.config, instances, 0, &mut challenger()).map_err(|error| format!("{error}"))
    }

    fn verify(&self, proof: &MultiStarkProof<Config>) -> Result<(), String> {
        let instances =
            VerifierInstances::new(vec![VerifierInstance::new(&Synthetic, &self.key.1, self.log_rows, &[])]);
        verify(&self.config, instances, proof, 0, &mut challenger()).map_err(|error| format!("{error:?}"))
    }
}

/// Its table holds the columns as rows of a matrix.
fn transposed(table: &aver_stark_prover::table::Table) -> Table<F> {
    let columns: Vec<F> = table.witness.iter().flat_map(|column| &column[..table.rows]).copied().collect();
    Table::new(RowMajorMatrix::new(columns, table.rows))
}

/// Added to what is aimed at, for each of its terms, so that their sum reaches it.
const MARGIN: usize = 4;

/// At 100 bits by both proven assumptions, and as near to 128 as it comes: work before the challenges of
/// its lookups, which would lift the lowest term, is not to be had.
pub fn measure(log_rows: usize) -> Vec<Outcome> {
    let settings = [
        (SecurityAssumption::UniqueDecoding, 128, "unique decoding"),
        (SecurityAssumption::UniqueDecoding, 100, "unique decoding"),
        (SecurityAssumption::JohnsonBound, 100, "Johnson bound"),
    ];
    settings.map(|(assumption, level, name)| at(log_rows, assumption, level, name)).into()
}

fn at(log_rows: usize, assumption: SecurityAssumption, level: usize, name: &str) -> Outcome {
    let prover = Prover::new(log_rows, assumption, level);
    let table = transposed(&synthetic::table(1 << log_rows));
    let (mut prove, mut verify, mut proof_bytes) = (Time::MAX, Time::MAX, 0);
    for _ in 0..REPETITIONS {
        let table = table.clone();
        let (taken, proof) = time(|| prover.prove(table));
        let proof = proof.expect("an honest table");
        prove = prove.min(taken);
        let (taken, accepted) = time(|| prover.verify(&proof));
        accepted.expect("an honest table");
        verify = verify.min(taken);
        proof_bytes = postcard::to_allocvec(&proof).expect("a proof can be written").len();
    }
    let system = format!("p3-multi-stark, {level} bits, {name}");
    Outcome { system, bits: prover.bits(), prove, proof_bytes, verify }
}

/// Whether a proof of the table is accepted. The prover may refuse first, by an error or a panic.
pub fn verdict(table: &aver_stark_prover::table::Table) -> Result<(), String> {
    let prover = Prover::new(table.rows.ilog2() as usize, SecurityAssumption::JohnsonBound, 100);
    let table = transposed(table);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let proof = catch_unwind(AssertUnwindSafe(|| prover.prove(table)));
    std::panic::set_hook(hook);
    let proof =
        proof.map_err(|_| "the prover panics".to_owned())?.map_err(|e| format!("the prover refuses: {e}"))?;
    prover.verify(&proof)
}
