//! The chips: honest rows pass the oracle and a proof, and nothing else does.
//!
//! | | |
//! |---|---|
//! | `cells` | every cell of rows of every chip, changed |
//! | `lies` | rows that are whole but false, and the constraints that refuse them |
//! | `lint` | the rules that all chips keep |
//! | `hash` | Poseidon2 in a circuit is the native one |

mod cells;
mod hash;
mod lies;
mod lint;

use aver_recursion::builder::Sponge;
use aver_recursion::cell::Cell;
use aver_recursion::chips::Kind;
use aver_recursion::{Builder, Circuit, Wire};
use aver_recursion_prover::Prover;
use aver_stark::field::{EF, F, P, coefficients, from_coefficients};
use aver_stark::params::{Params, Profile};
use aver_stark::poseidon2::{Domain, compress, hash_row};
use aver_stark_prover::check::{Violation, check};
use aver_stark_prover::table::Table;
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

pub fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

pub fn element(rng: &mut StdRng) -> F {
    F::new(rng.random_range(0..P))
}

pub fn cell(rng: &mut StdRng) -> Cell {
    std::array::from_fn(|_| element(rng))
}

pub fn cell_of(value: EF) -> Cell {
    std::array::from_fn(|i| coefficients(&value)[i])
}

pub fn base(value: u32) -> Cell {
    [F::new(value), F::ZERO, F::ZERO, F::ZERO, F::ZERO]
}

/// A digest in two cells.
pub fn digest(lanes: &[F]) -> [Cell; 2] {
    [0, 5].map(|first| std::array::from_fn(|i| lanes.get(first + i).copied().unwrap_or(F::ZERO)))
}

/// The chips of these tests; BLAKE3's have their own.
pub fn kinds() -> Vec<Kind> {
    let blake3 = [Kind::Compress, Kind::Digest, Kind::Padding];
    Kind::ALL.iter().copied().filter(|kind| !blake3.contains(kind)).collect()
}

/// A circuit, and a run of it.
pub struct Example {
    pub circuit: Circuit,
    pub publics: Vec<Cell>,
    pub hints: Vec<Cell>,
}

impl Example {
    pub fn prover(&self) -> (Prover, Vec<Table>) {
        let params = Params::new(Profile::Bits100, 6).unwrap();
        let prover = Prover::new(self.circuit.clone(), params).unwrap();
        let tables = prover.tables(&self.publics, &self.hints).unwrap();
        (prover, tables)
    }
    pub fn check(&self, prover: &Prover, tables: &[Table]) -> Result<(), Violation> {
        let messages = self.circuit.messages(&self.publics);
        check(&prover.system, tables, self.publics.as_flattened(), &messages).map(drop)
    }
}

/// Two rows or more of each chip. All that is computed is asserted to be what it is without a circuit.
pub fn example(seed: u64) -> Example {
    let rng = &mut rng(seed);
    let (mut publics, mut hints) = (Vec::new(), Vec::new());
    let b = Builder::new();
    let expect = |publics: &mut Vec<Cell>, wire: Wire<'_>, cell: Cell| {
        publics.push(cell);
        b.assert_equal(wire, b.public());
    };

    // Arithmetic.
    let values: Vec<EF> = (0..9).map(|_| from_coefficients(cell(rng))).collect();
    let wires: Vec<Wire<'_>> = values.iter().map(|_| b.hint()).collect();
    hints.extend(values.iter().map(|&v| cell_of(v)));
    let (w, v) = (&wires, &values);
    expect(&mut publics, w[0] * w[1] + w[2], cell_of(v[0] * v[1] + v[2]));
    expect(&mut publics, w[0] - w[1] * w[2] - w[3], cell_of(v[0] - v[1] * v[2] - v[3]));
    expect(&mut publics, w[0] * w[1] * w[2], cell_of(v[0] * v[1] * v[2]));
    let packed = cell(rng);
    hints.push(packed);
    let packed_wire = b.hint();
    let ws = std::array::from_fn(|k| w[k]);
    let sum = (0..5).fold(v[5], |sum, k| sum + v[k] * packed[k]);
    let dot = b.dot(w[5], packed_wire, ws);
    expect(&mut publics, dot, cell_of(sum));
    let sum = (0..5).fold(sum, |sum, k| sum + v[4 - k] * packed[k]);
    expect(&mut publics, b.dot(dot, packed_wire, std::array::from_fn(|k| w[4 - k])), cell_of(sum));

    // Bits: of any element, of the greatest, and of what an integer beyond p is the same as.
    let [any, ..] = b.unpack(packed_wire);
    let mut bits = Vec::new();
    for (wire, value) in
        [(any, packed[0].as_canonical_u32()), (w[0] * F::ZERO + 5, 5), (Wire::from(-F::ONE), P - 1)]
    {
        let all = b.bits(wire);
        let again = (0..31).fold(Wire::ZERO, |sum, i| sum + all[i] * (1 << i));
        expect(&mut publics, again, base(value));
        bits.extend((0..4).map(|i| (all[i], value >> i & 1 == 1)));
    }
    for &(bit, is_set) in &bits[..8] {
        expect(&mut publics, b.select(bit, w[0], w[1]), cell_of(if is_set { v[0] } else { v[1] }));
    }
    let backwards = b.unpack(packed_wire);
    let mut reversed = packed;
    reversed.reverse();
    expect(&mut publics, b.pack(std::array::from_fn(|i| backwards[4 - i])), reversed);

    // Hashes.
    let mut lanes = hash_row(&[packed, packed, reversed, packed].concat());
    let mut wires = b.hash_row(&[
        packed_wire,
        packed_wire,
        b.pack(std::array::from_fn(|i| backwards[4 - i])),
        packed_wire,
    ]);
    for &(bit, is_right) in &bits[..4] {
        let sibling: [F; 9] = std::array::from_fn(|_| element(rng));
        hints.extend(digest(&sibling));
        wires = b.node(wires, bit);
        lanes = if is_right { compress(&sibling, &lanes) } else { compress(&lanes, &sibling) };
    }
    for (wire, cell) in wires.into_iter().zip(digest(&lanes)) {
        expect(&mut publics, wire, cell);
    }
    // Of two digests the second, then the first.
    hints.extend(digest(&std::array::from_fn::<F, 9, _>(|_| element(rng))));
    let digests = [wires, [b.hint(), b.hint()]];
    let entries = b.entries(&digests);
    for &(bit, is_set) in &bits[4..6] {
        b.look_up(entries, bit, digests[usize::from(is_set)]);
    }
    // Nothing reads what comes out.
    Sponge::new(&b, Domain::Transcript).squeeze();
    Example { circuit: b.finish(), publics, hints }
}
