//! The chip: its sizes, and what it does not accept. (That no changed cell goes unnoticed is in `audit.rs`.)

mod common;

use aver_machine::buses::{MEM, MEMORY};
use aver_machine_tests::allocated::{Counting, allocated};
use aver_sha256::chip::columns::WIDTH;
use aver_stark::field::{F, f};
use aver_stark_prover::check::check_row;
use common::{INITIAL, expected, ledger, object, step, system, table};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Sizes are a snapshot that a change must update on purpose.
#[test]
fn sizes() {
    // Forms that grow with every term that is added to them would take far more.
    let (system, taken) = allocated(system);
    assert!(taken < 24 << 20, "describing takes {taken} bytes");
    let chip = &system.described[0];
    let d = &chip.description;
    let degree = d.constraints.iter().map(|c| c.degree).max().unwrap();
    let sizes = (chip.width(), d.interactions.len(), d.constraints.len(), degree, chip.message_columns.len());
    assert_eq!(sizes, (6972, 78, 7279, 3, 106));
    assert!(d.nodes.len() < 130_000, "{} nodes", d.nodes.len());
}

/// Messages are weighted with `is_real`. Updates are in memory that can be written, reads there or in the
/// text.
#[test]
fn messages() {
    let system = system();
    let interactions = &system.described[0].description.interactions;
    for i in interactions {
        assert!(i.multiplicity.constant == F::ZERO);
        assert!(matches!(i.multiplicity.columns[..], [(0, F::ONE | F::NEG_ONE)]));
    }
    let spaces = |columns: usize| {
        let spaces = interactions.iter().filter(|i| i.bus == MEM).map(|i| &i.values[0]);
        spaces.filter(|space| space.columns.len() == columns && space.constant == f(MEMORY)).count()
    };
    assert_eq!((spaces(0), spaces(1)), (2 * 4, 2 * 8));
}

fn honest(state: [u32; 8], block: [u8; 64]) -> Vec<F> {
    table(&Default::default(), &[&step(state, block)]).row(0)
}

/// Values that the equations alone could allow, if the rest of the row followed suit, are no values.
#[test]
fn every_cell_has_its_range() {
    let system = system();
    let names = system.chips[0].columns().witness;
    let row = honest([0x0123_4567; 8], [0x5A; 64]);
    let broken = |at: usize, value: F| {
        let mut changed = row.clone();
        changed[at] = value;
        check_row(&system, 0, &changed, &[]).map(|(label, _)| label)
    };
    for (i, name) in names.iter().enumerate() {
        let is = |part: &str| name.contains(part);
        if is(".bit") {
            assert_eq!(broken(i, f(2)), Some("sha256/2"), "{name}");
        } else if is("_carry") {
            assert_eq!(broken(i, f(3)), Some("sha256/3"), "{name}");
        } else if is("text") {
            assert_eq!(broken(i, f(2)), Some("sha256/1"), "{name}");
        } else if is("block") && is(".l") || ["state0.l", "state2.l"].iter().any(|limb| is(limb)) {
            // The bit that has no column.
            for value in [row[i] + f(1 << 15), row[i] - f(1 << 15)] {
                let value_fits = value.as_canonical_u32() < 1 << 16;
                assert_eq!(broken(i, value) == Some("sha256/2"), !value_fits, "{name}");
            }
        }
    }
}

/// Constraints alone tie block, hash value before and after: no limb can be another of 16 bits. Nor can
/// carries make up for it.
#[test]
fn memory_is_determined() {
    let system = system();
    let names = system.chips[0].columns().witness;
    let row = honest(INITIAL, [0xC3; 64]);
    let is_limb = |name: &str| {
        name.starts_with("new")
            || ["block", "state"].iter().any(|word| name.starts_with(word)) && name.contains(".l")
    };
    let limbs: Vec<_> = (0..WIDTH).filter(|&i| is_limb(&names[i])).collect();
    assert_eq!(limbs.len(), 4 * (8 + 4 + 4));
    for at in limbs {
        let value = row[at].as_canonical_u32();
        for other in [value ^ 1, value ^ 1 << 8, value ^ 1 << 15, value.wrapping_sub(1) & 0xFFFF] {
            let mut changed = row.clone();
            changed[at] = f(other);
            assert!(check_row(&system, 0, &changed, &[]).is_some(), "{}: {value} -> {other}", names[at]);
        }
    }
    for (limb, carry) in
        [("new00", "a63.low"), ("new01", "a63.high"), ("new20", "e63.low"), ("new21", "e63.high")]
    {
        let (limb, carry) = (column(limb), column(&format!("{carry}_carry0")));
        let mut changed = row.clone();
        changed[limb] = f(row[limb].as_canonical_u32() ^ 1);
        for digits in 0..27 {
            (0..3).for_each(|i| changed[carry + i] = f(digits / 3u32.pow(i as u32) % 3));
            assert!(check_row(&system, 0, &changed, &[]).is_some());
        }
    }
}

/// Where a column is.
fn column(name: &str) -> usize {
    system().chips[0].columns().witness.iter().position(|n| n == name).unwrap()
}

/// A row that goes on with another compression from some column on.
#[test]
fn rows_do_not_mix() {
    let system = system();
    let mut rng = StdRng::seed_from_u64(4);
    let mut block: [u8; 64] = std::array::from_fn(|_| rng.random());
    let row = honest(INITIAL, block);
    block[63] ^= 1;
    let other = honest(INITIAL, block);
    assert_eq!(check_row(&system, 0, &row, &[]), None);
    for name in ["new00", "h0.bit0", "w1.bit0", "w16.bit0", "e20.bit0", "a61.bit0", "a62.bit31"] {
        let at = column(name);
        let mixed = [&row[..at], &other[at..]].concat();
        assert!(check_row(&system, 0, &mixed, &[]).is_some(), "{name}");
    }
}

/// The result with a limb of 17 bits, its carry one less: the constraints hold, the lookup fails.
#[test]
fn limbs_of_the_result_have_16_bits() {
    let system = system();
    let (limb, carry) = (column("new00"), column("a63.low_carry0"));
    let mut rng = StdRng::seed_from_u64(5);
    let (step, mut row) = loop {
        let step = step(rng.random(), std::array::from_fn(|_| rng.random()));
        let row = table(&Default::default(), &[&step]).row(0);
        if row[carry] != F::ZERO {
            break (step, row);
        }
    };
    row[limb] += f(1 << 16);
    row[limb + 1] -= F::ONE;
    row[carry] -= F::ONE;
    assert!(row[limb + 1].as_canonical_u32() < 1 << 16);
    assert_eq!(check_row(&system, 0, &row, &[]), None);
    assert_eq!(object(&system, &row, &ledger(expected(&step, |_| false))), Some("range".into()));
}
