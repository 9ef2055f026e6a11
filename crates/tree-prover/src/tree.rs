//! The circuits of a tree with their commitments, made once and kept, and proofs of them.

use std::sync::OnceLock;

use aver_recursion::cell::Cell;
use aver_recursion_prover::proof::{self, Groups, Prover, prove};
use aver_recursion_prover::witness::Witness;
use aver_stark::hash;
use aver_stark::layout::System;
use aver_stark::verify::verify_facts;
use aver_stark_prover::stages::Stages;
use aver_tree::circuits::{Circuits, JOINS, Machines, VEILS};
use aver_tree::class::DOMAIN;
use aver_tree::keys::Kind;
use aver_tree::part::Shape;
use aver_tree::statement::split_hints;
use aver_tree::veil::veil_hints;
use aver_tree::{Class, Classes, Keys, Place, Statement, TreeKey};

use crate::fold::Join;
use crate::known::Known;
use crate::leaves::Leaf;
use crate::plan::{Encoders, Plan, key_of};

/// The stage in which circuits are made that are used for the first time.
pub const CIRCUITS: &str = "circuits";

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A circuit has no proof with these values.
    #[error(transparent)]
    Circuit(#[from] proof::Error),
    /// There is no such circuit, or a node's proof is refused.
    #[error(transparent)]
    Tree(#[from] aver_tree::Error),
    /// Two nodes that do not follow each other in one run.
    #[error("the second node does not start where the first ends, in the same run")]
    Apart,
    /// Nodes that stand in no run like this.
    #[error("there is no join of nodes of these kinds, in this order")]
    Order,
    /// No circuit for proofs of that shape.
    #[error("there is no leaf for proofs of the shape {0:?}")]
    Shape(Shape),
    /// What was said to be known of a tree is not of its circuits.
    #[error("what is known of the tree is not of its circuits")]
    Known,
    /// No circuit for roots of that tree.
    #[error("there is no circuit that verifies roots of this tree")]
    Roots,
    /// No nodes, or one that is not over all parts.
    #[error("a root is made of a node over all parts, which are two at least")]
    Few,
}

/// A node of the tree: what it says, and its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it says.
    pub statement: Statement,
    /// Leaf, veil, join, or over all parts.
    pub kind: Kind,
    /// Which circuit of its kind.
    pub place: usize,
    /// The proof.
    pub proof: Vec<u8>,
}

/// What keeps the [groups](Prover::groups) of circuits, by their keys: most of what making them takes. It may lose them, and give
/// others: then they are computed.
pub trait Kept: Send + Sync {
    /// Those of a circuit, if it has them.
    fn load(&self, key: &hash::Node) -> Option<Groups>;
    /// Is given those of a circuit.
    fn save(&self, key: &hash::Node, groups: &Groups);
}

/// Circuits with their commitments, made when they are first needed.
pub struct Tree {
    machines: Machines,
    classes: Classes,
    /// By kind.
    nodes: [Vec<OnceLock<Prover>>; 5],
    root: OnceLock<Prover>,
    keys: Keys,
    key: TreeKey,
    /// What makes circuits; none if all are there.
    plan: Option<Plan>,
    kept: Option<Box<dyn Kept>>,
}

impl Tree {
    /// With all circuits, made.
    pub fn over(plan: Plan) -> Result<Self, Error> {
        let known = plan.known()?;
        Self::of(plan, known)
    }

    /// Of which this is known.
    pub fn of(plan: Plan, known: Known) -> Result<Self, Error> {
        let Known { classes, root_class, keys: of_nodes, root } = known;
        let keys = Keys::new(of_nodes.each_ref().map(Vec::as_slice))?;
        let key = TreeKey { runs: plan.runs.clone(), class: root_class, root, keys: keys.root() };
        let nodes = of_nodes.map(|keys| keys.iter().map(|_| OnceLock::new()).collect());
        let machines = plan.machines.clone();
        Ok(Self { machines, classes, nodes, root: OnceLock::new(), keys, key, plan: Some(plan), kept: None })
    }

    /// Makes circuits from what is kept of them.
    pub fn with_kept(self, kept: impl Kept + 'static) -> Self {
        Self { kept: Some(Box::new(kept)), ..self }
    }

