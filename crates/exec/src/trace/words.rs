//! The memory words of a plan: value and timestamp of each, found by address.

use aver_isa::memory::{INPUT_END, WORD_BYTES};

use crate::TouchedWord;

/// Words of a group: the bits of a `u64`.
const GROUP: u32 = 64;
/// Groups of a region, which is there when one of its words is.
const REGION: u32 = 512;
const REGIONS: u32 = INPUT_END / WORD_BYTES / GROUP / REGION;

/// The words of a plan among 64 neighbours.
#[derive(Clone, Copy, Default)]
struct Group {
    present: u64,
    /// Place of the first in the list.
    first: u32,
}

pub(super) struct Words {
    /// For each region of addresses 0, or its place in `groups`, counted in regions from 1.
    table: Vec<u32>,
    groups: Vec<Group>,
    /// In the order of the plan: value and timestamp.
    words: Vec<(u64, u32)>,
}

impl Words {
    /// The plan's words, sorted by address; `None` if one is outside memory.
    pub fn new(touched: &[TouchedWord]) -> Option<Self> {
        let mut table = vec![0; REGIONS as usize];
        // the region 0 has no words
        let mut groups = vec![Group::default(); REGION as usize];
        let mut words = Vec::with_capacity(touched.len());
        for word in touched {
            let entry = table.get_mut((word.addr / GROUP / REGION) as usize)?;
            if *entry == 0 {
                *entry = groups.len() as u32 / REGION;
                groups.resize(groups.len() + REGION as usize, Group::default());
            }
            let group = &mut groups[(*entry * REGION + word.addr / GROUP % REGION) as usize];
            if group.present == 0 {
                group.first = words.len() as u32;
            }
            group.present |= 1 << (word.addr % GROUP);
            words.push((word.before, 0));
        }
        Some(Self { table, groups, words })
    }

    /// Value and timestamp of the word at byte address `8 * addr`, if the plan has it.
    #[inline]
    pub fn get_mut(&mut self, addr: u32) -> Option<(&mut u64, &mut u32)> {
        let entry = *self.table.get((addr / GROUP / REGION) as usize)?;
        let group = self.groups.get((entry * REGION + addr / GROUP % REGION) as usize)?;
        let bit = 1u64 << (addr % GROUP);
        if group.present & bit == 0 {
            return None;
        }
        let place = group.first + (group.present & (bit - 1)).count_ones();
        let (value, ts) = self.words.get_mut(place as usize)?;
        Some((value, ts))
    }

    /// Value and timestamp of each, in the order of the plan.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.words.iter().copied()
    }
}
