//! What a tree is over, and its circuits, made one by one.

use std::sync::Arc;

use aver_machine::Systems;
use aver_recursion::Circuit;
use aver_recursion_prover::proof::{Groups, Prover};
use aver_stark::hash::{Hash, Node, Sponge};
use aver_stark::params::Params;
use aver_stark_prover::encode::Encoder;
use aver_tree::circuits::{Codes, JOINS, Machines, Runs, VEILS, close, root_of, veils};
use aver_tree::file::put_class;
use aver_tree::join::join;
use aver_tree::keys::Kind;
use aver_tree::part::{Shape, check_shapes, circuit, pair, pairs};
use aver_tree::root::root;
use aver_tree::veil::veil;
use aver_tree::{Class, Classes};
use aver_verifier::VERSION;
use aver_verifier::bytes::put_number;
use rayon::prelude::*;

use crate::Error;
use crate::known::Known;

/// Encoders, by what proofs are hashed with.
pub(crate) struct Encoders {
    nodes: Arc<Encoder>,
    root: Arc<Encoder>,
}

impl Encoders {
    /// For roots that are hashed so.
    pub fn new(root: Hash) -> Self {
        let nodes = Arc::new(Encoder::new(Hash::Poseidon2));
        let root = if root == Hash::Poseidon2 { nodes.clone() } else { Arc::new(Encoder::new(root)) };
        Self { nodes, root }
    }

    /// Commits to a circuit of a class; at once, if its [groups](Prover::groups) are known.
    pub fn commit(
        &self,
        circuit: Circuit,
        class: &Class,
        machines: &Machines,
        groups: Option<Groups>,
    ) -> Result<Prover, Error> {
        let machine =
            if class.rows.len() == machines.leaf.chips.len() { &machines.leaf } else { &machines.join };
        let encoder = if class.params.hash == Hash::Poseidon2 { &self.nodes } else { &self.root };
        let (params, circuit) = (class.params.clone(), class.admit(circuit)?);
        Ok(Prover::beside(circuit, params, machine.clone(), encoder.clone(), groups)?)
    }
}

/// What a tree is over: from this its circuits follow.
pub struct Plan {
    pub(crate) machines: Machines,
    machine: Arc<Systems>,
    /// The runs.
    pub runs: Runs,
    /// How proofs of circuits are encoded and hashed.
    pub codes: Codes,
    /// What leaves are for, in order.
    pub shapes: Vec<Shape>,
    pub(crate) encoders: Encoders,
}

impl Plan {
    /// For runs whose proofs have these shapes, and the parameters `params`.
    pub fn new(
        machine: Arc<Systems>,
        params: &Params,
        shapes: Vec<Shape>,
        codes: Codes,
    ) -> Result<Self, Error> {
        check_shapes(&shapes, params.log_height)?;
        let (machines, runs) = (Machines::new()?, Runs::new(&machine, params));
        Ok(Self { machines, machine, runs, codes, shapes, encoders: Encoders::new(codes.root.hash) })
    }

