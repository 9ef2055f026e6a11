//! Which parts of a region are in use, and which of its pages resident. In elements.

use std::collections::BTreeMap;
use std::ops::Range;

/// Pages come and go by so many: 2 MiB, a huge page of most systems.
pub const GRANULE: usize = 1 << 19;

/// The places of a region.
pub struct Space {
    /// Free places, none beside another: where they start, and their lengths.
    free: BTreeMap<usize, usize>,
    granules: Vec<Granule>,
    used: usize,
    resident: usize,
}

#[derive(Clone, Copy, Default)]
struct Granule {
    /// Elements in use.
    used: usize,
    resident: bool,
}

impl Space {
    /// All of it is free; `len` is a multiple of [`GRANULE`].
    pub fn new(len: usize) -> Self {
        let granules = vec![Granule::default(); len / GRANULE];
        Self { free: BTreeMap::from([(0, len)]), granules, used: 0, resident: 0 }
    }

    /// Granules in use, wholly or not.
    pub fn used(&self) -> usize {
        self.used
    }

    /// Granules that are resident, as far as is known.
    pub fn resident(&self) -> usize {
        self.resident
    }

    /// Takes the first place of `len` > 0 elements: where it starts.
    pub fn take(&mut self, len: usize) -> Option<usize> {
        let (start, room) = self.free.iter().find(|(_, room)| **room >= len).map(|(&s, &r)| (s, r))?;
        self.free.remove(&start);
        if room > len {
            self.free.insert(start + len, room - len);
        }
        for (at, elements) in parts(start, len) {
            let granule = &mut self.granules[at];
            self.used += usize::from(granule.used == 0);
            self.resident += usize::from(!granule.resident);
            *granule = Granule { used: granule.used + elements, resident: true };
        }
        Some(start)
    }

    /// Gives a place back.
    pub fn give(&mut self, start: usize, len: usize) {
        for (at, elements) in parts(start, len) {
            self.granules[at].used -= elements;
            self.used -= usize::from(self.granules[at].used == 0);
        }
        let (mut from, mut to) = (start, start + len);
        if let Some((&before, &room)) = self.free.range(..start).next_back()
            && before + room == start
        {
            from = before;
        }
        if let Some(room) = self.free.remove(&to) {
            to += room;
        }
        self.free.insert(from, to - from);
    }

    /// Granules that are resident and not in use, the last that stand together and at most so many: no longer
    /// resident.
    pub fn give_back(&mut self, most: usize) -> Option<Range<usize>> {
        let idle = |g: &Granule| g.resident && g.used == 0;
        let end = self.granules.iter().rposition(idle)? + 1;
        let count = self.granules[..end].iter().rev().take(most).take_while(|g| idle(g)).count();
        self.granules[end - count..end].iter_mut().for_each(|g| g.resident = false);
        self.resident -= count;
        Some(end - count..end)
    }
}

/// Granules of a place, and how many of its elements each has.
fn parts(start: usize, len: usize) -> impl Iterator<Item = (usize, usize)> {
    let end = start + len;
    (start / GRANULE..end.div_ceil(GRANULE))
        .map(move |at| (at, end.min((at + 1) * GRANULE) - start.max(at * GRANULE)))
}
