//! Verifies one proof. Mirrors `aver_stark_prover::prove`; `spec/proof-system.md`, "order of a proof".

use alloc::vec::Vec;

use crate::air::{Bus, Group, MAX_ARITY};
use crate::channel::{Channel, Count, Number, Opener, dot};
use crate::eq::eq_table;
use crate::error::{Error, Result};
use crate::field::{EF, F};
use crate::gather::StackClaim;
use crate::gkr::{self, LeafClaim};
use crate::hash::Node;
use crate::layout::{LOG_BUNDLE, Layout, Point, System};
use crate::params::{Decoding, LOG_MAX_MESSAGES, Params};
use crate::protocol::{
    BOUNDARY, COLUMNS_AT_R, FIXED, LOG_CHUNK, LOGUP, LOGUP_WORK, PUBLICS, ROWS, STACKS, SUM, WITNESS,
};
use crate::symbolic::Affine;
use crate::transcript::{Reader, Transcript};
use crate::whir::{self, GroupCommitment};
use crate::zerocheck::Values;
use crate::{gather, masks, zerocheck};

/// The most messages of one proof, the verifier's among them. Below p, so that counts of messages cannot
/// wrap; the security terms count on it too.
pub const MAX_MESSAGES: u64 = 1 << LOG_MAX_MESSAGES;

/// α and β: what a message is compressed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge<E = EF> {
    /// Added to every message.
    pub alpha: E,
    /// For the bus id, then for each value.
    pub betas: Vec<E>,
}

impl Challenge {
    /// Number of challenges it takes.
    pub const COUNT: usize = 2 + MAX_ARITY;
}

impl<E: Number> Challenge<E> {
    /// From [`Challenge::COUNT`] challenges.
    pub fn new(mut challenges: Vec<E>) -> Self {
        challenges.resize(Challenge::COUNT, E::zero());
        let betas = challenges.split_off(1);
        Self { alpha: challenges[0], betas }
    }

    /// α + id β_0 + Σ β_{i+1} v_i.
    pub fn compress(&self, bus: Bus, values: &[E]) -> E {
        self.compress_scaled(E::one(), bus, values)
    }

    /// The same with `scale` times what does not depend on values.
    fn compress_scaled(&self, scale: E, bus: Bus, values: &[E]) -> E {
        scale * (self.alpha + self.betas[0] * F::new(bus.id)) + dot(&self.betas[1..], values)
    }
}

/// What a verifying key says of fixed columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedKey {
    /// Root over all fixed columns; none when there are none.
    pub root: Option<Node>,
    /// For each chip that has fixed columns, its number of rows.
    pub rows: Vec<Option<usize>>,
}

/// What pass 1 committed to for a proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoundaryCommitment {
    /// Root over all boundary columns; none when there are no rows.
    pub root: Option<Node>,
    /// Rows of the chips that have boundary columns, in their order.
    pub rows: Vec<usize>,
}

/// A message of the verifier's own: bus, signed multiplicity, values.
pub type Message<B = F> = (Bus, F, Vec<B>);

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

