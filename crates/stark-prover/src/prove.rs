//! Proves one instance. Mirrors [`aver_stark::verify`].

use std::sync::Arc;

use aver_stark::air::Group;
use aver_stark::error::Error;
use aver_stark::field::{EF, F};
use aver_stark::hash::Node;
use aver_stark::layout::{Layout, Point, System, max_log_chunk, padded_rows};
use aver_stark::params::Params;
use aver_stark::protocol::{
    BOUNDARY, FIXED, LOG_CHUNK, LOGUP, LOGUP_WORK, PUBLICS, ROWS, STACKS, SUM, WITNESS,
};
use aver_stark::transcript::Transcript;
use aver_stark::verify::{BoundaryCommitment, Challenge, FixedKey, MAX_MESSAGES};
use p3_field::{Field, PrimeCharacteristicRing};

use crate::encode::{Committed, Encoder};
use crate::masks::{Claimed, Fresh, Masks};
use crate::stacks::{Columns, Stack};
use crate::stages::Stages;
use crate::table::Table;
use crate::transcript::Writer;
use crate::{gather, gkr, leaves, masks, whir, zerocheck};

/// Why an instance cannot be proved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// A limit of the proof system.
    #[error(transparent)]
    Limit(#[from] Error),
    /// A table does not have its chip's columns or length.
    #[error("table of {chip} does not fit its chip")]
    Table {
        /// The chip.
        chip: String,
    },
    /// The system has no randomness to give.
    #[error("no randomness: {0}")]
    Randomness(String),
    /// The proof system works on chunks of at least as many rows as SIMD registers have lanes.
    #[error("log_chunk is {log_chunk}; at least {least} is needed")]
    Chunk {
        /// As given.
        log_chunk: usize,
        /// The least.
        least: usize,
    },
}

/// Fixed columns, committed.
pub struct Fixed {
    /// By chip; empty for chips without.
    pub columns: Vec<Arc<Vec<Vec<F>>>>,
    committed: Committed,
    key: FixedKey,
}

impl Fixed {
    /// Commits to fixed columns: for each chip, columns of equal length, or none.
    pub fn new(
        system: &System,
        params: &Params,
        columns: Vec<Vec<Vec<F>>>,
        encoder: &Encoder,
    ) -> Result<Self, ProveError> {
        Self::with_stacks(system, params, columns, |needed| needed, encoder)
    }

    /// The same. With [`groups`](Self::groups) of these columns it takes a fraction of the time; with others its key is wrong.
    pub fn again(
        system: &System,
        params: &Params,
        columns: Vec<Vec<Vec<F>>>,
        groups: Option<Vec<Node>>,
        encoder: &Encoder,
    ) -> Result<Self, ProveError> {
        Self::commit(system, params, columns, |needed| needed, groups, encoder)
    }

    /// The same with as many stacks as `stacks` says for those that are needed, at least.
    pub fn with_stacks(
        system: &System,
        params: &Params,
        columns: Vec<Vec<Vec<F>>>,
        stacks: impl FnOnce(usize) -> usize,
        encoder: &Encoder,
    ) -> Result<Self, ProveError> {
        Self::commit(system, params, columns, stacks, None, encoder)
    }

    fn commit(
        system: &System,
        params: &Params,
        columns: Vec<Vec<Vec<F>>>,
        stacks: impl FnOnce(usize) -> usize,
        groups: Option<Vec<Node>>,
        encoder: &Encoder,
    ) -> Result<Self, ProveError> {
        // Any size of chunks: they stand in the same places.
        let log_chunk = max_log_chunk(&system.described, params.log_data());
        let rows: Vec<Option<usize>> = (system.described.iter().zip(&columns))
            .map(|(d, c)| (d.widths[Group::Fixed as usize] > 0).then(|| c.first().map_or(0, Vec::len)))
            .collect();
        let tables: Vec<Table> = columns
            .into_iter()
            .map(|mut fixed| {
                let rows = fixed.first().map_or(0, Vec::len);
                let padded = padded_rows(rows, log_chunk);
                fixed.iter_mut().for_each(|c| c.resize(padded, F::ZERO));
                Table { rows, fixed: Arc::new(fixed), ..Table::default() }
            })
            .collect();
        let counts: Vec<usize> = rows.iter().map(|r| r.unwrap_or(0)).collect();
        let layout = layout_of(system, params, log_chunk, &counts, Group::Fixed, stacks)?;
        let columns = Columns { system, layout: &layout, tables: &tables, masks: None };
        let committed = columns.commit_again(params, Group::Fixed, encoder, groups);
        let key = FixedKey { root: committed.root(), rows };
        Ok(Self { columns: tables.into_iter().map(|t| t.fixed).collect(), committed, key })
    }

