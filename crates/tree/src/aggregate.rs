//! Aggregates: one proof that there are root proofs of all claims of a list.
//!
//! A *lift* verifies one root, and says the digest of what it is verified with; a *join* verifies two nodes, and says the node of a
//! Merkle tree above what they say. Who verifies the last join makes that tree again, from the claims.

use alloc::vec::Vec;

use aver_recursion::builder::Digest;
use aver_recursion::cell::Cell;
use aver_recursion::circuit::Machine;
use aver_recursion::{Builder, Circuit, Wire};
use aver_stark::hash::{Hash, Node, Sponge};
use aver_stark::layout::System;
use aver_stark::params::Profile;
use aver_stark::poseidon2;
use aver_verifier::bytes::put_number;

use crate::file::put_class;
use crate::root::public_cells;
use crate::statement::assert_digest;
use crate::{Class, Code, Error, TreeKey, cells};

/// Cells of what a node says: a digest of claims, and the set of circuits.
const PUBLICS: usize = 4;
/// log2 of the circuits there may be.
const LOG_PLACES: usize = 7;
/// How proofs of nodes are encoded and hashed.
pub const CODE: Code = Code::new(17, 1);

/// What a lift verifies: roots of one class, with as many public cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// Their class.
    pub class: Class,
    /// Their public cells.
    pub publics: usize,
}

impl Roots {
    /// Those that are verified with this key.
    pub fn of(key: &TreeKey) -> Self {
        Self { class: key.class.clone(), publics: public_cells(key.runs.rows) }
    }

    /// All kinds of roots that are verified with these keys, in the order of their names, and the security of most bits among them:
    /// what one makes the circuits of aggregates of these roots from.
    pub fn all<'a>(keys: impl IntoIterator<Item = &'a TreeKey>) -> (Vec<Self>, Profile) {
        let mut all: Vec<Self> = Vec::new();
        for roots in keys.into_iter().map(Self::of) {
            if !all.contains(&roots) {
                all.push(roots);
            }
        }
        all.sort_by_key(Self::bytes);
        let profiles = all.iter().map(|roots| roots.class.params.profile);
        let profile = profiles.max_by_key(|profile| profile.bits()).unwrap_or(Profile::Bits128);
        (all, profile)
    }

    /// How their proofs are read.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_class(&mut bytes, &self.class);
        put_number(&mut bytes, self.publics as u32);
        bytes
    }

    /// Their name, in cells.
    fn name(&self) -> Vec<Cell> {
        let mut sponge = Sponge::new("aver roots");
        sponge.absorb("roots", &self.bytes());
        cells::of_value(&sponge.digest("digest"))
    }

    /// The digest of a claim: of these roots' name, the key of the root's circuit, and its public cells.
    pub fn claim(&self, root: &Node, publics: &[Cell]) -> Node {
        let row = [&self.name()[..], &cells::of_node(root), publics].concat();
        Node(poseidon2::hash_row(row.as_flattened()))
    }
}

/// All circuits of aggregates, which are of one class, and of the machine [`Machine::Plain`].
pub struct Aggregates {
    /// The class.
    pub class: Class,
    /// The join, then the lifts: one for each kind of roots.
    pub circuits: Vec<Circuit>,
}

/// What aggregates are verified with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AggregateKey {
    /// The class of nodes.
    pub class: Class,
    /// The join's circuit.
    pub join: Node,
    /// The set of all circuits.
    pub keys: Node,
}

impl Aggregates {
    /// Over these kinds of roots. `system` is the machine's.
    pub fn new(system: &System, roots: &[Roots], profile: Profile, code: Code) -> Result<Self, Error> {
        let (count, limit) = (roots.len() + 1, 1 << LOG_PLACES);
        if count > limit {
            return Err(Error::Keys { count, limit });
        }
        let mut class = Class::new(profile, code, Machine::Plain)?;
        let mut circuits = roots.iter().map(|roots| lift(system, roots)).collect::<Result<Vec<_>, _>>()?;
        circuits.iter().for_each(|lift| class.grow(lift.rows()));
        circuits.insert(0, close(system, &mut class)?);
        let circuits = circuits.into_iter().map(|circuit| class.admit(circuit)).collect::<Result<_, _>>()?;
        Ok(Self { class, circuits })
    }
}

/// The join that verifies proofs of its own class, which grows until it does.
fn close(system: &System, class: &mut Class) -> Result<Circuit, Error> {
    for _ in 0..16 {
        let (join, before) = (join(system, class)?, class.clone());
        class.grow(join.rows());
        if *class == before {
            return Ok(join);
        }
    }
    Err(Error::Size)
}

