//! Shapes of proofs. A proof is given one of few, with stacks that its columns do not take: so circuits that verify proofs are
//! known before any run. What is larger than all of them has more stacks by steps, so that few shapes come of many such proofs.

use aver_stark::layout::{MAX_CHUNKS, MAX_STACKS};
use aver_stark::params::Params;

/// What proofs have in common that one circuit verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// Stacks of each group.
    pub stacks: [usize; 3],
}

/// log2 of the height that stacks are counted at below; at others there are as many elements of them.
const LOG_HEIGHT: usize = 17;

const fn shape(log_chunk: usize, fixed: usize, boundary: usize, witness: usize) -> Shape {
    Shape { log_chunk, stacks: [fixed, boundary, witness] }
}

/// Of shards, by size: whoever does not find a shape here takes the next. With the same chunks and groups before, each that has fewer
/// witness stacks stands beside one that has as many as any of these chunks. Numbers up to 8 are such as roots are
/// [read with](Params::full) at any height.
const SHARDS: [Shape; 13] = [
    shape(8, 8, 1, 8),
    shape(8, 8, 1, 32),
    shape(8, 8, 1, 64),
    shape(8, 8, 8, 64),
    shape(8, 32, 8, 64),
    shape(10, 8, 8, 144),
    shape(10, 8, 8, 256),
    shape(10, 8, 8, 352),
    shape(10, 8, 8, 448),
    shape(10, 32, 8, 144),
    shape(10, 32, 8, 448),
    shape(12, 8, 32, 448),
    shape(12, 32, 32, 448),
];

/// Of memory proofs.
const MEMORY: [Shape; 7] = [
    shape(8, 8, 1, 8),
    shape(10, 8, 8, 16),
    shape(10, 32, 8, 16),
    shape(12, 8, 32, 32),
    shape(12, 32, 32, 32),
    shape(12, 8, 128, 128),
    shape(12, 32, 128, 128),
];

/// The shapes of a kind of proofs.
#[derive(Clone, Debug)]
pub struct Shapes(Vec<Shape>);

impl Shapes {
    /// Those of memory proofs, or of shards.
    pub fn new(params: &Params, is_memory: bool) -> Self {
        let log_height = params.log_height;
        let scaled = |Shape { log_chunk, stacks }: &Shape| Shape {
            log_chunk: (*log_chunk).min(log_height),
            stacks: stacks.map(|stacks| (stacks << LOG_HEIGHT).div_ceil(1 << log_height)),
        };
        let fits = |shape: &Shape| {
            let stacks: usize = shape.stacks.iter().sum();
            stacks <= MAX_STACKS && stacks << (log_height - shape.log_chunk) <= MAX_CHUNKS
        };
        let table: &[Shape] = if is_memory { &MEMORY } else { &SHARDS };
        let mut shapes: Vec<Shape> = table.iter().map(scaled).filter(fits).collect();
        shapes.dedup();
        Self(shapes)
    }

    /// All of them.
    pub fn all(&self) -> &[Shape] {
        &self.0
    }

    /// log2 of the rows of a chunk, for a proof that takes at most so many stacks with chunks of that: of the first shape that has them.
    pub fn log_chunk(&self, stacks: impl Fn(usize) -> Option<[usize; 3]>) -> usize {
        let fits = |shape: &&Shape| {
            let taken = stacks(shape.log_chunk);
            taken.is_some_and(|taken| shape.stacks.iter().zip(taken).all(|(own, taken)| *own >= taken))
        };
        let shape = self.0.iter().find(fits).or(self.0.last());
        shape.map_or(0, |shape| shape.log_chunk)
    }

    /// Stacks of fixed columns, of which so many are needed.
    pub fn fixed(&self, needed: usize) -> usize {
        self.least(0, needed, |_| true)
    }

    /// Stacks of boundary columns, beside so many of fixed ones.
    pub fn boundary(&self, log_chunk: usize, fixed: usize, needed: usize) -> usize {
        self.least(1, needed, |shape| shape.log_chunk == log_chunk && shape.stacks[0] == fixed)
    }

    /// Stacks of witness columns, beside so many of the others.
    pub fn witness(&self, log_chunk: usize, others: [usize; 2], needed: usize) -> usize {
        self.least(2, needed, |shape| shape.log_chunk == log_chunk && shape.stacks[..2] == others)
    }

