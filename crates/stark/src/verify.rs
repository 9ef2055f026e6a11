//! Verifies one proof. Mirrors `aver_stark_prover::prove`; `spec/proof-system.md`, "order of a proof".

use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};

use crate::air::{Bus, Group, MAX_ARITY};
use crate::eq::eq_table;
use crate::error::{Error, Result};
use crate::field::{EF, F};
use crate::gkr::{self, LeafClaim};
use crate::hash::Digest;
use crate::layout::{Layout, Place, System};
use crate::params::{LOG_MAX_MESSAGES, Params};
use crate::protocol::{BOUNDARY, COLUMNS_AT_R, FIXED, LOGUP, LOGUP_WORK, PUBLICS, ROWS, SUM, WITNESS};
use crate::symbolic::Affine;
use crate::transcript::{Reader, Transcript};
use crate::whir::{self, GroupCommitment};
use crate::zerocheck::{self, Values};

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
        let tail: EF = self.betas[1..].iter().zip(values).map(|(&b, &v)| b * v).sum();
        self.alpha + self.betas[0] * F::new(bus.id) + tail
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
    let rows = read_rows(&mut reader, statement)?;
    let layout = Layout::new(&system.described, &rows, params.log_height)?;
    let messages = ((layout.messages.count as u64) << params.log_height) + statement.messages.len() as u64;
    if messages > MAX_MESSAGES {
        return Err(Error::Limit { what: "messages", value: messages, limit: MAX_MESSAGES });
    }
    reader.public(PUBLICS, statement.publics);
    reader.public(FIXED, &statement.fixed.root);
    reader.public(BOUNDARY, &statement.boundary.root);
    let widths = layout.widths();
    let witness = if widths[Group::Witness as usize] > 0 { Some(reader.read(WITNESS)?) } else { None };
    let sum = reader.read(SUM)?;
    reader.work(LOGUP_WORK, params.logup_work)?;
    let challenge = Challenge::new(reader.challenges(LOGUP, Challenge::COUNT));

    let leaf = gkr::verify(&mut reader, layout.messages.count, params.log_height)?;
    check_root(statement, &challenge, sum, &leaf)?;
    let at_r = read_message_columns(&mut reader, system, &layout)?;
    check_leaves(statement, &layout, &challenge, &leaf, &at_r)?;

    let (rho, values) = zerocheck::verify(&mut reader, system, &layout, statement.publics, &leaf.row, &at_r)?;
    let stacks = stack_values(system, &layout, &rho, &values);
    let roots = [statement.fixed.root, statement.boundary.root, witness];
    let groups = [0, 1, 2].map(|g| GroupCommitment { root: roots[g], width: widths[g] });
    whir::verify(params, &mut reader, &groups, &rho, &stacks)?;
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

/// Values of each block's message columns at a prefix of r.
fn read_message_columns(reader: &mut Reader<'_>, system: &System, layout: &Layout) -> Result<Vec<Vec<EF>>> {
    layout
        .blocks
        .iter()
        .map(|b| reader.read_list(COLUMNS_AT_R, system.described[b.chip].message_columns.len()))
        .collect()
}

/// The leaves' values at GKR's point follow from the columns' values.
fn check_leaves(
    statement: &Statement<'_>,
    layout: &Layout,
    challenge: &Challenge,
    leaf: &LeafClaim,
    at_r: &[Vec<EF>],
) -> Result<()> {
    let system = statement.system;
    let stacks = eq_table(&leaf.stack);
    let (mut p, mut q, mut used) = (EF::ZERO, EF::ZERO, EF::ZERO);
    for item in &layout.messages.items {
        let described = &system.described[layout.blocks[item.block].chip];
        let interaction = &described.description.interactions[item.index];
        let columns = &described.message_columns;
        let value = |form: &Affine| {
            let column = |i: usize| columns.binary_search(&i).map_or(EF::ZERO, |at| at_r[item.block][at]);
            let publics =
                form.publics.iter().map(|&(i, c)| statement.publics.get(i).copied().unwrap_or(F::ZERO) * c);
            let columns: EF = form.columns.iter().map(|&(i, c)| column(i) * c).sum();
            columns + form.constant + publics.sum::<F>()
        };
        let values: Vec<EF> = interaction.values.iter().map(value).collect();
        let by = if interaction.bus.shared { statement.shared } else { challenge };
        let weight = stacks[item.place.stack] * slot_weight(&item.place, &leaf.row);
        p += weight * value(&interaction.multiplicity);
        q += weight * by.compress(interaction.bus, &values);
        used += weight;
    }
    // Unused leaves are 0/1.
    if p == leaf.p && q + EF::ONE - used == leaf.q {
        Ok(())
    } else {
        Err(Error::Equation { label: "leaves" })
    }
}

/// eq of a place's slot and the variables of `point` after its rows'.
pub fn slot_weight(place: &Place, point: &[EF]) -> EF {
    point[place.log..]
        .iter()
        .enumerate()
        .map(|(j, &x)| if place.slot >> j & 1 == 1 { x } else { EF::ONE - x })
        .product()
}

/// Values of all stacks, group after group, at ρ.
pub fn stack_values(system: &System, layout: &Layout, rho: &[EF], values: &Values) -> Vec<EF> {
    let mut out = Vec::new();
    for stacks in &layout.groups {
        let mut group = alloc::vec![EF::ZERO; stacks.count];
        for item in &stacks.items {
            debug_assert!(item.index < system.described[layout.blocks[item.block].chip].width());
            group[item.place.stack] += slot_weight(&item.place, rho) * values[item.block][item.index];
        }
        out.extend(group);
    }
    out
}
