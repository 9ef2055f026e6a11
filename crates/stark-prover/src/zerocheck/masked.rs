//! The last round, where columns are masked: each has its mask times X (1 − X) added, which is zero in all rows, so that
//! earlier rounds are as they are.

use aver_stark::chip::Described;
use aver_stark::eq::eq_weights;
use aver_stark::field::{EF, F};
use aver_stark::layout::System;
use aver_stark::protocol::{ZEROCHECK_LAST, ZEROCHECK_X};
use aver_stark::zerocheck::{LAST_NODES, Values, Weights, contribution, mask_scale};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::dot;
use crate::transcript::Writer;

/// What the last round is about.
pub struct Round<'a> {
    pub system: &'a System,
    pub publics: &'a [F],
    pub weights: &'a [Weights],
    /// The chips that have rows.
    pub chips: &'a [usize],
    /// What all other variables of chunks are bound at.
    pub bound: &'a [EF],
}

/// A column in the variable that is left, c_0 + X (c_1 − c_0) + X (1 − X) mask: c_0, c_1 − c_0 and the mask.
type Column = [EF; 3];

impl Round<'_> {
    /// Binds the variable, given the values of columns by chip, column and chunk: what it is bound at, and the masked
    /// columns there.
    pub fn prove(&self, writer: &mut Writer, by_chip: &[Vec<Vec<EF>>]) -> (EF, Values) {
        let half = 1 << self.bound.len();
        let most = by_chip.iter().flatten().map(Vec::len).max().unwrap_or(0);
        let eq = eq_weights(self.bound, most.min(half));
        let column = |values: &Vec<EF>, mask: EF| {
            let (low, high) = values.split_at(values.len().min(half));
            let low = dot(low, &eq);
            [low, dot(high, &eq) - low, mask]
        };
        let columns: Vec<Vec<Column>> = by_chip
            .iter()
            .map(|chip| chip.iter().map(|values| column(values, -writer.mask())).collect())
            .collect();

        let publics: Vec<EF> = self.publics.iter().map(|&value| value.into()).collect();
        let at = |node: EF| -> EF {
            let chips = self.chips.par_iter().zip(&columns);
            let value = |(&chip, columns): (&usize, &Vec<Column>)| {
                contribution(&self.system.described[chip], &publics, &self.weights[chip], &row(columns, node))
            };
            chips.map(value).sum()
        };
        // That at 1 follows from the claim.
        let [zero, _, others @ ..] = LAST_NODES;
        let [a, b, c, d, e] = others;
        writer.send(ZEROCHECK_LAST, &[zero, a, b, c, d, e].map(|node| at(node.into())));
        let x = writer.challenge(ZEROCHECK_X);
        let zeros = |d: &Described| vec![EF::ZERO; d.width()];
        let mut values: Values = self.system.described.iter().map(zeros).collect();
        for (&chip, columns) in self.chips.iter().zip(&columns) {
            values[chip] = row(columns, x);
        }
        (x, values)
    }
}

/// The columns at x.
fn row(columns: &[Column], x: EF) -> Vec<EF> {
    let scale = mask_scale(x);
    columns.iter().map(|&[low, slope, mask]| low + x * slope + scale * mask).collect()
}
