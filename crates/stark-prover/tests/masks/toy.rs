//! A machine that shows that a square root of a public number is known, and what comes of it.

use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::error::Result;
use aver_stark::field::{EF, F, f};
use aver_stark::hash::Hash;
use aver_stark::layout::System;
use aver_stark::params::{Params, Profile};
use aver_stark::transcript::Transcript;
use aver_stark::verify::{BoundaryCommitment, Challenge, Message, Outcome, Statement, verify};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::masks::Masks;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, ProveError, prove, prove_masked};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;

const CHAIN: Bus = Bus::local(1, 2, "chain");
const SMALL: Bus = Bus::local(2, 1, "small");

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| s.to_string()).collect()
}

/// y = x² + ts; the first x is a root of the public number.
struct Step;
impl Air for Step {
    fn name(&self) -> &str {
        "step"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names(&["is_real", "is_first", "ts", "x", "y"]))
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [is_real, is_first, ts, x, y] = [0, 1, 2, 3, 4].map(|i| b.row()[i]);
        let square = b.public(0);
        b.assert_bool("step/1", is_real);
        b.assert_bool("step/2", is_first);
        b.assert_zero("step/3", x * x + ts - y);
        b.assert_zero("step/4", is_first * (x * x - square));
        b.receive(CHAIN, is_real - is_first, &[ts, x]);
        b.send(CHAIN, is_real, &[ts + 1, y]);
        b.send(SMALL, is_real, &[ts]);
    }
}

struct Small;
impl Air for Small {
    fn name(&self) -> &str {
        "small"
    }
    fn columns(&self) -> Columns {
        Columns { fixed: names(&["value"]), witness: names(&["count"]), ..Columns::default() }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let (value, count) = (b.row()[0], b.row()[1]);
        b.receive(SMALL, count, &[value]);
    }
}

/// The machine.
pub struct Toy {
    pub params: Params,
    system: System,
    fixed: Fixed,
    encoder: Encoder,
}

/// Steps of a run.
const STEPS: usize = 100;
const LOG_CHUNK: usize = 6;
/// The height that has room for all pads, and no more.
pub const LOG_HEIGHT: usize = 15;

impl Toy {
    /// With masks.
    pub fn new(log_height: usize) -> Self {
        let params = Params::new(Profile::Bits100, log_height).unwrap().with_hash(Hash::Blake3);
        Self::with(params.with_masks().unwrap())
    }

    /// The same with hardly any positions.
    pub fn quick() -> Self {
        let mut toy = Self::new(LOG_HEIGHT);
        toy.params.query_work = 0;
        toy.params.base.queries = 8;
        toy.params.rounds.iter_mut().for_each(|oracle| oracle.queries = 8);
        toy
    }

    /// With these parameters.
    pub fn with(params: Params) -> Self {
        let system = System::new(vec![Box::new(Step), Box::new(Small)]).unwrap();
        let encoder = Encoder::new(params.hash);
        let small = vec![(0..STEPS as u32 + 1).map(f).collect()];
        let fixed = Fixed::new(&system, &params, vec![vec![], small], &encoder).unwrap();
        Self { params, system, fixed, encoder }
    }

    /// The square, and what comes of it.
    pub fn claim(&self, root: F) -> [F; 2] {
        [root * root, self.rows(root)[4][STEPS - 1]]
    }

    fn rows(&self, root: F) -> [Vec<F>; 5] {
        let mut rows = [(); 5].map(|()| Vec::new());
        let mut x = root;
        for ts in 1..=STEPS as u32 {
            let y = x * x + f(ts);
            rows.iter_mut().zip([F::ONE, F::from_bool(ts == 1), f(ts), x, y]).for_each(|(c, v)| c.push(v));
            x = y;
        }
        rows
    }

    /// Tables of the run from this root.
    pub fn tables(&self, root: F) -> Vec<Table> {
        let mut counts = vec![F::ONE; STEPS + 1];
        counts[0] = F::ZERO;
        let mut tables = vec![
            Table::witness(STEPS, self.rows(root)),
            Table { fixed: self.fixed.columns[1].clone(), ..Table::witness(counts.len(), [counts]) },
        ];
        tables.iter_mut().for_each(|t| t.pad(LOG_CHUNK));
        tables
    }

    /// A proof of the claim from these tables; with masks that are fresh if none are given.
    pub fn prove_in(
        &self,
        transcript: impl Transcript,
        masks: Option<Box<dyn Masks>>,
        claim: &[F; 2],
        tables: &[Table],
    ) -> std::result::Result<Vec<u8>, ProveError> {
        let boundary = Boundary::new(&self.system, &self.params, LOG_CHUNK, tables, &self.encoder)?;
        let instance = Instance {
            system: &self.system,
            params: &self.params,
            log_chunk: LOG_CHUNK,
            fixed: &self.fixed,
            boundary: &boundary,
            stacks: 0,
            tables,
            publics: &claim[..1],
            shared: &Challenge::new(Vec::new()),
            sum: EF::ZERO,
        };
        let stages = &mut Stages::default();
        match masks {
            None => prove(&instance, transcript, &self.encoder, stages),
            Some(masks) => prove_masked(&instance, masks, transcript, &self.encoder, stages),
        }
    }

    /// An honest proof.
    pub fn prove(&self, root: F) -> Vec<u8> {
        self.prove_in(self.transcript(), None, &self.claim(root), &self.tables(root)).unwrap()
    }

    pub fn transcript(&self) -> impl Transcript + use<> {
        self.params.hash.transcript("masks")
    }

    /// Verifies a proof of the claim.
    pub fn verify_in(&self, transcript: impl Transcript, claim: &[F; 2], proof: &[u8]) -> Result<Outcome> {
        self.verify_beside(&BoundaryCommitment::default(), transcript, claim, proof)
    }

    /// The same with boundary columns, of which the machine has none.
    pub fn verify_beside(
        &self,
        boundary: &BoundaryCommitment,
        transcript: impl Transcript,
        claim: &[F; 2],
        proof: &[u8],
    ) -> Result<Outcome> {
        let end = vec![f(STEPS as u32 + 1), claim[1]];
        let messages: [Message; 1] = [(CHAIN, F::NEG_ONE, end)];
        let statement = Statement {
            system: &self.system,
            params: &self.params,
            log_chunk: LOG_CHUNK,
            fixed: self.fixed.key(),
            boundary,
            publics: &claim[..1],
            messages: &messages,
            shared: &Challenge::new(Vec::new()),
        };
        verify(&statement, transcript, proof)
    }

    pub fn verify(&self, claim: &[F; 2], proof: &[u8]) -> Result<Outcome> {
        self.verify_in(self.transcript(), claim, proof)
    }
}
