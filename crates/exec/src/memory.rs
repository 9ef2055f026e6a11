//! The memory of the metering pass: pages on demand, and for each word the shard that touched it.

use aver_isa::{
    Program,
    memory::{self, GUARD_END, GUARD_START, INPUT_BASE, INPUT_END, NULL_END, is_accessible},
};

use crate::{FaultKind, Input, Space, TouchedWord, WordHistory};

const PAGE_BITS: u32 = 12;
const PAGE_WORDS: usize = 1 << (PAGE_BITS - 3);
const PAGES: usize = (INPUT_END >> PAGE_BITS) as usize;
/// Flag in the page table: the page has text, so stores must look closer.
const TEXT: u32 = 1 << 31;

/// The words of a page, and for each the shard that touched it last; 0 for none.
struct Page {
    values: [u64; PAGE_WORDS],
    last: [u32; PAGE_WORDS],
}

pub(crate) struct Memory<'a> {
    program: &'a Program,
    input: &'a Input,
    /// For each page 0 if it is not there (yet, or ever), else its place in `pages`. Every edge of the
    /// memory map is on a page, so one look is the check of the range.
    table: Vec<u32>,
    /// The first stands for "not there" and is never used.
    pages: Vec<Box<Page>>,
    /// The current shard.
    shard: u32,
    /// Memory words touched in it, in order of first touch; `after` is not known yet.
    touched: Vec<TouchedWord>,
}

impl<'a> Memory<'a> {
    pub fn new(program: &'a Program, input: &'a Input) -> Self {
        Self {
            program,
            input,
            table: vec![0; PAGES],
            pages: vec![Page::new([0; PAGE_WORDS])],
            shard: 1,
            touched: Vec::new(),
        }
    }

    /// Bytes of the pages that are there.
    pub fn bytes(&self) -> u64 {
        (self.pages.len() * size_of::<Page>()) as u64
    }

    /// Words touched in this shard so far.
    #[inline(always)]
    pub fn touched(&self) -> u64 {
        self.touched.len() as u64
    }

    /// Ends a shard: what it touched, sorted. The next begins.
    pub fn end_shard(&mut self) -> Vec<TouchedWord> {
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable_by_key(|word| word.addr);
        for word in &mut touched {
            word.after = self.current(word.addr);
        }
        self.shard += 1;
        touched
    }

    fn current(&self, word: u32) -> u64 {
        let page = self.table[word as usize / PAGE_WORDS] & !TEXT;
        self.pages[page as usize].values[word as usize % PAGE_WORDS]
    }