    /// The least number that is enough, of shapes like this; if there is none, the next step.
    fn least(&self, group: usize, needed: usize, like: impl Fn(&Shape) -> bool) -> usize {
        let shapes = self.0.iter().filter(|shape| like(shape));
        shapes
            .map(|shape| shape.stacks[group])
            .filter(|stacks| *stacks >= needed)
            .min()
            .unwrap_or_else(|| step(needed))
    }
}

/// So many or some more: three digits of two, and up to 8 such as roots are read with.
fn step(stacks: usize) -> usize {
    let unit = if stacks <= 8 { stacks.next_power_of_two() } else { 1 << (stacks.ilog2() - 3) };
    stacks.next_multiple_of(unit.max(1))
}

#[cfg(test)]
mod tests {
    use aver_stark::params::Profile;

    use super::*;

    #[test]
    fn shapes_of_any_height() {
        for (log_height, is_memory) in (10..=21).flat_map(|h| [(h, false), (h, true)]) {
            let params = Params::new(Profile::Bits128, log_height).unwrap();
            let shapes = Shapes::new(&params, is_memory);
            // Of small heights, few: the next has more stacks than there may be. Of the greatest, two are the same.
            let expected = match (log_height, is_memory) {
                (10, false) => 1,
                (10, true) | (11, false) => 2,
                (11, true) => 3,
                (12, _) | (13, true) => 5,
                (13, false) => 7,
                (_, true) => MEMORY.len(),
                (..20, false) => SHARDS.len(),
                (_, false) => SHARDS.len() - 1,
            };
            assert_eq!(shapes.all().len(), expected, "{log_height}, {is_memory}");
            for (i, &Shape { log_chunk, stacks: [fixed, boundary, witness] }) in
                shapes.all().iter().enumerate()
            {
                assert_eq!([fixed, boundary].map(|stacks| params.full(stacks)), [fixed, boundary]);
                assert!(!shapes.all()[..i].iter().any(|other| *other == shapes.all()[i]));
                // It is found by who needs it.
                assert_eq!(shapes.boundary(log_chunk, fixed, boundary), boundary);
                assert_eq!(shapes.witness(log_chunk, [fixed, boundary], witness), witness);
                // However many of these chunks a proof has, there is a shape beside these groups.
                let like = shapes.all().iter().filter(|shape| shape.log_chunk == log_chunk);
                let most = like.map(|shape| shape.stacks[2]).max().unwrap();
                let found = shapes.witness(log_chunk, [fixed, boundary], most);
                assert!(
                    is_memory
                        || shapes.all().contains(&Shape { log_chunk, stacks: [fixed, boundary, found] })
                );
            }
        }
    }

    #[test]
    fn what_a_proof_needs_decides() {
        let shapes = Shapes::new(&Params::new(Profile::Bits128, 17).unwrap(), false);
        assert_eq!(shapes.fixed(3), 8);
        assert_eq!(shapes.fixed(9), 32);
        assert_eq!(shapes.fixed(33), 36);
        let log_chunk = |stacks| shapes.log_chunk(|_| Some(stacks));
        assert_eq!(log_chunk([8, 1, 20]), 8);
        assert_eq!(log_chunk([8, 8, 65]), 10);
        assert_eq!(log_chunk([8, 9, 20]), 12);
        assert_eq!(log_chunk([32, 1, 200]), 10);
        assert_eq!(log_chunk([32, 9, 200]), 12);
        assert_eq!(log_chunk([64, 1, 1]), 12);
        // Too many chunks of the smallest; larger ones, of which more is padding.
        let padded = |log_chunk| (log_chunk > 8).then_some([8, 1, log_chunk * 14]);
        assert_eq!(shapes.log_chunk(padded), 10);
        assert_eq!(shapes.log_chunk(|_| None), 12);
        assert_eq!(shapes.boundary(10, 8, 1), 8);
        assert_eq!(shapes.boundary(12, 8, 9), 32);
        assert_eq!(shapes.boundary(12, 8, 33), 36);
        assert_eq!(shapes.witness(10, [8, 8], 257), 352);
        assert_eq!(shapes.witness(10, [8, 8], 449), 480);
        assert_eq!(shapes.witness(10, [8, 8], 4000), 4096);
        // A small number that no root is read with.
        let tall = Shapes::new(&Params::new(Profile::Bits128, 20).unwrap(), false);
        assert_eq!(tall.boundary(12, 1, 5), 8);
    }
}
