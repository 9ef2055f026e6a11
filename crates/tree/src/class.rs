//! Circuits of one size.
//!
//! A proof's layout follows from the rows of its chips, and is a constant of the circuit that verifies it. So circuits
//! are padded to the rows of a class, and have their public cells at the first addresses, each read once: what
//! is left of a circuit is its key.

use alloc::vec::Vec;

use aver_recursion::builder::Digest;
use aver_recursion::cell::{CELL, Cell};
use aver_recursion::channel::Proof;
use aver_recursion::circuit::Machine;
use aver_recursion::count::Count;
use aver_recursion::{Builder, Circuit, Wire};
use aver_stark::air::Bus;
use aver_stark::field::{EF, F};
use aver_stark::hash::{Hash, Node};
use aver_stark::layout::{Layout, MAX_LOG_FIXED_CHUNK, System};
use aver_stark::params::{Decoding, Params, Profile};
use aver_stark::transcript::Reader;
use aver_stark::verify::{
    BoundaryCommitment, Challenge, Facts, FixedKey, Statement, check_messages, read_layout, verify_facts,
};
use p3_field::PrimeCharacteristicRing;

use crate::Error;

/// Domain of the transcript of a node's proof.
pub const DOMAIN: &str = "aver tree 1";

/// How proofs of a class are encoded and hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// log2 of the height of a stack.
    pub log_height: usize,
    /// log2 of the inverse of the rate.
    pub log_inv_rate: usize,
    /// With what they are hashed: circuits verify those hashed with Poseidon2.
    pub hash: Hash,
    /// Whether they hide their witness.
    pub masked: bool,
    /// How far words are decoded.
    pub decoding: Decoding,
}

impl Code {
    /// Of stacks of 2^`log_height` at rate 2^−`log_inv_rate`, hashed with Poseidon2.
    pub const fn new(log_height: usize, log_inv_rate: usize) -> Self {
        Self { log_height, log_inv_rate, hash: Hash::Poseidon2, masked: false, decoding: Decoding::Unique }
    }

    /// The parameters of proofs of this profile.
    pub fn params(self, profile: Profile) -> Result<Params, Error> {
        let params = Params::at_rate(profile, self.log_height, self.log_inv_rate)?.with_hash(self.hash);
        let params = if self.masked { params.with_masks()? } else { params };
        Ok(match self.decoding {
            Decoding::Unique => params,
            Decoding::Lists { multiplicity } => params.with_lists(multiplicity)?,
        })
    }

    /// The same with words that are decoded to lists: proofs are smaller.
    pub const fn with_lists(self, multiplicity: usize) -> Self {
        Self { decoding: Decoding::Lists { multiplicity }, ..self }
    }

    /// The same for proofs that hide their witness: half of a stack is random.
    pub const fn with_masks(self) -> Self {
        Self { masked: true, ..self }
    }

    /// The same hashed with BLAKE3: for proofs that no circuit verifies.
    pub const fn with_blake3(self) -> Self {
        Self { hash: Hash::Blake3, ..self }
    }
}

/// Circuits of one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Parameters of their proofs.
    pub params: Params,
    /// Rows of each chip of their machine.
    pub rows: Vec<usize>,
}

/// The classes of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// Of leaves of proofs of few stacks.
    pub small: Class,
    /// Of leaves of others.
    pub large: Class,
    /// Of nodes over all parts.
    pub top: Class,
    /// Of joins.
    pub join: Class,
    /// Of veils.
    pub veil: Class,
}

impl Class {
    /// With no rows.
    pub fn new(profile: Profile, code: Code, machine: Machine) -> Result<Self, Error> {
        Ok(Self { params: code.params(profile)?, rows: alloc::vec![0; machine.chips()] })
    }

    /// log2 of the rows of a chunk: tables are fixed, so padded to the largest in any case.
    pub fn log_chunk(&self) -> usize {
        self.params.log_data().min(MAX_LOG_FIXED_CHUNK)
    }

    /// Takes the rows that a circuit has more, in whole chunks.
    pub fn grow(&mut self, circuit: &[usize]) {
        let chunk = 1 << self.log_chunk();
        for (own, &rows) in self.rows.iter_mut().zip(circuit) {
            *own = (*own).max(rows.next_multiple_of(chunk));
        }
    }