    /// Every word touched so far, by address.
    pub fn words(&self) -> impl Iterator<Item = WordHistory> + '_ {
        let there = (0u32..).zip(&self.table).filter(|(_, entry)| **entry != 0);
        there.flat_map(|(number, &entry)| {
            let (page, initial) = (&*self.pages[(entry & !TEXT) as usize], self.initial(number));
            (0..PAGE_WORDS).filter(|&at| page.last[at] != 0).map(move |at| {
                let addr = number * PAGE_WORDS as u32 + at as u32;
                let (first, last_value) = (initial[at], page.values[at]);
                WordHistory::new(Space::Memory, addr, first, last_value, page.last[at])
            })
        })
    }

    /// Where the word of a byte address is, if its page is there, and whether stores need a closer look.
    #[inline(always)]
    fn find(&self, address: u64) -> Option<(usize, bool)> {
        let entry = *self.table.get((address >> PAGE_BITS) as usize)?;
        if entry == 0 {
            return None;
        }
        Some(((entry & !TEXT) as usize, entry & TEXT != 0))
    }

    /// The word that holds the byte at `address`, as an access.
    #[inline(always)]
    pub fn read(&mut self, address: u64) -> Result<u64, FaultKind> {
        let Some((page, _)) = self.find(address) else { return self.read_slow(address) };
        let Some(page) = self.pages.get_mut(page) else { return self.read_slow(address) };
        let at = word_of_page(address);
        let value = page.values[at];
        if page.last[at] != self.shard {
            let last = std::mem::replace(&mut page.last[at], self.shard);
            self.touch(address, value, last);
        }
        Ok(value)
    }

    /// Changes the word that holds the byte at `address`, as an access; returns the value before.
    #[inline(always)]
    pub fn update(&mut self, address: u64, change: impl Fn(u64) -> u64) -> Result<u64, FaultKind> {
        let page = match self.find(address) {
            Some((page, false)) => page,
            _ => self.check_store(address)?,
        };
        let Some(page) = self.pages.get_mut(page) else {
            return Err(FaultKind::OutOfRange { address });
        };
        let at = word_of_page(address);
        let before = page.values[at];
        page.values[at] = change(before);
        if page.last[at] != self.shard {
            let last = std::mem::replace(&mut page.last[at], self.shard);
            self.touch(address, before, last);
        }
        Ok(before)
    }

    /// A look that is no access.
    pub fn peek(&mut self, address: u64) -> Result<u64, FaultKind> {
        let page = self.find_or_map(address)?;
        Ok(self.pages[page].values[word_of_page(address)])
    }

    /// Whether an access to the word of `address` would be its first in this shard.
    pub fn is_new(&self, address: u64) -> bool {
        match self.find(address) {
            Some((page, _)) => self.pages[page].last[word_of_page(address)] != self.shard,
            None => true,
        }
    }

    #[inline(never)]
    fn touch(&mut self, address: u64, before: u64, last: u32) {
        let addr = (address >> 3) as u32;
        self.touched.push(TouchedWord { space: Space::Memory, addr, before, last, after: 0 });
    }

    #[cold]
    #[inline(never)]
    fn read_slow(&mut self, address: u64) -> Result<u64, FaultKind> {
        self.find_or_map(address)?;
        self.read(address)
    }

    #[cold]
    #[inline(never)]
    fn check_store(&mut self, address: u64) -> Result<usize, FaultKind> {
        let page = self.find_or_map(address)?;
        if self.program.is_text((address >> 3) as u32) {
            return Err(FaultKind::StoreToText { address });
        }
        Ok(page)
    }

    fn find_or_map(&mut self, address: u64) -> Result<usize, FaultKind> {
        check_access(address)?;
        if self.find(address).is_none() {
            self.map((address >> PAGE_BITS) as u32);
        }
        let (page, _) = self.find(address).ok_or(FaultKind::OutOfRange { address })?;
        Ok(page)
    }

    /// Makes the page, with its initial content.
    fn map(&mut self, number: u32) {
        let bytes = number << PAGE_BITS..(number + 1) << PAGE_BITS;
        let has_text = self.program.text.iter().any(|text| text.start < bytes.end && bytes.start < text.end);
        self.table[number as usize] = self.pages.len() as u32 | if has_text { TEXT } else { 0 };
        self.pages.push(Page::new(self.initial(number)));
    }

    /// What a page holds before the run.
    fn initial(&self, number: u32) -> [u64; PAGE_WORDS] {
        let first = number * PAGE_WORDS as u32;
        if number >= INPUT_BASE >> PAGE_BITS {
            return std::array::from_fn(|at| self.input.initial_word(first + at as u32));
        }
        let mut values = [0; PAGE_WORDS];
        let image = &self.program.image;
        let from = image.partition_point(|&(word, _)| word < first);
        for &(word, value) in image[from..].iter().take_while(|(word, _)| word - first < PAGE_WORDS as u32) {
            values[(word - first) as usize] = value;
        }
        values
    }
}

impl Page {
    fn new(values: [u64; PAGE_WORDS]) -> Box<Self> {
        Box::new(Self { values, last: [0; PAGE_WORDS] })
    }
}

/// Place in its page of the word that holds the byte at `address`.
#[inline(always)]
fn word_of_page(address: u64) -> usize {
    (address >> 3) as usize % PAGE_WORDS
}

/// The fault of an access to the byte at `address`, if it is one whatever the text.
pub(crate) fn check_access(address: u64) -> Result<(), FaultKind> {
    if is_accessible(address) {
        return Ok(());
    }
    Err(if address < NULL_END.into() {
        FaultKind::NullPointer { address }
    } else if (GUARD_START.into()..u64::from(GUARD_END)).contains(&address) {
        FaultKind::StackGuard { address }
    } else {
        FaultKind::OutOfRange { address }
    })
}

/// First byte of the second word of a misaligned access, if it reaches into one.
#[inline(always)]
pub(crate) fn second_word(address: u64, bytes: u64) -> Option<u64> {
    let next = (address | 7).wrapping_add(1);
    (address % 8 + bytes > u64::from(memory::WORD_BYTES)).then_some(next)
}
