//! Registers that rested.

use aver_exec::Touch as Row;
use aver_machine::chips::touch::{BLOCK, Touch};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::Filler;

const _: () = assert!(aver_exec::TOUCH_BLOCK == BLOCK);

/// Fills the table.
pub fn fill(filler: &Filler<'_>, touches: &[Row]) -> Table {
    let c = Touch.cols(&mut Names::default());
    filler.table(&Touch, touches.len(), |i, row| {
        let touch = &touches[i];
        row.set(c.is_real, 1);
        row.set(c.reg, touch.register.into());
        row.limbs(c.value, touch.value);
        row.set(c.prev, touch.prev_ts);
        row.set(c.block, touch.ts / BLOCK);
    })
}
