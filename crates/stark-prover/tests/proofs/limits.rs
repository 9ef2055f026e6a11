//! What bounds are for: machines on which an attack succeeds as soon as a bound of their verifier is lifted
//! by one. The machine's own bounds are on this side of the edge.

use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::field::{EF, F, P, f};
use aver_stark::hash::Sponge;
use aver_stark::layout::System;
use aver_stark::params::{Params, Profile};
use aver_stark::verify::{Challenge, MAX_MESSAGES, Message, Statement, verify};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::toy::LOG_CHUNK;

const EXEC: Bus = Bus::local(1, 1, "exec");
const MEM: Bus = Bus::local(2, 2, "mem");
const RANGE: Bus = Bus::local(3, 1, "range");
const ORDER: Bus = Bus::local(4, 1, "order");
const OUT: Bus = Bus::local(5, 1, "out");

/// Bits of a number in the range table; differences have three.
const LIMB: u32 = 10;

fn names(names: &str) -> Vec<String> {
    names.split(' ').map(str::to_string).collect()
}

/// `difference` has three limbs: it is below 2^30.
fn check_limbs<B: Builder>(b: &mut B, label: &'static str, real: B::E, difference: B::E, limbs: [B::E; 3]) {
    let [low, middle, high] = limbs;
    b.assert_zero(label, real * (difference - low - middle * (1 << LIMB) - high * (1 << (2 * LIMB))));
    limbs.iter().for_each(|&limb| b.send(RANGE, real, &[limb]));
}

fn limbs(difference: F) -> [F; 3] {
    let value = difference.as_canonical_u32();
    [0, LIMB, 2 * LIMB].map(|shift| f(value >> shift & ((1 << LIMB) - 1)))
}

struct Range;
impl Air for Range {
    fn name(&self) -> &str {
        "range"
    }
    fn columns(&self) -> Columns {
        Columns { fixed: names("value"), witness: names("count"), ..Columns::default() }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let (value, count) = (b.row()[0], b.row()[1]);
        b.receive(RANGE, count, &[value]);
    }
}

/// Proves tables of a chip and of the range table, which counts `asked` numbers, and verifies the proof.
fn is_proved(chips: Vec<(impl Air, Table)>, asked: &[F], messages: &[Message]) -> bool {
    const LOG_HEIGHT: usize = 6;
    let params = Params { query_work: 3, ..Params::new(Profile::Bits100, LOG_HEIGHT).unwrap() };
    let (airs, mut tables): (Vec<_>, Vec<Table>) =
        chips.into_iter().map(|(chip, table)| (Box::new(chip) as _, table)).unzip();
    let system = System::new(airs.into_iter().chain([Box::new(Range) as _]).collect()).unwrap();
    let encoder = Encoder::default();
    let mut fixed: Vec<Vec<Vec<F>>> = vec![Vec::new(); tables.len()];
    fixed.push(vec![(0..1 << LIMB).map(f).collect()]);
    let fixed = Fixed::new(&system, &params, fixed, &encoder).unwrap();
    let mut counts = vec![F::ZERO; 1 << LIMB];
    asked.iter().for_each(|v| counts[v.as_canonical_u32() as usize] += F::ONE);
    let range =
        Table { fixed: fixed.columns[tables.len()].clone(), ..Table::witness(1 << LIMB, vec![counts]) };
    tables.push(range);
    tables.iter_mut().for_each(|t| t.pad(LOG_CHUNK));
    let boundary = Boundary::new(&system, &params, LOG_CHUNK, &tables, &encoder).unwrap();
    let shared = Challenge::new(Vec::new());
    let instance = Instance {
        system: &system,
        params: &params,
        log_chunk: LOG_CHUNK,
        fixed: &fixed,
        boundary: &boundary,
        stacks: 0,
        tables: &tables,
        publics: &[],
        shared: &shared,
        sum: EF::ZERO,
    };
    let proof = prove(&instance, Sponge::new("limits"), &encoder, &mut Stages::default()).unwrap();
    let statement = Statement {
        system: &system,
        params: &params,
        log_chunk: LOG_CHUNK,
        fixed: fixed.key(),
        boundary: boundary.key(),
        publics: &[],
        messages,
        shared: &shared,
    };
    verify(&statement, Sponge::new("limits"), &proof).is_ok()
}

fn table(rows: &[Vec<F>]) -> Table {
    let columns = (0..rows[0].len()).map(|c| rows.iter().map(|row| row[c]).collect::<Vec<F>>());
    Table::witness(rows.len(), columns)
}

/// A row looks its value up, 2^24 times or once.
struct Lookups {
    times: u32,
}
impl Air for Lookups {
    fn name(&self) -> &str {
        if self.times == 1 { "once" } else { "often" }
    }
    fn columns(&self) -> Columns {
        Columns::witness(names("is_real value"))
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let (real, value) = (b.row()[0], b.row()[1]);
        b.assert_bool("lookups/1", real);
        b.send(RANGE, real * self.times, &[value]);
    }
}

/// p = 127 · 2^24 + 1 lookups of a number that is not in the table are none at all.
#[test]
fn p_messages_of_one_kind_cancel() {
    let nowhere = f(1 << LIMB);
    let lookups = |often: u32, once: u32| {
        let row = vec![F::ONE, nowhere];
        let rows = |times: u32, count: u32| (Lookups { times }, table(&vec![row.clone(); count as usize]));
        is_proved(vec![rows(1 << 24, often), rows(1, once)], &[], &[])
    };
    let messages = |often: u64, once: u64| (often << 24) + once;
    assert_eq!(messages(127, 1), P.into());
    assert!(lookups(127, 1));
    // Below p there is no such number of them.
    assert!(!lookups(126, 1) && !lookups(127, 2) && !lookups(64, 64));
    assert!(messages(126, 64) < P.into());
    // Which is where a proof's bound is, of rows whose messages count once.
    const { assert!(MAX_MESSAGES < P as u64) };
}

