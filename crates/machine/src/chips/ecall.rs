//! The machine's own calls: [`Exit`] (93), [`Halt`] and [`Write`] (64).
//!
//! | columns | |
//! |---|---|
//! | is_real, index, ts, a7 (1) | all |
//! | a0 (5) | `exit`, `halt`: the code |
//! | a1 (3), text (4), digest (4 × 6) | `halt`: pointer to the digest, and its words |
//! | a2 (5), a0 (5) | `write`: the length, which goes to a0 |
//!
//! `exit` and `halt` go on to [`PC_HALT`], which no program has an op at: only the verifier takes
//! `exec(PC_HALT, ts)`, once. They put a0 (`exit` its low 32 bits) and the digest on `public`; the verifier
//! takes those of the claim. `write` only moves a register: what is written is bound by the digest.
//!
//! 1. `halt`: `text` are booleans (a word of the digest may be a constant of the text).

use aver_isa::calls::{EMPTY_DIGEST, EXIT, HALT, WRITE};
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use crate::buses::PUBLIC;
use crate::calls::{self, A0, A1, A2, Argument, Call, Pointer};
use crate::cpu::{self, Word};
use crate::layout::{Cells, Layout, Names};
use crate::public::PC_HALT;

/// `exit`
pub struct Exit;

/// A row of [`Exit`].
#[derive(Clone, Copy, Debug)]
pub struct ExitCols<T> {
    /// Common.
    pub call: Call<T>,
    /// Code.
    pub a0: Argument<T>,
}

impl Exit {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> ExitCols<L::Cell> {
        ExitCols { call: Call::new(l), a0: Argument::new(l, "a0") }
    }
}

/// Words of a digest, each as limbs.
pub fn digest_limbs(digest: &[u8; 32]) -> [[u32; 4]; 4] {
    core::array::from_fn(|i| {
        core::array::from_fn(|j| {
            u32::from(u16::from_le_bytes([digest[8 * i + 2 * j], digest[8 * i + 2 * j + 1]]))
        })
    })
}

impl Air for Exit {
    fn name(&self) -> &str {
        "exit"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let constant = |v: u32| B::E::constant(f(v));
        let mut row = c.call.eval(b, EXIT, constant(PC_HALT));
        calls::read(&mut row, cpu::RS2, A0, &c.a0);
        let zero = B::E::zero();
        row.look_up(PUBLIC, &[zero, c.a0.value[0], c.a0.value[1], zero, zero]);
        for (i, word) in digest_limbs(&EMPTY_DIGEST).into_iter().enumerate() {
            let [l0, l1, l2, l3] = word.map(constant);
            row.look_up(PUBLIC, &[constant(1 + i as u32), l0, l1, l2, l3]);
        }
    }
}

/// `halt`
pub struct Halt;

/// A row of [`Halt`].
#[derive(Clone, Copy, Debug)]
pub struct HaltCols<T> {
    /// Common.
    pub call: Call<T>,
    /// Code.
    pub a0: Argument<T>,
    /// Pointer to the digest.
    pub a1: Pointer<T>,
    /// Whether its words are text.
    pub text: [T; 4],
    /// Its words.
    pub digest: [Word<T>; 4],
}

impl Halt {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> HaltCols<L::Cell> {
        HaltCols {
            call: Call::new(l),
            a0: Argument::new(l, "a0"),
            a1: Pointer::new(l, "a1"),
            text: l.array("text"),
            digest: ["digest0", "digest1", "digest2", "digest3"].map(|name| Word::new(l, name)),
        }
    }
}

impl Air for Halt {
    fn name(&self) -> &str {
        "halt"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let constant = |v: u32| B::E::constant(f(v));
        let mut row = c.call.eval(b, HALT, constant(PC_HALT));
        calls::read(&mut row, cpu::RS2, A0, &c.a0);
        let word = calls::word_of_pointer(&mut row, cpu::MEM0, A1, &c.a1);
        let real = row.real;
        let [l0, l1, l2, l3] = c.a0.value;
        row.look_up(PUBLIC, &[B::E::zero(), l0, l1, l2, l3]);
        for (i, (text, digest)) in c.text.iter().zip(&c.digest).enumerate() {
            row.assert_bool("halt/1", *text);
            row.load(real, cpu::MEM0, *text, word + i as u32, digest);
            let [l0, l1, l2, l3] = digest.value;
            row.look_up(PUBLIC, &[constant(1 + i as u32), l0, l1, l2, l3]);
        }
    }
}

/// `write`
pub struct Write;

/// A row of [`Write`].
#[derive(Clone, Copy, Debug)]
pub struct WriteCols<T> {
    /// Common.
    pub call: Call<T>,
    /// Length.
    pub a2: Argument<T>,
    /// Before it is replaced by the length.
    pub a0: Argument<T>,
}

impl Write {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> WriteCols<L::Cell> {
        WriteCols { call: Call::new(l), a2: Argument::new(l, "a2"), a0: Argument::new(l, "a0") }
    }
}

impl Air for Write {
    fn name(&self) -> &str {
        "write"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let next = c.call.cpu.index + 1;
        let mut row = c.call.eval(b, WRITE, next);
        calls::read(&mut row, cpu::RS2, A2, &c.a2);
        row.register(cpu::RD, B::E::constant(f(A0)), c.a0.value, c.a2.value, c.a0.prev);
    }
}
