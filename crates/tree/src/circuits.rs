//! All circuits of a tree.

use alloc::vec::Vec;

use aver_recursion::Circuit;
use aver_stark::layout::System;
use aver_stark::params::{Params, Profile};

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
}

impl Circuits {
    /// The tree over these leaves, for runs whose proofs have the parameters `run`; `rows` are the
    /// [`row_cells`](crate::context::row_cells) of both systems.
    pub fn new(
        system: &System,
        leaves: Vec<Circuit>,
        profile: Profile,
        heights: Heights,
        run: &Params,
        rows: [usize; 2],
    ) -> Result<Self, Error> {
        let mut classes =
            Classes { leaf: Class::new(profile, heights.leaf)?, join: Class::new(profile, heights.join)? };
        leaves.iter().for_each(|leaf| classes.leaf.grow(leaf));
        let joins = close(system, &mut classes)?;
        let mut root_class = Class::new(profile, heights.root)?;
        let root = root(system, &classes, run, rows)?;
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