    /// The shapes of the leaves of a kind; other nodes have none.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Shape> + '_ {
        let log_height = self.runs.params.log_height;
        self.shapes.iter().copied().filter(move |shape| shape.size(log_height) == kind)
    }

    /// The shapes of the two proofs of each pair, in order.
    pub fn pairs(&self) -> Vec<[Shape; 2]> {
        pairs(&self.shapes, self.runs.params.log_height)
    }

    /// A name for all that the circuits follow from, but for the code that records them.
    pub fn digest(&self) -> [u8; 32] {
        let mut bytes = Vec::new();
        put_number(&mut bytes, VERSION);
        let Codes { small, large, top, join, veil, root } = self.codes;
        for code in [small, large, top, join, veil, root] {
            let params = code.params(self.runs.params.profile);
            params.iter().for_each(|params| {
                put_class(&mut bytes, &Class { params: params.clone(), rows: Vec::new() });
            });
        }
        put_class(&mut bytes, &Class { params: self.runs.params.clone(), rows: Vec::new() });
        for Shape { kind, log_chunk, stacks } in &self.shapes {
            let numbers = [*kind as usize, *log_chunk].into_iter().chain(*stacks);
            numbers.for_each(|number| put_number(&mut bytes, number as u32));
        }
        bytes.extend(self.runs.machine);
        let chips = self.machines.leaf.described.iter();
        chips.for_each(|chip| bytes.extend(aver_machine::digest::of_chip(chip)));
        let mut sponge = Sponge::new("aver tree plan");
        sponge.absorb("plan", &bytes);
        sponge.digest("digest")
    }

    /// Circuit `place` of a kind, as large as it is by itself.
    fn circuit(&self, kind: Kind, place: usize, classes: &Classes) -> Result<Circuit, Error> {
        match kind {
            Kind::Small | Kind::Large => {
                let shape = self.of_kind(kind).nth(place).ok_or(Error::Order)?;
                Ok(circuit(&self.machine, &self.runs, shape)?)
            }
            Kind::Top => {
                let pairs = self.pairs();
                match pairs.get(place) {
                    Some(shapes) => Ok(pair(&self.machine, &self.runs, *shapes)?),
                    None => self.circuit(Kind::Join, place - pairs.len(), classes),
                }
            }
            Kind::Join => Ok(join(&self.machines, classes, *JOINS.get(place).ok_or(Error::Order)?)?),
            Kind::Veil => Ok(veil(&self.machines, classes, *VEILS.get(place).ok_or(Error::Order)?)?),
        }
    }

    /// The same with its commitment, of which the groups may be known.
    pub fn prover(
        &self,
        kind: Kind,
        place: usize,
        classes: &Classes,
        groups: Option<Groups>,
    ) -> Result<Prover, Error> {
        let circuit = self.circuit(kind, place, classes)?;
        self.encoders.commit(circuit, classes.of(kind), &self.machines, groups)
    }

    /// That of the root.
    pub fn root(&self, classes: &Classes, class: &Class, groups: Option<Groups>) -> Result<Prover, Error> {
        let circuit = root(&self.machines, classes, &self.runs)?;
        self.encoders.commit(circuit, class, &self.machines, groups)
    }

    /// Makes every circuit once, and keeps none. Takes half a minute.
    pub fn known(&self) -> Result<Known, Error> {
        self.known_beside(None)
    }

    /// The same, where this is known of another tree of such runs: leaves and pairs of the same shapes have the same keys, if their classes
    /// are the same.
    pub fn known_beside(&self, other: Option<(&Self, &Known)>) -> Result<Known, Error> {
        let other = other.filter(|(plan, _)| plan.runs == self.runs);
        let mut classes = Classes::new(self.runs.params.profile, self.codes)?;
        for kind in [Kind::Small, Kind::Large] {
            let shapes: Vec<Shape> = self.of_kind(kind).collect();
            let rows = |&shape: &Shape| Ok(circuit(&self.machine, &self.runs, shape)?.rows().to_vec());
            let rows: Vec<Vec<usize>> = shapes.par_iter().map(rows).collect::<Result<_, Error>>()?;
            let class = if kind == Kind::Small { &mut classes.small } else { &mut classes.large };
            rows.iter().for_each(|rows| class.grow(rows));
        }
        let rows = |&shapes: &[Shape; 2]| Ok(pair(&self.machine, &self.runs, shapes)?.rows().to_vec());
        let rows: Vec<Vec<usize>> = self.pairs().par_iter().map(rows).collect::<Result<_, Error>>()?;
        rows.iter().for_each(|rows| classes.top.grow(rows));
        let veils = veils(&self.machines, &mut classes)?;
        let joins = close(&self.machines, &mut classes)?;
        let key = |prover: Result<Prover, Error>| prover.map(|prover| key_of(&prover));
        let own = |kind: Kind, count: usize, same: &dyn Fn(usize, &Self) -> Option<usize>| {
            let other = other.filter(|(_, known)| known.classes.of(kind) == classes.of(kind));
            let known = |place| {
                let (plan, known) = other?;
                known.keys[kind as usize].get(same(place, plan)?).copied()
            };
            let known: Vec<(usize, Option<Node>)> = (0..count).map(|place| (place, known(place))).collect();
            let make = |place| key(self.prover(kind, place, &classes, None));
            let keys = known.into_par_iter().map(|(place, known)| known.map_or_else(|| make(place), Ok));
            keys.collect::<Result<Vec<Node>, Error>>()
        };
        let leaves = |kind: Kind| {
            let shapes: Vec<Shape> = self.of_kind(kind).collect();
            let same = |place: usize, plan: &Self| plan.of_kind(kind).position(|own| own == shapes[place]);
            own(kind, shapes.len(), &same)
        };
        let pairs = self.pairs();
        let same = |place: usize, plan: &Self| plan.pairs().iter().position(|own| *own == pairs[place]);
        let commit = |circuits: &[Circuit], class: &Class| -> Result<Vec<Node>, Error> {
            let commit =
                |circuit: &Circuit| key(self.encoders.commit(circuit.clone(), class, &self.machines, None));
            circuits.par_iter().map(commit).collect()
        };
        let mut top = own(Kind::Top, pairs.len(), &same)?;
        top.extend(commit(&joins, &classes.top)?);
        let (joins, veils) = (commit(&joins, &classes.join)?, commit(&veils, &classes.veil)?);
        let keys = [leaves(Kind::Small)?, leaves(Kind::Large)?, top, joins, veils];
        self.rooted(classes, keys)
    }

    /// With the root over such nodes, which do not depend on how the root's proof is encoded and hashed.
    pub fn rooted(&self, classes: Classes, keys: [Vec<Node>; 5]) -> Result<Known, Error> {
        let (root_class, root) = root_of(&self.machines, &classes, &self.runs, self.codes)?;
        let root = key_of(&self.encoders.commit(root, &root_class, &self.machines, None)?);
        Ok(Known { classes, root_class, keys, root })
    }
}

/// Circuits have fixed columns, so their commitment has a root.
pub(crate) fn key_of(prover: &Prover) -> Node {
    prover.key().root.unwrap_or_default()
}