impl<'a> Statement<'a> {
    /// What is to be verified when the layout is known.
    pub fn facts(&self, layout: &'a Layout) -> Facts<'a> {
        Facts {
            system: self.system,
            params: self.params,
            layout,
            fixed: self.fixed.root.as_ref(),
            boundary: self.boundary.root.as_ref(),
            publics: self.publics,
            messages: self.messages,
            shared: self.shared,
        }
    }
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
    let mut reader = Reader::new(transcript, proof);
    let (rows, layout) = read_layout(&mut reader, statement)?;
    let sum = verify_facts(&mut reader, &statement.facts(&layout))?;
    reader.finish()?;
    Ok(Outcome { sum, rows })
}

/// A group may have more stacks than its columns take. But where rows share leaves, rows of another width fit into these
/// as well; so a root that is known before the number of stacks is read in one way only if that follows from the depth of the tree.
pub fn check_stacks(params: &Params, stacks: &[usize; 3]) -> Result<()> {
    for group in [Group::Fixed, Group::Boundary] {
        let (stacks, full) = (stacks[group as usize], params.full(stacks[group as usize]));
        if stacks != full {
            let (value, limit) = (stacks as u64, full as u64);
            return Err(Error::Limit { what: "stacks of rows that share leaves", value, limit });
        }
    }
    Ok(())
}

/// Reads how many stacks there are of each group, and the rows of each chip; they make the layout.
pub fn read_layout(reader: &mut Reader<'_>, statement: &Statement<'_>) -> Result<(Vec<usize>, Layout)> {
    let Statement { system, params, log_chunk, .. } = *statement;
    reader.public(LOG_CHUNK, &(log_chunk as u32));
    let mut stacks = [0; 3];
    for stacks in &mut stacks {
        *stacks = reader.read(STACKS)? as usize;
    }
    check_stacks(params, &stacks)?;
    let rows = read_rows(reader, statement)?;
    let layout = Layout::with_stacks(&system.described, &rows, params.log_data(), log_chunk, |_| stacks)?;
    check_messages(&layout, system, statement.messages.len())?;
    Ok((rows, layout))
}

/// A proof of this layout has no more messages than there may be; `own` are the verifier's.
pub fn check_messages(layout: &Layout, system: &System, own: usize) -> Result<()> {
    let messages = layout.messages(&system.described) + own as u64;
    if messages > MAX_MESSAGES {
        return Err(Error::Limit { what: "messages", value: messages, limit: MAX_MESSAGES });
    }
    Ok(())
}

/// What one proof shows, once its layout is known.
pub struct Facts<'a, B = F, E = EF, R = Node, N = usize> {
    /// The chips.
    pub system: &'a System,
    /// Parameters.
    pub params: &'a Params,
    /// The layout, which has been absorbed.
    pub layout: &'a Layout<N>,
    /// Root of the fixed columns.
    pub fixed: Option<&'a R>,
    /// Root of the boundary columns.
    pub boundary: Option<&'a R>,
    /// Public values.
    pub publics: &'a [B],
    /// Messages that follow from them.
    pub messages: &'a [Message<B>],
    /// The challenge of shared buses.
    pub shared: &'a Challenge<E>,
}

/// Facts as a channel has them.
pub type FactsOf<'a, C> =
    Facts<'a, <C as Channel>::B, <C as Channel>::E, <C as Opener>::Digest, <C as Channel>::Count>;

/// Verifies all of a proof that comes after its layout; returns its sum on shared buses.
pub fn verify_facts<C: Opener>(c: &mut C, facts: &FactsOf<'_, C>) -> Result<C::E> {
    let Facts { params, layout, fixed, boundary, publics, .. } = *facts;
    // What other proofs share is to be one word, not one of a list.
    let shared = layout.widths[Group::Boundary as usize];
    if params.decoding != Decoding::Unique && (shared > 0 || boundary.is_some()) {
        let what = "stacks of boundary columns that are decoded to lists";
        return Err(Error::Limit { what, value: shared as u64, limit: 0 });
    }
    c.absorb(PUBLICS, publics);
    c.absorb_root(FIXED, fixed);
    c.absorb_root(BOUNDARY, boundary);
    let has_witness = params.masked || layout.widths[Group::Witness as usize] > 0;
    let witness = if has_witness { Some(c.read_root(WITNESS)?) } else { None };
    let sum = c.read_one(SUM)?;
    c.check_work(params.hash, LOGUP_WORK, params.logup_work)?;
    let challenge = Challenge::new((0..Challenge::COUNT).map(|_| c.draw(LOGUP)).collect());

    let (claim, pads) = if params.masked {
        let (claim, pads) = masks::reduce(c, facts, &challenge, sum)?;
        (claim, Some(pads))
    } else {
        (reduce(c, facts, &challenge, sum)?, None)
    };
    let roots = [fixed.cloned(), boundary.cloned(), witness];
    let mut groups = Vec::with_capacity(roots.len());
    for (root, &width) in roots.into_iter().zip(&layout.widths) {
        groups.push(GroupCommitment { root, width });
    }
    whir::verify(params, c, &groups, &claim, pads.as_ref())?;
    Ok(sum)
}

