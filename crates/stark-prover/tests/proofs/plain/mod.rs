//! A second prover: slow, plain, written from `spec/proof-system.md` rather than from the first. Told no
//! lies its proofs are the first one's, byte for byte; told a lie, it goes on with what it said, and makes
//! what follows fit as far as it is asked to ([`Lies::bent_until`]).

mod gkr;
mod script;
mod whir;
mod zerocheck;

use aver_stark::field::{EF, F};
use aver_stark::hash::Sponge;
use aver_stark::layout::{Layout, Place, System};
use aver_stark::params::Params;
use aver_stark::symbolic::Affine;
use aver_stark::verify::{Challenge, Message};
use aver_stark_prover::encode::{Committed, Encoder};
use aver_stark_prover::table::Table;
use p3_field::{Field, PrimeCharacteristicRing};

pub use script::{Check, Lies, Script};
pub use whir::{commit, open};

/// What is proved.
pub struct Case<'a> {
    pub system: &'a System,
    pub params: &'a Params,
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

    /// An affine form where columns have these values.
    fn form(&self, form: &Affine, column: impl Fn(usize) -> EF) -> EF {
        let columns: EF = form.columns.iter().map(|&(i, c)| column(i) * c).sum();
        let publics: F = form.publics.iter().map(|&(i, c)| self.public(i) * c).sum();
        columns + publics + form.constant
    }
}

/// α + id β_0 + Σ β_{i+1} v_i.
fn compress(challenge: &Challenge, bus: u32, values: &[EF]) -> EF {
    let terms = values.iter().enumerate().map(|(i, &v)| challenge.betas[i + 1] * v);
    challenge.alpha + challenge.betas[0] * F::new(bus) + terms.sum::<EF>()
}

/// Weight of a slot: its lowest bit goes with the first variable after the rows'.
fn slot_weight(place: &Place, point: &[EF]) -> EF {
    let bit = |i: usize| place.slot >> (i - place.log) & 1 == 1;
    (place.log..point.len()).map(|i| if bit(i) { point[i] } else { EF::ONE - point[i] }).product()
}

/// Index in its stack of the place's value `row`.
fn index(place: &Place, row: usize, h: usize) -> usize {
    (place.log..h)
        .fold(row << (h - place.log), |at, i| at | (place.slot >> (i - place.log) & 1) << (h - 1 - i))
}

/// The stacks of each group.
pub fn stacks(layout: &Layout, tables: &[Table]) -> [Vec<Vec<F>>; 3] {
    let h = layout.log_height;
    [0, 1, 2].map(|g| {
        let mut stacks = vec![vec![F::ZERO; 1 << h]; layout.groups[g].count];
        for item in &layout.groups[g].items {
            let block = &layout.blocks[item.block];
            let column = tables[block.chip].column(item.index);
            for x in 0..1 << block.log_rows {
                stacks[item.place.stack][index(&item.place, x, h)] = column[block.first_row + x];
            }
        }
        stacks
    })
}

/// Proves a case in the context of what `sponge` has absorbed.
pub fn prove(case: &Case<'_>, sponge: Sponge, encoder: &Encoder, lies: &Lies) -> Vec<u8> {
    let Case { system, params, tables, publics, .. } = *case;
    let h = params.log_height;
    let mut script = Script::new(sponge, lies);
    let rows: Vec<usize> = tables.iter().map(|t| t.rows).collect();
    let layout = Layout::new(&system.described, &rows, h).unwrap();
    for (chip, &own) in rows.iter().enumerate() {
        let said = lies.rows.filter(|r| r.0 == chip).map_or(own, |r| r.1);
        script.bytes("rows", &(said as u32).to_le_bytes());
    }
    script.absorb_base("publics", case.said.unwrap_or(publics));

    let stacks = stacks(&layout, tables);
    let others = case.committed.map(|tables| self::stacks(&layout, tables));
    let commit =
        |stacks: &Vec<Vec<F>>| commit(encoder, h, &stacks.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let committed: [Committed; 3] = others.as_ref().unwrap_or(&stacks).each_ref().map(commit);
    for (label, group) in [("fixed", 0), ("boundary", 1)] {
        script.absorb(label, committed[group].root().as_ref().map_or(&[], |r| &r[..]));
    }
    if let Some(root) = committed[2].root() {
        script.root("witness", 0, root);
    }
    let sum = script.exts("sum", vec![case.sum])[0];
    script.work("logup/work", params.logup_work);
    let local = Challenge { alpha: script.challenge("logup"), betas: Vec::new() };
    let betas = (1..Challenge::COUNT).map(|_| script.challenge("logup")).collect();
    let local = Challenge { betas, ..local };

    let own: EF = case
        .messages
        .iter()
        .map(|(bus, m, values)| {
            let values: Vec<EF> = values.iter().map(|&v| v.into()).collect();
            compress(case.challenge(&local, bus.shared), bus.id, &values).inverse() * *m
        })
        .sum();
    let leaf = gkr::prove(&mut script, sum - own, gkr::leaves(case, &layout, &local), h);
    let at_r = gkr::send_columns(&mut script, case, &layout, &local, &leaf);
    let rho = zerocheck::prove(&mut script, case, &layout, &leaf.row, &at_r);
    let values = rho.1;
    let mut claimed = Vec::new();
    for group in &layout.groups {
        let mut sums = vec![EF::ZERO; group.count];
        for item in &group.items {
            sums[item.place.stack] += slot_weight(&item.place, &rho.0) * values[item.block][item.index];
        }
        claimed.extend(sums);
    }
    let stacks: Vec<Vec<F>> = stacks.into_iter().flatten().collect();
    open(&mut script, params, &committed, &stacks, &rho.0, &claimed);
    script.finish()
}

/// Where the line through `f(0)` and `f(1)` is zero; `f` is affine.
fn root_of(f: impl Fn(EF) -> EF) -> Option<EF> {
    let (zero, one, two) = (f(EF::ZERO), f(EF::ONE), f(EF::TWO));
    let slope = one - zero;
    (slope != EF::ZERO && two - one == slope).then(|| -zero * slope.inverse())
}