    /// What the verifier needs.
    pub fn key(&self) -> &FixedKey {
        &self.key
    }

    /// What the commitment follows from; none without columns.
    pub fn groups(&self) -> Option<&[Node]> {
        self.committed.groups()
    }
}

/// A layout in which one group has at least as many stacks as `stacks` says.
fn layout_of(
    system: &System,
    params: &Params,
    log_chunk: usize,
    rows: &[usize],
    group: Group,
    stacks: impl FnOnce(usize) -> usize,
) -> Result<Layout, ProveError> {
    let widen = |mut widths: [usize; 3]| {
        let needed = widths[group as usize];
        widths[group as usize] = params.full(stacks(needed).max(needed));
        widths
    };
    Ok(Layout::with_stacks(&system.described, rows, params.log_data(), log_chunk, widen)?)
}

/// Boundary columns, committed.
pub struct Boundary {
    committed: Committed,
    key: BoundaryCommitment,
}

impl Boundary {
    /// Commits to the boundary columns of padded tables. The other tables' rows do not matter.
    pub fn new(
        system: &System,
        params: &Params,
        log_chunk: usize,
        tables: &[Table],
        encoder: &Encoder,
    ) -> Result<Self, ProveError> {
        Self::with_stacks(system, params, log_chunk, tables, |needed| needed, encoder)
    }

    /// The same with as many stacks as `stacks` says for those that are needed, at least.
    pub fn with_stacks(
        system: &System,
        params: &Params,
        log_chunk: usize,
        tables: &[Table],
        stacks: impl FnOnce(usize) -> usize,
        encoder: &Encoder,
    ) -> Result<Self, ProveError> {
        let has = |chip: usize| system.described[chip].widths[Group::Boundary as usize] > 0;
        let counts: Vec<usize> =
            tables.iter().enumerate().map(|(i, t)| if has(i) { t.rows } else { 0 }).collect();
        let layout = layout_of(system, params, log_chunk, &counts, Group::Boundary, stacks)?;
        let columns = Columns { system, layout: &layout, tables, masks: None };
        let committed = columns.commit(params, Group::Boundary, encoder);
        // Those of a table that has fixed columns as well are the key's.
        let is_fixed = |chip: usize| system.described[chip].widths[Group::Fixed as usize] > 0;
        let rows = (0..tables.len()).filter(|&i| has(i) && !is_fixed(i)).map(|i| counts[i]).collect();
        let key = BoundaryCommitment { root: committed.root(), rows };
        Ok(Self { committed, key })
    }

    /// What the verifier needs.
    pub fn key(&self) -> &BoundaryCommitment {
        &self.key
    }
}

/// What is proved.
pub struct Instance<'a> {
    /// The chips.
    pub system: &'a System,
    /// Parameters.
    pub params: &'a Params,
    /// log2 of the rows of a chunk; tables are padded to whole chunks.
    pub log_chunk: usize,
    /// Fixed columns.
    pub fixed: &'a Fixed,
    /// Boundary columns, as committed in pass 1.
    pub boundary: &'a Boundary,
    /// At least so many stacks of witness columns, where more than these take are wanted.
    pub stacks: usize,
    /// One for each chip, padded, with the key's fixed columns.
    pub tables: &'a [Table],
    /// Public values.
    pub publics: &'a [F],
    /// The challenge of shared buses.
    pub shared: &'a Challenge,
    /// The sum over shared buses to claim: minus the sum of the verifier's messages where they are
    /// shared, and what is left open. [`shared_sum`] computes it.
    pub sum: EF,
}

/// Proves the instance in the context of what `transcript` has absorbed.
pub fn prove(
    instance: &Instance<'_>,
    transcript: impl Transcript,
    encoder: &Encoder,
    stages: &mut Stages,
) -> Result<Vec<u8>, ProveError> {
    Summed::new(instance, transcript, encoder, stages)?.finish(stages)
}

