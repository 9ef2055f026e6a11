//! Poseidon2.

use aver_recursion::cell::Cell;
use aver_recursion::chips::Kind;
use aver_recursion::circuit::{Op, Source};
use aver_stark::field::{D, F, PF};
use aver_stark::poseidon2::{
    DIGEST, Digest, FIRST_CONSTANTS, LAST_CONSTANTS, PARTIAL_CONSTANTS, State, WIDTH, compress, external,
    full_round, internal, node_state, permute as permutation,
};
use p3_field::{PackedValue, PrimeCharacteristicRing};

use crate::run::Values;

/// Lanes from `first` on, in a cell.
fn cell(lanes: &[F], first: usize) -> Cell {
    std::array::from_fn(|i| lanes.get(first + i).copied().unwrap_or(F::ZERO))
}

/// Refuses a cell of more than four elements.
pub fn four(cell: &Cell) -> Result<(), &'static str> {
    if cell[4] == F::ZERO { Ok(()) } else { Err("the fifth element is not zero") }
}

fn state(op: &Op<'_>, values: &Values) -> State {
    let mut state: State = std::array::from_fn(|i| values.cell(op.ports[i / D])[i % D]);
    state[WIDTH - 1] += op.constants[0];
    state
}

pub fn permute(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    four(values.cell(op.ports[4]))?;
    let mut state = state(op, values);
    permutation(&mut state);
    (0..5).for_each(|i| values.set(op.ports[5 + i], cell(&state, D * i)));
    values.set(op.ports[10], cell(&state[..DIGEST], D));
    Ok(())
}

struct Step {
    digest: Digest,
    sibling: Digest,
    bit: bool,
}

impl Step {
    fn new(op: &Op<'_>, values: &Values) -> Result<Self, &'static str> {
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

pub fn node(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let [left, right] = Step::new(op, values)?.children();
    let parent = compress(&left, &right);
    (0..2).for_each(|i| values.set(op.ports[3 + i], cell(&parent, D * i)));
    Ok(())
}

/// The witness columns of permutations or nodes, as many rows at a time as a register has lanes.
pub fn columns(kind: Kind, ops: &[Op<'_>], values: &Values) -> Vec<Vec<F>> {
    let mut columns = vec![Vec::with_capacity(ops.len()); kind.shape().width()];
    for ops in ops.chunks(PF::WIDTH) {
        let mut next = columns.iter_mut();
        let mut put = |value: PF| {
            let column = next.next().expect("as many values as columns");
            column.extend_from_slice(&value.as_slice()[..ops.len()]);
        };
        if kind == Kind::Permute {
            let states: Vec<State> = ops.iter().map(|op| state(op, values)).collect();
            let mut state: State<PF> = pack(&states, |state| state);
            state.into_iter().for_each(&mut put);
            rounds(&mut state, &mut put);
            state.into_iter().for_each(&mut put);
        } else {
            let step = |op: &Op<'_>| Step::new(op, values).expect("the operation has been run");
            let steps: Vec<Step> = ops.iter().map(step).collect();
            let children: Vec<[Digest; 2]> = steps.iter().map(Step::children).collect();
            let [left, right] = [0, 1].map(|side| pack(&children, |c| &c[side]));
            let own = [pack(&steps, |s| &s.digest), pack(&steps, |s| &s.sibling), left];
            own.into_iter().flatten().for_each(&mut put);
            put(PF::from_fn(|lane| F::from_bool(steps.get(lane).is_some_and(|s| s.bit))));
            let mut state = node_state(&left, &right, PF::from);
            rounds(&mut state, &mut put);
            state.into_iter().take(DIGEST).for_each(&mut put);
        }
    }
    columns
}

/// The same lanes of all rows.
fn pack<R, const N: usize>(rows: &[R], lanes: impl Fn(&R) -> &[F; N]) -> [PF; N] {
    std::array::from_fn(|i| PF::from_fn(|row| rows.get(row).map_or(F::ZERO, |row| lanes(row)[i])))
}

/// Permutes the state; puts the columns of all rounds but the last.
fn rounds(state: &mut State<PF>, mut put: impl FnMut(PF)) {
    external(state);
    for constants in &FIRST_CONSTANTS {
        full_round(state, constants);
        state.iter().for_each(|&lane| put(lane));
    }
    for &constant in &PARTIAL_CONSTANTS {
        state[0] = (state[0] + constant).cube();
        put(state[0]);
        internal(state);
    }
    for (i, constants) in LAST_CONSTANTS.iter().enumerate() {
        full_round(state, constants);
        if i + 1 < LAST_CONSTANTS.len() {
            state.iter().for_each(|&lane| put(lane));
        }
    }
}