impl AggregateKey {
    /// Verifies an aggregate: there are accepted roots of these claims, of which there are two or more.
    pub fn verify(&self, system: &System, claims: &[Node], proof: &[u8]) -> Result<(), Error> {
        match claims.len() {
            0 | 1 => Err(Error::Claims),
            _ => self.class.verify(system, &self.join, &says(&claims_root(claims), &self.keys), proof),
        }
    }
}

/// The tree of the circuits' keys, from the keys up to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set(Vec<Vec<Node>>);

impl Set {
    /// Of these keys, the join's first, which is in all places that are left.
    pub fn new(keys: &[Node]) -> Result<Self, Error> {
        let limit = 1 << LOG_PLACES;
        let Some(&join) = keys.first().filter(|_| keys.len() <= limit) else {
            return Err(Error::Keys { count: keys.len(), limit });
        };
        let mut level = keys.to_vec();
        level.resize(limit, join);
        let mut levels = Vec::from([level]);
        for height in 0..LOG_PLACES {
            let (pairs, _) = levels[height].as_chunks::<2>();
            levels.push(pairs.iter().map(|[l, r]| Hash::Poseidon2.compress(l, r)).collect());
        }
        Ok(Self(levels))
    }

    /// The root.
    pub fn root(&self) -> Node {
        self.0[LOG_PLACES][0]
    }

    /// The key of circuit `place`, and the hints that a join takes for it.
    pub fn member(&self, place: usize) -> (Node, Vec<Cell>) {
        let place = place % (1 << LOG_PLACES);
        let key = self.0[0][place];
        let mut hints = Vec::from(cells::of_node(&key));
        for (i, level) in self.0[..LOG_PLACES].iter().enumerate() {
            hints.push(cells::of_base((place >> i & 1) as u32));
            hints.extend(cells::of_node(&level[place >> i ^ 1]));
        }
        (key, hints)
    }
}

/// A key of the set.
fn member<'a>(b: &'a Builder, root: &Digest<'a>) -> Digest<'a> {
    let key = [b.hint(), b.hint()];
    let mut digest = key;
    for _ in 0..LOG_PLACES {
        let bit = b.hint();
        digest = b.node(digest, bit);
    }
    assert_digest(b, &digest, root);
    key
}

/// Public cells of a node that says this of claims.
pub fn says(claims: &Node, keys: &Node) -> [Cell; PUBLICS] {
    let ([a, b], [c, d]) = (cells::of_node(claims), cells::of_node(keys));
    [a, b, c, d]
}

/// The root of the Merkle tree of claims: of those before the last power of two, and the rest.
pub fn claims_root(claims: &[Node]) -> Node {
    match claims {
        [] => Node::default(),
        [claim] => *claim,
        claims => {
            let (first, second) = claims.split_at(claims.len().next_power_of_two() / 2);
            Hash::Poseidon2.compress(&claims_root(first), &claims_root(second))
        }
    }
}

/// What a node says, before anything else is recorded.
fn public<'a>(b: &'a Builder) -> [Digest<'a>; 2] {
    let cells = cells::publics(b, PUBLICS);
    [[cells[0], cells[1]], [cells[2], cells[3]]]
}

/// The circuit that verifies a root. What `keys` is does not matter to it.
fn lift(system: &System, roots: &Roots) -> Result<Circuit, Error> {
    // Circuits verify what is hashed with Poseidon2 throughout.
    if roots.class.params.hash != Hash::Poseidon2 {
        return Err(Error::Hash);
    }
    let b = Builder::new();
    let [claims, _] = public(&b);
    let key = [b.hint(), b.hint()];
    let publics: Vec<Wire<'_>> = (0..roots.publics).map(|_| b.hint()).collect();
    let name = roots.name().into_iter().map(|cell| b.pack(cell.map(Wire::from)));
    let row: Vec<Wire<'_>> = name.chain(key).chain(publics.iter().copied()).collect();
    assert_digest(&b, &b.hash_row(&row), &claims);
    roots.class.record(&b, system, &key, &publics)?;
    Ok(b.finish())
}

/// The circuit that verifies two nodes.
fn join(system: &System, class: &Class) -> Result<Circuit, Error> {
    let b = Builder::new();
    let [claims, keys] = public(&b);
    let below = [[b.hint(), b.hint()], [b.hint(), b.hint()]];
    assert_digest(&b, &b.compress(below[0], below[1]), &claims);
    for claims in below {
        let key = member(&b, &keys);
        class.record(&b, system, &key, &[claims[0], claims[1], keys[0], keys[1]])?;
    }
    Ok(b.finish())
}