/// The same with masks that are not fresh: what is said of the witness is hidden as long as nobody knows them, and they are
/// used once.
pub fn prove_masked(
    instance: &Instance<'_>,
    masks: Box<dyn Masks>,
    transcript: impl Transcript,
    encoder: &Encoder,
    stages: &mut Stages,
) -> Result<Vec<u8>, ProveError> {
    Summed::with_masks(instance, Some(masks), transcript, encoder, stages)?.finish(stages)
}

/// An instance whose messages are proved to cancel, which is what takes most memory; constraints and
/// openings are to come.
pub struct Summed<'a> {
    instance: &'a Instance<'a>,
    encoder: &'a Encoder,
    writer: Writer<'a>,
    layout: Layout,
    witness: Committed,
    masks: Option<Box<dyn Masks>>,
    local: Challenge,
    /// The sum of all fractions.
    fraction: EF,
    /// Where the leaves' columns are claimed.
    r: Point,
}

impl<'a> Summed<'a> {
    /// Commits to the witness, and proves that messages cancel.
    pub fn new(
        instance: &'a Instance<'a>,
        transcript: impl Transcript + 'a,
        encoder: &'a Encoder,
        stages: &mut Stages,
    ) -> Result<Self, ProveError> {
        let masks: Option<Box<dyn Masks>> =
            if instance.params.masked { Some(Box::new(Fresh::new()?)) } else { None };
        Self::with_masks(instance, masks, transcript, encoder, stages)
    }

    fn with_masks(
        instance: &'a Instance<'a>,
        masks: Option<Box<dyn Masks>>,
        transcript: impl Transcript + 'a,
        encoder: &'a Encoder,
        stages: &mut Stages,
    ) -> Result<Self, ProveError> {
        let Instance { system, params, log_chunk, tables, publics, .. } = *instance;
        if 1 << log_chunk < gkr::LANES {
            return Err(ProveError::Chunk { log_chunk, least: gkr::LANES.trailing_zeros() as usize });
        }
        let rows: Vec<usize> = tables.iter().map(|t| t.rows).collect();
        let (fixed, boundary) = (&instance.fixed.committed, &instance.boundary.committed);
        let stacks = |needed: [usize; 3]| {
            let [_, _, witness] = params.stacks(needed);
            [fixed.width, boundary.width, witness.max(instance.stacks)]
        };
        let layout = Layout::with_stacks(&system.described, &rows, params.log_data(), log_chunk, stacks)?;
        check_tables(instance, &layout)?;
        if params.masked && boundary.width > 0 {
            // They were committed to without masks.
            let value = boundary.width as u64;
            return Err(
                Error::Limit { what: "stacks of boundary columns with masks", value, limit: 0 }.into()
            );
        }

        let mut writer = Writer::new(transcript);
        writer.public(LOG_CHUNK, &(log_chunk as u32));
        layout.widths.iter().for_each(|&stacks| writer.write(STACKS, &(stacks as u32)));
        rows.iter().for_each(|&r| writer.write(ROWS, &(r as u32)));
        writer.public(PUBLICS, publics);
        writer.public(FIXED, &instance.fixed.key.root);
        writer.public(BOUNDARY, &instance.boundary.key.root);
        let columns = Columns { system, layout: &layout, tables, masks: masks.as_deref() };
        let witness = stages.time("commit", || columns.commit(params, Group::Witness, encoder));
        if let Some(root) = witness.root() {
            writer.write(WITNESS, &root);
        }
        writer.write(SUM, &instance.sum);
        writer.work(params.hash, LOGUP_WORK, params.logup_work);
        let local = Challenge::new(writer.challenges(LOGUP, Challenge::COUNT));

        if let Some(masks) = &masks {
            writer.hide(masks::pads(masks.as_ref(), params, layout.widths[Group::Witness as usize]));
        }
        let challenges = leaves::Challenges { local: &local, shared: instance.shared };
        let leaves =
            stages.time("leaves", || leaves::Columns::new(system, &layout, tables, publics, challenges));
        let log_leaves = layout.log_leaves();
        let tree = stages.time("leaves", || gkr::Tree::new(&leaves, log_leaves, log_chunk, &encoder.arena));
        let gkr::LeafPoint { leaf, row, sum: [numerator, denominator] } =
            stages.time("gkr", || tree.prove(&mut writer));
        drop(leaves);
        let chunk = leaf[layout.log_bundles..][..layout.log_chunks()].to_vec();
        let fraction = numerator * denominator.try_inverse().unwrap_or(EF::ZERO);
        let r = Point { chunk, row };
        Ok(Self { instance, encoder, writer, layout, witness, masks, local, fraction, r })
    }

