//! Every bit of a round follows from the state before it: an honest row is changed in one place, and what comes after
//! made to fit. Only the constraints that say what was changed object, so each of them is there. That they suffice for
//! all rows is argued in `spec/chips/keccak.md`, not shown here.

use std::collections::BTreeSet;

use aver_exec::{CallKind, EcallStep, MemAccess, RegAccess};
use aver_isa::Program;
use aver_keccak::chip::columns::{CHI, IN, OUT, STEP, a, c, parity};
use aver_keccak::chip::{LIMBS, RC_BITS, ROUNDS};
use aver_keccak::{CALL, Keccak};
use aver_machine::coprocessor::Coprocessor;
use aver_stark::field::{F, f};
use aver_stark::layout::System;
use aver_stark_prover::arena::Arena;
use aver_stark_prover::check::{constraints_of_row, messages_of_row};
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::rows::Filler;
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// The chip of rounds.
const ROUND: usize = 1;

fn system() -> System {
    System::new(Keccak.chips()).unwrap()
}

/// Tables of a call on `state`.
fn tables(state: [u64; 25]) -> Vec<Table> {
    let mut after = state;
    keccak::Keccak::new().with_f1600(|permute| permute(&mut after));
    let update = |i: usize| MemAccess { addr: 64 + i as u32, prev_ts: 0, before: state[i], after: after[i] };
    let register = RegAccess::default();
    let step = EcallStep {
        index: 9,
        ts: 46,
        kind: CallKind::Coprocessor(CALL),
        a7: register,
        a0: register,
        a1: register,
        a2: register,
        reads: Vec::new(),
        updates: (0..25).map(update).collect(),
        next: 10,
    };
    let arena = Arena::default();
    Keccak.fill(&Filler::new(&arena, 6, 10, Vec::new()), &Program::default(), &[&step])
}

/// The row of round `round` of a random state.
fn honest(round: usize) -> Vec<F> {
    tables(StdRng::seed_from_u64(1).random())[ROUND].row(round)
}

/// What each constraint of a round comes to.
fn values(system: &System, row: &[F]) -> Vec<(&'static str, F)> {
    let labels = system.described[ROUND].description.constraints.iter().map(|c| c.label);
    labels.zip(constraints_of_row(system, ROUND, row, &[])).collect()
}

/// Which constraints object: label, and number among those of the label.
fn broken(system: &System, row: &[F]) -> BTreeSet<(&'static str, usize)> {
    let mut broken = BTreeSet::new();
    let (mut last, mut seen) = ("", std::collections::HashMap::new());
    for (label, value) in values(system, row) {
        let number: &mut usize = seen.entry(label).or_default();
        if value != F::ZERO {
            broken.insert((label, *number));
        }
        *number += 1;
        last = label;
    }
    assert_eq!(last, "keccak_round/7");
    broken
}

/// Makes `chi` and `out` follow from what is before them.
fn settle(system: &System, row: &mut [F]) {
    for (label, columns, sign) in [
        ("keccak_round/6", CHI..CHI + RC_BITS.len(), F::NEG_ONE),
        ("keccak_round/7", OUT..OUT + LIMBS, F::ONE),
    ] {
        let of_label = values(system, row).into_iter().filter(|value| value.0 == label);
        for (column, (_, value)) in columns.zip(of_label.collect::<Vec<_>>()) {
            row[column] += sign * value;
        }
    }
}

fn flip(row: &mut [F], column: usize) {
    row[column] = F::ONE - row[column];
}

fn only(label: &'static str, number: usize) -> BTreeSet<(&'static str, usize)> {
    BTreeSet::from([(label, number)])
}

