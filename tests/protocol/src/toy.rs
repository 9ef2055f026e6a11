//! A machine of three chips with one proof: x ← x² + ts, a number of times.

use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::error::Result;
use aver_stark::field::{EF, F, f};
use aver_stark::gather::StackClaim;
use aver_stark::hash::{FiatShamir, Hash};
use aver_stark::layout::{Layout, System};
use aver_stark::params::{Params, Profile};
use aver_stark::protocol::{INDEX, PARTS, SHARED};
use aver_stark::transcript::Transcript;
use aver_stark::verify::{BoundaryCommitment, Challenge, Message, Statement, verify};
use aver_stark_prover::encode::{Committed, Encoder};
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use aver_stark_prover::transcript::Writer;
use aver_stark_prover::whir::{Group, open};
use p3_field::PrimeCharacteristicRing;

/// Domain of its transcript.
pub const DOMAIN: &str = "toy";
/// (ts, x), from step to step.
pub const CHAIN: Bus = Bus::local(1, 2, "chain");
/// Lookups of small numbers.
pub const SMALL: Bus = Bus::local(2, 1, "small");
/// (key, value, shard), taken by the verifier.
pub const KEPT: Bus = Bus::shared(3, 3, "kept");

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| s.to_string()).collect()
}

struct Step;
impl Air for Step {
    fn name(&self) -> &str {
        "step"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names(&["is_real", "ts", "x", "y"]))
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [is_real, ts, x, y] = [0, 1, 2, 3].map(|i| b.row()[i]);
        b.assert_bool("step/1", is_real);
        b.assert_zero("step/2", x * x + ts - y);
        b.receive(CHAIN, is_real, &[ts, x]);
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

struct Kept;
impl Air for Kept {
    fn name(&self) -> &str {
        "kept"
    }
    fn columns(&self) -> Columns {
        Columns { boundary: names(&["is_real", "key", "value"]), ..Columns::default() }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [is_real, key, value] = [0, 1, 2].map(|i| b.row()[i]);
        let shard = b.public(0);
        b.assert_bool("kept/1", is_real);
        b.send(KEPT, is_real, &[key, value, shard]);
    }
}

/// The machine.
pub struct Toy {
    /// Parameters.
    pub params: Params,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// Its chips.
    pub system: System,
    fixed: Fixed,
    encoder: Encoder,
    steps: usize,
    /// What is kept is the same in every run.
    kept: BoundaryCommitment,
}

/// What a proof shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Shard, first x, last x.
    pub publics: Vec<F>,
    /// The verifier's messages.
    pub messages: Vec<Message>,
}

/// Rows of the table of kept words.
const WORDS: usize = 3;

impl Toy {
    /// With as many steps as a stack has elements, and a few more.
    pub fn new(profile: Profile, log_height: usize) -> Self {
        Self::with_hash(Hash::default(), profile, log_height)
    }

    /// The same with another hash.
    pub fn with_hash(hash: Hash, profile: Profile, log_height: usize) -> Self {
        Self::with_steps(hash, profile, log_height, (1 << log_height) + 5)
    }

    /// The same with so many steps.
    pub fn with_steps(hash: Hash, profile: Profile, log_height: usize, steps: usize) -> Self {
        let log_chunk = log_height.min(6);
        let params = Params::new(profile, log_height).expect("a height").with_hash(hash);
        let system = System::new(vec![Box::new(Step), Box::new(Small), Box::new(Kept)]).expect("chips");
        let encoder = Encoder::new(hash);
        let small = vec![(0..steps as u32 + 1).map(f).collect()];
        let fixed = Fixed::new(&system, &params, vec![vec![], small, vec![]], &encoder).expect("tables");
        let kept = BoundaryCommitment::default();
        let mut toy = Self { params, log_chunk, system, fixed, encoder, steps, kept };
        toy.kept = toy.boundary(&toy.run(1, F::ONE).1).key().clone();
        toy
    }

    /// The claim that starts and ends with these.
    pub fn claim(&self, shard: u32, first: F, last: F) -> Claim {
        let end = f(self.steps as u32 + 1);
        let mut messages = vec![(CHAIN, F::ONE, vec![F::ONE, first]), (CHAIN, F::NEG_ONE, vec![end, last])];
        messages.extend(kept().map(|[key, value]| (KEPT, F::NEG_ONE, vec![key, value, f(shard)])));
        Claim { publics: vec![f(shard), first, last], messages }
    }

    /// Tables of an honest run, and what they show.
    pub fn run(&self, shard: u32, first: F) -> (Claim, Vec<Table>) {
        let mut rows: Vec<Vec<F>> = vec![Vec::new(); 4];
        let mut x = first;
        for ts in (1..=self.steps as u32).map(f) {
            let y = x * x + ts;
            rows.iter_mut().zip([F::ONE, ts, x, y]).for_each(|(c, v)| c.push(v));
            x = y;
        }
        let mut counts = vec![F::ONE; self.steps + 1];
        counts[0] = F::ZERO;
        let mut boundary: Vec<Vec<F>> = vec![Vec::new(); 3];
        for [key, value] in kept() {
            boundary.iter_mut().zip([F::ONE, key, value]).for_each(|(c, v)| c.push(v));
        }
        let boundary = boundary.into_iter().map(Into::into).collect();
        let mut tables = vec![
            Table::witness(self.steps, rows),
            Table { fixed: self.fixed.columns[1].clone(), ..Table::witness(counts.len(), [counts]) },
            Table { rows: WORDS, boundary, ..Table::default() },
        ];
        tables.iter_mut().for_each(|t| t.pad(self.log_chunk));
        (self.claim(shard, first, x), tables)
    }

