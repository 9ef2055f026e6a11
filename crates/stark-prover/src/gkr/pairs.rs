//! The rounds over rows, of pairs of children that are both there.
//!
//! The first binds children into memory of half as many rows; later ones fold there, pair by pair: one is
//! bound to the last challenge and then, while it is in cache, summed over for the next message. When a
//! child has one packed row left, lanes become rows and pairs lanes.

use aver_stark::field::{D, EF, PF, coefficients};
use p3_field::{BasedVectorSpace, PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use super::CHUNK;
use super::eq::{Eq, Sums};
use super::kernel::{self, Fraction, ZERO};
use super::layer::{Rounds, Values};
use super::leaf::{Below, Leaves, Scratch};
use super::nodes::Nodes;
use super::packed::LANES;
use super::shape::Source;
use crate::arena::Arena;
use crate::ext::{self, E, Matrix};

/// Two children, of as many rows each. On the right, μ q is absorbed in p.
type Pair<'a> = [&'a mut [Fraction]; 2];

/// Two children and the weight of their sum.
pub type Children = ([Source; 2], EF);

/// Runs the rounds; returns what is left of each pair.
pub fn prove(
    rounds: &mut Rounds<'_, '_>,
    below: &Below<'_, impl Leaves>,
    children: &[Children],
    arena: &Arena,
) -> Vec<Values> {
    let rows = below.rows;
    // Half of the rows, but at least one, of two children.
    let mut memory = Nodes::new(children.len(), rows.max(2), arena);
    let mut pairs = Pairs {
        pairs: memory.iter_mut().map(|rows| rows.split_at_mut(rows.len() / 2).into()).collect(),
        weights: children.iter().map(|(_, weight)| ext::broadcast(*weight)).collect(),
        eq: Eq::new(rounds.z.get(1..).filter(|_| rows > 1).unwrap_or_default()),
    };
    let first = First { below, children, mu: Matrix::new(&ext::broadcast(rounds.mu)) };
    if rows == 1 {
        first.copy(&mut pairs);
    } else {
        let sums = first.sums(&mut pairs);
        let x = rounds.next(sums);
        pairs.eq.bind();
        let sums = first.bind(&mut pairs, x);
        pairs.run(rounds, sums, rows / 2);
    }
    let (mut blocks, weights) = transpose(&pairs.pairs, children);
    let mut lanes = Pairs {
        pairs: blocks.iter_mut().map(|block| block.each_mut().map(|c| &mut c[..])).collect(),
        weights,
        eq: Eq::broadcast(rounds.z.get(rounds.challenges.len() + 1..).unwrap_or_default()),
    };
    let sums = lanes.sums();
    lanes.run(rounds, sums, LANES);
    values(&blocks, children.len())
}

/// Pairs in their rounds.
struct Pairs<'a> {
    pairs: Vec<Pair<'a>>,
    weights: Vec<E>,
    /// Over the rows of half a child.
    eq: Eq,
}

impl Pairs<'_> {
    /// The weighted sum of what `task` gives for each pair.
    fn total<S>(
        &mut self,
        init: impl Fn() -> S + Sync + Send,
        task: impl Fn(&mut S, &Eq, usize, &mut Pair<'_>) -> [E; 2] + Sync + Send,
    ) -> Sums {
        let Self { pairs, weights, eq } = self;
        let pairs = pairs.par_iter_mut().zip(weights).enumerate();
        let sums = pairs.map_init(init, |state, (i, (pair, weight))| {
            let weight = Matrix::new(weight);
            task(state, eq, i, pair).map(|s| ext::mul_by(&weight, &s))
        });
        sums.reduce(|| [ext::ZERO; 2], ext::add_each).map(|s| ext::lanes_sum(&s))
    }

    /// Sums over rows.
    fn sums(&mut self) -> Sums {
        self.total(|| (), |(), eq, _, pair| sums(eq, pair))
    }

    /// Runs the rounds, from the one with these sums on, until of `rows` rows one is left.
    fn run(&mut self, rounds: &mut Rounds<'_, '_>, mut sums: Sums, rows: usize) {
        for _ in 0..rows.trailing_zeros() {
            let x = rounds.next(sums);
            self.eq.bind();
            sums = self.bind(x);
        }
    }

    /// Binds the first variable to x, and sums over the rows of the next round.
    fn bind(&mut self, x: EF) -> Sums {
        let x = Matrix::new(&ext::broadcast(x));
        self.total(
            || (),
            |(), eq, _, pair| {
                for child in pair.iter_mut() {
                    let rows = std::mem::take(child);
                    let (low, high) = rows.split_at_mut(rows.len() / 2);
                    kernel::fold(&x, low, high);
                    *child = low;
                }
                sums(eq, pair)
            },
        )
    }
}

/// Sums over the rows of a pair; nothing when there is one.
fn sums(eq: &Eq, [left, right]: &Pair<'_>) -> [E; 2] {
    let half = left.len() / 2;
    let (left, right) = (left.split_at(half), right.split_at(half));
    eq.total(half, |rows| {
        let (low, high) = ([left.0, right.0], [left.1, right.1]);
        kernel::sums(&eq.inner, low.map(|c| &c[rows.clone()]), high.map(|c| &c[rows.clone()]))
    })
}

