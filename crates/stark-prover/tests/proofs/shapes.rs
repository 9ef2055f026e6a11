//! Tables of all shapes: chips without messages, with more than a bundle of them, without rows, with rows for
//! many chunks, with columns for many stacks.

use aver_stark::air::{Air, Builder, Bus, Columns, Expr};
use aver_stark::error::Error;
use aver_stark::field::{EF, F, f};
use aver_stark::hash::FiatShamir;
use aver_stark::hash::Hash;
use aver_stark::layout::{Layout, System};
use aver_stark::params::{Params, Profile};
use aver_stark::verify::{Challenge, Statement, verify};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;

use crate::plain::{self, Case, Lies};
use crate::toy::HASHES;

/// So many columns, the first of them 0 or 1, and pairs of messages that cancel.
#[derive(Clone, Copy)]
struct Shape {
    fixed: usize,
    boundary: usize,
    witness: usize,
    pairs: usize,
    rows: usize,
}

impl Air for Shape {
    fn name(&self) -> &str {
        "shape"
    }
    fn columns(&self) -> Columns {
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        Columns { fixed: names(self.fixed), boundary: names(self.boundary), witness: names(self.witness) }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let bus = Bus::local(1, 2, "bus");
        let (flag, last) = (b.row()[0], b.row()[b.row().len() - 1]);
        b.assert_zero("shape/1", flag * flag * (flag - 1));
        for i in 0..self.pairs {
            let value = b.row()[i % b.row().len()];
            let message = [value + B::E::constant(f(i as u32)), last + b.public(0)];
            b.send(bus, flag, &message);
            b.receive(bus, flag, &message);
        }
    }
}

impl Shape {
    fn table(&self, seed: u32) -> Table {
        let cell = |column: usize, row: usize| match column {
            0 => f((seed + row as u32) & 1),
            _ => f((seed + 1) * 1_000_003 * (column as u32 + 7) + 65_537 * row as u32) * f(77_777),
        };
        let width = self.fixed + self.boundary + self.witness;
        let mut columns = (0..width).map(|c| (0..self.rows).map(|row| cell(c, row)).collect::<Vec<F>>());
        Table {
            rows: self.rows,
            fixed: columns.by_ref().take(self.fixed).collect::<Vec<_>>().into(),
            boundary: columns.by_ref().take(self.boundary).map(Into::into).collect(),
            witness: columns.map(Into::into).collect(),
        }
    }
}

const PUBLICS: [F; 1] = [F::new(5)];

/// Tables of these shapes, with what is committed before they are proved.
struct Toy {
    system: System,
    params: Params,
    log_chunk: usize,
    encoder: Encoder,
    tables: Vec<Table>,
    fixed: Fixed,
    boundary: Boundary,
    shared: Challenge,
}

impl Toy {
    /// With as many stacks of fixed and boundary columns as asked for, or as these take.
    fn new(
        hash: Hash,
        [log_height, log_chunk]: [usize; 2],
        shapes: &[Shape],
        [of_fixed, of_boundary]: [usize; 2],
    ) -> Self {
        let params = Params { query_work: 3, hash, ..Params::new(Profile::Bits100, log_height).unwrap() };
        let system = System::new(shapes.iter().map(|&s| Box::new(s) as _).collect()).unwrap();
        let mut tables: Vec<Table> = shapes.iter().zip(0..).map(|(shape, seed)| shape.table(seed)).collect();
        let encoder = Encoder::new(hash);
        let fixed = tables.iter().map(|t| t.fixed.to_vec()).collect();
        let fixed = Fixed::with_stacks(&system, &params, fixed, |_| of_fixed, &encoder).unwrap();
        for (table, columns) in tables.iter_mut().zip(&fixed.columns) {
            table.fixed = columns.clone();
            table.pad(log_chunk);
        }
        let boundary =
            Boundary::with_stacks(&system, &params, log_chunk, &tables, |_| of_boundary, &encoder).unwrap();
        let shared = Challenge::new(Vec::new());
        Self { system, params, log_chunk, encoder, tables, fixed, boundary, shared }
    }

    fn transcript(&self) -> FiatShamir {
        self.params.hash.transcript("shapes")
    }

    fn prove(&self) -> Vec<u8> {
        let instance = Instance {
            system: &self.system,
            params: &self.params,
            log_chunk: self.log_chunk,
            fixed: &self.fixed,
            boundary: &self.boundary,
            stacks: 0,
            tables: &self.tables,
            publics: &PUBLICS,
            shared: &self.shared,
            sum: EF::ZERO,
        };
        prove(&instance, self.transcript(), &self.encoder, &mut Stages::default()).unwrap()
    }

    /// The sum that a proof is believed to have.
    fn verify(&self, proof: &[u8]) -> Result<EF, Error> {
        let statement = Statement {
            system: &self.system,
            params: &self.params,
            log_chunk: self.log_chunk,
            fixed: self.fixed.key(),
            boundary: self.boundary.key(),
            publics: &PUBLICS,
            messages: &[],
            shared: &self.shared,
        };
        verify(&statement, self.transcript(), proof).map(|outcome| outcome.sum)
    }
}

