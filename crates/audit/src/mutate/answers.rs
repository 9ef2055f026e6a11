//! What the lookup tables of a proof answer: their rows, those of padding among them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aver_stark::air::MAX_ARITY;
use aver_stark::field::F;
use aver_stark::layout::System;
use aver_stark_prover::check::affine;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// Rows of a table by the fields of a mask.
type Index = HashMap<u128, Vec<u32>>;

/// Messages on one bus that a fixed table takes, as often as it is asked.
struct Answered {
    bus: u32,
    rows: Vec<Vec<F>>,
    whole: HashMap<u128, u32>,
    by_fields: Mutex<HashMap<u32, Index>>,
}

/// Everything that is answered: messages of chips with fixed columns. How often is the prover's choice.
pub struct Answers(Vec<Answered>);

/// Spreads the bits of a number over all of it (the finaliser of SplitMix64).
const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Factors of the fields of a message, odd.
const FACTORS: [u128; MAX_ARITY] = {
    let mut factors = [0; MAX_ARITY];
    let mut i = 0;
    while i < MAX_ARITY {
        let high = mix((2 * i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let low = mix((2 * i as u64 + 2).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        factors[i] = (high as u128) << 64 | low as u128 | 1;
        i += 1;
    }
    factors
};

/// Fields of a message that are in `mask`, compressed: no two messages have the same but by accident.
fn print(values: &[F], mask: u32) -> u128 {
    let mut sum = u128::from(mask);
    for (i, value) in values.iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1) {
        sum = sum.wrapping_add(u128::from(value.as_canonical_u32()).wrapping_mul(FACTORS[i]));
    }
    sum
}

impl Answers {
    /// Of the chips of `system` whose fixed columns are in `fixed`, by chip.
    pub fn new<'a>(system: &System, fixed: impl IntoIterator<Item = &'a [Vec<F>]>) -> Self {
        let mut all: Vec<Answered> = Vec::new();
        for (described, columns) in system.described.iter().zip(fixed) {
            if columns.is_empty() {
                continue;
            }
            let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
            for interaction in &described.description.interactions {
                let at = all.iter().position(|a| a.bus == interaction.bus.id).unwrap_or_else(|| {
                    all.push(Answered {
                        bus: interaction.bus.id,
                        rows: Vec::new(),
                        whole: HashMap::new(),
                        by_fields: Mutex::default(),
                    });
                    all.len() - 1
                });
                // The last one is padding.
                for row in 0..=rows {
                    let mut cells: Vec<F> =
                        columns.iter().map(|c| c.get(row).copied().unwrap_or(F::ZERO)).collect();
                    cells.resize(described.width(), F::ZERO);
                    let values: Vec<F> = interaction.values.iter().map(|v| affine(v, &cells, &[])).collect();
                    let answered = &mut all[at];
                    let next = answered.rows.len() as u32;
                    if let std::collections::hash_map::Entry::Vacant(entry) =
                        answered.whole.entry(print(&values, u32::MAX))
                    {
                        entry.insert(next);
                        answered.rows.push(values);
                    }
                }
            }
        }
        Self(all)
    }

    fn of(&self, bus: u32) -> Option<&Answered> {
        self.0.iter().find(|a| a.bus == bus)
    }

    /// Whether a bus is one of lookups.
    pub fn is_lookup(&self, bus: u32) -> bool {
        self.of(bus).is_some()
    }

    /// Whether a message is answered.
    pub fn has(&self, bus: u32, values: &[F]) -> bool {
        self.of(bus).is_some_and(|a| a.whole.contains_key(&print(values, u32::MAX)))
    }

    /// All messages that are answered on a bus.
    pub fn all(&self, bus: u32) -> &[Vec<F>] {
        self.of(bus).map_or(&[], |a| &a.rows)
    }

    /// Messages that agree with `values` in the fields of `mask`: how many, and those `pick` chooses of them.
    pub fn agreeing(
        &self,
        bus: u32,
        values: &[F],
        mask: u32,
        pick: impl FnOnce(usize) -> Vec<usize>,
    ) -> Vec<&[F]> {
        let Some(answered) = self.of(bus) else { return Vec::new() };
        if mask == 0 {
            return pick(answered.rows.len()).into_iter().map(|i| &answered.rows[i][..]).collect();
        }
        let mut indices = answered.by_fields.lock().unwrap_or_else(PoisonError::into_inner);
        let index = indices.entry(mask).or_insert_with(|| {
            let mut index = Index::new();
            for (i, row) in answered.rows.iter().enumerate() {
                index.entry(print(row, mask)).or_default().push(i as u32);
            }
            index
        });
        let rows = index.get(&print(values, mask)).map_or(&[][..], |rows| rows);
        pick(rows.len()).into_iter().map(|i| &answered.rows[rows[i] as usize][..]).collect()
    }
}
