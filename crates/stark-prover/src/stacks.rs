//! Stacks, which columns stand in.

use aver_stark::air::Group;
use aver_stark::eq::eq_table;
use aver_stark::field::{EF, F};
use aver_stark::hash::Node;
use aver_stark::layout::{Layout, Point, System};
use aver_stark::masks::MASK_STACKS;
use aver_stark::params::Params;
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use crate::arena::{Arena, Buffer};
use crate::encode::{Committed, Encoder};
use crate::masks::Masks;
use crate::table::Table;

/// A stack, of parts of columns.
pub enum Stack<'a> {
    /// A column.
    Column(&'a [F]),
    /// Something else.
    Own(Buffer),
    /// Zeros, of no column.
    Zeros,
}

impl Stack<'_> {
    /// Its elements; none of zeros.
    pub fn values(&self) -> &[F] {
        match self {
            Self::Column(values) => values,
            Self::Own(values) => values,
            Self::Zeros => &[],
        }
    }
}

/// Where the columns of tables stand, and what masks them.
pub struct Columns<'a, 't> {
    /// The chips.
    pub system: &'a System,
    /// Their places.
    pub layout: &'a Layout,
    /// The columns.
    pub tables: &'t [Table],
    /// Of witness columns.
    pub masks: Option<&'a dyn Masks>,
}

impl<'t> Columns<'_, 't> {
    /// The stacks of a group: its columns one after the other. Stacks within one column are that column. With masks, what is
    /// no column's is random, and stacks of masks follow.
    pub fn stacks(&self, params: &Params, group: Group, arena: &Arena) -> Vec<Stack<'t>> {
        let Self { system, layout, tables, masks } = *self;
        let masks = masks.filter(|_| group == Group::Witness);
        let height = 1 << layout.log_height;
        let more = if masks.is_some() { MASK_STACKS } else { 0 };
        let mut parts: Vec<Vec<&'t [F]>> = vec![Vec::new(); layout.widths[group as usize] + more];
        let mut at = 0;
        for ((described, table), &chunks) in system.described.iter().zip(tables).zip(&layout.chunks) {
            let first: usize = described.widths[..group as usize].iter().sum();
            for column in first..first + described.widths[group as usize] {
                let mut values = &table.column(column)[..chunks << layout.log_chunk];
                while !values.is_empty() {
                    let (part, rest) = values.split_at(values.len().min(height - at % height));
                    parts[at / height].push(part);
                    at += part.len();
                    values = rest;
                }
            }
        }
        let stack = |(number, parts): (usize, &Vec<&'t [F]>)| match parts[..] {
            [whole] if whole.len() == 1 << params.log_height => Stack::Column(whole),
            // The first is there, so that what encodes them knows their height.
            [] if number > 0 && masks.is_none() => Stack::Zeros,
            _ => {
                let mut stack = arena.take(1 << params.log_height);
                masks.iter().for_each(|masks| masks.fill(number, &mut stack));
                let mut rest = &mut stack[..];
                for part in parts {
                    let (start, end) = rest.split_at_mut(part.len());
                    start.copy_from_slice(part);
                    rest = end;
                }
                if masks.is_none() {
                    rest.fill(F::ZERO);
                }
                Stack::Own(stack)
            }
        };
        parts.par_iter().enumerate().map(stack).collect()
    }

    /// Commits to the stacks of a group.
    pub fn commit(&self, params: &Params, group: Group, encoder: &Encoder) -> Committed {
        self.commit_again(params, group, encoder, None)
    }

    /// The same; with what [`Committed::groups`] gave, if that is known and may be of these columns, at once.
    pub fn commit_again(
        &self,
        params: &Params,
        group: Group,
        encoder: &Encoder,
        groups: Option<Vec<Node>>,
    ) -> Committed {
        let stacks = self.stacks(params, group, &encoder.arena);
        let stacks: Vec<&[F]> = stacks.iter().map(Stack::values).collect();
        let log_domain = params.base.log_domain;
        let known = groups.and_then(|groups| encoder.commit_again(log_domain, &stacks, groups));
        known.unwrap_or_else(|| encoder.commit(log_domain, &stacks))
    }

    /// Adds what chunks of witness stacks that are no column's are at ρ's row.
    pub fn add_random(&self, chunks: &mut [EF], rho: &Point, stacks: &[&[F]]) {
        let Layout { log_height, log_chunk, widths: [fixed, boundary, witness], .. } = *self.layout;
        let of_chip = self.system.described.iter().zip(&self.layout.chunks);
        let used: usize = of_chip.map(|(d, &chunks)| d.widths[Group::Witness as usize] * chunks).sum();
        let log_slots = log_height - log_chunk;
        let own = &mut chunks[(fixed + boundary) << log_slots..][..witness << log_slots];
        let of_row = eq_table(&rho.row);
        own.par_iter_mut().enumerate().skip(used).for_each(|(place, out)| {
            let (stack, at) = (place >> log_slots, place % (1 << log_slots));
            let chunk = &stacks[stack][at << log_chunk..][..1 << log_chunk];
            *out = of_row.iter().zip(chunk).map(|(&eq, &value)| eq * value).sum();
        });
    }
}
