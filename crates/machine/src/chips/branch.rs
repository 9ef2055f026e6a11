//! Branches. [`BranchEq`]: `beq`, `bne`. [`BranchLess`]: `blt`, `bge`, and a chip for `bltu`, `bgeu`.
//!
//! | columns of `branch_eq` | |
//! |---|---|
//! | beq, bne | flags |
//! | index, ts, rs1 (6), rs2 (6), target, next | |
//! | equal | whether a = b |
//! | inverse (2) | of the two norms |
//!
//! Buses: exec 2, instr 1, mem 4, range 2.
//!
//! 1. `equal` is a boolean; equal · (a_i − b_i) = 0 for each limb.
//! 2. If real and not equal, some limb differs: N_01 · inverse_0 + N_23 · inverse_1 = is_real − equal,
//!    where N_ij = d_i² − 3 d_j² with d = a − b. 3 is no square modulo p, so N_ij vanishes only if both
//!    differences do. (In padding `equal` is then 0 or the inverses are at hand; nothing is sent.)
//! 3. next = index + 1 + taken · (target − index − 1), taken = beq · equal + bne · (1 − equal).
//!
//! | columns of `branch_less`, `branch_less_unsigned` | |
//! |---|---|
//! | blt, bge | flags |
//! | index, ts, rs1 (6), rs2 (6), target, next | |
//! | [`Less`] (5 or 7) | |
//!
//! Buses: exec 2, instr 1, mem 4, range 2 + 1 (3).
//!
//! 1. next = index + 1 + taken · (target − index − 1), taken = blt · less + bge · (1 − less).

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};

use crate::chips::add_sub::Operand;
use crate::chips::compare::Less;
use crate::cpu::{self, Cpu, Instr, Read, Row};
use crate::layout::{Cells, Layout, Names};

/// What all branches have.
#[derive(Clone, Copy, Debug)]
pub struct Branch<T> {
    /// Taken if the condition holds; taken if it does not.
    pub flags: [T; 2],
    /// Hart.
    pub cpu: Cpu<T>,
    /// a
    pub rs1: Read<T>,
    /// b
    pub rs2: Read<T>,
    /// Op index of where it goes.
    pub target: T,
    /// Op index of the next op.
    pub next: T,
}

impl<T: Copy> Branch<T> {
    #[inline(always)]
    fn new(l: &mut impl Layout<Cell = T>) -> Self {
        Self {
            flags: [l.one("if"), l.one("unless")],
            cpu: Cpu::new(l),
            rs1: Read::new(l, "rs1"),
            rs2: Read::new(l, "rs2"),
            target: l.one("target"),
            next: l.one("next"),
        }
    }
}

impl<E: Expr> Branch<E> {
    #[inline(always)]
    fn eval<'b, B: Builder<E = E>>(
        &self,
        b: &'b mut B,
        opcodes: [Opcode; 2],
        label: &'static str,
        condition: E,
    ) -> Row<'b, B> {
        let real = cpu::flags(b, &self.flags);
        let mut instr =
            Instr { rs1: self.rs1.reg, rs2: self.rs2.reg, ..Instr::new(cpu::opcode(self.flags, opcodes)) };
        instr.imm[0] = self.target;
        let mut row = Row::op(b, real, &self.cpu, instr, self.next);
        row.read(cpu::RS1, &self.rs1);
        row.read(cpu::RS2, &self.rs2);
        let [yes, no] = self.flags;
        let taken = yes * condition + no * (E::one() - condition);
        let fall = self.cpu.index + real;
        row.assert_zero(label, fall + taken * (self.target - fall) - self.next);
        row
    }
}

/// `beq`, `bne`
pub struct BranchEq;

/// A row of [`BranchEq`].
#[derive(Clone, Copy, Debug)]
pub struct EqCols<T> {
    /// Common.
    pub branch: Branch<T>,
    /// a = b
    pub equal: T,
    /// What shows that they differ.
    pub inverse: [T; 2],
}

impl BranchEq {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> EqCols<L::Cell> {
        EqCols { branch: Branch::new(l), equal: l.one("equal"), inverse: l.array("inverse") }
    }
}

impl Air for BranchEq {
    fn name(&self) -> &str {
        "branch_eq"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let mut row = c.branch.eval(b, [Opcode::Beq, Opcode::Bne], "branch_eq/3", c.equal);
        let d: [B::E; 4] = core::array::from_fn(|i| c.branch.rs1.value[i] - c.branch.rs2.value[i]);
        row.assert_bool("branch_eq/1", c.equal);
        for difference in d {
            row.assert_zero("branch_eq/1", c.equal * difference);
        }
        let norm = |i: usize| d[i] * d[i] - d[i + 1] * d[i + 1] * 3;
        let shown = norm(0) * c.inverse[0] + norm(2) * c.inverse[1];
        let real = row.real;
        row.assert_zero("branch_eq/2", shown - real + c.equal);
    }
}

/// `blt` and `bge`, or `bltu` and `bgeu`.
pub struct BranchLess {
    /// Which.
    pub signed: bool,
}

/// A row of [`BranchLess`].
#[derive(Clone, Copy, Debug)]
pub struct LessCols<T> {
    /// Common.
    pub branch: Branch<T>,
    /// a < b
    pub less: Less<T>,
}

impl BranchLess {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> LessCols<L::Cell> {
        LessCols { branch: Branch::new(l), less: Less::new(l, self.signed, false) }
    }
}

impl Air for BranchLess {
    fn name(&self) -> &str {
        if self.signed { "branch_less" } else { "branch_less_unsigned" }
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let opcodes = if self.signed { [Opcode::Blt, Opcode::Bge] } else { [Opcode::Bltu, Opcode::Bgeu] };
        let mut row = c.branch.eval(b, opcodes, "branch_less/1", c.less.less);
        c.less.eval(&mut row, c.branch.rs1.value, &Operand::Register(c.branch.rs2));
    }
}