#[test]
fn rounds_are_the_permutation() {
    let system = system();
    let mut rng = StdRng::seed_from_u64(2);
    for state in [[0; 25], [u64::MAX; 25], rng.random()] {
        let tables = tables(state);
        assert_eq!((tables[0].rows, tables[1].rows), (1, ROUNDS));
        let rows: Vec<_> = (0..ROUNDS).map(|round| tables[ROUND].row(round)).collect();
        assert!(rows.iter().all(|row| broken(&system, row).is_empty()));
        assert!(rows.windows(2).all(|pair| pair[0][OUT..OUT + LIMBS] == pair[1][IN..IN + LIMBS]));
        let mut after = state;
        keccak::Keccak::new().with_f1600(|permute| permute(&mut after));
        let last = rows[ROUNDS - 1][OUT..].iter().map(|limb| limb.as_canonical_u32() as u16);
        assert!(last.eq(after.iter().flat_map(|lane| (0..4).map(move |u| (lane >> (16 * u)) as u16))));
    }
}

/// A wrong parity, with all lanes that it changes changed. If the parity after θ is changed with it, only the column's
/// own sum objects; if not, only what ties the two together.
#[test]
fn parities_follow() {
    let system = system();
    let honest = honest(3);
    for (at, own) in (0..5 * 64).flat_map(|at| [(at, true), (at, false)]) {
        let (x, z) = (at / 64, at % 64);
        let mut row = honest.clone();
        flip(&mut row, c(x, z));
        if own {
            flip(&mut row, parity(x, z));
        }
        for (x, z) in [(x + 1, z), (x + 4, z + 1)] {
            (0..5).for_each(|y| flip(&mut row, a(x % 5 + 5 * y, z)));
            flip(&mut row, parity(x, z));
        }
        settle(&system, &mut row);
        assert_eq!(
            broken(&system, &row),
            only(if own { "keccak_round/4" } else { "keccak_round/3" }, 64 * x + z)
        );
    }
}

/// Two bits of a column changed, so that its parity stays: the limbs they are of object.
#[test]
fn bits_follow() {
    let system = system();
    let honest = honest(5);
    for x in 0..5 {
        for z in 0..64 {
            let mut row = honest.clone();
            flip(&mut row, a(x, z));
            flip(&mut row, a(x + 20, z));
            settle(&system, &mut row);
            // Limbs are gone through by x, then by y.
            let limb = |y: usize| ("keccak_round/5", 20 * x + 4 * y + z / 16);
            assert_eq!(broken(&system, &row), BTreeSet::from([limb(0), limb(4)]));
        }
    }
}

#[test]
fn results_follow() {
    let system = system();
    let honest = honest(7);
    for j in 0..RC_BITS.len() {
        let mut row = honest.clone();
        flip(&mut row, CHI + j);
        let limbs: Vec<_> =
            values(&system, &row).into_iter().filter(|v| v.0 == "keccak_round/7").map(|v| v.1).collect();
        (0..LIMBS).for_each(|limb| row[OUT + limb] += limbs[limb]);
        assert_eq!(broken(&system, &row), only("keccak_round/6", j));
    }
    for limb in 0..LIMBS {
        let mut row = honest.clone();
        row[OUT + limb] += F::ONE;
        assert_eq!(broken(&system, &row), only("keccak_round/7", limb));
    }
}

/// A row is of one round, and says which: as another, it takes and puts other messages.
#[test]
fn rounds_are_numbered() {
    let system = system();
    let honest = honest(8);
    for round in (0..ROUNDS).filter(|&round| round != 8) {
        let mut row = honest.clone();
        row[STEP + round] = F::ONE;
        assert_eq!(broken(&system, &row), {
            let mut expected = only("keccak_round/1", ROUNDS);
            expected.extend(broken(&system, &row).into_iter().filter(|b| b.0 == "keccak_round/7"));
            expected
        });
        row[STEP + 8] = F::ZERO;
        settle(&system, &mut row);
        assert!(broken(&system, &row).is_empty());
        let numbers = |row: &[F]| -> Vec<F> {
            messages_of_row(&system, ROUND, row, &[]).iter().map(|message| message.2[1]).collect()
        };
        let moved = f(10) * (f(round as u32) - f(8));
        assert!(numbers(&row).iter().zip(numbers(&honest)).all(|(&new, old)| new == old + moved));
    }
}
