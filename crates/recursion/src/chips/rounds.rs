//! The rounds of Poseidon2, as [`super::permute`] and [`super::node`] have them.
//!
//! Columns are the states after full rounds, and what the cube of each partial round gives; between these, lanes are
//! linear in columns. All constraints are cubes of linear forms. Round constants are multiplied by `real`: rows of zeros
//! satisfy everything.

use aver_stark::air::{Builder, Expr};
use aver_stark::poseidon2::{
    FIRST_CONSTANTS, HALF_FULL, LAST_CONSTANTS, PARTIAL, PARTIAL_CONSTANTS, State, WIDTH, external, internal,
};

use crate::port::Row;

/// Columns before the last round.
pub const COLUMNS: usize = (2 * HALF_FULL - 1) * WIDTH + PARTIAL;

/// Columns of the rounds but the last.
pub struct Rounds<E> {
    first: [State<E>; HALF_FULL],
    partial: [E; PARTIAL],
    last: [State<E>; HALF_FULL - 1],
}

impl<E: Expr> Rounds<E> {
    /// The next columns of a row.
    #[inline(always)]
    pub fn new(row: &mut Row<'_, E>) -> Self {
        let first = core::array::from_fn(|_| row.array());
        let partial = row.array();
        Self { first, partial, last: core::array::from_fn(|_| row.array()) }
    }

    /// In rows in use, the permutation of `state` starts with `end`. Labels are for the first full rounds, the
    /// partial ones and the last full ones.
    #[inline(always)]
    pub fn check<B: Builder<E = E>>(
        &self,
        b: &mut B,
        labels: [&'static str; 3],
        real: E,
        mut state: State<E>,
        end: &[E],
    ) {
        external(&mut state);
        for (columns, constants) in self.first.iter().zip(&FIRST_CONSTANTS) {
            full_round(b, labels[0], &state, constants.map(|c| real * c), columns);
            state = *columns;
        }
        for (&column, &constant) in self.partial.iter().zip(&PARTIAL_CONSTANTS) {
            b.assert_zero(labels[1], cube(state[0] + real * constant) - column);
            state[0] = column;
            internal(&mut state);
        }
        let columns = self.last.iter().map(|c| &c[..]).chain([end]);
        for (columns, constants) in columns.zip(&LAST_CONSTANTS) {
            full_round(b, labels[2], &state, constants.map(|c| real * c), columns);
            state = core::array::from_fn(|i| columns.get(i).copied().unwrap_or(state[i]));
        }
    }
}

#[inline(always)]
fn cube<E: Expr>(x: E) -> E {
    x.square() * x
}

/// A full round leads from `state` to what starts with `columns`.
#[inline(always)]
fn full_round<B: Builder>(
    b: &mut B,
    label: &'static str,
    state: &State<B::E>,
    constants: State<B::E>,
    columns: &[B::E],
) {
    let mut next = core::array::from_fn(|i| cube(state[i] + constants[i]));
    external(&mut next);
    for (&lane, &column) in next.iter().zip(columns) {
        b.assert_zero(label, lane - column);
    }
}
