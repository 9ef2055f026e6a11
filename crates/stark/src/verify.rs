//! Verifies one proof. Mirrors `aver_stark_prover::prove`; `spec/proof-system.md`, "order of a proof".

use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};

use crate::air::{Bus, Group, MAX_ARITY};
use crate::eq::{eq_prefix, eq_table};
use crate::error::{Error, Result};
use crate::field::{EF, F};
use crate::gkr::{self, LeafClaim};
use crate::hash::Digest;
use crate::layout::{LOG_BUNDLE, Layout, Point, System};
use crate::params::{LOG_MAX_MESSAGES, Params};
use crate::protocol::{
    BOUNDARY, COLUMNS_AT_R, FIXED, LOG_CHUNK, LOGUP, LOGUP_WORK, PUBLICS, ROWS, SUM, WITNESS,
};
use crate::symbolic::Affine;
use crate::transcript::{Reader, Transcript};
use crate::whir::{self, GroupCommitment};
use crate::zerocheck::Values;
use crate::{gather, zerocheck};

/// The most messages of one proof, the verifier's among them. Below p, so that counts of messages cannot
/// wrap; the security terms count on it too.
pub const MAX_MESSAGES: u64 = 1 << LOG_MAX_MESSAGES;

/// α and β: what a message is compressed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Added to every message.
    pub alpha: EF,
    /// For the bus id, then for each value.
    pub betas: Vec<EF>,
}

impl Challenge {
    /// Number of challenges it takes.
    pub const COUNT: usize = 2 + MAX_ARITY;

    /// From [`Self::COUNT`] challenges.
    pub fn new(mut challenges: Vec<EF>) -> Self {
        challenges.resize(Self::COUNT, EF::ZERO);
        let betas = challenges.split_off(1);
        Self { alpha: challenges[0], betas }
    }

    /// α + id β_0 + Σ β_{i+1} v_i.
    pub fn compress(&self, bus: Bus, values: &[EF]) -> EF {
        self.compress_scaled(EF::ONE, bus, values)
    }

    /// The same with `scale` times what does not depend on values.
    fn compress_scaled(&self, scale: EF, bus: Bus, values: &[EF]) -> EF {
        let tail: EF = self.betas[1..].iter().zip(values).map(|(&b, &v)| b * v).sum();
        scale * (self.alpha + self.betas[0] * F::new(bus.id)) + tail
    }
}

/// What a verifying key says of fixed columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedKey {
    /// Root over all fixed columns; none when there are none.
    pub root: Option<Digest>,
    /// For each chip that has fixed columns, its number of rows.
    pub rows: Vec<Option<usize>>,
}

/// What pass 1 committed to for a proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoundaryCommitment {
    /// Root over all boundary columns; none when there are no rows.
    pub root: Option<Digest>,
    /// Rows of the chips that have boundary columns, in their order.
    pub rows: Vec<usize>,
}

/// A message of the verifier's own: bus, signed multiplicity, values.
pub type Message = (Bus, F, Vec<F>);

/// What one proof shows.
pub struct Statement<'a> {
    /// The chips.
    pub system: &'a System,
    /// Parameters; never from a proof.
    pub params: &'a Params,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// Fixed columns.
    pub fixed: &'a FixedKey,
    /// Boundary columns.
    pub boundary: &'a BoundaryCommitment,
    /// Public values.
    pub publics: &'a [F],
    /// Messages that follow from them.
    pub messages: &'a [Message],
    /// The challenge of shared buses.
    pub shared: &'a Challenge,
}

/// What a verified proof says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The sum of its messages on shared buses.
    pub sum: EF,
    /// Rows of each chip.
    pub rows: Vec<usize>,
}

/// Verifies a proof in the context of what `transcript` has absorbed.
pub fn verify(statement: &Statement<'_>, transcript: impl Transcript, proof: &[u8]) -> Result<Outcome> {
    let Statement { system, params, .. } = *statement;
    let mut reader = Reader::new(transcript, proof);
    reader.public(LOG_CHUNK, &(statement.log_chunk as u32));
    let rows = read_rows(&mut reader, statement)?;
    let layout = Layout::new(&system.described, &rows, params.log_height, statement.log_chunk)?;
    let messages = layout.messages(&system.described) + statement.messages.len() as u64;
    if messages > MAX_MESSAGES {
        return Err(Error::Limit { what: "messages", value: messages, limit: MAX_MESSAGES });
    }
    reader.public(PUBLICS, statement.publics);
    reader.public(FIXED, &statement.fixed.root);
    reader.public(BOUNDARY, &statement.boundary.root);
    let witness = if layout.widths[Group::Witness as usize] > 0 { Some(reader.read(WITNESS)?) } else { None };
    let sum = reader.read(SUM)?;
    reader.work(LOGUP_WORK, params.logup_work)?;
    let challenge = Challenge::new(reader.challenges(LOGUP, Challenge::COUNT));

    let leaf = gkr::verify(&mut reader, layout.log_leaves(), layout.log_chunk)?;
    check_root(statement, &challenge, sum, &leaf)?;
    let at_r = read_message_columns(&mut reader, system, &layout)?;
    let r = check_leaves(statement, &layout, &challenge, leaf, &at_r)?;

    let (rho, values) = zerocheck::verify(&mut reader, system, &layout, statement.publics, &r, &at_r)?;
    let claim = gather::verify(&mut reader, &layout, &rho, &values)?;
    let roots = [statement.fixed.root, statement.boundary.root, witness];
    let groups = [0, 1, 2].map(|g| GroupCommitment { root: roots[g], width: layout.widths[g] });
    whir::verify(params, &mut reader, &groups, &claim)?;
    reader.finish()?;
    Ok(Outcome { sum, rows })
}

