//! Stores at any address.

use aver_machine::chips::misaligned_store::MisalignedStore;
use aver_machine::cpu;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::Filler;
use crate::steps::Steps;

/// Fills the table.
pub fn fill(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = MisalignedStore.cols(&mut Names::default());
    filler.table(&MisalignedStore, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        row.set(c.flags[which], 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.base(&c.base, op.rs1, s.rs1, s.rs1_prev);
        row.signed(c.imm, op.imm);
        row.read(&c.rs2, op.rs2, s.rs2, s.rs2_prev);
        let offset = s.rs1.wrapping_add(op.imm as u64) as usize % 8;
        if offset >= 2 {
            row.set(c.at[offset / 2 - 1], 1);
        }
        row.set(c.odd, offset as u32 & 1);
        let cross = s.mem[1].addr != 0;
        row.flag(c.cross, cross);
        row.word(&c.mem[0], s.mem[0].before, s.ts + cpu::MEM0, s.mem[0].prev_ts);
        if cross {
            row.word(&c.mem[1], s.mem[1].before, s.ts + cpu::MEM1, s.mem[1].prev_ts);
        }
        let both = |low: u64, high: u64| u128::from(high) << 64 | u128::from(low);
        let before = both(s.mem[0].before, s.mem[1].before);
        let after = both(s.mem[0].after, s.mem[1].after);
        row.limbs(c.new, after as u64);
        for j in 0..4 {
            row.set(c.new[4 + j], (after >> (64 + 16 * j)) as u32 & 0xFFFF);
        }
        let l = offset / 2;
        let limb = |value: u128, k: usize| (value >> (16 * k)) as u32 & 0xFFFF;
        let mut bytes = |at: [usize; 2], limb: u32| {
            row.set(at[0], limb & 0xFF);
            row.set(at[1], limb >> 8);
        };
        bytes(c.first, limb(before, l));
        bytes(c.last, limb(before, l + [1, 2, 4][which]));
        for k in 0..4 {
            row.set(c.bytes[k], (s.rs2 >> (16 * k)) as u32 & 0xFF);
        }
        for k in 0..5 {
            row.set(c.y[k], limb(after, l + k));
        }
    })
}