    /// Proves constraints, and opens the columns: the proof.
    pub fn finish(self, stages: &mut Stages) -> Result<Vec<u8>, ProveError> {
        let Self { instance, encoder, mut writer, layout, witness, masks, local, fraction, r } = self;
        let Instance { system, params, tables, publics, shared, .. } = *instance;
        let zerocheck::Proved { rho, values, mut chunks } = stages.time("zerocheck", || {
            zerocheck::prove(&mut writer, system, &layout, tables, publics, &r, &encoder.arena)
        });
        stages
            .time("open", || {
                let columns = Columns { system, layout: &layout, tables, masks: masks.as_deref() };
                let stacks = Group::ALL.map(|g| columns.stacks(params, g, &encoder.arena));
                let stacks = stacks.each_ref().map(|g| g.iter().map(Stack::values).collect::<Vec<_>>());
                let committed = [&instance.fixed.committed, &instance.boundary.committed, &witness];
                let groups = [0, 1, 2].map(|g| whir::Group { committed: committed[g], stacks: &stacks[g] });
                if params.masked {
                    columns.add_random(&mut chunks, &rho, groups[2].stacks);
                }
                let claim = gather::prove(&mut writer, params, &layout, &rho, &values, chunks);
                let pads = if params.masked {
                    let (local, layout) = (&local, &layout);
                    let claimed = Claimed { system, params, layout, publics, shared, local, sum: fraction };
                    Some(masks::prove(&mut writer, &claimed)?)
                } else {
                    None
                };
                whir::open(params, encoder, &mut writer, &groups, &claim, pads.as_ref());
                Ok(())
            })
            .map_err(ProveError::Limit)?;
        Ok(writer.finish())
    }
}

fn check_tables(instance: &Instance<'_>, layout: &Layout) -> Result<(), ProveError> {
    let described = &instance.system.described;
    let (value, limit) = (layout.messages(described), MAX_MESSAGES);
    if value > limit {
        return Err(Error::Limit { what: "messages", value, limit }.into());
    }
    for ((described, table), &chunks) in described.iter().zip(instance.tables).zip(&layout.chunks) {
        if !table.fits(described) || table.columns().any(|c| c.len() < chunks << layout.log_chunk) {
            return Err(ProveError::Table { chip: described.name.clone() });
        }
    }
    Ok(())
}

/// The sum of a proof's messages on shared buses, over its tables and the verifier's own `messages`.
pub fn shared_sum(
    system: &System,
    tables: &[Table],
    publics: &[F],
    messages: &[aver_stark::verify::Message],
    shared: &Challenge,
) -> EF {
    use p3_field::{Field, batch_multiplicative_inverse};
    let own = messages.iter().filter(|m| m.0.shared).map(|(bus, m, values)| {
        let values: Vec<EF> = values.iter().map(|&v| EF::from(v)).collect();
        shared.compress(*bus, &values).inverse() * *m
    });
    let mut sum: EF = own.sum();
    let form = |f: &aver_stark::symbolic::Affine, table: &Table, row: usize| {
        let publics = f.publics.iter().map(|&(i, c)| publics.get(i).copied().unwrap_or(F::ZERO) * c);
        let columns = f.columns.iter().map(|&(i, c)| table.column(i)[row] * c);
        f.constant + publics.sum::<F>() + columns.sum::<F>()
    };
    for (described, table) in system.described.iter().zip(tables) {
        for interaction in described.description.interactions.iter().filter(|i| i.bus.shared) {
            // Rows after these send nothing.
            let (mut p, mut q) = (Vec::with_capacity(table.rows), Vec::with_capacity(table.rows));
            for row in 0..table.rows {
                let values: Vec<EF> =
                    interaction.values.iter().map(|v| EF::from(form(v, table, row))).collect();
                p.push(form(&interaction.multiplicity, table, row));
                q.push(shared.compress(interaction.bus, &values));
            }
            let inverses = batch_multiplicative_inverse(&q);
            sum += p.iter().zip(inverses).map(|(&p, q)| q * p).sum::<EF>();
        }
    }
    sum
}
