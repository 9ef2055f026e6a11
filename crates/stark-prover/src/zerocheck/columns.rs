//! Message columns at r, by segments.

use aver_stark::eq::eq_table;
use aver_stark::field::{EF, PEF, PF};
use aver_stark::layout::{Layout, System};
use aver_stark::protocol::COLUMNS_AT_R;
use p3_field::{PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use super::kernels::{TERMS, Terms, dot, lanes_sum, terms};
use super::{LOG_LANES, segments};
use crate::gkr::packed_eq;
use crate::table::Table;
use crate::transcript::Writer;

/// For each segment u of a column: Σ_y eq(r, y) f(u, y), with the variables of y.
pub type Segments = Vec<EF>;

/// Sends the values of all message columns at prefixes of `r`. Returns, by block and message column, the
/// segments' parts of them.
pub fn send(
    writer: &mut Writer,
    system: &System,
    layout: &Layout,
    tables: &[Table],
    r: &[EF],
) -> Vec<Vec<Segments>> {
    // By size of block: eq over the segments, and over the rows of one.
    let eqs: Vec<(Vec<EF>, Vec<Terms>)> = (0..=layout.log_height)
        .map(|log| {
            if layout.blocks.iter().any(|b| b.log_rows == log) {
                let (segments, rows) = r[..log].split_at(segments(log));
                (eq_table(segments), terms(&packed_eq(rows)))
            } else {
                Default::default()
            }
        })
        .collect();
    let parts: Vec<Vec<Segments>> = layout
        .blocks
        .par_iter()
        .map(|block| {
            let rows = block.first_row..block.first_row + (1 << block.log_rows);
            let eq = &eqs[block.log_rows].1;
            let segment = 1 << (block.log_rows - segments(block.log_rows) - LOG_LANES);
            (system.described[block.chip].message_columns.par_iter())
                .map(|&i| {
                    let column = PF::pack_slice(&tables[block.chip].column(i)[rows.clone()]);
                    column.chunks_exact(segment).map(|segment| lanes_sum(sum(eq, segment))).collect()
                })
                .collect()
        })
        .collect();
    for (block, parts) in layout.blocks.iter().zip(&parts) {
        let eq = &eqs[block.log_rows].0;
        let at_r: Vec<EF> =
            parts.iter().map(|parts| parts.iter().zip(eq).map(|(&v, &e)| v * e).sum()).collect();
        writer.write(COLUMNS_AT_R, at_r.as_slice());
    }
    parts
}

/// Σ_y eq(y) · segment[y].
pub fn sum(eq: &[Terms], segment: &[PF]) -> PEF {
    let (groups, rest) = segment.as_chunks::<TERMS>();
    let mut sum = eq.iter().zip(groups).map(|(eq, group)| dot(eq, group)).sum();
    if let (Some(eq), false) = (eq.last(), rest.is_empty()) {
        let mut group = [PF::ZERO; TERMS];
        group[..rest.len()].copy_from_slice(rest);
        sum += dot(eq, &group);
    }
    sum
}
