//! The checks of coprocessors pass a small one, and refuse it with any of these faults.

use std::panic::{AssertUnwindSafe, catch_unwind};

use aver_audit::coprocessor::{Argument, Meaning, Usage, calls, cells, interface, lint, sizes};
use aver_audit::lint::Allow;
use aver_exec::{CallMemory, EcallStep, FaultKind};
use aver_isa::{Program, calls::number};
use aver_machine::buses::{PUBLIC, RANGE};
use aver_machine::calls::{A0, A1, Call, Pointer, word_of_pointer};
use aver_machine::cpu::{MEM0, MEM1, RS2, Word};
use aver_machine::layout::{Cells, Layout, Names};
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::chip::Chip;
use aver_stark_prover::table::Table;
use aver_trace::chips::ecall;
use aver_trace::rows::Filler;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    AnotherNumber,
    AnotherName,
    TextIsNoFlag,
    HandsOver,
    AnswersLookups,
    FreeCell,
    WrongRow,
    ForgivingExecution,
    ChangesWhatItReads,
}
use Fault as X;

const NAME: &str = "copier@77ec0a308476fdf039ec437d9db8a069";
const CALL: u32 = number(NAME);

/// Copies the word at a1 to a0.
#[derive(Clone, Copy)]
struct Copier(Fault);

struct Cols<T> {
    call: Call<T>,
    a0: Pointer<T>,
    a1: Pointer<T>,
    text: T,
    from: Word<T>,
    to: Word<T>,
    extra: T,
}

fn cols<L: Layout>(l: &mut L) -> Cols<L::Cell> {
    Cols {
        call: Call::new(l),
        a0: Pointer::new(l, "a0"),
        a1: Pointer::new(l, "a1"),
        text: l.one("text"),
        from: Word::new(l, "from"),
        to: Word::new(l, "to"),
        extra: l.one("extra"),
    }
}

impl Air for Copier {
    fn name(&self) -> &str {
        "copier"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        cols(&mut names);
        Columns::witness(names.0)
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let is = |fault| self.0 == fault;
        let c = cols(&mut Cells::new(b.row()));
        let mut row =
            c.call.eval(b, if is(X::AnotherNumber) { CALL + 1 } else { CALL }, c.call.cpu.index + 1);
        let real = row.real;
        let to = word_of_pointer(&mut row, RS2, A0, &c.a0);
        let from = word_of_pointer(&mut row, MEM0, A1, &c.a1);
        if !is(X::TextIsNoFlag) {
            row.assert_bool("copier/1", c.text);
        }
        row.load(real, MEM0, c.text, from, &c.from);
        row.store(real, MEM1, to, &c.to, if is(X::ChangesWhatItReads) { c.to.value } else { c.from.value });
        row.look_up(RANGE, &[c.extra]);
        if is(X::FreeCell) {
            row.bits(15, c.extra);
        } else {
            row.assert_zero("copier/2", c.extra - c.from.value[0]);
        }
        let zero = B::E::zero();
        match self.0 {
            X::HandsOver => row.look_up(PUBLIC, &[zero, zero, zero, zero, zero]),
            X::AnswersLookups => row.b.receive(RANGE, real, &[c.from.value[1] + (1 << 16)]),
            _ => {}
        }
    }
}

impl aver_machine::coprocessor::Coprocessor for Copier {
    fn call(&self) -> u32 {
        CALL
    }
    fn name(&self) -> &str {
        NAME
    }
    fn chips(&self) -> Vec<Box<dyn Chip>> {
        vec![Box::new(*self)]
    }
}

impl aver_exec::Coprocessor for Copier {
    fn call(&self) -> u32 {
        CALL
    }
    fn name(&self) -> &str {
        if self.0 == X::AnotherName { "other" } else { NAME }
    }
    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let [a0, a1] = if self.0 == X::ForgivingExecution { [a0 & !7, a1 & !7] } else { [a0, a1] };
        let value = memory.read(a1)?;
        memory.update(a0, value).map(drop)
    }
    fn cost(&self) -> u64 {
        1000
    }
}

impl aver_trace::CoprocessorTables for Copier {
    fn call(&self) -> u32 {
        CALL
    }
    fn fill(&self, filler: &Filler<'_>, program: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        let c = cols(&mut Names::default());
        vec![filler.table(self, calls.len(), |i, row| {
            let s = calls[i];
            let (read, update) = (s.reads[0], s.updates[0]);
            ecall::call(row, &c.call, s);
            row.pointer(&c.a0, s.a0.before, s.a0.prev_ts);
            row.pointer(&c.a1, s.a1.before, s.a1.prev_ts);
            row.flag(c.text, program.is_text(read.addr));
            row.word(&c.from, read.before, s.ts + MEM0, read.prev_ts);
            row.word(&c.to, update.before, s.ts + MEM1, update.prev_ts);
            let extra = read.before as u32 & if self.0 == X::FreeCell { 0x7FFF } else { 0xFFFF };
            row.set(c.extra, if self.0 == X::WrongRow { extra ^ 1 } else { extra });
        })]
    }
}

const USAGE: Usage = Usage {
    interface: "copier\nPuts the word at a1 where a0 points.\n",
    a0: Argument::Words(1),
    a1: Argument::Words(1),
    flags: &[],
    allowed: &[Allow {
        rule: "column/once",
        chip: "copier",
        what: "to.l*only",
        reason: "what is replaced is of no consequence",
    }],
    free: &[],
    meaning: Meaning::Argued("a copy"),
};

/// Whether a check of the coprocessor with this fault fails.
fn refused(fault: Fault, check: fn(&Copier)) -> bool {
    catch_unwind(AssertUnwindSafe(|| check(&Copier(fault)))).is_err()
}

#[test]
fn faults_are_refused() {
    let none = X::None;
    assert!(!refused(none, |c| interface(c, &USAGE)) && !refused(none, |c| cells(c, &USAGE)));
    assert!(!refused(none, |c| lint(c, &USAGE)) && !refused(none, |c| calls(c, &USAGE)));
    assert!(refused(X::AnotherNumber, |c| interface(c, &USAGE)));
    assert!(refused(X::AnotherName, |c| interface(c, &USAGE)));
    assert!(refused(none, |c| interface(c, &Usage { interface: "copier\nCopies.\n", ..USAGE })));
    for fault in [X::TextIsNoFlag, X::HandsOver, X::AnswersLookups] {
        assert!(refused(fault, |c| lint(c, &USAGE)), "{fault:?}");
    }
    assert!(refused(X::FreeCell, |c| cells(c, &USAGE)));
    for fault in [X::WrongRow, X::ForgivingExecution, X::ChangesWhatItReads] {
        assert!(refused(fault, |c| calls(c, &USAGE)), "{fault:?}");
    }
    assert!(refused(none, |c| sizes(c, "/nowhere")), "no snapshot");
}
