//! Which nodes the tree has, and which of them are sums.

/// What a node's fractions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Those of a leaf, by its number.
    Leaf(usize),
    /// A sum, by its number.
    Sum(usize),
}

/// A node that has leaves.
#[derive(Clone, Copy)]
pub struct Node {
    /// The place of its leaves, without as many of its lowest bits as it has layers below.
    pub place: usize,
    /// Its first leaf.
    first: usize,
    /// A node of one child is that child.
    pub source: Source,
}

/// A node that has two children.
pub struct Sum {
    /// Left, right.
    pub children: [Source; 2],
    /// The layer it is made in.
    pub layer: usize,
    /// Its number in that layer.
    pub index: usize,
}

/// All nodes that have leaves.
pub struct Shape {
    /// By layer, leaves first: nodes, by place.
    pub nodes: Vec<Vec<Node>>,
    /// In order: sum i has leaf i on its left and leaf i + 1 on its right.
    pub sums: Vec<Sum>,
}

impl Shape {
    /// Over leaves in increasing `places` of `log_places` bits.
    pub fn new(places: &[usize], log_places: usize) -> Self {
        let leaf = |(first, &place)| Node { place, first, source: Source::Leaf(first) };
        let mut nodes: Vec<Vec<Node>> = vec![places.iter().enumerate().map(leaf).collect()];
        let mut sums: Vec<Option<Sum>> = Vec::new();
        sums.resize_with(places.len().saturating_sub(1), || None);
        for layer in 0..log_places {
            let mut index = 0;
            let parents = siblings(&nodes[layer]).map(|children| {
                let mut parent = Node { place: children[0].place >> 1, ..children[0] };
                if let [left, right] = children {
                    let sum = right.first - 1;
                    parent.source = Source::Sum(sum);
                    sums[sum] = Some(Sum { children: [left.source, right.source], layer, index });
                    index += 1;
                }
                parent
            });
            let parents = parents.collect();
            nodes.push(parents);
        }
        Self { nodes, sums: sums.into_iter().flatten().collect() }
    }

    /// Number of layers above the leaves.
    pub fn log_places(&self) -> usize {
        self.nodes.len() - 1
    }

    /// All leaves together, if there are any.
    pub fn root(&self) -> Option<Source> {
        self.nodes.last().and_then(|top| top.first()).map(|n| n.source)
    }

    /// Number of sums made in a layer.
    pub fn count(&self, layer: usize) -> usize {
        self.nodes[layer].len() - self.nodes[layer + 1].len()
    }

    /// The children of each node of the layer above.
    pub fn pairs(&self, layer: usize) -> impl Iterator<Item = [Option<Source>; 2]> {
        siblings(&self.nodes[layer]).map(|children| match children {
            [left, right] => [Some(left.source), Some(right.source)],
            [only] if only.place % 2 == 0 => [Some(only.source), None],
            _ => [None, children.first().map(|c| c.source)],
        })
    }
}

/// One or two nodes of the same parent.
pub fn siblings(nodes: &[Node]) -> impl Iterator<Item = &[Node]> {
    nodes.chunk_by(|a, b| a.place >> 1 == b.place >> 1)
}