    /// Commits to all of these circuits.
    pub fn new(machines: Machines, circuits: Circuits) -> Result<Self, Error> {
        let Circuits { classes, root_class, nodes, root, runs } = circuits;
        let encoders = Encoders::new(root_class.params.hash);
        let mut provers = [const { Vec::new() }; 5];
        for ((kind, circuits), provers) in Kind::ALL.into_iter().zip(nodes).zip(&mut provers) {
            for circuit in circuits {
                provers.push(encoders.commit(circuit, classes.of(kind), &machines, None)?);
            }
        }
        let root = encoders.commit(root, &root_class, &machines, None)?;
        let roots = provers.each_ref().map(|provers| provers.iter().map(key_of).collect::<Vec<_>>());
        let keys = Keys::new(roots.each_ref().map(Vec::as_slice))?;
        let key = TreeKey { runs, class: root_class, root: key_of(&root), keys: keys.root() };
        let nodes = provers.map(|provers| provers.into_iter().map(OnceLock::from).collect());
        Ok(Self { machines, classes, nodes, root: root.into(), keys, key, plan: None, kept: None })
    }

    /// What there is to know of it without its circuits.
    pub fn known(&self) -> Known {
        let keys = |kind| (0..self.count(kind)).map(|place| self.keys.key(kind, place)).collect();
        Known {
            classes: self.classes.clone(),
            root_class: self.key.class.clone(),
            keys: Kind::ALL.map(keys),
            root: self.key.root,
        }
    }

    /// What roots are verified with.
    pub fn key(&self) -> &TreeKey {
        &self.key
    }

    /// What leaves are for, in order; none of a tree of other leaves.
    pub fn shapes(&self) -> &[Shape] {
        self.plan.as_ref().map_or(&[], |plan| &plan.shapes)
    }

    /// The recursion machines.
    pub fn machines(&self) -> &Machines {
        &self.machines
    }

    /// The leaf of a proof.
    pub fn part(&self, leaf: &Leaf, stages: &mut Stages) -> Result<Node, Error> {
        let missing = || Error::Shape(leaf.shape);
        let plan = self.plan.as_ref().ok_or_else(missing)?;
        let kind = leaf.shape.size(plan.runs.params.log_height);
        let place = plan.of_kind(kind).position(|shape| shape == leaf.shape).ok_or_else(missing)?;
        self.make(kind, place, leaf.statement, &[&leaf.context[..], &leaf.hints].concat(), stages)
    }

    /// Which circuit is over proofs of these shapes, if that is a run's, and there is one.
    pub fn pair_of(&self, shapes: &[Shape]) -> Option<usize> {
        self.plan.as_ref()?.pairs().iter().position(|pair| pair == shapes)
    }

