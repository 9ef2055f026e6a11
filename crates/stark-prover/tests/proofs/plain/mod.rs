//! A second prover: slow, plain, written from `spec/proof-system.md` rather than from the first. Told no
//! lies its proofs are the first one's, byte for byte; told a lie, it goes on with what it said, and makes
//! what follows fit as far as it is asked to ([`Lies::bent_until`]).

mod gather;
mod gkr;
mod script;
mod sparse;
mod whir;
mod zerocheck;

use aver_stark::field::{EF, F};
use aver_stark::hash::FiatShamir;
use aver_stark::layout::System;
use aver_stark::params::Params;
use aver_stark::symbolic::Affine;
use aver_stark::verify::{Challenge, Message};
use aver_stark_prover::encode::{Committed, Encoder};
use aver_stark_prover::table::Table;
use p3_field::{Field, PrimeCharacteristicRing};

pub use script::{Check, Lies, Script};
pub use whir::{commit, open};

/// log2 of the rows of every table.
const LOG_ROWS: usize = 23;
/// log2 of the messages of a bundle.
const LOG_BUNDLE: usize = 5;

/// What is proved.
pub struct Case<'a> {
    pub system: &'a System,
    pub params: &'a Params,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    pub tables: &'a [Table],
    pub publics: &'a [F],
    pub messages: &'a [Message],
    pub shared: &'a Challenge,
    /// The tables whose columns are committed to, if others: what is opened in the end.
    pub committed: Option<&'a [Table]>,
    /// The public values that the verifier knows, if they are others.
    pub said: Option<&'a [F]>,
    pub sum: EF,
}

impl Case<'_> {
    fn public(&self, i: usize) -> F {
        self.publics.get(i).copied().unwrap_or(F::ZERO)
    }

    fn challenge<'a>(&'a self, local: &'a Challenge, is_shared: bool) -> &'a Challenge {
        if is_shared { self.shared } else { local }
    }

    /// An affine form where columns have these values, and so much is there.
    fn form(&self, form: &Affine, real: EF, column: impl Fn(usize) -> EF) -> EF {
        let columns: EF = form.columns.iter().map(|&(i, c)| column(i) * c).sum();
        let publics: F = form.publics.iter().map(|&(i, c)| self.public(i) * c).sum();
        columns + real * (publics + form.constant)
    }

    /// log2 of the chunks of every table.
    fn log_chunks(&self) -> usize {
        LOG_ROWS - self.log_chunk
    }

    /// How many chunks of a chip there are.
    fn chunks(&self, chip: usize) -> usize {
        self.tables[chip].column(0).len() >> self.log_chunk
    }

    /// A chunk of a column.
    fn chunk(&self, chip: usize, column: usize, number: usize) -> &[F] {
        &self.tables[chip].column(column)[number << self.log_chunk..][..1 << self.log_chunk]
    }

    /// The first bundle of each chip, and log2 of their number.
    fn bundles(&self) -> (Vec<usize>, usize) {
        let mut count = 0;
        let mut first = Vec::new();
        for described in &self.system.described {
            first.push(count);
            count += described.description.interactions.len().div_ceil(1 << LOG_BUNDLE);
        }
        (first, count.next_power_of_two().ilog2() as usize)
    }
}

/// α + id β_0 + Σ β_{i+1} v_i, of which the first two count as much as `real`.
fn compress(challenge: &Challenge, bus: u32, real: EF, values: &[EF]) -> EF {
    let terms = values.iter().enumerate().map(|(i, &v)| challenge.betas[i + 1] * v);
    real * (challenge.alpha + challenge.betas[0] * F::new(bus)) + terms.sum::<EF>()
}

/// What is committed to: columns one after the other, in groups.
pub struct Stacks {
    /// The stacks of each group.
    pub groups: [Vec<Vec<F>>; 3],
    /// By chip, then column: where it begins, counted over all stacks.
    pub starts: Vec<Vec<usize>>,
}

