//! Rows of a proof, against [`aver_stark::verify::read_layout`].

use aver_machine::Systems;
use aver_machine::buses::EXEC;
use aver_recursion::cell::Cell;
use aver_recursion::channel::Proof;
use aver_recursion::part::{self, Part, Shape};
use aver_recursion::{Builder, Circuit};
use aver_recursion_prover::run;
use aver_stark::chip::Described;
use aver_stark::error::{Error, Result};
use aver_stark::field::{EF, F, P, f};
use aver_stark::layout::{Layout, MAX_ROWS};
use aver_stark::params::{Params, Profile};
use aver_stark::transcript::Reader;
use aver_stark::verify::{BoundaryCommitment, Challenge, FixedKey, Statement, read_layout};
use p3_field::PrimeCharacteristicRing;

use super::cell;

/// Rows of a proof of shards, and what is to be found of them.
struct Rows<'s> {
    shape: Shape<'s>,
    messages: usize,
}

impl Rows<'_> {
    /// What the verifier makes of these rows.
    fn layout(&self, rows: &[usize]) -> Result<Layout> {
        let Shape { system, params, log_chunk, stacks } = self.shape;
        let numbers = stacks.iter().chain(rows);
        let proof: Vec<u8> = numbers.flat_map(|&number| (number as u32).to_le_bytes()).collect();
        let of = |group: usize| move |(d, rows): (&Described, usize)| (d.widths[group] > 0).then_some(rows);
        let rows = || system.described.iter().zip(rows.iter().copied());
        let boundary = rows().filter(|(d, _)| d.widths[0] == 0).filter_map(of(1)).collect();
        let statement = Statement {
            system,
            params,
            log_chunk,
            fixed: &FixedKey { root: None, rows: rows().map(of(0)).collect() },
            boundary: &BoundaryCommitment { root: None, rows: boundary },
            publics: &[],
            messages: &vec![(EXEC, F::ONE, vec![F::ONE]); self.messages],
            shared: &Challenge::new(Vec::new()),
        };
        let mut reader = Reader::new(params.hash.transcript(""), &proof);
        read_layout(&mut reader, &statement).map(|(_, layout)| layout)
    }

    /// A circuit that does the same; with `says`, numbers of chunks and places are public.
    fn circuit(&self, says: bool) -> Result<Circuit> {
        let described = &self.shape.system.described;
        let has = |d: &Described| [d.widths[0] > 0, d.widths[0] == 0 && d.widths[1] > 0];
        let b = Builder::new();
        let publics =
            |i: usize| described.iter().filter(|d| has(d)[i]).map(|_| b.public()).collect::<Vec<_>>();
        let part = Part {
            index: b.hint(),
            fixed: None,
            fixed_rows: &publics(0),
            boundary: None,
            boundary_rows: &publics(1),
            publics: &[],
            messages: &vec![(EXEC, F::ONE, Vec::new()); self.messages],
            shared: &Challenge::new(Vec::new()),
        };
        let layout = part::read_layout(&b, &mut Proof::new(&b, ""), &self.shape, &part)?;
        if says {
            let numbers = layout.chunks.iter().chain(layout.places.iter().flatten());
            numbers.for_each(|count| b.assert_equal(b.number(count.bits()), b.public()));
        }
        Ok(b.finish())
    }

    /// Both agree about these rows: whether they are laid out, and how.
    fn agree(&self, [limits, says]: &[Circuit; 2], rows: &[usize]) -> bool {
        let described = &self.shape.system.described;
        let count = |&value: &usize| cell(&EF::from(f(value as u32)));
        let of = |is: &dyn Fn(&Described) -> bool| -> Vec<Cell> {
            let chips = described.iter().zip(rows).filter(|(d, _)| is(d));
            chips.map(|(_, rows)| count(rows)).collect()
        };
        let boundary = of(&|d| d.widths[0] == 0 && d.widths[1] > 0);
        let mut publics = [of(&|d| d.widths[0] > 0), boundary].concat();
        // The first is the index.
        let hints = [vec![Cell::default()], of(&|d| d.widths[..2] == [0, 0])].concat();
        let runs = run(limits, &publics, &hints).is_ok();
        match self.layout(rows) {
            Err(error) => assert!(!runs, "{rows:?}: {error}"),
            Ok(layout) => {
                publics.extend(layout.chunks.iter().chain(layout.places.iter().flatten()).map(count));
                run(says, &publics, &hints).unwrap();
                assert!(runs);
            }
        }
        runs
    }
}

#[test]
fn rows_are_laid_out_as_the_verifier_does() {
    let systems = Systems::new(Vec::new()).unwrap();
    let system = &systems.shard;
    let is_free = |i: &usize| system.described[*i].widths[..2] == [0, 0];
    let mut base = vec![0; system.described.len()];
    (0..base.len()).filter(|i| !is_free(i)).for_each(|i| base[i] = 1 + 77 * i);
    // Boundary stacks: so many that a leaf is a row; and few, of whose leaves rows are parts.
    for (log_height, log_chunk, stacks, messages) in [
        (12, 8, [64, 12, 400], 2),
        (12, 8, [64, 8, 400], 2),
        (21, 12, [1, 1, 120], 0),
        (21, 12, [1, 1, 120], 1),
    ] {
        let params = Params::new(Profile::Bits100, log_height).unwrap();
        let rows = Rows { shape: Shape { system, params: &params, log_chunk, stacks }, messages };
        let circuits = [false, true].map(|says| rows.circuit(says).unwrap());
        assert!(rows.agree(&circuits, &base));
        let mut some = base.clone();
        (0..base.len()).filter(is_free).for_each(|i| some[i] = i % 5 * 300);
        assert!(rows.agree(&circuits, &some));
        // One chip has the most rows that are laid out, then one more; what stops it are stacks, messages, or 2^23.
        for chip in (0..base.len()).filter(is_free).step_by(9) {
            let with = |count: usize| {
                let mut rows = base.clone();
                rows[chip] = count;
                rows
            };
            let fits = |count: &usize| rows.layout(&with(*count)).is_ok();
            let most =
                (0..24).rev().fold(0, |most, bit| Some(most + (1 << bit)).filter(fits).unwrap_or(most));
            assert!(
                most > 0 && rows.agree(&circuits, &with(most)) && !rows.agree(&circuits, &with(most + 1))
            );
            for count in [MAX_ROWS, MAX_ROWS + 1, 1 << 24, 1 << 30, P as usize - 1] {
                rows.agree(&circuits, &with(count));
            }
        }
        // Of committed tables too.
        for i in (0..base.len()).filter(|i| !is_free(i)) {
            for count in [0, 1 << 12, 1 << 18, MAX_ROWS, MAX_ROWS + 1, 1 << 24] {
                let mut other = base.clone();
                other[i] = count;
                rows.agree(&circuits, &other);
            }
        }
    }
    // A number of stacks that no root is read with.
    let params = Params::new(Profile::Bits100, 12).unwrap();
    let shape = Shape { system, params: &params, log_chunk: 8, stacks: [64, 7, 400] };
    let rows = Rows { shape, messages: 0 };
    let refused = Error::Limit { what: "stacks of rows that share leaves", value: 7, limit: 8 };
    assert_eq!(rows.circuit(false).err(), Some(refused.clone()));
    assert_eq!(rows.layout(&base).err(), Some(refused));
}