    /// Whether there may be one for a run of two proofs, of which the first has this shape.
    pub fn pairs(&self, shape: Shape) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.pairs().iter().any(|[first, _]| *first == shape))
    }

    /// The node over both parts of a run, which circuit `place` is [for](Self::pair_of).
    pub fn pair(&self, place: usize, parts: [&Leaf; 2], stages: &mut Stages) -> Result<Node, Error> {
        let [first, second] = parts;
        let statement = first.statement.join(&second.statement).ok_or(Error::Apart)?;
        let meet = split_hints(&first.statement);
        let hints = [&first.context[..], &meet, &first.hints, &second.hints].concat();
        self.make(Kind::Top, place, statement, &hints, stages)
    }

    /// Circuit `place` of a kind: its statement says what the hints show.
    pub fn make(
        &self,
        kind: Kind,
        place: usize,
        statement: Statement,
        hints: &[Cell],
        stages: &mut Stages,
    ) -> Result<Node, Error> {
        let proof = prove_circuit(
            stages.time(CIRCUITS, || self.prover(kind, place))?,
            &statement.cells(),
            hints,
            stages,
        )?;
        Ok(Node { statement, kind, place, proof })
    }

    /// The veil of a leaf, whose places are hidden so.
    pub fn veil(
        &self,
        leaf: &Node,
        before: &Place,
        after: &Place,
        stages: &mut Stages,
    ) -> Result<Node, Error> {
        let place = VEILS.iter().position(|kind| *kind == leaf.kind).ok_or(Error::Order)?;
        let statement = leaf.statement.veiled(before, after);
        let hints = [veil_hints(before, after), self.node_hints(leaf)?].concat();
        self.make(Kind::Veil, place, statement, &hints, stages)
    }

    /// Two nodes that follow each other, and whether they are over all parts.
    pub fn join(&self, first: &Node, second: &Node, all: bool, stages: &mut Stages) -> Result<Node, Error> {
        let statement = first.statement.join(&second.statement).ok_or(Error::Apart)?;
        let place = JOINS.iter().position(|kinds| *kinds == [first.kind, second.kind]).ok_or(Error::Order)?;
        let mut hints = split_hints(&first.statement);
        for node in [first, second] {
            hints.extend(self.node_hints(node)?);
        }
        // They are the last of their kind.
        let (kind, before) = match all {
            true => (Kind::Top, self.count(Kind::Top) - JOINS.len()),
            false => (Kind::Join, 0),
        };
        self.make(kind, before + place, statement, &hints, stages)
    }

    /// The root: of `node`, with its other [hints](aver_tree::root::root_hints).
    pub fn root(
        &self,
        publics: &[Cell],
        mut hints: Vec<Cell>,
        node: &Node,
        stages: &mut Stages,
    ) -> Result<Vec<u8>, Error> {
        if node.kind != Kind::Top {
            return Err(Error::Few);
        }
        hints.extend(self.node_hints(node)?);
        prove_circuit(stages.time(CIRCUITS, || self.root_prover())?, publics, &hints, stages)
    }

    /// Verifies a node.
    pub fn verify(&self, node: &Node) -> Result<(), Error> {
        let key = self.keys.key(node.kind, node.place);
        let class = self.classes.of(node.kind);
        Ok(class.verify(self.machines.of(node.kind), &key, &node.statement.cells(), &node.proof)?)
    }

    /// How many circuits of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.nodes[kind as usize].len()
    }

    /// Circuit `place` of a kind, and what runs and proves it.
    pub fn prover(&self, kind: Kind, place: usize) -> Result<&Prover, Error> {
        let slot = self.nodes[kind as usize].get(place).ok_or(Error::Order)?;
        let key = self.keys.key(kind, place);
        self.made(slot, &key, |plan, groups| plan.prover(kind, place, &self.classes, groups))
    }

    /// The root's circuit.
    pub fn root_prover(&self) -> Result<&Prover, Error> {
        let make = |plan: &Plan, groups| plan.root(&self.classes, &self.key.class, groups);
        self.made(&self.root, &self.key.root, make)
    }

    /// What is in a slot, made if nothing is. It must have the key that is known.
    fn made<'a>(
        &'a self,
        slot: &'a OnceLock<Prover>,
        key: &hash::Node,
        make: impl Fn(&Plan, Option<Groups>) -> Result<Prover, Error>,
    ) -> Result<&'a Prover, Error> {
        if let Some(prover) = slot.get() {
            return Ok(prover);
        }
        let plan = self.plan.as_ref().ok_or(Error::Order)?;
        let known = self.kept.as_ref().and_then(|kept| kept.load(key));
        let mut made = make(plan, known.clone());
        let is_of_key = made.as_ref().is_ok_and(|prover| key_of(prover) == *key);
        if known.is_some() && !is_of_key {
            made = make(plan, None);
        }
        let made = match made {
            Ok(prover) if key_of(&prover) == *key => prover,
            // Larger than its class, perhaps.
            Ok(_) | Err(Error::Tree(_)) => return Err(Error::Known),
            Err(error) => return Err(error),
        };
        if let Some(kept) = &self.kept
            && known.as_ref().map(|known| &known.nodes[..]) != made.fixed.groups()
            && let Some(groups) = made.groups()
        {
            kept.save(key, &groups);
        }
        Ok(slot.get_or_init(|| made))
    }

    /// The classes of nodes.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The hints of who verifies the node: the path of its key, and what its proof has.
    pub fn node_hints(&self, node: &Node) -> Result<Vec<Cell>, Error> {
        let key = self.keys.key(node.kind, node.place);
        let mut hints = self.keys.hints(node.kind, node.place);
        hints.extend(self.witness(&key, node)?);
        Ok(hints)
    }

    /// The hints of who verifies the node's proof under this key.
    pub fn witness(&self, key: &hash::Node, node: &Node) -> Result<Vec<Cell>, Error> {
        let (class, machine) = (self.classes.of(node.kind), self.machines.of(node.kind));
        witness(machine, class, key, &node.statement.cells(), &node.proof)
    }
}

impl Join for Tree {
    type Node = Node;

    fn join(&self, first: &Node, second: &Node, all: bool, stages: &mut Stages) -> Result<Node, Error> {
        Self::join(self, first, second, all, stages)
    }
}

/// The hints of who verifies a proof of a circuit of the class under this key.
pub(crate) fn witness(
    system: &System,
    class: &Class,
    key: &hash::Node,
    publics: &[Cell],
    proof: &[u8],
) -> Result<Vec<Cell>, Error> {
    let mut hints = Vec::new();
    class.verify_by(system, key, publics, proof, |reader, facts| {
        let mut witness = Witness::new(reader);
        let sum = verify_facts(&mut witness, facts)?;
        witness.reader.finish()?;
        hints = witness.hints;
        Ok(sum)
    })?;
    Ok(hints)
}

pub(crate) fn prove_circuit(
    prover: &Prover,
    publics: &[Cell],
    hints: &[Cell],
    stages: &mut Stages,
) -> Result<Vec<u8>, Error> {
    let tables = stages.time("fill", || prover.tables(publics, hints))?;
    Ok(prove(prover, &tables, publics, prover.transcript(DOMAIN), stages)?)
}
