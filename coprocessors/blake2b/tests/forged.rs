//! Rows that are wrong in one place, with all that comes after made to fit: only what says that place objects, so each
//! check of a round is there. That the checks suffice is argued in `spec/chips/blake2b.md`.

use aver_audit::coprocessor::{Objections, Trace};
use aver_blake2b::Blake2b;
use aver_blake2b::chip::columns::{Cols, unnamed};
use aver_blake2b::chip::{BLOCK, ORDER, VECTOR, WORKS_ON};
use aver_isa::testing::Asm;
use aver_machine::ShardChip;
use aver_machine::layout::Names;
use aver_stark::air::Bus;
use aver_stark::field::{F, f};
use aver_stark_prover::check::messages_of_row;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// The chip of rounds.
const ROUND: usize = 1;

/// What is wrong in a line of a G.
#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    Nothing,
    /// A bit of a.
    A,
    /// A bit of the AND of d and a.
    Da,
    /// A bit of c.
    C,
    /// A bit of the AND of b and c.
    Bc,
}

/// A word by bytes, which are bytes if nothing is wrong.
type Bytes = [i64; 8];

struct Chip {
    trace: Trace,
    columns: Cols<usize>,
}

fn cell(value: i64) -> F {
    if value < 0 { -f(-value as u32) } else { f(value as u32) }
}

fn value(bytes: Bytes) -> u64 {
    bytes.into_iter().rev().fold(0, |sum: u64, byte| (sum << 8).wrapping_add(byte as u64))
}

/// AND and XOR; with a wrong bit of an AND where the XOR that follows is of bytes still.
fn xor_of(p: Bytes, q: Bytes, is_wrong: bool) -> (Bytes, Bytes) {
    let mut and: Bytes = std::array::from_fn(|k| p[k] & q[k]);
    let xor = |and: &Bytes| -> Bytes { std::array::from_fn(|k| p[k] + q[k] - 2 * and[k]) };
    if is_wrong {
        let forged = (0..8).map(|k| {
            let mut forged = and;
            forged[k] ^= 1 << 5;
            forged
        });
        let are_bytes = |and: &Bytes| xor(and).iter().all(|byte| (0..256).contains(byte));
        and = forged.into_iter().find(are_bytes).unwrap();
    }
    (and, xor(&and))
}

impl Chip {
    fn new() -> Self {
        let trace = Trace::new(&Blake2b, &[(Asm::DATA.into(), 12)]);
        Self { trace, columns: Cols::new(&mut Names::default(), unnamed) }
    }

    /// The row of round `r`, wrong in line `at.1` of G `at.0`.
    fn row(&self, r: usize, wrong: Wrong, at: (usize, usize)) -> Vec<F> {
        let (columns, mut row) = (&self.columns, self.trace.row(ROUND, r));
        let number = |cell: usize| row[cell].as_canonical_u32();
        let limbs = |at: [usize; 4]| at.iter().rev().fold(0, |word, &l| word << 16 | u64::from(number(l)));
        let bytes = |at: [usize; 8]| at.map(|y| i64::from(number(y)));
        let (mut a, mut c) = (columns.a.map(limbs), columns.c.map(limbs));
        let (mut b, mut d) = (columns.b.map(bytes), columns.d.map(bytes));
        let m = columns.m.map(limbs);
        for (i, words) in WORKS_ON.into_iter().enumerate() {
            let [ia, ib, ic, id] = words.map(|word| word % 4);
            let mut xor = [0; 8];
            for (line, (moved, turned)) in [(4, 3), (2, 0)].into_iter().enumerate() {
                let cells = &columns.g[i].halves[line];
                let wrong = |what| if (i, line) == at && wrong == what { 1u64 << 21 } else { 0 };
                a[ia] = a[ia].wrapping_add(value(b[ib])).wrapping_add(m[2 * i + line]) ^ wrong(Wrong::A);
                let a_bytes = a[ia].to_le_bytes().map(i64::from);
                let (da, x) = xor_of(d[id], a_bytes, wrong(Wrong::Da) > 0);
                d[id] = std::array::from_fn(|k| x[(k + moved) % 8]);
                c[ic] = c[ic].wrapping_add(value(d[id])) ^ wrong(Wrong::C);
                let c_bytes = c[ic].to_le_bytes().map(i64::from);
                let (bc, x) = xor_of(b[ib], c_bytes, wrong(Wrong::Bc) > 0);
                xor = x;
                b[ib] = std::array::from_fn(|k| x[(k + turned) % 8]);
                for (cells, bytes) in [(cells.a, a_bytes), (cells.da, da), (cells.c, c_bytes), (cells.bc, bc)]
                {
                    cells.into_iter().zip(bytes).for_each(|(at, byte)| row[at] = cell(byte));
                }
            }
            let top = xor.map(|byte| byte >> 7 & 1);
            b[ib] = std::array::from_fn(|k| 2 * xor[k] - 256 * top[k] + top[(k + 7) % 8]);
            for u in 0..4 {
                row[columns.g[i].top[u]] = cell(top[2 * u + 1]);
                if let Some(low) = columns.g[i].low_top {
                    row[low[u]] = cell(top[2 * u]);
                }
            }
        }
        row
    }

