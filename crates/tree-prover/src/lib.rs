//! Makes one proof of a run's proofs: the prover of `aver-tree`.
//!
//! - [`plan`]: what a tree is over, and its circuits, one by one; [`known`]: what is known of it without them;
//! - [`tree`]: circuits with their commitments; proofs of leaves, joins and the root;
//! - [`leaves`]: leaves of a run's proofs; [`outline`]: what is known of a run whose parts are hidden;
//! - [`aggregate`]: circuits and proofs of aggregates;
//! - [`fold`]: nodes joined as they come.
#![warn(missing_docs)]

pub mod aggregate;
pub mod fold;
pub mod known;
pub mod leaves;
pub mod outline;
pub mod plan;
pub mod tree;

pub use aggregate::{Aggregator, Lifted};
pub use aver_recursion_prover::Groups;
pub use aver_stark_prover::stages::Stages;
pub use fold::{Fold, before, children, starting_at};
pub use known::Known;
pub use leaves::{Leaf, Leaves};
pub use outline::Outline;
pub use plan::Plan;
pub use tree::{CIRCUITS, Error, Kept, Node, Tree};
