//! Fills the columns of calls that read an operand at a1, and update another at a0.

use aver_exec::EcallStep;
use aver_isa::Program;
use aver_machine::calls::{self, Pointer};
use aver_machine::cpu::{MEM0, MEM1, Word};
use aver_trace::chips::ecall;
use aver_trace::rows::RowMut;

/// Where the columns are.
pub(crate) struct Call {
    /// Common.
    pub call: calls::Call<usize>,
    /// The pointers a0 and a1.
    pub pointers: [Pointer<usize>; 2],
    /// Whether words that are read are text.
    pub text: Vec<usize>,
    /// Words that are read.
    pub read: Vec<Word<usize>>,
    /// Words that are updated.
    pub updated: Vec<Word<usize>>,
    /// What they become.
    pub new: Vec<[usize; 4]>,
}

impl Call {
    /// Sets them.
    pub fn set(&self, row: &mut RowMut<'_>, program: &Program, s: &EcallStep) {
        ecall::call(row, &self.call, s);
        row.pointer(&self.pointers[0], s.a0.before, s.a0.prev_ts);
        row.pointer(&self.pointers[1], s.a1.before, s.a1.prev_ts);
        for ((word, &text), read) in self.read.iter().zip(&self.text).zip(&s.reads) {
            row.flag(text, program.is_text(read.addr));
            row.word(word, read.before, s.ts + MEM0, read.prev_ts);
        }
        for ((word, &new), update) in self.updated.iter().zip(&self.new).zip(&s.updates) {
            row.word(word, update.before, s.ts + MEM1, update.prev_ts);
            row.limbs(new, update.after);
        }
    }
}
