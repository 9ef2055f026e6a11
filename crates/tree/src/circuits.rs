//! All circuits of a tree.

use alloc::vec::Vec;

use aver_machine::Systems;
use aver_recursion::Circuit;
use aver_stark::hash::Digest;
use aver_stark::layout::System;
use aver_stark::params::Params;

use crate::context::row_cells;
use crate::join::join;
use crate::keys::Kind;
use crate::root::root;
use crate::{Class, Classes, Error};

/// Which nodes joins are of, in the order of their keys: a join's second node is never larger than the first.
pub const JOINS: [[Kind; 2]; 3] =
    [[Kind::Leaf, Kind::Leaf], [Kind::Join, Kind::Leaf], [Kind::Join, Kind::Join]];

/// log2 of the heights of proofs of each class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heights {
    /// Of leaves.
    pub leaf: usize,
    /// Of joins.
    pub join: usize,
    /// Of the root.
    pub root: usize,
}

/// The runs that a tree is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs {
    /// Digest of the machine.
    pub machine: Digest,
    /// Parameters of the run's proofs.
    pub params: Params,
    /// Cells of the rows of fixed columns of shard proofs, and of memory proofs.
    pub rows: [usize; 2],
}

impl Runs {
    /// Runs of a machine.
    pub fn new(machine: &Systems, params: &Params) -> Self {
        Self {
            machine: aver_machine::digest::digest(machine),
            params: params.clone(),
            rows: [row_cells(&machine.shard), row_cells(&machine.memory)],
        }
    }
}

/// All circuits of a tree, each padded to its class.
pub struct Circuits {
    /// Classes of nodes.
    pub classes: Classes,
    /// Class of the root.
    pub root_class: Class,
    /// Leaves, as given.
    pub leaves: Vec<Circuit>,
    /// Joins, in the order of [`JOINS`].
    pub joins: Vec<Circuit>,
    /// The root.
    pub root: Circuit,
    /// What it is for.
    pub runs: Runs,
}

impl Circuits {
    /// The tree over these leaves; its proofs are of the runs' profile.
    pub fn new(system: &System, runs: Runs, leaves: Vec<Circuit>, heights: Heights) -> Result<Self, Error> {
        let profile = runs.params.profile;
        let mut classes =
            Classes { leaf: Class::new(profile, heights.leaf)?, join: Class::new(profile, heights.join)? };
        leaves.iter().for_each(|leaf| classes.leaf.grow(leaf));
        let joins = close(system, &mut classes)?;
        let mut root_class = Class::new(profile, heights.root)?;
        let root = root(system, &classes, &runs)?;
        root_class.grow(&root);
        let admit = |class: &Class, circuits: Vec<Circuit>| -> Result<Vec<Circuit>, Error> {
            circuits.into_iter().map(|circuit| class.admit(circuit)).collect()
        };
        Ok(Self {
            leaves: admit(&classes.leaf, leaves)?,
            joins: admit(&classes.join, joins)?,
            root: root_class.admit(root)?,
            root_class,
            classes,
            runs,
        })
    }
}

/// Joins that verify proofs of their own size: their class grows until they do.
fn close(system: &System, classes: &mut Classes) -> Result<Vec<Circuit>, Error> {
    for _ in 0..16 {
        let joins = JOINS.iter().map(|&kinds| join(system, classes, kinds));
        let joins = joins.collect::<Result<Vec<Circuit>, Error>>()?;
        let before = classes.join.clone();
        joins.iter().for_each(|circuit| classes.join.grow(circuit));
        if classes.join == before {
            return Ok(joins);
        }
    }
    Err(Error::Size)
}
