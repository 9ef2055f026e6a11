//! Branches.

use aver_exec::Step;
use aver_isa::Op;
use aver_machine::chips::branch::{Branch, BranchEq, BranchLess};
use aver_machine::layout::Names;
use aver_stark::field::{F, f};
use aver_stark_prover::table::Table;
use p3_field::{Field, PrimeField32};

use crate::chips::compare::less;
use crate::rows::{Filler, RowMut};
use crate::steps::Steps;

#[inline(always)]
fn common(row: &mut RowMut<'_>, at: &Branch<usize>, which: usize, op: &Op, s: &Step) {
    row.set(at.flags[which], 1);
    row.cpu(&at.cpu, s.index, s.ts);
    row.read(&at.rs1, op.rs1, s.rs1, s.rs1_prev);
    row.read(&at.rs2, op.rs2, s.rs2, s.rs2_prev);
    row.set(at.target, op.target);
    row.set(at.next, s.next);
}

/// `beq`, `bne`
pub fn fill_eq(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = BranchEq.cols(&mut Names::default());
    filler.table(&BranchEq, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        common(row, &c.branch, which, op, s);
        row.flag(c.equal, s.rs1 == s.rs2);
        let limb = |value: u64, i: usize| f((value >> (16 * i)) as u32 & 0xFFFF);
        let d = |i: usize| limb(s.rs1, i) - limb(s.rs2, i);
        // one inverse is enough
        let different = s.rs1 ^ s.rs2;
        if different != 0 {
            let pair = usize::from(different as u32 == 0);
            let (low, high): (F, F) = (d(2 * pair), d(2 * pair + 1));
            let norm = low * low - high * high * f(3);
            row.set(c.inverse[pair], norm.inverse().as_canonical_u32());
        }
    })
}

/// `blt`, `bge`, `bltu`, `bgeu`
pub fn fill_less(chip: &BranchLess, filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = chip.cols(&mut Names::default());
    filler.table(chip, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        common(row, &c.branch, which, op, s);
        less(row, &c.less, s.rs1, s.rs2);
    })
}
