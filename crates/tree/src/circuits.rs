//! All circuits of a tree.

use alloc::sync::Arc;
use alloc::vec::Vec;

use aver_machine::Systems;
use aver_recursion::Circuit;
use aver_recursion::circuit::Machine;
use aver_stark::hash::Digest;
use aver_stark::layout::System;
use aver_stark::params::{Params, Profile};

use crate::context::row_cells;
use crate::join::join;
use crate::keys::Kind;
use crate::root::root;
use crate::veil::veil;
use crate::{Class, Classes, Code, Error};

/// Which nodes joins are of, in the order of their keys: a join's second node is never over more parts than the first. Joins over
/// all parts are the same circuits, padded to another class, whose keys stand behind those of pairs.
pub const JOINS: [[Kind; 2]; 9] = [
    [Kind::Small, Kind::Small],
    [Kind::Small, Kind::Large],
    [Kind::Large, Kind::Small],
    [Kind::Large, Kind::Large],
    [Kind::Join, Kind::Small],
    [Kind::Join, Kind::Large],
    [Kind::Join, Kind::Join],
    [Kind::Veil, Kind::Veil],
    [Kind::Join, Kind::Veil],
];

/// Which leaves veils are of, in the order of their keys.
pub const VEILS: [Kind; 2] = [Kind::Small, Kind::Large];

/// How proofs of each class are encoded and hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Codes {
    /// Of small leaves.
    pub small: Code,
    /// Of large leaves.
    pub large: Code,
    /// Of nodes over all parts.
    pub top: Code,
    /// Of joins.
    pub join: Code,
    /// Of veils.
    pub veil: Code,
    /// Of the root.
    pub root: Code,
}

impl Codes {
    /// Those that measured best (`docs/recursion.md`).
    pub const STANDARD: Self = Self {
        small: Code::new(17, 1),
        large: Code::new(18, 1),
        top: Code::new(18, 1),
        join: Code::new(17, 1),
        veil: Code::new(17, 1).with_masks(),
        root: Code::new(17, 3).with_blake3().with_masks().with_lists(5),
    };
    /// For roots that are smaller, and take longer.
    pub const SMALL: Self =
        Self { root: Code::new(17, 5).with_blake3().with_masks().with_lists(4), ..Self::STANDARD };
    /// For roots that circuits verify.
    pub const TO_AGGREGATE: Self = Self { root: Code::new(17, 3).with_masks(), ..Self::STANDARD };
    /// All of these: below the root they are the same.
    pub const ALL: [Self; 3] = [Self::STANDARD, Self::SMALL, Self::TO_AGGREGATE];

    /// Those of trees whose roots have these parameters; if there are none, the standard ones.
    pub fn of_root(params: &Params) -> Self {
        let is_of = |codes: &Self| codes.root.params(params.profile).is_ok_and(|own| own == *params);
        Self::ALL.into_iter().find(is_of).unwrap_or(Self::STANDARD)
    }
}

/// The recursion machines: leaves, which hash with BLAKE3, and nodes over all parts are of all chips; all others of those that are left.
#[derive(Clone)]
pub struct Machines {
    /// Of leaves, and nodes over all parts.
    pub leaf: Arc<System>,
    /// Of joins, veils and the root.
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
            Kind::Small | Kind::Large | Kind::Top => &self.leaf,
            Kind::Join | Kind::Veil => &self.join,
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
    /// Nodes by kind: small and large leaves, as given; pairs, as given, and joins over all parts; joins, in the order of [`JOINS`]; veils, in that of
    /// [`VEILS`].
    pub nodes: [Vec<Circuit>; 5],
    /// The root.
    pub root: Circuit,
    /// What it is for.
    pub runs: Runs,
}

impl Circuits {
    /// The tree over small and large leaves and pairs; its proofs are of the runs' profile.
    pub fn new(
        machines: &Machines,
        runs: Runs,
        leaves: [Vec<Circuit>; 3],
        codes: Codes,
    ) -> Result<Self, Error> {
        let profile = runs.params.profile;
        let mut classes = Classes::new(profile, codes)?;
        let [small, large, mut top] = leaves;
        small.iter().for_each(|leaf| classes.small.grow(leaf.rows()));
        large.iter().for_each(|leaf| classes.large.grow(leaf.rows()));
        top.iter().for_each(|pair| classes.top.grow(pair.rows()));
        let veils = veils(machines, &mut classes)?;
        let joins = close(machines, &mut classes)?;
        top.extend(joins.iter().cloned());
        let (root_class, root) = root_of(machines, &classes, &runs, codes)?;
        let admit = |class: &Class, circuits: Vec<Circuit>| -> Result<Vec<Circuit>, Error> {
            circuits.into_iter().map(|circuit| class.admit(circuit)).collect()
        };
        Ok(Self {
            nodes: [
                admit(&classes.small, small)?,
                admit(&classes.large, large)?,
                admit(&classes.top, top)?,
                admit(&classes.join, joins)?,
                admit(&classes.veil, veils)?,
            ],
            root: root_class.admit(root)?,
            root_class,
            classes,
            runs,
        })
    }
}

impl Classes {
    /// Without rows.
    pub fn new(profile: Profile, codes: Codes) -> Result<Self, Error> {
        Ok(Self {
            small: Class::new(profile, codes.small, Machine::Full)?,
            large: Class::new(profile, codes.large, Machine::Full)?,
            top: Class::new(profile, codes.top, Machine::Full)?,
            join: Class::new(profile, codes.join, Machine::Plain)?,
            veil: Class::new(profile, codes.veil, Machine::Plain)?,
        })
    }
}

/// The root's class and circuit, which is not padded yet.
pub fn root_of(
    machines: &Machines,
    classes: &Classes,
    runs: &Runs,
    codes: Codes,
) -> Result<(Class, Circuit), Error> {
    let mut class = Class::new(runs.params.profile, codes.root, Machine::Plain)?;
    let root = root(machines, classes, runs)?;
    class.grow(root.rows());
    Ok((class, root))
}

/// All veils, whose class is as large as they are. They are not padded yet.
pub fn veils(machines: &Machines, classes: &mut Classes) -> Result<Vec<Circuit>, Error> {
    let veils = VEILS.iter().map(|&kind| veil(machines, classes, kind)).collect::<Result<Vec<_>, _>>()?;
    veils.iter().for_each(|veil| classes.veil.grow(veil.rows()));
    Ok(veils)
}

/// All joins, which verify proofs of their own size: their class grows until they do. They are not padded yet; the class of nodes
/// over all parts has their rows too.
pub fn close(machines: &Machines, classes: &mut Classes) -> Result<Vec<Circuit>, Error> {
    for _ in 0..16 {
        let before = classes.join.clone();
        let mut joins = Vec::with_capacity(JOINS.len());
        // Those of joins, which grow, stand last: the others' sizes do not change.
        for &kinds in JOINS.iter().rev() {
            let circuit = join(machines, classes, kinds)?;
            classes.join.grow(circuit.rows());
            joins.push(circuit);
            if kinds.contains(&Kind::Join) && classes.join != before {
                break;
            }
        }
        if classes.join == before {
            joins.reverse();
            joins.iter().for_each(|join| classes.top.grow(join.rows()));
            return Ok(joins);
        }
    }
    Err(Error::Size)
}
