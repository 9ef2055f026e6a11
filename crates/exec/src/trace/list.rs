//! Lists of steps.

use std::ops::{Index, IndexMut};

use super::Step;

/// Steps of a piece.
const PIECE: usize = 1 << 9;

/// Memory of steps, for another shard.
#[derive(Debug, Default)]
pub struct SpareSteps(Vec<Vec<Step>>);

/// Steps in pieces of one size: what one shard gives back suits the next, however many of each opcode it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepList {
    /// All full but the last.
    pieces: Vec<Vec<Step>>,
}

impl StepList {
    /// None.
    pub const fn new() -> Self {
        Self { pieces: Vec::new() }
    }

    /// Adds a step at the end.
    pub fn push(&mut self, step: Step) {
        self.push_in(step, &mut SpareSteps::default());
    }

    /// The same, in spare memory if there is any.
    #[inline(always)]
    pub(super) fn push_in(&mut self, step: Step, spare: &mut SpareSteps) {
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(step),
            _ => self.begin(step, spare),
        }
    }

    #[inline(never)]
    fn begin(&mut self, step: Step, spare: &mut SpareSteps) {
        let mut piece = spare.0.pop().unwrap_or_else(|| Vec::with_capacity(PIECE));
        piece.push(step);
        self.pieces.push(piece);
    }

    /// Drops all steps; their memory is spare.
    pub(super) fn recycle(self, spare: &mut SpareSteps) {
        spare.0.extend(self.pieces.into_iter().map(|mut piece| {
            piece.clear();
            piece
        }));
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.pieces.last().map_or(0, |last| (self.pieces.len() - 1) * PIECE + last.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// In order of time.
    pub fn iter(&self) -> impl Iterator<Item = &Step> {
        self.pieces.iter().flatten()
    }
}

impl Index<usize> for StepList {
    type Output = Step;

    #[inline(always)]
    fn index(&self, at: usize) -> &Step {
        &self.pieces[at / PIECE][at % PIECE]
    }
}

impl IndexMut<usize> for StepList {
    fn index_mut(&mut self, at: usize) -> &mut Step {
        &mut self.pieces[at / PIECE][at % PIECE]
    }
}

impl Extend<Step> for StepList {
    fn extend<T: IntoIterator<Item = Step>>(&mut self, steps: T) {
        steps.into_iter().for_each(|step| self.push(step));
    }
}

#[cfg(test)]
#[test]
fn steps_in_order() {
    let step = |ts: usize| Step { ts: ts as u32, ..Step::default() };
    let mut list = StepList::default();
    for len in 0..2 * PIECE + 2 {
        assert_eq!((list.len(), list.is_empty()), (len, len == 0));
        list.push(step(len));
        assert_eq!(list[len], step(len));
    }
    list[PIECE].next = 7;
    assert!(list.iter().enumerate().all(|(i, s)| (s.ts as usize, s.next == 7) == (i, i == PIECE)));
    let mut spare = SpareSteps::default();
    list.recycle(&mut spare);
    let mut list = StepList::new();
    list.push_in(step(1), &mut spare);
    assert_eq!((list.len(), list[0], spare.0.len()), (1, step(1), 2));
}
