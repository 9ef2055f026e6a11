//! The calls, in the tracing pass. What they print is not printed again.

use aver_isa::calls;

use super::{CallKind, EcallStep, MemAccess, RegAccess, Stop, Tracer};
use crate::{
    CallMemory, FaultKind, HALT,
    coprocessor::{Accesses, dispatch, word},
    meter::check_status,
};

const A0: u8 = 10;
const A1: u8 = 11;
const A2: u8 = 12;
const A7: u8 = 17;

impl Tracer<'_> {
    pub(super) fn call(&mut self, index: u32) -> Result<u32, Stop> {
        let a7 = self.read(A7, 0)?;
        let mut step = EcallStep {
            index,
            ts: self.ts,
            kind: CallKind::Exit,
            a7,
            a0: RegAccess::default(),
            a1: RegAccess::default(),
            a2: RegAccess::default(),
            reads: Vec::new(),
            updates: Vec::new(),
            next: index + 1,
        };
        const EXIT: u64 = calls::EXIT as u64;
        const WRITE: u64 = calls::WRITE as u64;
        const HALT_CALL: u64 = calls::HALT as u64;
        match a7.before {
            EXIT => {
                step.a0 = self.read(A0, 1)?;
                step.next = HALT;
            }
            HALT_CALL => {
                step.kind = CallKind::Halt;
                step.a0 = self.read(A0, 1)?;
                step.a1 = self.read(A1, 2)?;
                step.next = HALT;
                let pointer = step.a1.before;
                check_status(step.a0.before)?;
                word(pointer)?;
                for i in 0..4 {
                    let read = self.memory(pointer.wrapping_add(8 * i), 2, |word| word)?;
                    step.reads.push(read);
                }
            }
            WRITE => {
                step.kind = CallKind::Write;
                step.a2 = self.read(A2, 1)?;
                let (before, prev_ts) = self.reg(A0, 4)?;
                let after = step.a2.before;
                self.regs[usize::from(A0)] = after;
                step.a0 = RegAccess { before, after, prev_ts };
            }
            call => {
                let coprocessor = dispatch(&self.coprocessors, call)?;
                step.kind = CallKind::Coprocessor(coprocessor.call());
                step.a0 = self.read(A0, 1)?;
                step.a1 = self.read(A1, 2)?;
                let (a0, a1) = (step.a0.before, step.a1.before);
                let mut memory = TracedCall {
                    tracer: self,
                    seen: Accesses::default(),
                    reads: Vec::new(),
                    updates: Vec::new(),
                    mismatch: None,
                };
                let result = coprocessor.execute(a0, a1, &mut memory);
                if let Some(what) = memory.mismatch {
                    return Err(Stop::Mismatch(what));
                }
                (step.reads, step.updates) = (memory.reads, memory.updates);
                result?;
            }
        }
        let next = step.next;
        self.ecalls.push(step);
        Ok(next)
    }

    fn read(&mut self, register: u8, slot: u32) -> Result<RegAccess, Stop> {
        let (before, prev_ts) = self.reg(register, slot)?;
        Ok(RegAccess { before, after: before, prev_ts })
    }
}

struct TracedCall<'t, 'a> {
    tracer: &'t mut Tracer<'a>,
    seen: Accesses,
    reads: Vec<MemAccess>,
    updates: Vec<MemAccess>,
    /// A mismatch with the plan, which a coprocessor cannot return.
    mismatch: Option<&'static str>,
}

impl TracedCall<'_, '_> {
    fn fault(&mut self, stop: Stop) -> FaultKind {
        match stop {
            Stop::Fault(kind) => kind,
            Stop::Mismatch(what) => {
                self.mismatch = Some(what);
                FaultKind::Coprocessor(what.to_string())
            }
        }
    }
}

impl CallMemory for TracedCall<'_, '_> {
    fn read(&mut self, address: u64) -> Result<u64, FaultKind> {
        self.seen.read(word(address)?)?;
        let access = self.tracer.memory(address, 2, |word| word);
        let access = access.map_err(|stop| self.fault(stop))?;
        self.reads.push(access);
        Ok(access.before)
    }

    fn peek(&mut self, address: u64) -> Result<u64, FaultKind> {
        let addr = u32::try_from(word(address)?).unwrap_or(u32::MAX);
        let found = self.tracer.words.get_mut(addr).map(|(value, _)| *value);
        found.ok_or_else(|| self.fault(Stop::Mismatch("a look at a word that is not planned")))
    }

    fn update(&mut self, address: u64, value: u64) -> Result<u64, FaultKind> {
        self.seen.update(word(address)?)?;
        let access = self.tracer.check_store(address);
        let access = access.and_then(|()| self.tracer.memory(address, 3, |_| value));
        let access = access.map_err(|stop| self.fault(stop))?;
        self.updates.push(access);
        Ok(access.before)
    }
}
