//! Joins nodes as they come.

use std::ops::Range;

use aver_stark_prover::stages::Stages;

use crate::Error;

/// What joins two nodes.
pub trait Join {
    /// A node.
    type Node;

    /// Two nodes that follow each other; whether they are over all parts, so that nothing is joined to them.
    fn join(
        &self,
        first: &Self::Node,
        second: &Self::Node,
        all: bool,
        stages: &mut Stages,
    ) -> Result<Self::Node, Error>;
}

/// Is told of a join, and the parts it is over.
pub type Made<'m, N, E> = dyn FnMut(Range<usize>, &N) -> Result<(), E> + 'm;

/// Nodes of consecutive parts, of falling size: of n leaves, no more than log2 n are kept.
pub struct Fold<'a, T: Join> {
    tree: &'a T,
    /// How many parts there are.
    of: usize,
    /// With the number of their leaves.
    nodes: Vec<(usize, T::Node)>,
}

impl<'a, T: Join> Fold<'a, T> {
    /// With nothing in it, for so many parts.
    pub fn new(tree: &'a T, of: usize) -> Self {
        Self { tree, of, nodes: Vec::new() }
    }

    /// How many parts its nodes are over.
    pub fn parts(&self) -> usize {
        self.nodes.iter().map(|(leaves, _)| leaves).sum()
    }

    /// Takes the next leaf, and joins what can be joined.
    pub fn push(&mut self, leaf: T::Node, stages: &mut Stages) -> Result<(), Error> {
        self.add(1, leaf, stages, &mut |_, _| Ok(()))
    }

    /// Takes the node over the next so many parts, one of those that [`starting_at`] has, and joins what can be joined. `made`
    /// is told of each join, and the parts it is over.
    pub fn add<E: From<Error>>(
        &mut self,
        leaves: usize,
        node: T::Node,
        stages: &mut Stages,
        made: &mut Made<'_, T::Node, E>,
    ) -> Result<(), E> {
        self.nodes.push((leaves, node));
        while let [.., (before, _), (last, _)] = self.nodes[..]
            && before == last
        {
            self.join(stages, made)?;
        }
        Ok(())
    }

    /// All leaves as one node.
    pub fn finish(self, stages: &mut Stages) -> Result<T::Node, Error> {
        self.finish_with(stages, &mut |_, _| Ok(()))
    }

    /// The same, with `made` as of [`add`](Self::add).
    pub fn finish_with<E: From<Error>>(
        mut self,
        stages: &mut Stages,
        made: &mut Made<'_, T::Node, E>,
    ) -> Result<T::Node, E> {
        while self.nodes.len() > 1 {
            self.join(stages, made)?;
        }
        let (_, node) = self.nodes.pop().ok_or(Error::Few)?;
        Ok(node)
    }

    /// Joins the last two nodes.
    fn join<E: From<Error>>(
        &mut self,
        stages: &mut Stages,
        made: &mut Made<'_, T::Node, E>,
    ) -> Result<(), E> {
        let (Some((more, second)), Some((leaves, first))) = (self.nodes.pop(), self.nodes.pop()) else {
            return Err(Error::Few.into());
        };
        let (start, parts) = (self.parts(), leaves + more);
        let node = self.tree.join(&first, &second, parts == self.of, stages)?;
        made(start..start + parts, &node)?;
        self.nodes.push((parts, node));
        Ok(())
    }
}

/// The parts below the two nodes of the join over these parts, which are more than one.
pub fn children(parts: &Range<usize>) -> [Range<usize>; 2] {
    let middle = parts.start + parts.len().next_power_of_two() / 2;
    [parts.start..middle, middle..parts.end]
}

/// The parts below the first of two nodes that are joined, where these are below the second and there are as many; none if
/// these, a power of two of them, are below a first one.
pub fn before(parts: &Range<usize>) -> Option<Range<usize>> {
    let each = parts.len().max(1);
    (parts.start / each % 2 == 1).then(|| parts.start - each..parts.start)
}

/// The parts of every node over so many that starts at part `at`, the largest first: the last is a leaf.
pub fn starting_at(at: usize, count: usize) -> Vec<Range<usize>> {
    let (mut parts, mut found) = (0..count, Vec::new());
    while parts.contains(&at) {
        if parts.start == at {
            found.push(parts.clone());
        }
        if parts.len() == 1 {
            break;
        }
        let [first, second] = children(&parts);
        parts = if first.contains(&at) { first } else { second };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_by_where_they_start() {
        let at = |at, count| {
            let parts = starting_at(at, count).into_iter();
            parts.map(|parts| (parts.start, parts.end)).collect::<Vec<_>>()
        };
        assert_eq!(at(0, 7), [(0, 7), (0, 4), (0, 2), (0, 1)]);
        assert_eq!(at(4, 7), [(4, 7), (4, 6), (4, 5)]);
        assert_eq!(at(6, 7), [(6, 7)]);
        assert_eq!(at(3, 7), [(3, 4)]);
        assert_eq!(at(0, 1), [(0, 1)]);
        assert_eq!(at(7, 7), []);
        assert_eq!(children(&(0..8)), [0..4, 4..8]);
        for (second, first) in [(1..2, Some(0..1)), (2..3, None), (2..4, Some(0..2)), (4..6, None)] {
            assert_eq!(before(&second), first);
            assert!(first.is_none_or(|first| children(&(first.start..second.end)) == [first, second]));
        }
    }
}
