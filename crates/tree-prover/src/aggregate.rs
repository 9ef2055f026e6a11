//! The circuits of aggregates with their commitments, and proofs of them.

use std::sync::Arc;

use aver_recursion::cell::Cell;
use aver_recursion::circuit::Machine;
use aver_recursion_prover::proof::Prover;
use aver_stark::hash::{Hash, Node as Digest};
use aver_stark::layout::System;
use aver_stark::params::Profile;
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::stages::Stages;
use aver_tree::aggregate::{AggregateKey, Aggregates, Roots, Set, says};
use aver_tree::{Code, TreeKey, cells};

use crate::Error;
use crate::fold::Join;
use crate::plan::key_of;
use crate::tree::{prove_circuit, witness};

/// A node of an aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifted {
    /// What it says of claims.
    pub claims: Digest,
    /// Which circuit: the join, or a lift from 1 on.
    pub place: usize,
    /// The proof.
    pub proof: Vec<u8>,
}

/// Circuits of aggregates, with their commitments.
pub struct Aggregator {
    system: Arc<System>,
    roots: Vec<Roots>,
    circuits: Vec<Prover>,
    set: Set,
    key: AggregateKey,
}

impl Aggregator {
    /// Over these kinds of roots.
    pub fn new(roots: &[Roots], profile: Profile, code: Code) -> Result<Self, Error> {
        let system = Arc::new(Machine::Plain.system().map_err(aver_tree::Error::from)?);
        let Aggregates { class, circuits } = Aggregates::new(&system, roots, profile, code)?;
        let encoder = Arc::new(Encoder::new(Hash::Poseidon2));
        let commit =
            |circuit| Prover::beside(circuit, class.params.clone(), system.clone(), encoder.clone(), None);
        let circuits = circuits.into_iter().map(commit).collect::<Result<Vec<_>, _>>()?;
        let keys: Vec<Digest> = circuits.iter().map(key_of).collect();
        let set = Set::new(&keys)?;
        let key = AggregateKey { class, join: keys[0], keys: set.root() };
        Ok(Self { system, roots: roots.to_vec(), circuits, set, key })
    }

    /// What aggregates are verified with.
    pub fn key(&self) -> &AggregateKey {
        &self.key
    }

    /// What lifts are for.
    pub fn roots(&self) -> &[Roots] {
        &self.roots
    }

    /// The recursion machine.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// Which circuit lifts roots that are verified with this key.
    pub fn place(&self, key: &TreeKey) -> Result<usize, Error> {
        let roots = Roots::of(key);
        let place = self.roots.iter().position(|own| *own == roots).ok_or(Error::Roots)?;
        Ok(place + 1)
    }

    /// Verifies a node.
    pub fn verify(&self, node: &Lifted) -> Result<(), Error> {
        let (key, _) = self.set.member(node.place);
        let says = says(&node.claims, &self.key.keys);
        Ok(self.key.class.verify(&self.system, &key, &says, &node.proof)?)
    }

    /// The node of a root that is verified with this key and has these public cells.
    pub fn lift(
        &self,
        key: &TreeKey,
        publics: &[Cell],
        proof: &[u8],
        stages: &mut Stages,
    ) -> Result<Lifted, Error> {
        let place = self.place(key)?;
        let hints = self.lift_hints(key, publics, proof)?;
        let claims = Roots::of(key).claim(&key.root, publics);
        let says = says(&claims, &self.key.keys);
        let proof = prove_circuit(&self.circuits[place], &says, &hints, stages)?;
        Ok(Lifted { claims, place, proof })
    }

    /// The hints of a lift: the key, the public cells, and what the proof has.
    pub fn lift_hints(&self, key: &TreeKey, publics: &[Cell], proof: &[u8]) -> Result<Vec<Cell>, Error> {
        let mut hints = Vec::from(cells::of_node(&key.root));
        hints.extend(publics);
        hints.extend(witness(&self.system, &key.class, &key.root, publics, proof)?);
        Ok(hints)
    }

    /// The hints of a join: what both nodes say of claims, and those of who verifies them.
    pub fn join_hints(&self, first: &Lifted, second: &Lifted) -> Result<Vec<Cell>, Error> {
        let mut hints = Vec::new();
        [first, second].iter().for_each(|node| hints.extend(cells::of_node(&node.claims)));
        for node in [first, second] {
            hints.extend(self.hints(node)?);
        }
        Ok(hints)
    }

    /// The circuits, the join first, and what runs and proves them.
    pub fn provers(&self) -> &[Prover] {
        &self.circuits
    }

    /// The hints of who verifies the node.
    fn hints(&self, node: &Lifted) -> Result<Vec<Cell>, Error> {
        let (key, mut hints) = self.set.member(node.place);
        let says = says(&node.claims, &self.key.keys);
        hints.extend(witness(&self.system, &self.key.class, &key, &says, &node.proof)?);
        Ok(hints)
    }
}

impl Join for Aggregator {
    type Node = Lifted;

    fn join(&self, first: &Lifted, second: &Lifted, _: bool, stages: &mut Stages) -> Result<Lifted, Error> {
        let hints = self.join_hints(first, second)?;
        let claims = Hash::Poseidon2.compress(&first.claims, &second.claims);
        let proof = prove_circuit(&self.circuits[0], &says(&claims, &self.key.keys), &hints, stages)?;
        Ok(Lifted { claims, place: 0, proof })
    }
}
