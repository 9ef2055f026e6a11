//! The circuits of a tree with their commitments, made once and kept, and proofs of them.

use std::sync::Arc;

use aver_machine::Systems;
use aver_recursion::Circuit;
use aver_recursion::cell::Cell;
use aver_recursion_prover::proof::{self, Prover, prove};
use aver_recursion_prover::witness::Witness;
use aver_stark::hash::{self, Hash};
use aver_stark::layout::System;
use aver_stark::params::Params;
use aver_stark::verify::verify_facts;
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::stages::Stages;
use aver_tree::circuits::{Circuits, Codes, JOINS, Machines, Runs};
use aver_tree::class::DOMAIN;
use aver_tree::keys::Kind;
use aver_tree::part::{Shape, check_shapes, circuit};
use aver_tree::statement::split_hints;
use aver_tree::{Class, Classes, Keys, Statement, TreeKey};

use crate::fold::Join;
use crate::leaves::Leaf;

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
    /// No circuit for roots of that tree.
    #[error("there is no circuit that verifies roots of this tree")]
    Roots,
    /// No nodes, or one that is no join.
    #[error("a root is made of a join, so of two parts at least")]
    Few,
}

/// A node of the tree: what it says, and its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it says.
    pub statement: Statement,
    /// Leaf or join.
    pub kind: Kind,
    /// Which circuit of its kind.
    pub place: usize,
    /// The proof.
    pub proof: Vec<u8>,
}

/// Circuits with their commitments.
pub struct Tree {
    machines: Machines,
    classes: Classes,
    /// By kind.
    nodes: [Vec<Prover>; 3],
    root: Prover,
    keys: Keys,
    key: TreeKey,
    /// Of leaves, if they are those of proofs.
    shapes: Vec<Shape>,
}

impl Tree {
    /// The tree for runs whose proofs have these shapes, and the parameters `params`.
    pub fn over(machine: &Systems, params: &Params, shapes: &[Shape], codes: Codes) -> Result<Self, Error> {
        check_shapes(shapes)?;
        let runs = Runs::new(machine, params);
        let of_kind = |kind: Kind| -> Result<Vec<Circuit>, aver_tree::Error> {
            let shapes = shapes.iter().filter(|shape| Kind::from(shape.kind) == kind);
            shapes.map(|&shape| circuit(machine, &runs, shape)).collect()
        };
        let leaves = [of_kind(Kind::Memory)?, of_kind(Kind::Shard)?];
        let machines = Machines::new()?;
        let circuits = Circuits::new(&machines, runs, leaves, codes)?;
        Ok(Self { shapes: shapes.to_vec(), ..Self::new(machines, circuits)? })
    }

    /// Commits to all circuits.
    pub fn new(machines: Machines, circuits: Circuits) -> Result<Self, Error> {
        let Circuits { classes, root_class, nodes: [memory, shards, joins], root, runs } = circuits;
        let encoder = Arc::new(Encoder::new(Hash::Poseidon2));
        let of_root = match root_class.params.hash {
            Hash::Poseidon2 => encoder.clone(),
            hash => Arc::new(Encoder::new(hash)),
        };
        let commit = |circuit: Circuit, class: &Class, machine: &Arc<System>, encoder: &Arc<Encoder>| {
            Prover::beside(circuit, class.params.clone(), machine.clone(), encoder.clone())
        };
        let all = |circuits: Vec<Circuit>, kind: Kind| -> Result<Vec<Prover>, proof::Error> {
            let commit = |circuit| commit(circuit, classes.of(kind), machines.of(kind), &encoder);
            circuits.into_iter().map(commit).collect()
        };
        let nodes = [all(memory, Kind::Memory)?, all(shards, Kind::Shard)?, all(joins, Kind::Join)?];
        let root = commit(root, &root_class, &machines.join, &of_root)?;
        let roots = nodes.each_ref().map(|provers| provers.iter().map(root_of).collect::<Vec<_>>());
        let keys = Keys::new(roots.each_ref().map(Vec::as_slice))?;
        let key = TreeKey { runs, class: root_class, root: root_of(&root), keys: keys.root() };
        Ok(Self { machines, classes, nodes, root, keys, key, shapes: Vec::new() })
    }

    /// What roots are verified with.
    pub fn key(&self) -> &TreeKey {
        &self.key
    }

    /// What leaves are for, in order; none of a tree of other leaves.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// The recursion machines.
    pub fn machines(&self) -> &Machines {
        &self.machines
    }

    /// The leaf of a proof.
    pub fn part(&self, leaf: &Leaf, stages: &mut Stages) -> Result<Node, Error> {
        let kind = Kind::from(leaf.shape.kind);
        let mut of_kind = self.shapes.iter().filter(|shape| Kind::from(shape.kind) == kind);
        let place = of_kind.position(|&shape| shape == leaf.shape).ok_or(Error::Shape(leaf.shape))?;
        self.leaf(kind, place, leaf.statement, &leaf.hints, stages)
    }

    /// Leaf `place` of its kind: its statement says what the hints show.
    pub fn leaf(
        &self,
        kind: Kind,
        place: usize,
        statement: Statement,
        hints: &[Cell],
        stages: &mut Stages,
    ) -> Result<Node, Error> {
        let proof = prove_circuit(&self.provers(kind)[place], &statement.cells(), hints, stages)?;
        Ok(Node { statement, kind, place, proof })
    }

    /// Two nodes that follow each other.
    pub fn join(&self, first: &Node, second: &Node, stages: &mut Stages) -> Result<Node, Error> {
        let statement = first.statement.join(&second.statement).ok_or(Error::Apart)?;
        let place = JOINS.iter().position(|kinds| *kinds == [first.kind, second.kind]).ok_or(Error::Order)?;
        let mut hints = split_hints(&first.statement);
        for node in [first, second] {
            hints.extend(self.node_hints(node)?);
        }
        let proof = prove_circuit(&self.provers(Kind::Join)[place], &statement.cells(), &hints, stages)?;
        Ok(Node { statement, kind: Kind::Join, place, proof })
    }

    /// The root: of `node`, with its other [hints](aver_tree::root::root_hints).
    pub fn root(
        &self,
        publics: &[Cell],
        mut hints: Vec<Cell>,
        node: &Node,
        stages: &mut Stages,
    ) -> Result<Vec<u8>, Error> {
        if node.kind != Kind::Join {
            return Err(Error::Few);
        }
        hints.extend(self.node_hints(node)?);
        prove_circuit(&self.root, publics, &hints, stages)
    }

    /// Verifies a node.
    pub fn verify(&self, node: &Node) -> Result<(), Error> {
        let key = self.keys.key(node.kind, node.place);
        let class = self.classes.of(node.kind);
        Ok(class.verify(self.machines.of(node.kind), &key, &node.statement.cells(), &node.proof)?)
    }

    /// The circuits of a kind, and what runs and proves them.
    pub fn provers(&self, kind: Kind) -> &[Prover] {
        &self.nodes[kind as usize]
    }

    /// The root's circuit.
    pub fn root_prover(&self) -> &Prover {
        &self.root
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

    fn join(&self, first: &Node, second: &Node, stages: &mut Stages) -> Result<Node, Error> {
        Self::join(self, first, second, stages)
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

/// Circuits have fixed columns, so their commitment has a root.
pub(crate) fn root_of(prover: &Prover) -> hash::Node {
    prover.key().root.unwrap_or_default()
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
