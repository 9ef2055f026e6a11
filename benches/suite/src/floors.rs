//! What stages of a proof would take if the machine did nothing but the arithmetic and hashing of the
//! plain algorithms, at its ceilings. The formulas are those of `docs/performance.md`.

use aver_sdk::Sizes;
use serde::{Deserialize, Serialize};

use crate::ceilings::Ceilings;
use crate::stages::STAGES;

/// How much there is to do in the proofs of a run, padding and lookup tables included.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Work {
    /// Cells of stacks of fixed columns.
    pub fixed_cells: u64,
    /// Cells of stacks of boundary columns.
    pub boundary_cells: u64,
    /// Cells of stacks of witness columns.
    pub witness_cells: u64,
    /// Leaves of LogUp trees.
    pub leaves: u64,
    /// Columns in the messages of those leaves.
    pub message_terms: u64,
    /// Constraints of all rows.
    pub constraints: u64,
    /// Products in those constraints.
    pub products: u64,
    /// Leaves of the Merkle trees of boundary columns.
    #[serde(default)]
    pub boundary_leaves: u64,
    /// Leaves of the Merkle trees of witness columns.
    #[serde(default)]
    pub witness_leaves: u64,
    /// Cells of rows in use; of lookup tables none.
    pub row_cells: u64,
    /// Interactions of rows in use; of lookup tables none.
    pub row_interactions: u64,
}

impl Work {
    /// Of these tables.
    pub fn new(sizes: &Sizes) -> Self {
        let sum = |each: fn(&aver_sdk::TableSize) -> u64| sizes.tables.iter().map(each).sum::<u64>();
        let of_rows = |each: fn(&aver_sdk::TableSize) -> u64| {
            sizes.tables.iter().filter(|t| t.fixed_columns == 0).map(|t| t.rows * each(t)).sum::<u64>()
        };
        Self {
            fixed_cells: sizes.fixed_cells,
            boundary_cells: sizes.boundary_cells,
            witness_cells: sizes.witness_cells,
            leaves: sizes.leaves,
            message_terms: sum(|t| t.padded_rows * t.message_terms),
            constraints: sum(|t| t.padded_rows * t.constraints),
            products: sum(|t| t.padded_rows * t.products),
            boundary_leaves: sizes.tree_leaves[0],
            witness_leaves: sizes.tree_leaves[1],
            row_cells: of_rows(|t| t.columns),
            row_interactions: of_rows(|t| t.interactions),
        }
    }

    /// Cells of all columns.
    pub fn cells(&self) -> u64 {
        self.fixed_cells + self.boundary_cells + self.witness_cells
    }
}

/// Seconds of one thread for each of [`STAGES`]; `None` where no formula is known.
pub fn floors(work: &Work, c: &Ceilings) -> [Option<f64>; STAGES.len()] {
    let [base, ext] = [c.base_multiplication_ns, c.extension_multiplication_ns];
    let f = |n: u64| n as f64;
    // An extension element times a base element is 5 base multiplications.
    let mixed = 5.0 * base;
    // Rate 1/2: two elements are encoded and hashed for each.
    let committed = |cells: u64, leaves: u64| {
        2.0 * f(cells) * (c.encode_ns + 4.0 * c.hash_byte_ns) + f(leaves) * c.hash_node_ns
    };
    let pass_1 = committed(work.boundary_cells, work.boundary_leaves);
    let pass_2 = 4.0 * f(work.boundary_cells + work.witness_cells) * c.copy_byte_ns;
    let commit = pass_1 + committed(work.witness_cells, work.witness_leaves);
    let gkr = f(work.message_terms) * mixed + f(work.leaves) * (11.0 * ext + mixed);
    let zerocheck = 1.5 * (f(work.products) * (base + ext) + f(work.constraints) * (mixed + ext))
        + 0.5 * f(work.cells()) * (mixed + ext);
    let openings = f(work.cells()) * mixed;
    [Some(pass_1), Some(pass_2), Some(commit), Some(gkr), Some(zerocheck), Some(openings), None]
        .map(|ns| ns.map(|ns| ns * 1e-9))
}
