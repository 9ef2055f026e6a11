//! Rows forged in several cells at once: attacks that other machines have fallen to, and one that this one
//! nearly did.

mod common;

use aver_isa::{Op, Opcode};
use aver_machine::chips::shift::Shift;
use aver_machine::layout::Names;
use aver_machine::{ShardChip, buses};
use aver_stark::field::{F, P, f};
use common::{EDGES, Traced, load, noticed, program};
use p3_field::PrimeCharacteristicRing;

fn forge(traced: &Traced, chip: ShardChip, cells: &[(usize, F)]) -> bool {
    let plan = &traced.run.shards[0];
    let honest = traced.shard(plan)[chip as usize].row(0);
    let mut row = honest.clone();
    cells.iter().for_each(|&(at, value)| row[at] = value);
    noticed(traced, &traced.machine.shard, chip as usize, &honest, &row, &traced.publics(plan).values())
}

/// A left shift by 64, which is one by 0, taken as 16 bits and three limbs.
#[test]
fn shift_by_the_width() {
    let data = [0x1234_5678_9ABC_DEF0, 64];
    let op = Op { opcode: Opcode::Sll, rd: 7, rs1: 5, rs2: 6, ..Op::default() };
    let traced = Traced::of(program(vec![load(5, 0), load(6, 1), op], &data), &[], 1 << 20);
    let c = Shift::<4> { right: false, immediate: false }.cols(&mut Names::default());
    let mut cells = vec![(c.n, f(16)), (c.pow, f(1 << 16)), (c.copow, f(1))];
    cells.extend(c.q[2].map(|at| (at, f(1))));
    for k in 0..4 {
        let limb = f((data[0] >> (16 * k)) as u32 & 0xFFFF);
        cells.extend([(c.high[k], limb), (c.low[k], F::ZERO), (c.c[k], F::ZERO)]);
    }
    assert!(forge(&traced, ShardChip::Sll, &cells));
}

/// Limbs of a sum that are right modulo p only, or not reduced.
#[test]
fn sums_that_are_not_canonical() {
    let op = Op { opcode: Opcode::Add, rd: 7, rs1: 5, rs2: 6, ..Op::default() };
    for (a, b) in [(3, 9), (10, 11), (21, 21), (21, 1)] {
        let traced = Traced::of(program(vec![load(5, a), load(6, b), op], &EDGES), &[], 1 << 20);
        let c = aver_machine::chips::add_sub::AddSub::ADD.cols(&mut Names::default());
        let sum = EDGES[a].wrapping_add(EDGES[b]);
        let limb = |k: usize| f((sum >> (16 * k)) as u32 & 0xFFFF);
        // move 2^16 between neighbouring limbs
        for k in 0..3 {
            let down = [(c.c[k], limb(k) + f(1 << 16)), (c.c[k + 1], limb(k + 1) - F::ONE)];
            let up = [(c.c[k], limb(k) - f(1 << 16)), (c.c[k + 1], limb(k + 1) + F::ONE)];
            assert!(forge(&traced, ShardChip::Add, &down) && forge(&traced, ShardChip::Add, &up));
        }
        assert!(forge(&traced, ShardChip::Add, &[(c.c[3], limb(3) + f(1 << 16))]));
    }
}

/// Q y + R = x in many ways: a smaller quotient and a larger remainder, or one modulo 2^64.
#[test]
fn quotients_that_are_not_the_quotient() {
    let op = Op { opcode: Opcode::Divu, rd: 7, rs1: 5, rs2: 6, ..Op::default() };
    let data = [100, 7];
    let traced = Traced::of(program(vec![load(5, 0), load(6, 1), op], &data), &[], 1 << 20);
    let c = aver_machine::chips::div::Div::<4>.cols(&mut Names::default());
    for (q, r) in [(13u32, 9u32), (12, 16), (0, 100), (15, P - 5)] {
        for zero in [0, 1] {
            let cells = [
                (c.q[0][0], f(q)),
                (c.r[0], f(r)),
                (c.v[0], f(q)),
                (c.c[0], f(q)),
                (c.d, f(7) - f(r) - F::ONE),
                (c.zero, f(zero)),
            ];
            assert!(forge(&traced, ShardChip::Div, &cells), "{q} {r} {zero}");
        }
    }
    // division by zero as if it were none
    let traced = Traced::of(program(vec![load(5, 0), load(6, 1), op], &[100, 0]), &[], 1 << 20);
    for q in [0u32, 1, 254] {
        let mut cells = vec![(c.zero, F::ZERO)];
        for k in 0..4 {
            let limb = if k == 0 { f(q) } else { F::ZERO };
            cells.extend([(c.q[k][0], limb), (c.q[k][1], F::ZERO), (c.v[k], limb), (c.c[k], limb)]);
        }
        for marker in c.m.into_iter().flatten() {
            let mut cells = cells.clone();
            cells.push((marker, F::ONE));
            assert!(forge(&traced, ShardChip::Div, &cells));
        }
        assert!(forge(&traced, ShardChip::Div, &cells));
    }
}

/// A comparison decided by a lower limb than the highest that differs.
#[test]
fn comparisons_by_the_wrong_limb() {
    let op = Op { opcode: Opcode::Sltu, rd: 7, rs1: 5, rs2: 6, ..Op::default() };
    let data = [0x0002_0000_0000_0001, 0x0001_0000_0000_0005];
    let traced = Traced::of(program(vec![load(5, 0), load(6, 1), op], &data), &[], 1 << 20);
    let c = aver_machine::chips::compare::Compare::SLTU.cols(&mut Names::default()).less;
    for marker in 0..4 {
        for d in [0, 3, 4, 65535, P - 1, P - 2] {
            let mut cells = vec![(c.less, F::ONE), (c.d, f(d))];
            cells.extend((0..3).map(|k| (c.m[k], f((k == marker) as u32))));
            assert!(forge(&traced, ShardChip::Sltu, &cells));
        }
    }
}

/// Chips that store reach memory that can be written, and nothing else: their space is a constant.
#[test]
fn stores_do_not_reach_the_text() {
    let traced = Traced::of(program(vec![], &[]), &[], 1 << 20);
    let chips =
        [ShardChip::StoreDouble, ShardChip::StoreWord, ShardChip::StoreSmall, ShardChip::MisalignedStore];
    for chip in chips {
        let description = &traced.machine.shard.described[chip as usize].description;
        let mut stores = 0;
        for i in description.interactions.iter().filter(|i| i.bus == buses::MEM) {
            assert!(i.values[0].columns.is_empty() && i.values[0].publics.is_empty());
            assert!([f(buses::REGISTERS), f(buses::MEMORY)].contains(&i.values[0].constant));
            stores += usize::from(i.values[0].constant == f(buses::MEMORY));
        }
        assert!(stores >= 2);
    }
}
