//! Pass 2: runs one shard again from its plan, and records every access with its timestamps.

mod calls;
mod list;
mod records;
mod words;

use aver_isa::{Format, OPCODES, Op, Program, REGISTERS, memory::WORD_BYTES};

use crate::{
    Coprocessor, Error, Fault, FaultKind, HALT, MAX_REST, MAX_SHARD_OPS, SLOTS, ShardPlan, Space,
    TOUCH_BLOCK,
    coprocessor::mount,
    memory::{check_access, second_word},
    semantics::{alu, extract, insert, loaded, taken},
};
pub use list::{SpareSteps, StepList};
pub use records::{CallKind, EcallStep, Final, MemAccess, RegAccess, ShardTrace, Step, Touch};
use words::Words;

/// Runs the shard of `plan` and records it.
///
/// # Errors
/// [`Error::PlanMismatch`] when the execution is not the one of the plan; never for a plan that
/// `meter` made of the same program.
pub fn trace(
    program: &Program,
    plan: &ShardPlan,
    coprocessors: &[&dyn Coprocessor],
) -> Result<ShardTrace, Error> {
    trace_in(program, plan, coprocessors, &mut SpareSteps::default())
}

/// The same, in the memory of earlier traces: [`ShardTrace::recycle`].
///
/// # Errors
/// As [`trace`].
pub fn trace_in(
    program: &Program,
    plan: &ShardPlan,
    coprocessors: &[&dyn Coprocessor],
    spare: &mut SpareSteps,
) -> Result<ShardTrace, Error> {
    let coprocessors = mount(program, coprocessors)?;
    let mut tracer = Tracer::new(program, plan, coprocessors, spare)?;
    let mut index = plan.start;
    let mut ops = 0;
    while index != HALT && ops < plan.ops {
        let op = program.ops.get(index as usize).ok_or_else(|| tracer.mismatch("op index"))?;
        index = match tracer.op(index, op) {
            Ok(next) => next,
            Err(Stop::Fault(kind)) => {
                return Err(Fault::new(program, index, kind, ops).into());
            }
            Err(Stop::Mismatch(what)) => return Err(tracer.mismatch(what)),
        };
        ops += 1;
        tracer.ts += SLOTS;
    }
    if index != plan.end || ops != plan.ops {
        return Err(tracer.mismatch("end"));
    }
    tracer.finish()
}

/// Why an op cannot be traced.
enum Stop {
    Fault(FaultKind),
    Mismatch(&'static str),
}

impl From<FaultKind> for Stop {
    fn from(kind: FaultKind) -> Self {
        Stop::Fault(kind)
    }
}

struct Tracer<'a> {
    program: &'a Program,
    plan: &'a ShardPlan,
    coprocessors: Vec<&'a dyn Coprocessor>,
    regs: [u64; 64],
    reg_ts: [u32; 64],
    /// Registers of the plan, a bit for each.
    planned: u64,
    words: Words,
    /// Of the op being run.
    ts: u32,
    spare: &'a mut SpareSteps,
    steps: Vec<StepList>,
    misaligned: Vec<StepList>,
    ecalls: Vec<EcallStep>,
    touches: Vec<Touch>,
}

impl<'a> Tracer<'a> {
    fn new(
        program: &'a Program,
        plan: &'a ShardPlan,
        coprocessors: Vec<&'a dyn Coprocessor>,
        spare: &'a mut SpareSteps,
    ) -> Result<Self, Error> {
        let mismatch = |what: &str| Error::PlanMismatch { shard: plan.index, what: what.to_string() };
        if plan.ops > MAX_SHARD_OPS {
            return Err(mismatch("more ops than a shard may have"));
        }
        if !plan.touched.is_sorted_by(|a, b| (a.space, a.addr) < (b.space, b.addr)) {
            return Err(mismatch("order of the touched words"));
        }
        let registers = plan.touched.partition_point(|word| word.space == Space::Register);
        let (registers, words) = plan.touched.split_at(registers);
        let (mut regs, mut planned) = ([0; 64], 0);
        for word in registers {
            if word.addr >= REGISTERS as u32 {
                return Err(mismatch("register number"));
            }
            planned |= 1 << word.addr;
            regs[word.addr as usize] = word.before;
        }
        let words = Words::new(words).ok_or_else(|| mismatch("address"))?;
        Ok(Self {
            program,
            plan,
            coprocessors,
            regs,
            reg_ts: [0; 64],
            planned,
            words,
            ts: 1,
            spare,
            steps: vec![StepList::default(); OPCODES],
            misaligned: vec![StepList::default(); OPCODES],
            ecalls: Vec::new(),
            touches: Vec::new(),
        })
    }

    fn mismatch(&self, what: &str) -> Error {
        Error::PlanMismatch { shard: self.plan.index, what: what.to_string() }
    }

    /// An access to a register in a slot of the op: its previous timestamp, and its value.
    fn reg(&mut self, register: u8, slot: u32) -> Result<(u64, u32), Stop> {
        if self.planned >> (register & 63) & 1 == 0 {
            return Err(Stop::Mismatch("a register that is not planned"));
        }
        let at = usize::from(register & 63);
        let ts = self.ts + slot;
        if ts - self.reg_ts[at] > MAX_REST {
            self.touch(register, ts);
        }
        Ok((self.regs[at], std::mem::replace(&mut self.reg_ts[at], ts)))
    }

    /// Touches a register until it is accessed soon enough at `ts`.
    #[cold]
    #[inline(never)]
    fn touch(&mut self, register: u8, ts: u32) {
        let at = usize::from(register & 63);
        let (value, last) = (self.regs[at], &mut self.reg_ts[at]);
        while ts - *last > MAX_REST {
            let prev_ts = std::mem::replace(last, (*last + MAX_REST) / TOUCH_BLOCK * TOUCH_BLOCK);
            self.touches.push(Touch { register, value, prev_ts, ts: *last });
        }
    }

