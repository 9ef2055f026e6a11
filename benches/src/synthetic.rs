//! A table of a realistic shape: 31 columns, 20 constraints of degree up to 3, 12 messages.

use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::field::F;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

const BUS: Bus = Bus::local(1, 7, "synthetic");
/// Columns of a row.
pub const WIDTH: usize = 31;
/// Messages of a row.
pub const MESSAGES: usize = 12;

/// The chip. Column 0 is `is_real`; columns 1 to 10 are free, 11 to 30 follow from them; every message
/// that is sent is taken in the same row.
pub struct Synthetic;

impl Air for Synthetic {
    fn name(&self) -> &str {
        "synthetic"
    }
    fn columns(&self) -> Columns {
        Columns::witness((0..WIDTH).map(|i| format!("c{i}")).collect())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let row = b.row().to_vec();
        b.assert_bool("synthetic/1", row[0]);
        for i in 11..WIDTH {
            let product = row[i - 10] * row[i - 9];
            let value = if i % 2 == 0 { product } else { product * row[i - 8] };
            b.assert_zero("synthetic/2", value - row[i]);
        }
        for k in 0..MESSAGES / 2 {
            let values: [B::E; 7] = core::array::from_fn(|i| row[1 + (k * 4 + i) % 30]);
            b.send(BUS, row[0], &values);
            b.receive(BUS, row[0], &values);
        }
    }
}

/// `rows` honest rows.
pub fn table(rows: usize) -> Table {
    let row = |x: usize| {
        let mut row = [F::ONE; WIDTH];
        for (i, v) in row.iter_mut().enumerate().take(11).skip(1) {
            *v = F::new(((x * 31 + i) as u32).wrapping_mul(2_654_435_761) >> 2);
        }
        for i in 11..WIDTH {
            let product = row[i - 10] * row[i - 9];
            row[i] = if i % 2 == 0 { product } else { product * row[i - 8] };
        }
        row
    };
    let mut columns = vec![vec![F::ZERO; rows]; WIDTH];
    let rows_of: Vec<[F; WIDTH]> = (0..rows).into_par_iter().map(row).collect();
    columns.par_iter_mut().enumerate().for_each(|(i, c)| c.iter_mut().zip(&rows_of).for_each(|(v, r)| *v = r[i]));
    Table::witness(rows, columns)
}