    fn objections(&self, row: &[F]) -> Objections {
        self.trace.objections(ROUND, row)
    }

    /// What a row puts on a bus.
    fn puts(&self, row: &[F], bus: Bus) -> Vec<Vec<u32>> {
        let messages = messages_of_row(&self.trace.systems.shard, ShardChip::COUNT + ROUND, row, &[]);
        let put = messages.into_iter().filter(|(of, weight, _)| of.id == bus.id && *weight == F::ONE);
        put.map(|(_, _, values)| values.iter().map(F::as_canonical_u32).collect()).collect()
    }
}

#[test]
fn each_check_of_a_round_is_there() {
    let chip = Chip::new();
    for r in [0, 5, 11] {
        let honest = chip.row(r, Wrong::Nothing, (0, 0));
        assert_eq!(honest, chip.trace.row(ROUND, r));
        assert_eq!(chip.objections(&honest), Objections::new());
        for at in (0..WORKS_ON.len()).flat_map(|g| [(g, 0), (g, 1)]) {
            for (wrong, name) in [
                (Wrong::A, "blake2b_round/2"),
                (Wrong::Da, "and"),
                (Wrong::C, "blake2b_round/3"),
                (Wrong::Bc, "and"),
            ] {
                let found = chip.objections(&chip.row(r, wrong, at));
                assert!(
                    !found.is_empty() && found.iter().all(|object| object.0 == name),
                    "{at:?}: {found:?}"
                );
            }
        }
    }
}

/// A wrong top bit makes bytes that are none; in the last four G a limb, which whoever takes it refuses.
#[test]
fn top_bits_follow() {
    let chip = Chip::new();
    let honest = chip.trace.row(ROUND, 2);
    for g in &chip.columns.g {
        for cell in g.top.into_iter().chain(g.low_top.into_iter().flatten()) {
            let mut row = honest.clone();
            row[cell] = F::ONE - row[cell];
            let found = chip.objections(&row);
            match g.low_top {
                Some(_) => assert!(found.iter().any(|object| object.0 == "and"), "{found:?}"),
                None => {
                    assert_eq!(found, Objections::new());
                    let limbs = chip.puts(&row, VECTOR);
                    assert!(limbs.iter().any(|message| message[2..].iter().any(|&limb| limb >= 1 << 16)));
                }
            }
            row[cell] = f(2);
            assert!(chip.objections(&row).iter().any(|object| object.0 == "blake2b_round/4"));
        }
    }
}

/// A row is of one round: as another, it takes and puts other messages.
#[test]
fn rounds_are_numbered() {
    let chip = Chip::new();
    let honest = chip.trace.row(ROUND, 3);
    let step = chip.columns.step;
    for r in (0..step.len()).filter(|&r| r != 3) {
        let mut row = honest.clone();
        row[step[r]] = F::ONE;
        assert_eq!(chip.objections(&row), Objections::from([("blake2b_round/1", step.len())]));
        row[step[3]] = F::ZERO;
        assert_eq!(chip.objections(&row), Objections::new());
        let numbers = |bus| chip.puts(&row, bus).into_iter().map(|message| message[1] as usize);
        assert!(numbers(VECTOR).eq((0..8).map(|i| 8 * (r + 1) + i)));
        assert!(numbers(BLOCK).eq(ORDER[r % 10].into_iter().map(|i| 16 * (r + 1) + i)));
    }
}

/// How many rounds a call has are the lowest bits of a1.
#[test]
fn rounds_are_those_of_a1() {
    let chip = Chip::new();
    let honest = chip.trace.row(0, 0);
    let mut names = Names::default();
    let rounds = aver_blake2b::chip::columns::Call::new(&mut names, unnamed).rounds;
    assert_eq!((honest[rounds], chip.trace.objections(0, &honest)), (f(12), Objections::new()));
    for other in (0..64).filter(|&other| other != 12) {
        let mut row = honest.clone();
        row[rounds] = f(other);
        let found = chip.trace.objections(0, &row);
        assert!(!found.is_empty() && found.iter().all(|object| object.0 == "bits"), "{other}: {found:?}");
    }
}
