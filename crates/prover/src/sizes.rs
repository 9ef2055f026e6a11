//! How large the tables of a run are: what proving time is measured against.

use aver_stark::air::Group;
use aver_stark::chip::Described;
use aver_stark::layout::{Layout, System};
use aver_stark::merkle::log_leaf;
use aver_stark::params::Params;
use aver_stark::symbolic::Node;
use aver_stark_prover::table::Table;

use crate::error::Error;

/// Tables of a run, over all its proofs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// By chip, of shards and of memory proofs.
    pub tables: Vec<TableSize>,
    /// Cells of the stacks of fixed columns: committed in the key, opened in each proof.
    pub fixed_cells: u64,
    /// Cells of the stacks of boundary columns, which are committed in both passes.
    pub boundary_cells: u64,
    /// Cells of the stacks of witness columns.
    pub witness_cells: u64,
    /// Leaves of the Merkle trees of boundary columns, and of witness columns.
    pub tree_leaves: [u64; 2],
    /// Leaves of the LogUp trees: interactions of all rows, padding included.
    pub leaves: u64,
}

/// The tables of a chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSize {
    /// The chip's name.
    pub chip: String,
    /// Whether it is a chip of memory proofs.
    pub is_memory: bool,
    /// Rows in use.
    pub rows: u64,
    /// Rows with padding.
    pub padded_rows: u64,
    /// Columns.
    pub columns: u64,
    /// Of them fixed: a chip that has any is a lookup table.
    pub fixed_columns: u64,
    /// Interactions of a row.
    pub interactions: u64,
    /// Columns that occur in the interactions' messages, once for each message.
    pub message_terms: u64,
    /// Constraints.
    pub constraints: u64,
    /// Products in the constraints.
    pub products: u64,
}

impl TableSize {
    fn new(chip: &Described, is_memory: bool) -> Self {
        let description = &chip.description;
        let is_constant = |i: u32| matches!(description.nodes.get(i as usize), Some(Node::Constant(_)));
        let is_product = |n: &&Node| matches!(n, Node::Mul(a, b) if !is_constant(*a) && !is_constant(*b));
        let terms = description.interactions.iter().map(|i| {
            let mut columns: Vec<usize> =
                i.values.iter().flat_map(|v| v.columns.iter().map(|c| c.0)).collect();
            columns.sort_unstable();
            columns.dedup();
            columns.len()
        });
        Self {
            chip: chip.name.clone(),
            is_memory,
            rows: 0,
            padded_rows: 0,
            columns: chip.width() as u64,
            fixed_columns: chip.widths[Group::Fixed as usize] as u64,
            interactions: description.interactions.len() as u64,
            message_terms: terms.sum::<usize>() as u64,
            constraints: description.constraints.len() as u64,
            products: description.nodes.iter().filter(is_product).count() as u64,
        }
    }
}

impl Sizes {
    /// Counts the tables of one proof.
    pub(crate) fn add(
        &mut self,
        system: &System,
        is_memory: bool,
        tables: &[Table],
        params: &Params,
        log_chunk: usize,
        stacks: [usize; 3],
    ) -> Result<(), Error> {
        let (hash, log_height) = (params.hash, params.log_height);
        let rows: Vec<usize> = tables.iter().map(|t| t.rows).collect();
        let layout = Layout::with_stacks(&system.described, &rows, log_height, log_chunk, |_| stacks)?;
        let [fixed, boundary, witness] = layout.widths.map(|stacks| (stacks as u64) << log_height);
        self.fixed_cells += fixed;
        self.boundary_cells += boundary;
        self.witness_cells += witness;
        for (sum, group) in self.tree_leaves.iter_mut().zip([Group::Boundary, Group::Witness]) {
            let (log_rows, width) = (log_height + 1, layout.widths[group as usize]);
            *sum += u64::from(width > 0) << (log_rows - log_leaf(hash, log_rows, width));
        }
        self.leaves += layout.messages(&system.described);
        for (i, (chip, &rows)) in system.described.iter().zip(&rows).enumerate() {
            let at = self.tables.iter().position(|t| t.is_memory == is_memory && t.chip == chip.name);
            let at = at.unwrap_or_else(|| {
                self.tables.push(TableSize::new(chip, is_memory));
                self.tables.len() - 1
            });
            self.tables[at].rows += rows as u64;
            self.tables[at].padded_rows += (layout.chunks[i] as u64) << log_chunk;
        }
        Ok(())
    }
}