    /// Writes rd.
    fn write_rd(&mut self, step: &mut Step, register: u8, value: u64) -> Result<(), Stop> {
        (step.rd_before, step.rd_prev) = self.reg(register, 4)?;
        step.rd = value;
        self.regs[usize::from(register & 63)] = value;
        Ok(())
    }

    /// An access to the word that holds the byte at `address`, in a slot of the op.
    fn memory(&mut self, address: u64, slot: u32, change: impl Fn(u64) -> u64) -> Result<MemAccess, Stop> {
        check_access(address)?;
        let addr = (address / u64::from(WORD_BYTES)) as u32;
        let (value, ts) = self.words.get_mut(addr).ok_or(Stop::Mismatch("a word that is not planned"))?;
        let before = *value;
        *value = change(before);
        let prev_ts = std::mem::replace(ts, self.ts + slot);
        Ok(MemAccess { addr, before, after: *value, prev_ts })
    }

    fn op(&mut self, index: u32, op: &Op) -> Result<u32, Stop> {
        let opcode = op.opcode;
        let mut step = Step { index, ts: self.ts, next: index + 1, ..Step::default() };
        if opcode.reads_rs1() {
            (step.rs1, step.rs1_prev) = self.reg(op.rs1, 0)?;
        }
        if opcode.reads_rs2() {
            (step.rs2, step.rs2_prev) = self.reg(op.rs2, 1)?;
        }
        let imm = op.imm as u64;
        let sum = step.rs1.wrapping_add(imm);
        let mut misaligned = false;
        match opcode.format() {
            Format::Register => {
                let value = alu(opcode, step.rs1, step.rs2);
                self.write_rd(&mut step, op.rd, value)?;
            }
            Format::Immediate => {
                let value = alu(opcode, step.rs1, imm);
                self.write_rd(&mut step, op.rd, value)?;
            }
            Format::Update => {
                let value = alu(opcode, self.regs[usize::from(op.rd & 63)], step.rs2);
                self.write_rd(&mut step, op.rd, value)?;
            }
            Format::UpdateImmediate => {
                let value = alu(opcode, self.regs[usize::from(op.rd & 63)], imm);
                self.write_rd(&mut step, op.rd, value)?;
            }
            Format::Const => self.write_rd(&mut step, op.rd, imm)?,
            Format::Jal => {
                self.write_rd(&mut step, op.rd, imm)?;
                step.next = op.target;
            }
            Format::Jalr => {
                let address = sum & !1;
                self.write_rd(&mut step, op.rd, u64::from(op.pc) + 4)?;
                let found = u32::try_from(address).ok().and_then(|pc| self.program.index_of(pc));
                step.next = found.ok_or(FaultKind::JumpTarget { address })?;
            }
            Format::Branch => {
                if taken(opcode, step.rs1, step.rs2) {
                    step.next = op.target;
                }
            }
            Format::Load => {
                let bytes = opcode.access_bytes();
                misaligned = !sum.is_multiple_of(bytes);
                step.mem[0] = self.memory(sum, 2, |word| word)?;
                if let Some(next) = second_word(sum, bytes) {
                    step.mem[1] = self.memory(next, 3, |word| word)?;
                }
                let raw = extract(step.mem[0].before, step.mem[1].before, (sum % 8) as u32);
                self.write_rd(&mut step, op.rd, loaded(opcode, raw))?;
            }
            Format::Store => {
                let (bytes, offset, value) = (opcode.access_bytes(), (sum % 8) as u32, step.rs2);
                misaligned = !sum.is_multiple_of(bytes);
                self.check_store(sum)?;
                step.mem[0] = self.memory(sum, 2, |low| insert(low, 0, offset, bytes, value).0)?;
                if let Some(next) = second_word(sum, bytes) {
                    self.check_store(next)?;
                    step.mem[1] = self.memory(next, 3, |high| insert(0, high, offset, bytes, value).1)?;
                }
            }
            Format::Ecall => return self.call(index),
            Format::Illegal => {
                return Err(FaultKind::IllegalInstruction { word: op.imm as u32 }.into());
            }
        }
        let lists = if misaligned { &mut self.misaligned } else { &mut self.steps };
        lists[opcode as usize].push_in(step, self.spare);
        Ok(step.next)
    }

    fn check_store(&self, address: u64) -> Result<(), Stop> {
        check_access(address)?;
        if self.program.is_text((address / u64::from(WORD_BYTES)) as u32) {
            return Err(FaultKind::StoreToText { address }.into());
        }
        Ok(())
    }

    fn finish(self) -> Result<ShardTrace, Error> {
        let mut finals = Vec::with_capacity(self.plan.touched.len());
        let mut words = self.words.iter();
        for word in &self.plan.touched {
            let (value, last_ts) = match word.space {
                Space::Register => (self.regs[word.addr as usize], self.reg_ts[word.addr as usize]),
                // one for each memory word of the plan, in its order
                Space::Memory => words.next().unwrap_or_default(),
            };
            if value != word.after || last_ts == 0 {
                return Err(self.mismatch("a word's value after it, or a word not touched"));
            }
            finals.push(Final { space: word.space, addr: word.addr, value, last_ts });
        }
        drop(words);
        Ok(ShardTrace {
            index: self.plan.index,
            start: self.plan.start,
            end: self.plan.end,
            end_ts: self.ts,
            steps: self.steps,
            misaligned: self.misaligned,
            ecalls: self.ecalls,
            touches: self.touches,
            finals,
        })
    }
}
