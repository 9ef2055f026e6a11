//! Lookup tables, in the verifying key. Each has witness columns that count lookups, free of constraints:
//! a message that is not in the table stays on its bus.
//!
//! | chip | fixed | answers |
//! |---|---|---|
//! | `range` | value: 0 … 2^16 − 1 | `range(value)`, and `bits(16, 2^16, value)` |
//! | `bytes` | a, b, a & b | `bytes(a, b)`, `and(a, b, a & b)` |
//! | `bits` | n, 2^n − 1, x: 0 ≤ x < 2^n, n < 16 | `bits(n, 2^n, x)`; row 2^n − 1 + x |
//! | `image` | space, addr, limbs | `image`, memory proof |
//! | `gap` | space, lo, hi | `gap`, memory proof |
//!
//! Fixed columns of padding rows are zero: what they answer is true as well (2^0 is stored as 0; the gap
//! 0 … 0 is empty; register 0 starts at zero).

use alloc::string::ToString;
use alloc::vec::Vec;

use aver_isa::memory::{GUARD_END, GUARD_START, NULL_END, STACK_TOP, WORD_BYTES};
use aver_isa::{Program, REGISTERS};
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::{F, f};

use crate::buses::{self, AND, BITS, BYTES, GAP, IMAGE, RANGE};
use crate::public::limbs;

/// Which lookup table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// 16 bits.
    Range,
    /// Bytes and their AND.
    Bytes,
    /// Fewer than 16 bits, and powers of two.
    Bits,
    /// The initial image.
    Image,
    /// Where memory starts at zero.
    Gap,
}

fn names(names: &[&str]) -> Vec<alloc::string::String> {
    names.iter().map(|n| n.to_string()).collect()
}

impl Air for Lookup {
    fn name(&self) -> &str {
        match self {
            Self::Range => "range",
            Self::Bytes => "bytes",
            Self::Bits => "bits",
            Self::Image => "image",
            Self::Gap => "gap",
        }
    }
    fn columns(&self) -> Columns {
        let (fixed, witness): (&[&str], &[&str]) = match self {
            Self::Range => (&["value"], &["count", "bits_count"]),
            Self::Bytes => (&["a", "b", "and"], &["count", "and_count"]),
            Self::Bits => (&["n", "mask", "x"], &["count"]),
            Self::Image => (&["space", "addr", "l0", "l1", "l2", "l3"], &["count"]),
            Self::Gap => (&["space", "lo", "hi"], &["count"]),
        };
        Columns { fixed: names(fixed), boundary: Vec::new(), witness: names(witness) }
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let width = Air::columns(self).width();
        let row: [B::E; 7] = core::array::from_fn(|i| b.row()[i.min(width - 1)]);
        match self {
            Self::Range => {
                b.receive(RANGE, row[1], &row[..1]);
                let constant = |v| B::E::constant(f(v));
                b.receive(BITS, row[2], &[constant(16), constant(1 << 16), row[0]]);
            }
            Self::Bytes => {
                b.receive(BYTES, row[3], &row[..2]);
                b.receive(AND, row[4], &row[..3]);
            }
            Self::Bits => b.receive(BITS, row[3], &[row[0], row[1] + 1, row[2]]),
            Self::Image => b.receive(IMAGE, row[6], &row[..6]),
            Self::Gap => b.receive(GAP, row[3], &row[..3]),
        }
    }
}

/// A row of the image table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageWord {
    /// Not a register.
    pub memory: bool,
    /// Word address or register.
    pub addr: u32,
    /// [`buses::REGISTERS`], [`buses::MEMORY`] or [`buses::TEXT`].
    pub space: u32,
    /// Initial value, not zero.
    pub value: u64,
}

/// A row of the gap table: what starts at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Not a register.
    pub memory: bool,
    /// First word.
    pub lo: u32,
    /// Word after the last.
    pub hi: u32,
    /// As in [`ImageWord`].
    pub space: u32,
}

/// Space of a word of memory.
pub fn space_of_word(program: &Program, word: u32) -> u32 {
    if program.is_text(word) { buses::TEXT } else { buses::MEMORY }
}

/// The rows of the image table, sorted by (memory, addr): the program's image, and registers that do not
/// start at zero.
pub fn image(program: &Program) -> Vec<ImageWord> {
    let mut rows = Vec::new();
    for addr in 0..REGISTERS as u32 {
        let value = Program::initial_register(addr as u8);
        if value != 0 {
            rows.push(ImageWord { memory: false, addr, space: buses::REGISTERS, value });
        }
    }
    rows.extend(program.image.iter().filter(|word| word.1 != 0).map(|&(addr, value)| ImageWord {
        memory: true,
        addr,
        space: space_of_word(program, addr),
        value,
    }));
    rows
}

/// The rows of the gap table, sorted by (memory, lo): all that is not in the image and is no input, cut
/// where the text begins and ends.
pub fn gaps(program: &Program, image: &[ImageWord]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut cut = |memory: bool, lo: u32, hi: u32, space: u32| {
        let mut at = lo;
        let first = image.partition_point(|w| (w.memory, w.addr) < (memory, lo));
        for word in image[first..].iter().take_while(|w| (w.memory, w.addr) < (memory, hi)) {
            if at < word.addr {
                gaps.push(Gap { memory, lo: at, hi: word.addr, space });
            }
            at = word.addr + 1;
        }
        if at < hi {
            gaps.push(Gap { memory, lo: at, hi, space });
        }
    };
    cut(false, 0, REGISTERS as u32, buses::REGISTERS);
    let word = |byte: u32| byte / WORD_BYTES;
    let mut at = word(NULL_END);
    for range in &program.text {
        let (start, end) = (word(range.start).max(at), word(range.end).max(at));
        cut(true, at, start, buses::MEMORY);
        cut(true, start, end, buses::TEXT);
        at = end;
    }
    cut(true, at, word(GUARD_START), buses::MEMORY);
    cut(true, word(GUARD_END), word(STACK_TOP), buses::MEMORY);
    gaps
}

impl Lookup {
    /// The fixed columns.
    pub fn fixed(self, program: &Program) -> Vec<Vec<F>> {
        let column = |values: &mut dyn Iterator<Item = u32>| values.map(f).collect::<Vec<F>>();
        let all = || 0..1u32 << 16;
        match self {
            Self::Range => Vec::from([column(&mut all())]),
            Self::Bytes => Vec::from([
                column(&mut all().map(|i| i >> 8)),
                column(&mut all().map(|i| i & 0xFF)),
                column(&mut all().map(|i| (i >> 8) & i & 0xFF)),
            ]),
            Self::Bits => {
                let each = || (0..16u32).flat_map(|n| (0..1u32 << n).map(move |x| (n, x)));
                Vec::from([
                    column(&mut each().map(|(n, _)| n)),
                    column(&mut each().map(|(n, _)| (1 << n) - 1)),
                    column(&mut each().map(|(_, x)| x)),
                ])
            }
            Self::Image => {
                let rows = image(program);
                let mut columns = Vec::from([
                    column(&mut rows.iter().map(|w| w.space)),
                    column(&mut rows.iter().map(|w| w.addr)),
                ]);
                columns.extend((0..4).map(|i| column(&mut rows.iter().map(|w| limbs(w.value)[i]))));
                columns
            }
            Self::Gap => {
                let rows = gaps(program, &image(program));
                Vec::from([
                    column(&mut rows.iter().map(|g| g.space)),
                    column(&mut rows.iter().map(|g| g.lo)),
                    column(&mut rows.iter().map(|g| g.hi)),
                ])
            }
        }
    }
}
