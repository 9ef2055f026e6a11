//! A shard's boundary table.

use aver_exec::{Final, ShardPlan, Space, TouchedWord};
use aver_isa::Program;
use aver_machine::buses::REGISTERS;
use aver_machine::chips::boundary::{BOUNDARY_WIDTH, Boundary};
use aver_machine::chips::tables::space_of_word;
use aver_machine::layout::Names;
use aver_stark_prover::arena::Buffer;
use aver_stark_prover::table::Table;

use crate::rows::Filler;

/// A word's space on the buses.
pub fn space(program: &Program, space: Space, addr: u32) -> u32 {
    match space {
        Space::Register => REGISTERS,
        Space::Memory => space_of_word(program, addr),
    }
}

/// Fills the table; without `finals` (pass 1), the boundary columns only.
pub fn fill(filler: &Filler<'_>, program: &Program, plan: &ShardPlan, finals: Option<&[Final]>) -> Table {
    let c = Boundary.cols(&mut Names::default());
    let rows = plan.touched.len();
    let mut boundary = filler.columns(&Boundary, rows, |i, row| {
        let word: &TouchedWord = &plan.touched[i];
        row.set(c.is_real, 1);
        row.set(c.space, space(program, word.space, word.addr));
        row.set(c.addr, word.addr);
        row.limbs(c.before, word.before);
        row.set(c.last, word.last);
        row.limbs(c.after, word.after);
        row.set(c.out_ts, finals.and_then(|f| f.get(i)).map_or(0, |f| f.last_ts));
    });
    let mut witness = boundary.split_off(BOUNDARY_WIDTH);
    if finals.is_none() {
        witness.fill(Buffer::default());
    }
    Table { rows, boundary, witness, ..Table::default() }
}
