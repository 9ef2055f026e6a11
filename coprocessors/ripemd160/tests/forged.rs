//! Rows that are wrong in one place, with all that comes after made to fit: only what says that place objects, so each
//! check of a step is there. That the checks suffice is argued in `spec/chips/ripemd160.md`.

use aver_audit::coprocessor::{Objections, Trace};
use aver_isa::testing::Asm;
use aver_machine::layout::Names;
use aver_ripemd160::Ripemd160;
use aver_ripemd160::chip::columns::{Cols, unnamed};
use aver_ripemd160::chip::{K, ROTATED, SHIFTS, STEPS, function, number};
use aver_stark::field::{F, f};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// What is wrong.
#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    Nothing,
    /// A bit of S.
    Sum,
    /// A bit of b.
    Next,
    /// A bit of the AND that f ends with.
    And,
    /// S's lower half is split elsewhere.
    Split,
}

struct Chip {
    trace: Trace,
    columns: Cols<usize>,
}

impl Chip {
    fn new() -> Self {
        let data = u64::from(Asm::DATA);
        let trace = Trace::new(&Ripemd160, &[(data, data + 24)]);
        Self { trace, columns: Cols::new(&mut Names::default(), unnamed) }
    }

    /// The row, wrong in step `at` of a line.
    fn row(&self, wrong: Wrong, line: usize, at: usize) -> Vec<F> {
        let (c, mut row) = (&self.columns, self.trace.row(0, 0));
        let half = |cell: usize| row[cell].as_canonical_u32();
        let numbers = |words: &[aver_machine::cpu::Word<usize>]| -> Vec<u32> {
            let pairs = words
                .iter()
                .flat_map(|word| [[word.value[0], word.value[1]], [word.value[2], word.value[3]]]);
            pairs.map(|[low, high]| half(low) | half(high) << 16).collect()
        };
        let (state, block) = (numbers(&c.state), numbers(&c.block));
        let ends = [0, 1].map(|l| {
            let wrong = |t: usize| if (l, t) == (line, at) { wrong } else { Wrong::Nothing };
            steps(&mut row, c, l, &state, &block, wrong)
        });
        for (i, cells) in c.new.into_iter().enumerate() {
            let new =
                state[(i + 1) % 5].wrapping_add(ends[0][(i + 2) % 5]).wrapping_add(ends[1][(i + 3) % 5]);
            cells.into_iter().zip([new & 0xFFFF, new >> 16]).for_each(|(cell, half)| row[cell] = f(half));
        }
        row
    }

    fn objections(&self, row: &[F]) -> Objections {
        self.trace.objections(0, row)
    }
}

fn set(row: &mut [F], cells: [usize; 4], number: u32) {
    cells.into_iter().zip(number.to_le_bytes()).for_each(|(cell, byte)| row[cell] = f(byte.into()));
}

