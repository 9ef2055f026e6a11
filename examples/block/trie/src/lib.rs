//! A Merkle-Patricia trie of which only some nodes are known: those that reading and changing it touch.
#![no_std]

extern crate alloc;

use alloc::{boxed::Box, vec::Vec};
use alloy_primitives::{B256, keccak256, map::B256Map};
use alloy_rlp::{Decodable, Encodable};
use alloy_trie::{
    EMPTY_ROOT_HASH, Nibbles, TrieMask,
    nodes::{BranchNodeRef, ExtensionNodeRef, LeafNodeRef, RlpNode, TrieNode},
};

/// Nodes by their hash.
pub type Nodes<'a> = B256Map<&'a [u8]>;

/// No path is longer.
const KEY_NIBBLES: usize = 64;

/// Why a trie cannot be read or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A node on the way, or one that a removal joins with another.
    #[error("the trie node {0} is missing")]
    Missing(B256),
    #[error("a trie node cannot be decoded: {0}")]
    Node(alloy_rlp::Error),
    #[error("a trie is not canonical")]
    Malformed,
}

/// Keys are hashes, so no key is the beginning of another, and branches hold no values.
#[derive(Debug, Default)]
pub struct Trie {
    root: Slot,
}

/// Where a node stands: below its parent, or at the root.
#[derive(Debug, Default)]
enum Slot {
    #[default]
    Empty,
    /// What the parent says of it: its hash, or itself where that is shorter.
    Unread(RlpNode),
    Read(Box<Node>),
}

#[derive(Debug)]
struct Node {
    /// What the parent says of it, until it changes.
    reference: Option<RlpNode>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Leaf { path: Nibbles, value: Vec<u8> },
    Extension { path: Nibbles, child: Slot },
    Branch(Box<[Slot; 16]>),
}

impl Trie {
    /// The trie with this root.
    pub fn new(root: B256) -> Self {
        let root = if root == EMPTY_ROOT_HASH { Slot::Empty } else { Slot::Unread(RlpNode::word_rlp(&root)) };
        Self { root }
    }

    /// The value of a key.
    pub fn get(&mut self, key: B256, nodes: &Nodes) -> Result<Option<&[u8]>, Error> {
        let mut path = Nibbles::unpack(key);
        let mut slot = &mut self.root;
        loop {
            let Some(node) = slot.read(nodes)? else { return Ok(None) };
            slot = match &mut node.kind {
                Kind::Leaf { path: own, value } => return Ok((*own == path).then_some(value)),
                Kind::Extension { path: own, child } => {
                    if !path.starts_with(own) {
                        return Ok(None);
                    }
                    path = path.slice(own.len()..);
                    child
                }
                Kind::Branch(children) => {
                    let index = step(&mut path)?;
                    &mut children[index]
                }
            };
        }
    }

    /// Sets the value of a key.
    pub fn insert(&mut self, key: B256, value: Vec<u8>, nodes: &Nodes) -> Result<(), Error> {
        self.root.insert(Nibbles::unpack(key), value, nodes)
    }

    /// Removes a key, if it is there.
    pub fn remove(&mut self, key: B256, nodes: &Nodes) -> Result<(), Error> {
        self.root.remove(Nibbles::unpack(key), nodes).map(drop)
    }

    /// The root as it is now.
    pub fn root(&mut self) -> B256 {
        match &mut self.root {
            Slot::Empty => EMPTY_ROOT_HASH,
            // A short root is hashed too, so this is no place for `Slot::reference`.
            Slot::Unread(reference) => B256::from_slice(&reference[1..]),
            Slot::Read(node) => keccak256(node.encode()),
        }
    }
}

impl Slot {
    fn new(kind: Kind) -> Self {
        Self::Read(Box::new(Node { reference: None, kind }))
    }

    /// The node, decoded if it was not.
    fn read(&mut self, nodes: &Nodes) -> Result<Option<&mut Node>, Error> {
        if let Self::Unread(reference) = self {
            let mut bytes = match reference.as_hash() {
                Some(hash) => nodes.get(&hash).copied().ok_or(Error::Missing(hash))?,
                None => reference,
            };
            let kind = match TrieNode::decode(&mut bytes).map_err(Error::Node)? {
                TrieNode::EmptyRoot => return Err(Error::Malformed),
                TrieNode::Leaf(leaf) => Kind::Leaf { path: leaf.key, value: leaf.value },
                TrieNode::Extension(node) => {
                    Kind::Extension { path: node.key, child: Self::Unread(node.child) }
                }
                TrieNode::Branch(branch) => {
                    let mut children = Box::<[Self; 16]>::default();
                    for (index, child) in branch.as_ref().children() {
                        children[usize::from(index)] = child.cloned().map_or(Self::Empty, Self::Unread);
                    }
                    Kind::Branch(children)
                }
            };
            *self = Self::Read(Box::new(Node { reference: Some(reference.clone()), kind }));
        }
        match self {
            Self::Read(node) => Ok(Some(node)),
            _ => Ok(None),
        }
    }

