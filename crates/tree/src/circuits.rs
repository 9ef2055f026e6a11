//! All circuits of a tree.

use alloc::sync::Arc;
use alloc::vec::Vec;

use aver_machine::Systems;
use aver_recursion::Circuit;
use aver_recursion::circuit::Machine;
use aver_stark::hash::Digest;
use aver_stark::layout::System;
use aver_stark::params::Params;

use crate::context::row_cells;
use crate::join::join;
use crate::keys::Kind;
use crate::root::root;
use crate::{Class, Classes, Code, Error};

/// Which nodes joins are of, in the order of their keys: a join's second node is never larger than the first.
pub const JOINS: [[Kind; 2]; 3] =
    [[Kind::Leaf, Kind::Leaf], [Kind::Join, Kind::Leaf], [Kind::Join, Kind::Join]];

/// How proofs of each class are encoded and hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Codes {
    /// Of leaves.
    pub leaf: Code,
    /// Of joins.
    pub join: Code,
    /// Of the root.
    pub root: Code,
}

impl Codes {
    /// Those that measured best (`docs/recursion.md`).
    pub const STANDARD: Self =
        Self { leaf: Code::new(18, 1), join: Code::new(17, 1), root: Code::new(16, 3).with_blake3() };
}

/// The recursion machines: leaves, which hash with BLAKE3, are of all chips; joins and the root of those that are left.
pub struct Machines {
    /// Of leaves.
    pub leaf: Arc<System>,
    /// Of joins and the root.
    pub join: Arc<System>,
}

impl Machines {
    /// Describes the chips.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { leaf: Arc::new(Machine::Full.system()?), join: Arc::new(Machine::Plain.system()?) })
    }

    /// That of nodes of a kind.
    pub fn of(&self, kind: Kind) -> &Arc<System> {
        match kind {
            Kind::Leaf => &self.leaf,
            Kind::Join => &self.join,
        }
    }
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
    pub fn new(machines: &Machines, runs: Runs, leaves: Vec<Circuit>, codes: Codes) -> Result<Self, Error> {
        let profile = runs.params.profile;
        let mut classes = Classes {
            leaf: Class::new(profile, codes.leaf, Machine::Full)?,
            join: Class::new(profile, codes.join, Machine::Plain)?,
        };
        leaves.iter().for_each(|leaf| classes.leaf.grow(leaf));
        let joins = close(machines, &mut classes)?;
        let mut root_class = Class::new(profile, codes.root, Machine::Plain)?;
        let root = root(machines, &classes, &runs)?;
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
fn close(machines: &Machines, classes: &mut Classes) -> Result<Vec<Circuit>, Error> {
    for _ in 0..16 {
        let joins = JOINS.iter().map(|&kinds| join(machines, classes, kinds));
        let joins = joins.collect::<Result<Vec<Circuit>, Error>>()?;
        let before = classes.join.clone();
        joins.iter().for_each(|circuit| classes.join.grow(circuit));
        if classes.join == before {
            return Ok(joins);
        }
    }
    Err(Error::Size)
}