/// Rows of each chip; those of fixed and boundary tables are known before.
fn read_rows(reader: &mut Reader<'_>, statement: &Statement<'_>) -> Result<Vec<usize>> {
    let mut rows = Vec::with_capacity(statement.system.chips.len());
    let mut boundary = statement.boundary.rows.iter();
    for (i, d) in statement.system.described.iter().enumerate() {
        let count = reader.read(ROWS)? as usize;
        let fixed = statement.fixed.rows.get(i).copied().flatten();
        let expected = if d.widths[Group::Fixed as usize] > 0 {
            fixed
        } else if d.widths[Group::Boundary as usize] > 0 {
            boundary.next().copied()
        } else {
            Some(count)
        };
        if expected != Some(count) {
            let limit = expected.unwrap_or(0) as u64;
            return Err(Error::Limit { what: "rows of a committed table", value: count as u64, limit });
        }
        rows.push(count);
    }
    match boundary.len() {
        0 => Ok(rows),
        value => {
            Err(Error::Limit { what: "boundary tables beside the chips'", value: value as u64, limit: 0 })
        }
    }
}

/// Leaves and the verifier's messages together are the claimed sum.
fn check_root(statement: &Statement<'_>, challenge: &Challenge, sum: EF, leaf: &LeafClaim) -> Result<()> {
    let mut own = EF::ZERO;
    for (bus, multiplicity, values) in statement.messages {
        let values: Vec<EF> = values.iter().map(|&v| EF::from(v)).collect();
        let by = if bus.shared { statement.shared } else { challenge };
        let inverse = by.compress(*bus, &values).try_inverse().ok_or(Error::Equation { label: "sum" })?;
        own += inverse * *multiplicity;
    }
    if leaf.numerator == (sum - own) * leaf.denominator {
        Ok(())
    } else {
        Err(Error::Equation { label: "sum" })
    }
}

/// Values of each chip's message columns at r.
fn read_message_columns(reader: &mut Reader<'_>, system: &System, layout: &Layout) -> Result<Values> {
    let chips = system.described.iter().zip(&layout.chunks);
    chips
        .map(|(d, &chunks)| {
            reader.read_list(COLUMNS_AT_R, if chunks > 0 { d.message_columns.len() } else { 0 })
        })
        .collect()
}

/// The leaves' values at GKR's point follow from the columns' values at r, which is returned.
fn check_leaves(
    statement: &Statement<'_>,
    layout: &Layout,
    challenge: &Challenge,
    leaf: LeafClaim,
    at_r: &Values,
) -> Result<Point> {
    let LeafClaim { mut leaf, row, p: numerator, q: denominator, .. } = leaf;
    let slot = eq_table(&leaf.split_off(leaf.len() - LOG_BUNDLE));
    let chunk = leaf.split_off(layout.log_bundles);
    let bundle = eq_table(&leaf);
    let (mut p, mut q) = (EF::ZERO, EF::ONE);
    for (chip, described) in statement.system.described.iter().enumerate() {
        if layout.chunks[chip] == 0 {
            continue;
        }
        // Rows that are there weigh so much; those that are not have leaves 0/1, as have places of no message.
        let real = eq_prefix(&chunk, layout.chunks[chip]);
        let value = |form: &Affine| {
            let column =
                |i: usize| described.message_columns.binary_search(&i).map_or(EF::ZERO, |at| at_r[chip][at]);
            let publics =
                form.publics.iter().map(|&(i, c)| statement.publics.get(i).copied().unwrap_or(F::ZERO) * c);
            let columns: EF = form.columns.iter().map(|&(i, c)| column(i) * c).sum();
            columns + real * (form.constant + publics.sum::<F>())
        };
        for (index, interaction) in described.description.interactions.iter().enumerate() {
            let by = if interaction.bus.shared { statement.shared } else { challenge };
            let (b, s) = layout.message(chip, index);
            let weight = bundle[b] * slot[s];
            let values: Vec<EF> = interaction.values.iter().map(value).collect();
            p += weight * value(&interaction.multiplicity);
            q += weight * (by.compress_scaled(real, interaction.bus, &values) - real);
        }
    }
    if p == numerator && q == denominator {
        Ok(Point { chunk, row })
    } else {
        Err(Error::Equation { label: "leaves" })
    }
}
