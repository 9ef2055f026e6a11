//! A table of a realistic shape: 31 columns, 21 constraints of degree up to 3, 12 messages.

use core::ops::{Add, Mul};

use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::field::F;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

const BUS: Bus = Bus::local(1, 7, "synthetic");
/// Columns of a row.
pub const WIDTH: usize = 31;
/// Columns that constraints leave free: `is_real`, five values, and those of the next row.
pub const FREE: usize = 11;
/// Messages of a row.
pub const MESSAGES: usize = 2 * PAIRS;
/// Messages a row sends, and as many it takes.
pub const PAIRS: usize = 6;

/// The chip. Column 0 is `is_real`; columns 1 to 5 are free, 6 to 10 repeat those of the next row
/// (of the first, in the last row), which a message sent by one row and taken by another shows;
/// 11 to 30 follow from them.
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
        for i in FREE..WIDTH {
            b.assert_zero("synthetic/2", derived(&row, i) - row[i]);
        }
        for pair in 0..PAIRS {
            let (sent, taken) = message(&row, pair);
            b.send(BUS, row[0], &sent);
            b.receive(BUS, row[0], &taken);
        }
    }
}

/// What column `i`, from [`FREE`] on, must be.
pub fn derived<E: Clone + Mul<Output = E>>(row: &[E], i: usize) -> E {
    let product = row[i - 10].clone() * row[i - 9].clone();
    if i.is_multiple_of(2) { product } else { product * row[i - 8].clone() }
}

/// What a row sends and what it takes. Only the first pair is between different rows.
pub fn message<E: Clone + Add<Output = E>>(row: &[E], pair: usize) -> ([E; 7], [E; 7]) {
    if pair == 0 {
        let values = |c: &[E]| {
            let five: [E; 5] = core::array::from_fn(|i| c[i].clone());
            let [a, b, c, d, e] = five;
            [a.clone(), b.clone(), c, d, e, a.clone() + b, a]
        };
        (values(&row[1..6]), values(&row[6..11]))
    } else {
        let values: [E; 7] = core::array::from_fn(|i| row[1 + (pair * 4 + i) % 30].clone());
        (values.clone(), values)
    }
}

/// `rows` honest rows.
pub fn table(rows: usize) -> Table {
    let free = |x: usize, i: usize| F::new(((x * 31 + i) as u32).wrapping_mul(2_654_435_761) >> 2);
    let row = |x: usize| {
        let mut row = [F::ONE; WIDTH];
        for i in 1..6 {
            row[i] = free(x, i);
            row[i + 5] = free((x + 1) % rows, i);
        }
        derive(&mut row);
        row
    };
    let mut columns = vec![vec![F::ZERO; rows]; WIDTH];
    let rows_of: Vec<[F; WIDTH]> = (0..rows).into_par_iter().map(row).collect();
    columns
        .par_iter_mut()
        .enumerate()
        .for_each(|(i, c)| c.iter_mut().zip(&rows_of).for_each(|(v, r)| *v = r[i]));
    Table::witness(rows, columns)
}

fn derive(row: &mut [F; WIDTH]) {
    for i in FREE..WIDTH {
        row[i] = derived(row, i);
    }
}

/// What is false in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tamper {
    /// One cell breaks one constraint; the messages cancel.
    Constraint,
    /// All constraints hold; one row takes a message that none sends.
    Bus,
}

impl Tamper {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Constraint => "a broken constraint",
            Self::Bus => "an unbalanced bus",
        }
    }
}

/// `rows` rows of which one is false.
pub fn tampered(rows: usize, tamper: Tamper) -> Table {
    let mut table = table(rows);
    let x = rows / 3;
    match tamper {
        Tamper::Constraint => table.witness[WIDTH - 1][x] += F::ONE,
        Tamper::Bus => {
            let mut row: [F; WIDTH] = core::array::from_fn(|i| table.witness[i][x]);
            row[6] += F::ONE;
            derive(&mut row);
            table.witness.iter_mut().zip(row).for_each(|(column, v)| column[x] = v);
        }
    }
    table
}