    /// The layout of its proofs.
    pub fn layout(&self) -> Layout {
        let rows = [self.steps, self.steps + 1, WORDS];
        let stacks = |needed| self.params.stacks(needed);
        Layout::with_stacks(&self.system.described, &rows, self.params.log_height, self.log_chunk, stacks)
            .expect("it fits")
    }

    fn boundary(&self, tables: &[Table]) -> Boundary {
        Boundary::new(&self.system, &self.params, self.log_chunk, tables, &self.encoder).expect("it fits")
    }

    fn shared(&self, transcript: &mut dyn Transcript) -> Challenge {
        transcript.public(PARTS, &self.kept.root.unwrap_or_default());
        let shared = Challenge::new(transcript.challenges(SHARED, Challenge::COUNT));
        transcript.public(INDEX, &0);
        shared
    }

    /// Proves the claim from these tables, honestly but for them.
    pub fn prove_in(&self, transcript: &mut dyn Transcript, claim: &Claim, tables: &[Table]) -> Vec<u8> {
        let boundary = self.boundary(tables);
        let shared = self.shared(transcript);
        let instance = Instance {
            system: &self.system,
            params: &self.params,
            log_chunk: self.log_chunk,
            fixed: &self.fixed,
            boundary: &boundary,
            stacks: 0,
            tables,
            publics: &claim.publics,
            shared: &shared,
            sum: EF::ZERO,
        };
        prove(&instance, transcript, &self.encoder, &mut Stages::default()).expect("tables that fit")
    }

    /// The stacks of each group.
    pub fn stacks(&self, tables: &[Table]) -> [Vec<Vec<F>>; 3] {
        let layout = self.layout();
        let mut elements = vec![F::ZERO; layout.slots() << self.log_chunk];
        for (table, places) in tables.iter().zip(&layout.places) {
            for (column, &place) in table.columns().zip(places) {
                elements[place << self.log_chunk..][..column.len()].copy_from_slice(column);
            }
        }
        let mut stacks = elements.chunks(1 << self.params.log_height).map(<[F]>::to_vec);
        layout.widths.map(|width| stacks.by_ref().take(width).collect())
    }

    /// Opens what is claimed of stacks, whatever is committed: `honest` stacks are.
    pub fn open_in(
        &self,
        transcript: &mut dyn Transcript,
        honest: &[Vec<Vec<F>>; 3],
        stacks: &[Vec<Vec<F>>; 3],
        claim: &StackClaim,
    ) -> Vec<u8> {
        let h = self.params.log_height;
        let committed = honest.each_ref().map(|group| {
            let group: Vec<&[F]> = group.iter().map(Vec::as_slice).collect();
            if group.is_empty() {
                return self.encoder.commit(h, &group);
            }
            // All is kept: the prover itself makes opened rows again, from the other stacks.
            Committed::from_rows(self.params.hash, self.encoder.encode(h + 1, &group), group.len())
        });
        let stacks = stacks.each_ref().map(|group| group.iter().map(Vec::as_slice).collect::<Vec<&[F]>>());
        let groups = [0, 1, 2].map(|g| Group { committed: &committed[g], stacks: &stacks[g] });
        let mut writer = Writer::new(transcript);
        open(&self.params, &self.encoder, &mut writer, &groups, claim, None);
        writer.finish()
    }

    /// The transcript of its proofs, with nothing in it.
    pub fn transcript(&self) -> FiatShamir {
        self.params.hash.transcript(DOMAIN)
    }

    /// An honest proof.
    pub fn prove(&self, shard: u32, first: F) -> (Claim, Vec<u8>) {
        let (claim, tables) = self.run(shard, first);
        let proof = self.prove_in(&mut self.transcript(), &claim, &tables);
        (claim, proof)
    }

    /// Verifies a proof of the claim; what it claims as the sum over shared buses.
    pub fn verify_in(&self, transcript: &mut dyn Transcript, claim: &Claim, proof: &[u8]) -> Result<EF> {
        let shared = self.shared(transcript);
        let statement = Statement {
            system: &self.system,
            params: &self.params,
            log_chunk: self.log_chunk,
            fixed: self.fixed.key(),
            boundary: &self.kept,
            publics: &claim.publics,
            messages: &claim.messages,
            shared: &shared,
        };
        verify(&statement, transcript, proof).map(|outcome| outcome.sum)
    }

    /// Whether the proof is accepted, the sum being zero.
    pub fn accepts(&self, claim: &Claim, proof: &[u8]) -> bool {
        self.verify_in(&mut self.transcript(), claim, proof) == Ok(EF::ZERO)
    }
}

/// Words that are kept.
fn kept() -> impl Iterator<Item = [F; 2]> {
    (1..=WORDS as u32).map(|key| [f(key), f(key * key + 3)])
}