    /// Makes a circuit one of the class, which has as many rows. Its public cells must be at the first addresses, and be
    /// read once.
    pub fn admit(&self, mut circuit: Circuit) -> Result<Circuit, Error> {
        if !circuit.publics.iter().zip(1..).all(|(&at, i)| at == i && circuit.reads(at) == 1) {
            return Err(Error::Publics);
        }
        circuit.pad(&self.rows);
        if circuit.rows() != self.rows {
            return Err(Error::Rows);
        }
        Ok(circuit)
    }

    /// The verifying key of a circuit of the class, from the root of its fixed columns.
    pub fn key(&self, root: Node) -> FixedKey {
        FixedKey { root: Some(root), rows: self.rows.iter().map(|&rows| Some(rows)).collect() }
    }

    /// Verifies that the circuit with this key is satisfied with these public cells.
    pub fn verify(&self, system: &System, key: &Node, publics: &[Cell], proof: &[u8]) -> Result<(), Error> {
        self.verify_by(system, key, publics, proof, |mut reader, facts| {
            let sum = verify_facts(&mut reader, facts)?;
            reader.finish()?;
            Ok(sum)
        })
    }

    /// The same, by `verify`, which returns the sum on shared buses, from where the layout has been read: for those who note
    /// what it reads.
    pub fn verify_by(
        &self,
        system: &System,
        key: &Node,
        publics: &[Cell],
        proof: &[u8],
        verify: impl FnOnce(Reader<'_>, &Facts<'_>) -> aver_stark::error::Result<EF>,
    ) -> Result<(), Error> {
        self.with_statement(system, key, publics, |statement| {
            let mut reader = Reader::new(self.params.hash.transcript(DOMAIN), proof);
            let (_, layout) = read_layout(&mut reader, statement)?;
            // No bus is shared.
            let sum = verify(reader, &statement.facts(&layout))?;
            if sum == EF::ZERO { Ok(()) } else { Err(Error::Sum) }
        })
    }

    fn with_statement(
        &self,
        system: &System,
        key: &Node,
        publics: &[Cell],
        then: impl FnOnce(&Statement<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if system.chips.len() != self.rows.len() {
            return Err(Error::Rows);
        }
        then(&Statement {
            system,
            params: &self.params,
            log_chunk: self.log_chunk(),
            fixed: &self.key(*key),
            boundary: &BoundaryCommitment::default(),
            publics: publics.as_flattened(),
            messages: &messages(publics, |value| value),
            shared: &Challenge::new(Vec::new()),
        })
    }

    /// Records the same verification, of a proof that is hashed with Poseidon2. The hints that it takes are the proof's.
    pub fn record<'a>(
        &self,
        b: &'a Builder,
        system: &System,
        key: &Digest<'a>,
        publics: &[Wire<'a>],
    ) -> Result<(), Error> {
        let (params, log_chunk) = (&self.params, self.log_chunk());
        let stacks = |needed| params.stacks(needed);
        let layout =
            Layout::with_stacks(&system.described, &self.rows, params.log_data(), log_chunk, stacks)?;
        let mut proof = Proof::new(b, DOMAIN);
        proof.absorb_layout(self.log_chunk(), &layout.widths, &self.rows);
        check_messages(&layout, system, publics.len())?;
        let layout = layout.map(|&count| Count::known(count));
        let elements: Vec<_> = publics.iter().map(|&cell| b.unpack(cell)).collect();
        let facts = Facts {
            system,
            params: &self.params,
            layout: &layout,
            fixed: Some(key),
            boundary: None,
            publics: elements.as_flattened(),
            messages: &messages(&elements, Wire::from),
            shared: &Challenge::new(Vec::new()),
        };
        let sum = verify_facts(&mut proof, &facts)?;
        b.assert_zero(sum);
        Ok(())
    }
}

/// What the verifier puts on the bus: public cells at addresses from 1, each read once.
fn messages<T: Copy>(publics: &[[T; 5]], constant: impl Fn(F) -> T) -> Vec<(Bus, F, Vec<T>)> {
    let message = |(address, cell): (u32, &[T; 5])| {
        let values = [constant(F::new(address))].into_iter().chain(*cell);
        (CELL, F::ONE, values.collect())
    };
    (1..).zip(publics).map(message).collect()
}
