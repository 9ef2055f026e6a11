//! Memory for columns and sums, which is kept: touching fresh pages costs more than the work done on them.
//!
//! Buffers are places in large regions ([`region`]), the lowest that is free ([`space`]): so what one stage leaves
//! suits the next whatever its sizes, and pages are huge where the system has such. No more stays resident than was
//! ever in use at a time: where a buffer finds no place among resident pages, others are given back.

mod buffer;
mod region;
mod space;

use std::sync::{Arc, Mutex, PoisonError};

pub use buffer::Buffer;
use region::Region;
use space::Space;

/// Where buffers come from, and go to when they are dropped.
#[derive(Default)]
pub struct Arena {
    shared: Shared,
}

type Shared = Arc<Mutex<State>>;

#[derive(Default)]
struct State {
    regions: Vec<(Arc<Region>, Space)>,
    /// Granules that were in use at a time, at most.
    most: usize,
}

impl Arena {
    /// A buffer of `len` elements, of any values.
    pub fn take(&self, len: usize) -> Buffer {
        Buffer::take(&self.shared, len)
    }

    /// Bytes that are resident, of buffers and between them.
    pub fn resident(&self) -> u64 {
        let state = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        (state.resident() * space::GRANULE * size_of::<aver_stark::field::F>()) as u64
    }
}

impl State {
    /// A place of `len` elements: its region and where it starts. `None` if the system has no memory.
    fn take(&mut self, len: usize) -> Option<(usize, usize)> {
        let found = (self.regions.iter_mut().enumerate())
            .find_map(|(region, (_, space))| Some((region, space.take(len)?)));
        let place = match found {
            Some(place) => place,
            None => {
                let (region, elements) = Region::new(len)?;
                let mut space = Space::new(elements);
                let start = space.take(len)?;
                self.regions.push((Arc::new(region), space));
                (self.regions.len() - 1, start)
            }
        };
        self.most = self.most.max(self.regions.iter().map(|(_, space)| space.used()).sum());
        self.give_back();
        Some(place)
    }

    fn resident(&self) -> usize {
        self.regions.iter().map(|(_, space)| space.resident()).sum()
    }

    /// Gives pages that are not in use back to the system, the highest first, until no more are resident than
    /// were ever in use.
    fn give_back(&mut self) {
        let mut excess = self.resident() - self.most.min(self.resident());
        for (region, space) in self.regions.iter_mut().rev() {
            while excess > 0
                && let Some(idle) = space.give_back(excess)
            {
                excess -= idle.len();
                region.give_back(idle.start * space::GRANULE..idle.end * space::GRANULE);
            }
        }
    }
}

#[cfg(test)]
mod tests;
