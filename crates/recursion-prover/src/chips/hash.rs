//! Poseidon2.

use aver_recursion::cell::Cell;
use aver_recursion::circuit::{Op, Source};
use aver_stark::field::{D, F};
use aver_stark::poseidon2::{
    DIGEST, Digest, FIRST_CONSTANTS, LAST_CONSTANTS, PARTIAL_CONSTANTS, State, WIDTH, compress, external,
    full_round, internal, node_state, permute as permutation,
};
use p3_field::PrimeCharacteristicRing;

use crate::run::Values;

/// Lanes from `first` on, in a cell.
fn cell(lanes: &[F], first: usize) -> Cell {
    std::array::from_fn(|i| lanes.get(first + i).copied().unwrap_or(F::ZERO))
}

/// Refuses a cell of more than four elements.
fn four(cell: &Cell) -> Result<(), &'static str> {
    if cell[4] == F::ZERO { Ok(()) } else { Err("the fifth element is not zero") }
}

fn state(op: &Op, values: &Values) -> State {
    let mut state: State = std::array::from_fn(|i| values.cell(op.ports[i / D])[i % D]);
    state[WIDTH - 1] += op.constants[0];
    state
}

pub fn permute(op: &Op, values: &mut Values) -> Result<(), &'static str> {
    four(values.cell(op.ports[4]))?;
    let mut state = state(op, values);
    permutation(&mut state);
    (0..5).for_each(|i| values.set(op.ports[5 + i], cell(&state, D * i)));
    values.set(op.ports[10], cell(&state[..DIGEST], D));
    Ok(())
}

pub fn fill_permute(op: &Op, values: &Values, row: &mut Vec<F>) {
    let mut state = state(op, values);
    row.extend(state);
    rounds(&mut state, row);
    row.extend(state);
}

struct Step {
    digest: Digest,
    sibling: Digest,
    bit: bool,
}

impl Step {
    fn new(op: &Op, values: &Values) -> Result<Self, &'static str> {
        let digest = |cells: [&Cell; 2]| -> Digest { std::array::from_fn(|i| cells[i / D][i % D]) };
        let own = [0, 1].map(|i| values.cell(op.ports[i]));
        let Source::Hint(hint) = op.source else { return Err("a step up a tree without a sibling") };
        let sibling = [hint, hint + 1].map(|i| values.hint(i));
        four(own[1])?;
        four(sibling[1])?;
        let bit = super::cells::bit(values.cell(op.ports[2]))?;
        Ok(Self { digest: digest(own), sibling: digest(sibling), bit })
    }
    fn children(&self) -> [Digest; 2] {
        if self.bit { [self.sibling, self.digest] } else { [self.digest, self.sibling] }
    }
}

pub fn node(op: &Op, values: &mut Values) -> Result<(), &'static str> {
    let [left, right] = Step::new(op, values)?.children();
    let parent = compress(&left, &right);
    (0..2).for_each(|i| values.set(op.ports[3 + i], cell(&parent, D * i)));
    Ok(())
}

pub fn fill_node(op: &Op, values: &Values, row: &mut Vec<F>) {
    let step = Step::new(op, values).expect("the operation has been run");
    let [left, right] = step.children();
    row.extend(step.digest.iter().chain(&step.sibling).chain(&left));
    row.push(F::from_bool(step.bit));
    let mut state = node_state(&left, &right, |c| c);
    rounds(&mut state, row);
    row.extend(&state[..DIGEST]);
}

/// Permutes the state; the columns of all rounds but the last.
fn rounds(state: &mut State, row: &mut Vec<F>) {
    external(state);
    for constants in &FIRST_CONSTANTS {
        full_round(state, constants);
        row.extend(*state);
    }
    for &constant in &PARTIAL_CONSTANTS {
        state[0] = (state[0] + constant).cube();
        row.push(state[0]);
        internal(state);
    }
    for (i, constants) in LAST_CONSTANTS.iter().enumerate() {
        full_round(state, constants);
        if i + 1 < LAST_CONSTANTS.len() {
            row.extend(*state);
        }
    }
}
