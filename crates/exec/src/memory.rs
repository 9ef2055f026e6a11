//! The memory of the metering pass: pages on demand, and for each word the shard that touched it.

use aver_isa::{
    Program,
    memory::{self, GUARD_END, GUARD_START, INPUT_BASE, INPUT_END, NULL_END, WORD_BYTES, is_accessible},
};

use crate::{FaultKind, Input, Space, TouchedWord};

const PAGE_BITS: u32 = 12;
const PAGE_WORDS: usize = 1 << (PAGE_BITS - 3);
const PAGES: usize = (INPUT_END >> PAGE_BITS) as usize;
/// Flag in the page table: the page has text, so stores must look closer.
const TEXT: u32 = 1 << 31;

#[derive(Clone, Copy, Default)]
struct Cell {
    value: u64,
    /// Shard that touched it last; 0 for none.
    last: u32,
}

pub(crate) struct Memory<'a> {
    program: &'a Program,
    input: &'a Input,
    /// For each page 0 if it is not there (yet, or ever), else the number of its cells' block,
    /// from 1. Every edge of the memory map is on a page, so one look is the check of the range.
    table: Vec<u32>,
    /// Block 0 stands for "not there" and is never used.
    cells: Vec<Cell>,
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
            cells: vec![Cell::default(); PAGE_WORDS],
            shard: 1,
            touched: Vec::new(),
        }
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
        let block = self.table[word as usize / PAGE_WORDS] & !TEXT;
        self.cells[block as usize * PAGE_WORDS + word as usize % PAGE_WORDS].value
    }

    /// Value now and the shard that touched it last.
    pub fn state(&self, word: u32) -> (u64, u32) {
        let block = self.table[word as usize / PAGE_WORDS] & !TEXT;
        let cell = self.cells[block as usize * PAGE_WORDS + word as usize % PAGE_WORDS];
        (cell.value, cell.last)
    }

    /// The cell of a byte address whose page is there, and whether stores need a closer look.
    #[inline(always)]
    fn cell(&self, address: u64) -> Option<(usize, bool)> {
        let entry = *self.table.get((address >> PAGE_BITS) as usize)?;
        if entry == 0 {
            return None;
        }
        let cell = (entry & !TEXT) as usize * PAGE_WORDS + (address >> 3) as usize % PAGE_WORDS;
        Some((cell, entry & TEXT != 0))
    }

    /// The word that holds the byte at `address`, as an access.
    #[inline(always)]
    pub fn read(&mut self, address: u64) -> Result<u64, FaultKind> {
        let Some((at, _)) = self.cell(address) else { return self.read_slow(address) };
        let Some(cell) = self.cells.get_mut(at) else { return self.read_slow(address) };
        let value = cell.value;
        if cell.last != self.shard {
            let last = std::mem::replace(&mut cell.last, self.shard);
            self.touch(address, value, last);
        }
        Ok(value)
    }

    /// Changes the word that holds the byte at `address`, as an access; returns the value before.
    #[inline(always)]
    pub fn update(&mut self, address: u64, change: impl Fn(u64) -> u64) -> Result<u64, FaultKind> {
        let at = match self.cell(address) {
            Some((at, false)) => at,
            _ => self.check_store(address)?,
        };
        let Some(cell) = self.cells.get_mut(at) else {
            return Err(FaultKind::OutOfRange { address });
        };
        let before = cell.value;
        cell.value = change(before);
        if cell.last != self.shard {
            let last = std::mem::replace(&mut cell.last, self.shard);
            self.touch(address, before, last);
        }
        Ok(before)
    }

    /// A look that is no access.
    pub fn peek(&mut self, address: u64) -> Result<u64, FaultKind> {
        let at = self.cell_or_map(address)?;
        Ok(self.cells[at].value)
    }

    /// Whether an access to the word of `address` would be its first in this shard.
    pub fn is_new(&self, address: u64) -> bool {
        match self.cell(address) {
            Some((at, _)) => self.cells[at].last != self.shard,
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
        self.cell_or_map(address)?;
        self.read(address)
    }

    #[cold]
    #[inline(never)]
    fn check_store(&mut self, address: u64) -> Result<usize, FaultKind> {
        let at = self.cell_or_map(address)?;
        if self.program.is_text((address >> 3) as u32) {
            return Err(FaultKind::StoreToText { address });
        }
        Ok(at)
    }

    fn cell_or_map(&mut self, address: u64) -> Result<usize, FaultKind> {
        check_access(address)?;
        if self.cell(address).is_none() {
            self.map((address >> PAGE_BITS) as u32);
        }
        let (at, _) = self.cell(address).ok_or(FaultKind::OutOfRange { address })?;
        Ok(at)
    }

    /// Makes the page, with its initial content.
    fn map(&mut self, page: u32) {
        let block = (self.cells.len() / PAGE_WORDS) as u32;
        let first = page << (PAGE_BITS - 3);
        let words = first..first + PAGE_WORDS as u32;
        if page >= INPUT_BASE >> PAGE_BITS {
            let input = self.input;
            let cell = |word| Cell { value: input.initial_word(word), last: 0 };
            self.cells.extend(words.map(cell));
            self.table[page as usize] = block;
            return;
        }
        let start = self.cells.len();
        self.cells.resize(start + PAGE_WORDS, Cell::default());
        let image = &self.program.image;
        let from = image.partition_point(|&(word, _)| word < words.start);
        for &(word, value) in image[from..].iter().take_while(|(word, _)| words.contains(word)) {
            self.cells[start + word as usize % PAGE_WORDS].value = value;
        }
        let bytes = words.start * WORD_BYTES..words.end * WORD_BYTES;
        let text = &self.program.text;
        let has_text = text.iter().any(|text| text.start < bytes.end && bytes.start < text.end);
        self.table[page as usize] = block | if has_text { TEXT } else { 0 };
    }
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
