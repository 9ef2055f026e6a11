//! An interpreter that lets itself be told lies.
//!
//! [`run`] executes a program like the machine's own interpreter, but checks nothing: any address, any op.
//! Before an op takes effect its [`Event`] is shown to a lie, which may change it; between shards the whole
//! [`State`] may be changed. Everything after a lie is consistent with it: what is recorded is a run whose
//! only fault is the lie. Without lies it is the honest run, which a test checks.

use std::collections::BTreeMap;

use aver_exec::semantics::{alu, extract, insert, loaded, taken};
use aver_exec::{
    CallKind, Counts, EcallStep, Final, HALT, Input, MAX_REST, MemAccess, RegAccess, SLOTS, ShardPlan,
    ShardTrace, Space, Step, StepList, TOUCH_BLOCK, Touch, TouchedWord, WordHistory, WordKind,
};
use aver_isa::memory::INPUT_BASE;
use aver_isa::{Format, OPCODES, Op, Opcode, Program, REGISTERS, calls};

/// What an op is about to do.
#[derive(Clone, Debug)]
pub struct Event {
    /// Ops before it in the run.
    pub cycle: u64,
    /// Op index it claims to run.
    pub index: u32,
    /// The op.
    pub op: Op,
    /// What it reads.
    pub rs1: u64,
    /// What it reads.
    pub rs2: u64,
    /// Byte address of a load or store.
    pub address: u64,
    /// What it writes to rd.
    pub rd: u64,
    /// The call that an ecall makes.
    pub call: u32,
    /// The words of a store after it.
    pub stored: [u64; 2],
    /// Op index it goes on to.
    pub next: u32,
}

/// Registers and memory.
#[derive(Clone, Debug)]
pub struct State {
    /// Op index of the next op.
    pub index: u32,
    /// Registers.
    pub registers: [u64; REGISTERS],
    /// Words that are not as in the beginning.
    pub words: BTreeMap<u32, u64>,
}

/// What an op may be changed by.
pub type OpLie<'a> = Box<dyn FnMut(&mut Event) + 'a>;
/// What the state before a shard may be changed by.
pub type StateLie<'a> = Box<dyn FnMut(u32, &mut State) + 'a>;

/// Lies.
pub struct Lies<'a> {
    /// Shows each op; true ends the shard after it.
    pub cut: Box<dyn FnMut(u64, u32) -> bool + 'a>,
    /// Changes ops.
    pub op: OpLie<'a>,
    /// Changes the state before a shard, numbered from 1.
    pub before_shard: StateLie<'a>,
    /// Stops, halted or not, after so many ops.
    pub max_ops: u64,
}

impl Default for Lies<'_> {
    fn default() -> Self {
        Self {
            cut: Box::new(|_, _| false),
            op: Box::new(|_| ()),
            before_shard: Box::new(|_, _| ()),
            max_ops: 1 << 20,
        }
    }
}

/// A recorded run.
#[derive(Clone, Debug)]
pub struct Run {
    /// In order.
    pub shards: Vec<(ShardPlan, ShardTrace)>,
    /// All words and registers touched.
    pub memory: Vec<WordHistory>,
    /// Of the call that halts.
    pub exit_code: u32,
    /// Likewise.
    pub digest: [u8; 32],
}

type Place = (Space, u32);

struct Liar<'a> {
    program: &'a Program,
    input: &'a Input,
    state: State,
    /// Timestamps of the shard.
    times: BTreeMap<Place, u32>,
    /// Places touched in the shard: value before.
    touched: BTreeMap<Place, u64>,
    /// Last shard and first value of places.
    known: BTreeMap<Place, (u32, u64)>,
    ts: u32,
    trace: ShardTrace,
    halted: Option<(u32, [u8; 32])>,
}

/// Runs `program` on `input`, with lies.
pub fn run(program: &Program, input: &[u8], mut lies: Lies<'_>) -> Run {
    let input = Input::new(input).expect("the input fits");
    let registers = core::array::from_fn(|i| Program::initial_register(i as u8));
    let state = State { index: program.entry, registers, words: BTreeMap::new() };
    let mut liar = Liar {
        program,
        input: &input,
        state,
        times: BTreeMap::new(),
        touched: BTreeMap::new(),
        known: BTreeMap::new(),
        ts: 1,
        trace: empty(1, program.entry),
        halted: None,
    };
    let mut shards = Vec::new();
    let mut cycle = 0;
    (lies.before_shard)(1, &mut liar.state);
    while liar.state.index != HALT && cycle < lies.max_ops {
        let index = liar.state.index;
        liar.step(cycle, &mut lies.op);
        cycle += 1;
        if (lies.cut)(cycle, index) && liar.state.index != HALT {
            shards.push(liar.end_shard());
            (lies.before_shard)(shards.len() as u32 + 1, &mut liar.state);
            liar.begin_shard(shards.len() as u32 + 1);
        }
    }
    shards.push(liar.end_shard());
    let (exit_code, digest) = liar.halted.unwrap_or((0, calls::EMPTY_DIGEST));
    Run { shards, memory: liar.memory(), exit_code, digest }
}

