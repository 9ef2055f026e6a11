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

/// Which nodes joins are of, in the order of their keys: a join's second node is never larger than the first, and a shard
/// is last.
pub const JOINS: [[Kind; 2]; 5] = [
    [Kind::Memory, Kind::Memory],
    [Kind::Memory, Kind::Shard],
    [Kind::Shard, Kind::Shard],
    [Kind::Join, Kind::Shard],
    [Kind::Join, Kind::Join],
];

/// How proofs of each class are encoded and hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Codes {
    /// Of memory proofs' leaves.
    pub memory: Code,
    /// Of shards' leaves.
    pub shard: Code,
    /// Of joins.
    pub join: Code,
    /// Of the root.
    pub root: Code,
}

impl Codes {
    /// Those that measured best (`docs/recursion.md`).
    pub const STANDARD: Self = Self {
        memory: Code::new(17, 1),
        shard: Code::new(18, 1),
        join: Code::new(17, 1),
        root: Code::new(17, 4).with_blake3().with_masks().with_lists(3),
    };
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
            Kind::Memory | Kind::Shard => &self.leaf,
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
    /// Nodes by kind: leaves of memory proofs and of shards, as given; joins, in the order of [`JOINS`].
    pub nodes: [Vec<Circuit>; 3],
    /// The root.
    pub root: Circuit,
    /// What it is for.
    pub runs: Runs,
}

impl Circuits {
    /// The tree over leaves of memory proofs and of shards; its proofs are of the runs' profile.
    pub fn new(
        machines: &Machines,
        runs: Runs,
        leaves: [Vec<Circuit>; 2],
        codes: Codes,
    ) -> Result<Self, Error> {
        let profile = runs.params.profile;
        let mut classes = Classes {
            memory: Class::new(profile, codes.memory, Machine::Full)?,
            shard: Class::new(profile, codes.shard, Machine::Full)?,
            join: Class::new(profile, codes.join, Machine::Plain)?,
        };
        let [memory, shards] = leaves;
        memory.iter().for_each(|leaf| classes.memory.grow(leaf));
        shards.iter().for_each(|leaf| classes.shard.grow(leaf));
        let joins = close(machines, &mut classes)?;
        let mut root_class = Class::new(profile, codes.root, Machine::Plain)?;
        let root = root(machines, &classes, &runs)?;
        root_class.grow(&root);
        let admit = |class: &Class, circuits: Vec<Circuit>| -> Result<Vec<Circuit>, Error> {
            circuits.into_iter().map(|circuit| class.admit(circuit)).collect()
        };
        Ok(Self {
            nodes: [
                admit(&classes.memory, memory)?,
                admit(&classes.shard, shards)?,
                admit(&classes.join, joins)?,
            ],
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
        let before = classes.join.clone();
        let mut joins = Vec::with_capacity(JOINS.len());
        // Those of joins, which grow, stand last: the others' sizes do not change.
        for &kinds in JOINS.iter().rev() {
            let circuit = join(machines, classes, kinds)?;
            classes.join.grow(&circuit);
            joins.push(circuit);
            if kinds.contains(&Kind::Join) && classes.join != before {
                break;
            }
        }
        if classes.join == before {
            joins.reverse();
            return Ok(joins);
        }
    }
    Err(Error::Size)
}