/// Lays tables out.
pub fn stacks(system: &System, params: &Params, tables: &[Table]) -> Stacks {
    let h = params.log_height;
    let mut starts: Vec<Vec<usize>> = vec![Vec::new(); tables.len()];
    let mut before = 0;
    let groups = [0, 1, 2].map(|g| {
        let mut values = Vec::new();
        for ((table, described), starts) in tables.iter().zip(&system.described).zip(&mut starts) {
            for _ in 0..described.widths[g] {
                let column = table.column(starts.len());
                starts.push(before + values.len());
                values.extend_from_slice(column);
            }
        }
        let count = values.len().div_ceil(1 << h);
        values.resize((if g < 2 { params.full(count) } else { count }) << h, F::ZERO);
        before += values.len();
        values.chunks(1 << h).map(<[F]>::to_vec).collect()
    });
    Stacks { groups, starts }
}

/// Proves a case in the context of what `transcript` has absorbed.
pub fn prove(case: &Case<'_>, transcript: FiatShamir, encoder: &Encoder, lies: &Lies) -> Vec<u8> {
    let Case { system, params, log_chunk, tables, publics, .. } = *case;
    let h = params.log_height;
    let stacks = stacks(system, params, tables);
    let mut script = Script::new(transcript, lies);
    script.absorb_number("log2 of a chunk", lies.log_chunk.unwrap_or(log_chunk) as u32);
    for (group, stacks) in stacks.groups.iter().enumerate() {
        let said = lies.stacks.filter(|s| s.0 == group).map_or(stacks.len(), |s| s.1);
        script.number("stacks", said as u32);
    }
    for (chip, table) in tables.iter().enumerate() {
        let said = lies.rows.filter(|r| r.0 == chip).map_or(table.rows, |r| r.1);
        script.number("rows", said as u32);
    }
    script.absorb("publics", case.said.unwrap_or(publics));

    let others = case.committed.map(|tables| self::stacks(system, params, tables));
    let commit =
        |stacks: &Vec<Vec<F>>| commit(encoder, h, &stacks.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let committed: [Committed; 3] = others.as_ref().unwrap_or(&stacks).groups.each_ref().map(commit);
    for (label, group) in [("fixed", 0), ("boundary", 1)] {
        script.absorb_root(label, committed[group].root());
    }
    if let Some(root) = committed[2].root() {
        script.root("witness", 0, root);
    }
    let sum = script.exts("sum", vec![case.sum])[0];
    script.work(params.hash, "logup/work", params.logup_work);
    let local = Challenge { alpha: script.challenge("logup"), betas: Vec::new() };
    let betas = (1..Challenge::COUNT).map(|_| script.challenge("logup")).collect();
    let local = Challenge { betas, ..local };

    let own: EF = case
        .messages
        .iter()
        .map(|(bus, m, values)| {
            let values: Vec<EF> = values.iter().map(|&v| v.into()).collect();
            compress(case.challenge(&local, bus.shared), bus.id, EF::ONE, &values).inverse() * *m
        })
        .sum();
    let leaf = gkr::prove(&mut script, case, &local, sum - own);
    let at_r = gkr::send_columns(&mut script, case, &local, &leaf);
    let (rho, values) = zerocheck::prove(&mut script, case, &leaf, &at_r);
    let claim = gather::prove(&mut script, case, &stacks, &rho, &values);
    let stacks: Vec<Vec<F>> = stacks.groups.into_iter().flatten().collect();
    open(&mut script, params, &committed, &stacks, &claim);
    script.finish()
}

/// Where the line through `f(0)` and `f(1)` is zero; `f` is affine.
fn root_of(f: impl Fn(EF) -> EF) -> Option<EF> {
    let (zero, one, two) = (f(EF::ZERO), f(EF::ONE), f(EF::TWO));
    let slope = one - zero;
    (slope != EF::ZERO && two - one == slope).then(|| -zero * slope.inverse())
}