fn empty(index: u32, start: u32) -> ShardTrace {
    let lists = || vec![StepList::default(); OPCODES];
    let (steps, misaligned) = (lists(), lists());
    ShardTrace {
        index,
        start,
        end: HALT,
        end_ts: 1,
        steps,
        misaligned,
        ecalls: Vec::new(),
        touches: Vec::new(),
        finals: Vec::new(),
    }
}

impl Liar<'_> {
    fn value(&self, (space, addr): Place) -> u64 {
        match space {
            Space::Register => self.state.registers[addr as usize],
            Space::Memory => self.state.words.get(&addr).copied().unwrap_or_else(|| {
                if addr >= INPUT_BASE / 8 {
                    self.input.initial_word(addr)
                } else {
                    self.program.initial_word(addr)
                }
            }),
        }
    }

    /// An access: value before, timestamp before.
    fn access(&mut self, place: Place, slot: u32, after: Option<u64>) -> (u64, u32) {
        let before = self.value(place);
        self.touched.entry(place).or_insert(before);
        self.known.entry(place).or_insert((0, before));
        let prev = self.times.insert(place, self.ts + slot).unwrap_or(0);
        match (place, after) {
            (_, None) => {}
            ((Space::Register, register), Some(value)) => self.state.registers[register as usize] = value,
            ((Space::Memory, addr), Some(value)) => {
                self.state.words.insert(addr, value);
            }
        }
        (before, prev)
    }

    fn register(&mut self, register: u8, slot: u32, after: Option<u64>) -> RegAccess {
        self.touch(register, self.ts + slot);
        let (before, prev_ts) = self.access((Space::Register, register.into()), slot, after);
        RegAccess { before, after: after.unwrap_or(before), prev_ts }
    }

    /// Touches a register that rested for too long.
    fn touch(&mut self, register: u8, at: u32) {
        let place = (Space::Register, register.into());
        let mut prev_ts = self.times.get(&place).copied().unwrap_or(0);
        while at - prev_ts > MAX_REST {
            let ts = (prev_ts + MAX_REST) / TOUCH_BLOCK * TOUCH_BLOCK;
            self.trace.touches.push(Touch { register, value: self.value(place), prev_ts, ts });
            self.times.insert(place, ts);
            prev_ts = ts;
        }
    }

    fn word(&mut self, addr: u32, slot: u32, after: Option<u64>) -> MemAccess {
        let (before, prev_ts) = self.access((Space::Memory, addr), slot, after);
        MemAccess { addr, before, after: after.unwrap_or(before), prev_ts }
    }

    fn peek(&self, register: u8) -> u64 {
        self.state.registers[usize::from(register)]
    }

    fn step(&mut self, cycle: u64, lie: &mut dyn FnMut(&mut Event)) {
        let index = self.state.index;
        let op = self.program.ops.get(index as usize).copied().unwrap_or_default();
        let mut event = Event {
            cycle,
            index,
            op,
            rs1: 0,
            rs2: 0,
            address: 0,
            rd: 0,
            call: 0,
            stored: [0; 2],
            next: index + 1,
        };
        self.honest(&mut event);
        lie(&mut event);
        self.record(&event);
        self.ts += SLOTS;
    }

    /// What the op does.
    fn honest(&self, e: &mut Event) {
        let op = &e.op;
        let first = if op.opcode.updates_rd() { op.rd } else { op.rs1 };
        (e.rs1, e.rs2) = (self.peek(first), self.peek(op.rs2));
        let imm = op.imm as u64;
        e.address = e.rs1.wrapping_add(imm);
        match op.opcode.format() {
            Format::Register | Format::Update => e.rd = alu(op.opcode, e.rs1, e.rs2),
            Format::Immediate | Format::UpdateImmediate => e.rd = alu(op.opcode, e.rs1, imm),
            Format::Const => e.rd = imm,
            Format::Jal => (e.rd, e.next) = (imm, op.target),
            Format::Jalr => {
                let target = u32::try_from(e.address & !1).ok().and_then(|pc| self.program.index_of(pc));
                (e.rd, e.next) = (u64::from(op.pc) + 4, target.unwrap_or(HALT));
            }
            Format::Branch if taken(op.opcode, e.rs1, e.rs2) => e.next = op.target,
            Format::Branch => {}
            Format::Load => {
                let (low, high) = self.words_at(e.address, op.opcode);
                e.rd = loaded(op.opcode, extract(low, high, (e.address % 8) as u32));
            }
            Format::Store => {
                let (low, high) = self.words_at(e.address, op.opcode);
                let bytes = op.opcode.access_bytes();
                let (low, high) = insert(low, high, (e.address % 8) as u32, bytes, e.rs2);
                e.stored = [low, high];
            }
            Format::Ecall => {
                e.call = self.peek(17) as u32;
                if e.call != calls::WRITE {
                    e.next = HALT;
                }
            }
            Format::Illegal => {}
        }
    }

    fn words_at(&self, address: u64, opcode: Opcode) -> (u64, u64) {
        let word = (address / 8) as u32;
        let high = if crosses(address, opcode) { self.value((Space::Memory, word + 1)) } else { 0 };
        (self.value((Space::Memory, word)), high)
    }

    fn record(&mut self, e: &Event) {
        let Event { index, op, next, .. } = *e;
        let opcode = op.opcode;
        self.state.index = next;
        if opcode == Opcode::Ecall {
            return self.call(e.call, index, next);
        }
        let mut step = Step { index, ts: self.ts, next, ..Step::default() };
        if opcode.reads_rs1() {
            step.rs1_prev = self.register(op.rs1, 0, None).prev_ts;
            step.rs1 = e.rs1;
        }
        if opcode.reads_rs2() {
            step.rs2_prev = self.register(op.rs2, 1, None).prev_ts;
            step.rs2 = e.rs2;
        }
        let is_store = opcode.format() == Format::Store;
        if opcode.access_bytes() > 0 {
            let word = (e.address / 8) as u32;
            step.mem[0] = self.word(word, 2, is_store.then_some(e.stored[0]));
            if crosses(e.address, opcode) {
                step.mem[1] = self.word(word + 1, 3, is_store.then_some(e.stored[1]));
            }
        }
        if opcode.writes_rd() {
            let RegAccess { before, prev_ts, .. } = self.register(op.rd, 4, Some(e.rd));
            (step.rd_before, step.rd, step.rd_prev) = (before, e.rd, prev_ts);
        }
        let aligned = !matches!(opcode.format(), Format::Load | Format::Store)
            || e.address.is_multiple_of(opcode.access_bytes());
        let lists = if aligned { &mut self.trace.steps } else { &mut self.trace.misaligned };
        lists[opcode as usize].push(step);
    }

    fn call(&mut self, call: u32, index: u32, next: u32) {
        let a7 = self.register(17, 0, None);
        let none = RegAccess::default();
        let (ts, kind) = (self.ts, CallKind::Exit);
        let (reads, updates) = (Vec::new(), Vec::new());
        let mut step = EcallStep { index, ts, kind, a7, a0: none, a1: none, a2: none, reads, updates, next };
        match call {
            calls::WRITE => {
                step.kind = CallKind::Write;
                step.a2 = self.register(12, 1, None);
                step.a0 = self.register(10, 4, Some(step.a2.before));
            }
            calls::HALT => {
                step.kind = CallKind::Halt;
                step.a0 = self.register(10, 1, None);
                step.a1 = self.register(11, 2, None);
                let word = (step.a1.before / 8) as u32;
                step.reads = (word..word + 4).map(|addr| self.word(addr, 2, None)).collect();
                let bytes: Vec<u8> = step.reads.iter().flat_map(|read| read.before.to_le_bytes()).collect();
                self.halted = Some((step.a0.before as u32, bytes.try_into().unwrap_or([0; 32])));
            }
            // Also what is no call at all: a lie.
            _ => {
                step.a0 = self.register(10, 1, None);
                self.halted = Some((step.a0.before as u32, calls::EMPTY_DIGEST));
            }
        }
        self.trace.ecalls.push(step);
    }

    fn begin_shard(&mut self, index: u32) {
        self.trace = empty(index, self.state.index);
        self.times.clear();
        self.touched.clear();
        self.ts = 1;
    }

    fn end_shard(&mut self) -> (ShardPlan, ShardTrace) {
        let mut trace = std::mem::replace(&mut self.trace, empty(0, 0));
        (trace.end, trace.end_ts) = (self.state.index, self.ts);
        let mut touched = Vec::new();
        for (&(space, addr), &before) in &self.touched {
            let value = self.value((space, addr));
            let last =
                self.known.get_mut(&(space, addr)).map_or(0, |k| std::mem::replace(&mut k.0, trace.index));
            touched.push(TouchedWord { space, addr, before, last, after: value });
            trace.finals.push(Final { space, addr, value, last_ts: self.times[&(space, addr)] });
        }
        let plan = ShardPlan {
            index: trace.index,
            start: trace.start,
            end: trace.end,
            ops: u64::from((self.ts - 1) / SLOTS),
            counts: Counts::default(),
            cost: 0,
            touched,
        };
        (plan, trace)
    }

    fn memory(&self) -> Vec<WordHistory> {
        let history = |(&(space, addr), &(last, first)): (&Place, &(u32, u64))| WordHistory {
            space,
            addr,
            kind: if space == Space::Memory && addr >= INPUT_BASE / 8 {
                WordKind::Input
            } else if first != 0 {
                WordKind::Image
            } else {
                WordKind::Zero
            },
            first,
            last_value: self.value((space, addr)),
            last,
        };
        self.known.iter().map(history).collect()
    }
}

fn crosses(address: u64, opcode: Opcode) -> bool {
    address % 8 + opcode.access_bytes() > 8
}