    fn insert(&mut self, mut path: Nibbles, value: Vec<u8>, nodes: &Nodes) -> Result<(), Error> {
        let Some(node) = self.read(nodes)? else {
            *self = Self::new(Kind::Leaf { path, value });
            return Ok(());
        };
        node.reference = None;
        let (own, below) = match &mut node.kind {
            Kind::Branch(children) => {
                let index = step(&mut path)?;
                return children[index].insert(path, value, nodes);
            }
            Kind::Leaf { path: own, value: held } if *own == path => {
                *held = value;
                return Ok(());
            }
            Kind::Extension { path: own, child } if path.starts_with(own) => {
                return child.insert(path.slice(own.len()..), value, nodes);
            }
            Kind::Leaf { path: own, value } => (*own, Below::Leaf(core::mem::take(value))),
            Kind::Extension { path: own, child } => (*own, Below::Child(core::mem::take(child))),
        };
        // The paths part: a branch there.
        let common = own.common_prefix_length(&path);
        let (mut own, mut path, shared) = (own.slice(common..), path.slice(common..), path.slice(..common));
        let (index, other) = (step(&mut own)?, step(&mut path)?);
        let mut children = Box::<[Self; 16]>::default();
        children[index] = match below {
            Below::Leaf(value) => Self::new(Kind::Leaf { path: own, value }),
            Below::Child(child) => child.under(own),
        };
        children[other] = Self::new(Kind::Leaf { path, value });
        *self = Self::new(Kind::Branch(children)).under(shared);
        Ok(())
    }

    /// Whether the key was there.
    fn remove(&mut self, mut path: Nibbles, nodes: &Nodes) -> Result<bool, Error> {
        let Some(node) = self.read(nodes)? else { return Ok(false) };
        let (prefix, child) = match &mut node.kind {
            Kind::Leaf { path: own, .. } => {
                let there = *own == path;
                if there {
                    *self = Self::Empty;
                }
                return Ok(there);
            }
            Kind::Extension { path: own, child } => {
                if !path.starts_with(own) || !child.remove(path.slice(own.len()..), nodes)? {
                    return Ok(false);
                }
                (*own, core::mem::take(child))
            }
            Kind::Branch(children) => {
                let index = step(&mut path)?;
                if !children[index].remove(path, nodes)? {
                    return Ok(false);
                }
                node.reference = None;
                let mut left =
                    (0u8..).zip(children.iter_mut()).filter(|(_, child)| !matches!(child, Self::Empty));
                match (left.next(), left.next()) {
                    (Some((index, child)), None) => (Nibbles::from_nibbles([index]), core::mem::take(child)),
                    _ => return Ok(true),
                }
            }
        };
        *self = child.joined(prefix, nodes)?;
        Ok(true)
    }

    /// This branch below a path that may be empty.
    fn under(self, path: Nibbles) -> Self {
        if path.is_empty() { self } else { Self::new(Kind::Extension { path, child: self }) }
    }

    /// This node below a path, as one node where two would not be canonical.
    fn joined(mut self, prefix: Nibbles, nodes: &Nodes) -> Result<Self, Error> {
        let node = self.read(nodes)?.ok_or(Error::Malformed)?;
        if let Kind::Leaf { path, .. } | Kind::Extension { path, .. } = &node.kind
            && prefix.len() + path.len() > KEY_NIBBLES
        {
            return Err(Error::Malformed);
        }
        Ok(match &mut node.kind {
            Kind::Leaf { path, value } => {
                Self::new(Kind::Leaf { path: prefix.join(path), value: core::mem::take(value) })
            }
            Kind::Extension { path, child } => {
                Self::new(Kind::Extension { path: prefix.join(path), child: core::mem::take(child) })
            }
            Kind::Branch(_) => self.under(prefix),
        })
    }

    /// What a parent says of it; `None` if it is empty.
    fn reference(&mut self) -> Option<RlpNode> {
        match self {
            Self::Empty => None,
            Self::Unread(reference) => Some(reference.clone()),
            Self::Read(node) => Some(node.reference()),
        }
    }
}

/// What stands below a path that parts from another.
enum Below {
    Leaf(Vec<u8>),
    Child(Slot),
}

impl Node {
    fn reference(&mut self) -> RlpNode {
        if self.reference.is_none() {
            self.reference = Some(RlpNode::from_rlp(&self.encode()));
        }
        self.reference.clone().unwrap_or_default()
    }

    fn encode(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        match &mut self.kind {
            Kind::Leaf { path, value } => LeafNodeRef { key: path, value }.encode(&mut out),
            Kind::Extension { path, child } => {
                let child = child.reference().unwrap_or_default();
                ExtensionNodeRef { key: path, child: &child }.encode(&mut out);
            }
            Kind::Branch(children) => {
                let mut mask = TrieMask::default();
                let mut stack = Vec::with_capacity(16);
                for (index, child) in (0u8..).zip(children.iter_mut()) {
                    if let Some(reference) = child.reference() {
                        mask.set_bit(index);
                        stack.push(reference);
                    }
                }
                BranchNodeRef::new(&stack, mask).encode(&mut out);
            }
        }
        out
    }
}

/// Takes the first step of a path.
fn step(path: &mut Nibbles) -> Result<usize, Error> {
    let first = path.first().ok_or(Error::Malformed)?;
    *path = path.slice(1..);
    Ok(first.into())
}
