//! Loads at any address.

use aver_isa::Program;
use aver_machine::buses::TEXT;
use aver_machine::chips::misaligned_load::MisalignedLoad;
use aver_machine::chips::tables::space_of_word;
use aver_machine::cpu;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::Filler;
use crate::steps::Steps;

/// Fills the table.
pub fn fill(filler: &Filler<'_>, program: &Program, steps: &Steps<'_>) -> Table {
    let c = MisalignedLoad.cols(&mut Names::default());
    filler.table(&MisalignedLoad, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        row.set(c.flags[which], 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.base(&c.base, op.rs1, s.rs1, s.rs1_prev);
        row.signed(c.imm, op.imm);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        let offset = s.rs1.wrapping_add(op.imm as u64) as usize % 8;
        if offset >= 2 {
            row.set(c.at[offset / 2 - 1], 1);
        }
        row.set(c.odd, offset as u32 & 1);
        let cross = s.mem[1].addr != 0;
        row.flag(c.cross, cross);
        row.flag(c.text[0], space_of_word(program, s.mem[0].addr) == TEXT);
        row.word(&c.mem[0], s.mem[0].before, s.ts + cpu::MEM0, s.mem[0].prev_ts);
        if cross {
            row.flag(c.text[1], space_of_word(program, s.mem[1].addr) == TEXT);
            row.word(&c.mem[1], s.mem[1].before, s.ts + cpu::MEM1, s.mem[1].prev_ts);
        }
        let both = u128::from(s.mem[1].before) << 64 | u128::from(s.mem[0].before);
        let window = both >> (16 * (offset / 2));
        for k in 0..5 {
            let limb = (window >> (16 * k)) as u32;
            row.set(c.low[k], limb & 0xFF);
            row.set(c.high[k], limb >> 8 & 0xFF);
        }
        row.limbs(c.v, s.rd);
        let signed = matches!(which, 0 | 2);
        row.flag(c.sign, signed && s.rd >> 63 == 1);
    })
}