/// Fills a line by the standard's formulas; the five numbers after it.
fn steps(
    row: &mut [F],
    columns: &Cols<usize>,
    line: usize,
    state: &[u32],
    block: &[u32],
    wrong: impl Fn(usize) -> Wrong,
) -> [u32; 5] {
    let mut now: [u32; 5] = state[..5].try_into().unwrap();
    for t in 0..STEPS {
        let ([a, x, y, z, e], cells, wrong) = (now, &columns.lines[line][t], wrong(t));
        let (first, second) = match function(line, t) {
            0 => (x & y, (x ^ y) & z),
            1 => (x & y, !x & z),
            2 => (!x & y, !(!x & y) & z),
            3 => (x & z, y & !z),
            _ => (!y & z, x & !(!y & z)),
        };
        let of = match function(line, t) {
            0 => x ^ y ^ z,
            1 => (x & y) | (!x & z),
            2 => (x | !y) ^ z,
            3 => (x & z) | (y & !z),
            _ => x ^ (y | !z),
        };
        // A bit of o more or less is as much of f, or twice as much less.
        let bit = 1 << 5;
        let forged = if wrong == Wrong::And { second ^ bit } else { second };
        let change = i64::from(forged) - i64::from(second);
        let change = if matches!(function(line, t), 1 | 3) { change } else { -2 * change };
        set(row, cells.n[0], first);
        set(row, cells.n[1], forged);
        let of = (i64::from(of) + change) as u32;
        let sum = a.wrapping_add(of).wrapping_add(block[number(line, t)]).wrapping_add(K[line][t / 16]);
        let (sum, s) = (if wrong == Wrong::Sum { sum ^ 1 << 20 } else { sum }, SHIFTS[line][t]);
        let mut parts = [sum & 0xFFFF, sum >> 16].map(|half| [half % (1 << (16 - s)), half >> (16 - s)]);
        if wrong == Wrong::Split {
            parts[0][0] += 1 << (16 - s);
            parts[0][1] = parts[0][1].wrapping_sub(1);
        }
        for (u, [lower, higher]) in parts.into_iter().enumerate() {
            row[cells.lower[u]] = f(lower);
            row[cells.higher[u]] = if higher == u32::MAX { F::NEG_ONE } else { f(higher) };
        }
        let part = |u: usize| (parts[u][0] << s).wrapping_add(parts[1 - u][1]);
        let turned = part(0).wrapping_add(part(1) << 16);
        let next = turned.wrapping_add(e) ^ if wrong == Wrong::Next { 1 << 9 } else { 0 };
        set(row, cells.y, next);
        if t < ROTATED {
            set(row, cells.top.unwrap(), next & 0xC0C0_C0C0);
        }
        now = [e, next, x, y.rotate_left(10), z];
    }
    now
}

#[test]
fn each_check_of_a_step_is_there() {
    let chip = Chip::new();
    let honest = chip.row(Wrong::Nothing, 0, 0);
    assert_eq!(honest, chip.trace.row(0, 0));
    assert_eq!(chip.objections(&honest), Objections::new());
    for (line, t) in [0, 1].into_iter().flat_map(|line| (0..STEPS).map(move |t| (line, t))) {
        for (wrong, name) in [(Wrong::Sum, "bytes"), (Wrong::Next, "ripemd160/2"), (Wrong::And, "and")] {
            let found = chip.objections(&chip.row(wrong, line, t));
            assert!(
                !found.is_empty() && found.iter().all(|object| object.0 == name),
                "{line}, {t}: {found:?}"
            );
        }
        // Split elsewhere, S stays, and its rotation may be too large for the carries of b.
        let found = chip.objections(&chip.row(Wrong::Split, line, t));
        let carries = found.iter().all(|object| ["bits", "ripemd160/2"].contains(&object.0));
        assert!(carries && found.iter().any(|object| object.0 == "bits"), "{line}, {t}: {found:?}");
    }
}

#[test]
fn each_check_of_the_end_is_there() {
    let chip = Chip::new();
    let (honest, c) = (chip.trace.row(0, 0), &chip.columns);
    let only = |row: &[F], name: &str| {
        let found = chip.objections(row);
        assert!(!found.is_empty() && found.iter().all(|object| object.0 == name), "{name}: {found:?}");
    };
    for [low, high] in c.new {
        // Another number; the same, with a carry left out.
        let mut row = honest.clone();
        row[high] += F::ONE;
        only(&row, "bytes");
        let mut row = honest.clone();
        row[low] += f(1 << 16);
        row[high] -= F::ONE;
        assert!(chip.objections(&row).iter().any(|object| object.0 == "range"));
    }
    // The last numbers are in no function, but are bytes.
    for y in c.lines.iter().map(|steps| steps[STEPS - 1].y) {
        for low in [0, 2] {
            let mut row = honest.clone();
            row[y[low]] += f(1 << 8);
            row[y[low + 1]] -= F::ONE;
            only(&row, "bytes");
        }
    }
}