/// Reduces what is claimed of columns to a value of all stacks.
pub fn reduce<C: Channel, R>(
    c: &mut C,
    facts: &Facts<'_, C::B, C::E, R, C::Count>,
    challenge: &Challenge<C::E>,
    sum: C::E,
) -> Result<StackClaim<C::E>> {
    let Facts { system, params, layout, publics, .. } = *facts;
    let leaf = gkr::verify(c, layout.log_leaves(), layout.log_chunk)?;
    check_root(c, facts, challenge, sum, &leaf)?;
    let at_r = read_message_columns(c, system, layout)?;
    let r = check_leaves(c, facts, challenge, leaf, &at_r)?;
    let (rho, values) = zerocheck::verify(c, system, &layout.chunks, publics, &r, &at_r)?;
    gather::verify(c, params, layout, &rho, &values)
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
fn check_root<C: Channel, R>(
    c: &mut C,
    facts: &Facts<'_, C::B, C::E, R, C::Count>,
    challenge: &Challenge<C::E>,
    sum: C::E,
    leaf: &LeafClaim<C::E>,
) -> Result<()> {
    let mut own = C::E::zero();
    for (bus, multiplicity, values) in facts.messages {
        let values: Vec<C::E> = values.iter().map(|&v| v.into()).collect();
        let by = if bus.shared { facts.shared } else { challenge };
        own = own + c.inverse("sum", by.compress(*bus, &values))? * *multiplicity;
    }
    c.check_equal("sum", leaf.numerator, (sum - own) * leaf.denominator)
}

/// Values of each chip's message columns at r.
fn read_message_columns<C: Channel>(
    c: &mut C,
    system: &System,
    layout: &Layout<C::Count>,
) -> Result<Values<C::E>> {
    let mut values = Values::with_capacity(layout.chunks.len());
    for (described, chunks) in system.described.iter().zip(&layout.chunks) {
        values.push(c.read_columns(COLUMNS_AT_R, described.message_columns.len(), chunks)?);
    }
    Ok(values)
}

/// The leaves' values at GKR's point follow from the columns' values at r, which is returned.
fn check_leaves<C: Channel, R>(
    c: &mut C,
    facts: &Facts<'_, C::B, C::E, R, C::Count>,
    challenge: &Challenge<C::E>,
    leaf: LeafClaim<C::E>,
    at_r: &Values<C::E>,
) -> Result<Point<C::E>> {
    let layout = facts.layout;
    let LeafClaim { mut leaf, row, p: numerator, q: denominator, .. } = leaf;
    let slot = eq_table(&leaf.split_off(leaf.len() - LOG_BUNDLE));
    let chunk = leaf.split_off(layout.log_bundles);
    let bundle = eq_table(&leaf);
    let publics: Vec<C::E> = facts.publics.iter().map(|&p| p.into()).collect();
    let (mut p, mut q) = (C::E::zero(), C::E::one());
    for (chip, described) in facts.system.described.iter().enumerate() {
        if layout.chunks[chip].is_zero() {
            continue;
        }
        // Rows that are there weigh so much; those that are not have leaves 0/1, as have places of no message.
        let real = layout.chunks[chip].eq_prefix(&chunk);
        let column =
            |i: usize| described.message_columns.binary_search(&i).map_or(C::E::zero(), |at| at_r[chip][at]);
        let value = |form: &Affine| form.evaluate(real, column, &publics);
        for (index, interaction) in described.description.interactions.iter().enumerate() {
            let by = if interaction.bus.shared { facts.shared } else { challenge };
            let (b, s) = layout.message(chip, index);
            let weight = bundle[b] * slot[s];
            let values: Vec<C::E> = interaction.values.iter().map(value).collect();
            p = p + weight * value(&interaction.multiplicity);
            q = q + weight * (by.compress_scaled(real, interaction.bus, &values) - real);
        }
    }
    c.check_equal("leaves", p, numerator)?;
    c.check_equal("leaves", q, denominator)?;
    Ok(Point { chunk, row })
}
