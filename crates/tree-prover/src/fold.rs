//! Joins nodes as they come.

use aver_stark_prover::stages::Stages;

use crate::{Error, Node, Tree};

/// Nodes of consecutive parts, of falling size: of n leaves, no more than log2 n are kept.
pub struct Fold<'a> {
    tree: &'a Tree,
    /// With log2 of their leaves.
    nodes: Vec<(usize, Node)>,
}

impl<'a> Fold<'a> {
    /// With nothing in it.
    pub fn new(tree: &'a Tree) -> Self {
        Self { tree, nodes: Vec::new() }
    }

    /// Takes the next leaf, and joins what can be joined.
    pub fn push(&mut self, leaf: Node, stages: &mut Stages) -> Result<(), Error> {
        let (mut size, mut node) = (0, leaf);
        while let Some((_, before)) = self.nodes.pop_if(|before| before.0 == size) {
            node = self.tree.join(&before, &node, stages)?;
            size += 1;
        }
        self.nodes.push((size, node));
        Ok(())
    }

    /// All leaves as one node.
    pub fn finish(mut self, stages: &mut Stages) -> Result<Node, Error> {
        let (_, mut node) = self.nodes.pop().ok_or(Error::Few)?;
        while let Some((_, before)) = self.nodes.pop() {
            node = self.tree.join(&before, &node, stages)?;
        }
        Ok(node)
    }
}