/// Each key is greater than the one before, by 2^30 at most.
struct Next;
impl Air for Next {
    fn name(&self) -> &str {
        "next"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names("is_real key previous low middle high"))
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [real, key, previous, l0, l1, l2] = [0, 1, 2, 3, 4, 5].map(|i| b.row()[i]);
        b.assert_bool("next/1", real);
        check_limbs(b, "next/2", real, key - previous - 1, [l0, l1, l2]);
        b.receive(ORDER, real, &[previous]);
        b.send(ORDER, real, &[key]);
    }
}

/// A table of keys in several proofs, a row each; the verifier knows the last key of each.
fn is_increasing(keys: &[u32]) -> bool {
    let mut previous = F::NEG_ONE;
    keys.iter().all(|&key| {
        let before = std::mem::replace(&mut previous, f(key));
        let limbs = limbs(f(key) - before - F::ONE);
        let row = [&[F::ONE, f(key), before], &limbs[..]].concat();
        let messages = [(ORDER, F::ONE, vec![before]), (ORDER, F::NEG_ONE, vec![f(key)])];
        is_proved(vec![(Next, table(&[row]))], &limbs, &messages)
    })
}

/// A key comes twice as soon as there may be one of p − 2^30.
#[test]
fn keys_beyond_the_bound_come_round_again() {
    let edge = P - (1 << 30);
    assert!(is_increasing(&[0, 7, edge - 1, edge]));
    assert!(is_increasing(&[0, edge, 0]) && is_increasing(&[5, edge + 5, 5]));
    // With all keys below there is no way back.
    assert!(!is_increasing(&[0, edge - 1, 0]) && !is_increasing(&[5, edge + 4, 5]));
    assert!(!is_increasing(&[7, 7]) && !is_increasing(&[7, 6]));
    // Keys of memory proofs are below this.
    const { assert!((1 << 30) - (1 << 25) <= P - (1 << 30)) };
}

/// One word of memory. A row waits; then it reads the word and says what it is, or writes it.
struct Access;
impl Air for Access {
    fn name(&self) -> &str {
        "access"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names("read write start ts before after last w0 w1 w2 d0 d1 d2"))
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [read, write, start, ts, before, after, last] = [0, 1, 2, 3, 4, 5, 6].map(|i| b.row()[i]);
        let [wait, distance] = [7, 10].map(|i| [b.row()[i], b.row()[i + 1], b.row()[i + 2]]);
        let real = read + write;
        b.assert_bool("access/1", read);
        b.assert_bool("access/1", real);
        b.assert_zero("access/2", read * (after - before));
        check_limbs(b, "access/3", real, ts - start - 1, wait);
        check_limbs(b, "access/4", real, ts - last - 1, distance);
        b.receive(EXEC, real, &[start]);
        b.send(EXEC, real, &[ts]);
        b.receive(MEM, real, &[before, last]);
        b.send(MEM, real, &[after, ts]);
        b.send(OUT, read, &[before]);
    }
}

/// Memory is zero; 7 is written at 1; then it is read. Whether it can be read as `value` when the run ends at
/// `end`, by taking the word before it was written.
fn reads(value: u32, end: u32) -> bool {
    let (write, read) = (f(1), f(end));
    let (wait, seven) = (limbs(read - write - F::ONE), f(7));
    let row = |flags: [F; 2], start: F, ts: F, cells: [F; 3], wait: [F; 3]| {
        let distance = limbs(ts - cells[2] - F::ONE);
        [&flags[..], &[start, ts], &cells, &wait, &distance].concat()
    };
    let zero = F::ZERO;
    let none = limbs(zero);
    let (rows, last) = if value == 7 {
        let write_row = row([zero, F::ONE], zero, write, [zero, seven, zero], none);
        (vec![write_row, row([F::ONE, zero], write, read, [seven, seven, write], wait)], (seven, read))
    } else {
        let write_row = row([zero, F::ONE], zero, write, [zero, seven, read], none);
        (vec![write_row, row([F::ONE, zero], write, read, [zero, zero, zero], wait)], (seven, write))
    };
    let asked: Vec<F> = rows.iter().flat_map(|row| row[7..].to_vec()).collect();
    let messages = [
        (EXEC, F::ONE, vec![zero]),
        (EXEC, F::NEG_ONE, vec![read]),
        (MEM, F::ONE, vec![zero, zero]),
        (MEM, F::NEG_ONE, vec![last.0, last.1]),
        (OUT, F::NEG_ONE, vec![f(value)]),
    ];
    is_proved(vec![(Access, table(&rows))], &asked, &messages)
}

/// What was overwritten is read as soon as a run may end at p − 2^30 + 1: timestamps wrap.
#[test]
fn times_beyond_the_bound_go_backwards() {
    let edge = P - (1 << 30) + 1;
    assert!(reads(7, 2) && reads(7, edge - 1) && reads(7, edge));
    assert!(reads(0, edge));
    assert!(!reads(0, edge - 1) && !reads(0, 2) && !reads(8, edge));
    // The machine's timestamps are below 2^26, and differences of them have 26 bits.
    const { assert!(1 << 26 <= P - (1 << 26)) };
}
