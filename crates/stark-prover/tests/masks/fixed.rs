//! A transcript whose challenges do not depend on what is sent, and which keeps what is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use aver_stark::field::{F, P, f};
use aver_stark::hash::Cell;
use aver_stark::masks::{MASK_STACKS, MIN_STACKS};
use aver_stark::transcript::{Kind, Step, Transcript};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// What was sent, by label: cells of messages, elements of hints, one after the other.
pub type Sent = BTreeMap<&'static str, Vec<F>>;

/// The transcript.
#[derive(Clone)]
pub struct Fixed {
    rng: SmallRng,
    sent: Rc<RefCell<Sent>>,
    order: Rc<RefCell<Vec<&'static str>>>,
}

impl Fixed {
    /// With challenges from a seed.
    pub fn new(seed: u64) -> Self {
        Self { rng: SmallRng::seed_from_u64(seed), sent: Rc::default(), order: Rc::default() }
    }

    /// What was sent so far.
    pub fn sent(&self) -> Sent {
        self.sent.borrow().clone()
    }

    /// Labels of what was absorbed and drawn, in order; of several in a row, one.
    pub fn order(&self) -> Vec<&'static str> {
        let mut order = self.order.borrow().clone();
        order.dedup();
        order
    }

    fn add(&self, label: &'static str, elements: impl IntoIterator<Item = F>) {
        self.sent.borrow_mut().entry(label).or_default().extend(elements);
    }
}

impl Transcript for Fixed {
    fn absorb(&mut self, step: Step, cells: &[Cell]) {
        self.order.borrow_mut().push(step.label);
        if step.kind == Kind::Message && step.unit == "E" {
            self.add(step.label, cells.as_flattened().iter().copied());
        }
    }

    fn squeeze(&mut self, step: Step, out: &mut [Cell]) {
        self.order.borrow_mut().push(step.label);
        out.as_flattened_mut().fill_with(|| f(self.rng.random_range(0..P)));
    }

    fn hint(&mut self, step: Step, bytes: &[u8]) {
        if step.unit == "F" {
            let (elements, _) = bytes.as_chunks::<4>();
            let elements: Vec<F> = elements.iter().map(|&e| f(u32::from_le_bytes(e))).collect();
            // Rows of fixed columns are known to all.
            let is_fixed = step.label == "whir/rows" && elements.len() != MIN_STACKS + MASK_STACKS;
            let label = if is_fixed { "fixed rows" } else { step.label };
            self.add(label, elements);
        }
    }
}