/// Both provers say the same, and are believed.
#[track_caller]
fn both_agree(log_height: usize, log_chunk: usize, shapes: &[Shape]) -> Layout {
    let toy = Toy::new(HASHES[log_height % 3], [log_height, log_chunk], shapes, [0; 2]);
    let proof = toy.prove();
    let case = Case {
        system: &toy.system,
        params: &toy.params,
        log_chunk,
        tables: &toy.tables,
        publics: &PUBLICS,
        messages: &[],
        shared: &toy.shared,
        committed: None,
        said: None,
        sum: EF::ZERO,
    };
    let plain = plain::prove(&case, toy.transcript(), &toy.encoder, &Lies::default());
    assert!(plain == proof, "height {log_height}, chunks of 2^{log_chunk}");
    assert_eq!(toy.verify(&proof), Ok(EF::ZERO));
    let rows: Vec<usize> = shapes.iter().map(|s| s.rows).collect();
    Layout::new(&toy.system.described, &rows, log_height, log_chunk).unwrap()
}

const NONE: Shape = Shape { fixed: 0, boundary: 0, witness: 1, pairs: 0, rows: 0 };

#[test]
fn tables_of_all_shapes_are_proved() {
    // Bundles of 32 messages: 2 and a bit, none, 1 that is full, 1 of a chip without rows, 1.
    let shapes = [
        Shape { fixed: 1, witness: 2, pairs: 35, rows: 40, ..NONE },
        Shape { witness: 3, rows: 70, ..NONE },
        Shape { boundary: 3, witness: 1, pairs: 16, rows: 1, ..NONE },
        Shape { boundary: 1, pairs: 3, ..NONE },
        Shape { fixed: 2, boundary: 1, witness: 9, pairs: 1, rows: 129 },
    ];
    for (log_height, log_chunk) in [(4, 4), (6, 4), (6, 5), (8, 6), (11, 7), (13, 12)] {
        let layout = both_agree(log_height, log_chunk, &shapes);
        assert_eq!((&layout.bundles[..], layout.log_bundles), (&[0, 3, 3, 4, 5][..], 3));
        assert_eq!(layout.chunks[3], 0);
    }
}

#[test]
fn the_least_of_everything_is_proved() {
    // One bundle; one chunk; one column; one stack of one chunk. And no rows at all, or no messages.
    let one = Shape { rows: 1, ..NONE };
    assert_eq!(both_agree(4, 4, &[Shape { pairs: 1, ..one }]).slots(), 1);
    assert_eq!(both_agree(4, 4, &[one]).log_leaves(), 24);
    both_agree(5, 4, &[Shape { pairs: 16, ..one }, Shape { pairs: 2, ..NONE }]);
    // A table beside one of many chunks; chunks that are as many as a power of two, and one more.
    for rows in [16 * 64, 16 * 64 + 1] {
        both_agree(7, 4, &[Shape { pairs: 2, rows, ..NONE }, Shape { witness: 2, pairs: 1, ..one }]);
    }
}

/// Where rows share leaves, the number of stacks follows from how many do: 7 stacks could be read as 8 otherwise
/// (`docs/soundness-bugs.md`). So a root has one number of stacks that it is read with, however many columns take.
#[test]
fn a_root_is_read_with_one_number_of_stacks() {
    let shape = Shape { fixed: 1, boundary: 3, witness: 1, pairs: 1, rows: 64 };
    // A proof with so many stacks, of which it says that they are as many as `said`.
    let read = |hash: Hash, made: [usize; 2], said: [u32; 2]| {
        let toy = Toy::new(hash, [6, 4], &[shape], made);
        let mut proof = toy.prove();
        said.iter().zip(proof.as_chunks_mut().0).for_each(|(said, bytes)| *bytes = said.to_le_bytes());
        toy.verify(&proof)
    };
    for hash in HASHES {
        // Poseidon2's leaves are of 15 elements.
        let full: &[usize] = if hash == Hash::Poseidon2 { &[3, 7, 8] } else { &[4, 8, 9] };
        for &made in full {
            for said in 1..10 {
                let verified = read(hash, [1, made], [1, said as u32]);
                match (said == made, full.contains(&said) || !(3..=8).contains(&said)) {
                    (true, _) => assert_eq!(verified, Ok(EF::ZERO), "{hash:?}: {said}"),
                    (false, true) => assert!(verified.is_err(), "{hash:?}: {made} as {said}"),
                    (false, false) => {
                        let (value, limit) =
                            (said as u64, *full.iter().find(|full| **full > said).unwrap() as u64);
                        let what = "stacks of rows that share leaves";
                        assert_eq!(verified, Err(Error::Limit { what, value, limit }), "{hash:?}: {said}");
                    }
                }
            }
        }
        // What is asked for is taken to be the next such number.
        assert_eq!(read(hash, [2, 5], if hash == Hash::Poseidon2 { [3, 7] } else { [2, 8] }), Ok(EF::ZERO));
    }
}
