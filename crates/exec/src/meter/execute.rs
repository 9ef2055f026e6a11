//! The inner loop of metering.

use aver_isa::{Op, Opcode};

use super::{Meter, Stop};
use crate::{
    FaultKind, Host,
    memory::second_word,
    semantics::{alu, extract, insert, loaded, taken},
};

impl Meter<'_> {
    #[inline(always)]
    pub(super) fn reg(&self, register: u8) -> u64 {
        self.regs[usize::from(register & 63)]
    }

    #[inline(always)]
    pub(super) fn set(&mut self, register: u8, value: u64) {
        self.regs[usize::from(register & 63)] = value;
    }

    /// Runs `count` ops from `start`, of which only the last may jump; returns the index of the
    /// next. An error comes with the number of ops that ran before it.
    #[inline(always)]
    pub(super) fn execute(
        &mut self,
        start: u32,
        count: u32,
        host: &mut dyn Host,
    ) -> Result<u32, (u32, Stop)> {
        use Opcode::*;
        let program = self.program;
        let next = start + count;
        let ops = program.ops.get(start as usize..next as usize).unwrap_or_default();
        for (done, op) in ops.iter().enumerate() {
            // One arm an opcode, each with its own copy of the semantics: the match is the only
            // dispatch.
            macro_rules! arms {
                ($($method:ident: $($opcode:ident)*;)*) => {
                    match op.opcode {
                        $($($opcode => self.$method($opcode, op),)*)*
                        Const => {
                            self.set(op.rd, op.imm as u64);
                            Ok(())
                        }
                        Jal => {
                            self.set(op.rd, op.imm as u64);
                            return Ok(op.target);
                        }
                        Beq | Bne | Blt | Bge | Bltu | Bgeu => {
                            let taken = self.branch(op);
                            return Ok(if taken { op.target } else { next });
                        }
                        Jalr => return self.jump(op).map_err(|kind| (done as u32, kind.into())),
                        Ecall => {
                            let index = start + done as u32;
                            return self.call(index, host).map_err(|stop| (done as u32, stop));
                        }
                        Illegal => Err(illegal(op)),
                    }
                };
            }
            let result: Result<(), FaultKind> = arms! {
                register: Add Sub Addw Subw And Or Xor Slt Sltu Sll Srl Sra Sllw Srlw Sraw
                    Mul Mulh Mulhu Mulhsu Mulw Div Divu Rem Remu Divw Divuw Remw Remuw;
                update: AddTo;
                update_immediate: AddiTo;
                immediate: Addi Addiw Andi Ori Xori Slti Sltiu Slli Srli Srai Slliw Srliw Sraiw;
                load: Lb Lh Lw Ld Lbu Lhu Lwu;
                store: Sb Sh Sw Sd;
            };
            if let Err(kind) = result {
                return Err((done as u32, kind.into()));
            }
        }
        Ok(next)
    }

    #[inline(always)]
    fn register(&mut self, opcode: Opcode, op: &Op) -> Result<(), FaultKind> {
        self.set(op.rd, alu(opcode, self.reg(op.rs1), self.reg(op.rs2)));
        Ok(())
    }

    #[inline(always)]
    fn immediate(&mut self, opcode: Opcode, op: &Op) -> Result<(), FaultKind> {
        self.set(op.rd, alu(opcode, self.reg(op.rs1), op.imm as u64));
        Ok(())
    }

    #[inline(always)]
    fn update(&mut self, opcode: Opcode, op: &Op) -> Result<(), FaultKind> {
        self.set(op.rd, alu(opcode, self.reg(op.rd), self.reg(op.rs2)));
        Ok(())
    }

    #[inline(always)]
    fn update_immediate(&mut self, opcode: Opcode, op: &Op) -> Result<(), FaultKind> {
        self.set(op.rd, alu(opcode, self.reg(op.rd), op.imm as u64));
        Ok(())
    }

    #[inline(always)]
    fn branch(&self, op: &Op) -> bool {
        use Opcode::*;
        let (a, b) = (self.reg(op.rs1), self.reg(op.rs2));
        match op.opcode {
            Beq => taken(Beq, a, b),
            Bne => taken(Bne, a, b),
            Blt => taken(Blt, a, b),
            Bge => taken(Bge, a, b),
            Bltu => taken(Bltu, a, b),
            opcode => taken(opcode, a, b),
        }
    }

    #[inline(always)]
    fn jump(&mut self, op: &Op) -> Result<u32, FaultKind> {
        let address = self.reg(op.rs1).wrapping_add(op.imm as u64) & !1;
        self.set(op.rd, u64::from(op.pc) + 4);
        let index = u32::try_from(address).ok().and_then(|pc| self.program.index_of(pc));
        index.ok_or(FaultKind::JumpTarget { address })
    }

    #[inline(always)]
    fn address(&self, op: &Op) -> u64 {
        self.reg(op.rs1).wrapping_add(op.imm as u64)
    }

    #[inline(always)]
    fn load(&mut self, opcode: Opcode, op: &Op) -> Result<(), FaultKind> {
        let address = self.address(op);
        if !address.is_multiple_of(opcode.access_bytes()) {
            return self.misaligned_load(op, address);
        }
        let word = self.memory.read(address)?;
        self.set(op.rd, loaded(opcode, word >> (8 * (address % 8))));
        Ok(())
    }

    #[inline(always)]
    fn store(&mut self, opcode: Opcode, op: &Op) -> Result<(), FaultKind> {
        let address = self.address(op);
        let value = self.reg(op.rs2);
        let bytes = opcode.access_bytes();
        if !address.is_multiple_of(bytes) {
            return self.misaligned_store(op, address);
        }
        let shift = 8 * (address % 8);
        let mask = u64::MAX >> (64 - 8 * bytes) << shift;
        self.memory.update(address, |old| old & !mask | value << shift & mask)?;
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn misaligned_load(&mut self, op: &Op, address: u64) -> Result<(), FaultKind> {
        self.count_misaligned(op.opcode);
        let low = self.memory.read(address)?;
        let high = match second_word(address, op.opcode.access_bytes()) {
            Some(next) => self.memory.read(next)?,
            None => 0,
        };
        self.set(op.rd, loaded(op.opcode, extract(low, high, (address % 8) as u32)));
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn misaligned_store(&mut self, op: &Op, address: u64) -> Result<(), FaultKind> {
        self.count_misaligned(op.opcode);
        let (offset, bytes) = ((address % 8) as u32, op.opcode.access_bytes());
        let value = self.reg(op.rs2);
        self.memory.update(address, |low| insert(low, 0, offset, bytes, value).0)?;
        if let Some(next) = second_word(address, bytes) {
            self.memory.update(next, |high| insert(0, high, offset, bytes, value).1)?;
        }
        Ok(())
    }

    fn count_misaligned(&mut self, opcode: Opcode) {
        let opcode = opcode as usize;
        self.counts.misaligned[opcode] += 1;
        self.spent = self.spent - self.cost.ops[opcode] + self.cost.misaligned[opcode];
    }
}

fn illegal(op: &Op) -> FaultKind {
    match op.first {
        true => FaultKind::IllegalInstruction { word: op.imm as u32 },
        false => FaultKind::NoInstruction,
    }
}
