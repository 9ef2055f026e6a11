//! Poseidon2 of as many inputs at a time as a register has lanes. Mirrors [`aver_stark::poseidon2`].

use std::sync::LazyLock;

use aver_stark::field::{D, F, PF};
use aver_stark::hash::{NODE, Node};
use aver_stark::poseidon2::{Domain, RATE, RATE_CELLS, WIDTH};
use p3_field::{PackedValue, PrimeCharacteristicRing};
use p3_koala_bear::{Poseidon2KoalaBear, default_koalabear_poseidon2_24};
use p3_symmetric::Permutation;

static PERMUTATION: LazyLock<Poseidon2KoalaBear<WIDTH>> = LazyLock::new(default_koalabear_poseidon2_24);

/// With the domain in the last lane.
fn state(domain: Domain) -> [PF; WIDTH] {
    let mut state = [PF::ZERO; WIDTH];
    state[WIDTH - 1] = PF::from(F::new(domain as u32));
    state
}

fn write(state: &[PF; WIDTH], out: &mut [Node]) {
    for (lane, out) in out.iter_mut().enumerate() {
        *out = Node(core::array::from_fn(|i| state[i].as_slice()[lane]));
    }
}

/// Leaves of rows.
pub fn hash_rows(rows: &[F], width: usize, out: &mut [Node]) {
    for (rows, out) in rows.chunks(PF::WIDTH * width).zip(out.chunks_mut(PF::WIDTH)) {
        let mut state = state(Domain::Leaf);
        for first in (0..width).step_by(RATE) {
            for (i, lanes) in state[..RATE].iter_mut().enumerate() {
                let column = if first + i < width { &rows[first + i..] } else { &[] };
                *lanes = PF::from_fn(|lane| column.get(lane * width).copied().unwrap_or(F::ZERO));
            }
            let cells = (width - first).div_ceil(D).min(RATE_CELLS);
            state[WIDTH - 1] += F::new(cells as u32);
            PERMUTATION.permute_mut(&mut state);
        }
        write(&state, out);
    }
}

/// Nodes over pairs.
pub fn compress_pairs(nodes: &[Node], out: &mut [Node]) {
    for (nodes, out) in nodes.chunks(2 * PF::WIDTH).zip(out.chunks_mut(PF::WIDTH)) {
        let mut state = state(Domain::Node);
        for (i, lanes) in state[..2 * NODE].iter_mut().enumerate() {
            let node = |lane: usize| nodes.get(2 * lane + i / NODE);
            *lanes = PF::from_fn(|lane| node(lane).map_or(F::ZERO, |node| node.0[i % NODE]));
        }
        PERMUTATION.permute_mut(&mut state);
        write(&state, out);
    }
}

/// The first lane of nodes over `seed` and each of [`PF::WIDTH`] nonces.
pub fn work(seed: &Node, nonces: PF) -> PF {
    let mut state = state(Domain::Node);
    for (lanes, &value) in state.iter_mut().zip(&seed.0) {
        *lanes = PF::from(value);
    }
    state[NODE] = nonces;
    PERMUTATION.permute_mut(&mut state);
    state[0]
}