/// The first round: children are read where they were made.
struct First<'a, L> {
    below: &'a Below<'a, L>,
    children: &'a [Children],
    mu: Matrix,
}

impl<L: Leaves> First<'_, L> {
    /// Sums over the rows of all pairs.
    fn sums(&self, pairs: &mut Pairs<'_>) -> Sums {
        let Self { below, children, mu } = self;
        let half = below.rows / 2;
        let scratch = || [0; 4].map(|_| Scratch::new());
        pairs.total(scratch, |[a, b, c, d], eq, i, _| {
            let [left, right] = children[i].0;
            eq.total(half, |rows| {
                let (low, high, len) = (rows.start, rows.start + half, rows.len());
                if let (Source::Leaf(i), Source::Leaf(j)) = (left, right) {
                    let leaves = below.leaves;
                    let low = [a.fill(leaves, i, low, len), b.fill(leaves, j, low, len)];
                    let high = [c.fill(leaves, i, high, len), d.fill(leaves, j, high, len)];
                    return kernel::leaf_sums(mu, &eq.inner, low, high);
                }
                let low = [below.fractions(left, low, len, a), below.fractions(right, low, len, b)];
                let high = [below.fractions(left, high, len, c), below.fractions(right, high, len, d)];
                kernel::first_sums(mu, &eq.inner, low, high)
            })
        })
    }

    /// Binds the first variable to x, and sums over the rows of the next round.
    fn bind(&self, pairs: &mut Pairs<'_>, x: EF) -> Sums {
        let x = ext::broadcast(x);
        let scratch = || [0; 2].map(|_| Scratch::new());
        pairs.total(scratch, |scratch, eq, i, pair| {
            for (source, out) in self.children[i].0.into_iter().zip(pair.iter_mut()) {
                self.bind_child(source, &x, scratch, out);
            }
            self.absorb(pair);
            sums(eq, pair)
        })
    }

    fn bind_child(&self, source: Source, x: &E, [a, b]: &mut [Scratch; 2], out: &mut [Fraction]) {
        let (matrix, half) = (Matrix::new(x), out.len());
        for (chunk, out) in out.chunks_mut(CHUNK).enumerate() {
            let (low, high, len) = (chunk * CHUNK, chunk * CHUNK + half, out.len());
            if let Source::Leaf(i) = source {
                let leaves = self.below.leaves;
                kernel::fold_leaves(x, a.fill(leaves, i, low, len), b.fill(leaves, i, high, len), out);
            } else {
                let low = self.below.fractions(source, low, len, a);
                kernel::fold_into(&matrix, low, self.below.fractions(source, high, len, b), out);
            }
        }
    }

    /// Copies children of one row.
    fn copy(&self, pairs: &mut Pairs<'_>) {
        let mut scratch = Scratch::new();
        for ((sources, _), pair) in self.children.iter().zip(&mut pairs.pairs) {
            for (&source, out) in sources.iter().zip(pair.iter_mut()) {
                out.copy_from_slice(self.below.fractions(source, 0, 1, &mut scratch));
            }
            self.absorb(pair);
        }
    }

    fn absorb(&self, [_, right]: &mut Pair<'_>) {
        kernel::absorb(&self.mu, right);
    }
}

/// Pairs as the lanes of one, lanes as its rows.
type Block = [[Fraction; LANES]; 2];

/// Pairs of one packed row, and their weights.
fn transpose(pairs: &[Pair<'_>], children: &[Children]) -> (Vec<Block>, Vec<E>) {
    let block = |pairs: &[Pair<'_>]| {
        let mut block = [[ZERO; LANES]; 2];
        for (lane, pair) in pairs.iter().enumerate() {
            for (from, to) in pair.iter().zip(&mut block) {
                for (k, c) in (0..2).flat_map(|k| (0..D).map(move |c| (k, c))) {
                    let rows = from[0][k][c].as_slice().iter();
                    rows.zip(&mut *to).for_each(|(&x, to)| to[k][c].as_slice_mut()[lane] = x);
                }
            }
        }
        block
    };
    let weights = |children: &[Children]| {
        let weight = |lane: usize| children.get(lane).map_or(EF::ZERO, |(_, weight)| *weight);
        [0, 1, 2, 3, 4].map(|k| PF::from_fn(|lane| coefficients(&weight(lane))[k]))
    };
    (pairs.par_chunks(LANES).map(block).collect(), children.par_chunks(LANES).map(weights).collect())
}

/// The first row of `count` pairs.
fn values(blocks: &[Block], count: usize) -> Vec<Values> {
    let value = |e: &E, lane: usize| EF::from_basis_coefficients_fn(|k| e[k].as_slice()[lane]);
    let pair = |i: usize| {
        let [left, right] = &blocks[i / LANES];
        [&left[0][0], &left[0][1], &right[0][0], &right[0][1]].map(|e| value(e, i % LANES))
    };
    (0..count).into_par_iter().map(pair).collect()
}
