//! The root: a run's parts from the first to the last are proved, and the run is what is claimed.

use alloc::vec::Vec;

use aver_machine::public::PC_HALT;
use aver_recursion::cell::Cell;
use aver_recursion::channel::Proof;
use aver_recursion::{Builder, Circuit, Wire};
use aver_stark::channel::Channel;
use aver_stark::field::F;
use aver_stark::hash::{Digest, Hash, Node};
use aver_stark::protocol::{RUN, SHARED, SHARED_WORK};
use aver_stark::verify::Challenge;
use aver_verifier::claim::End;
use p3_field::PrimeCharacteristicRing;

use crate::circuits::{Machines, Runs};
use crate::context::{BYTES_CELLS, Context, Fixed};
use crate::join::node;
use crate::keys::Kind;
use crate::statement::{At, Place, Statement, digest_of};
use crate::{Classes, Error, cells};

/// What a root says: a run of the program is proved, by circuits of the set. Public cells stand in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run<T = Cell> {
    /// Digest of the program's key.
    pub vk: [T; BYTES_CELLS],
    /// Quarters of the status.
    pub status: T,
    /// The digest that was handed over.
    pub handed_over: [T; BYTES_CELLS],
    /// Op index that the program starts at.
    pub entry: T,
    /// Fixed columns of shard proofs, and of memory proofs.
    pub fixed: [Fixed<T>; 2],
    /// Root of the tree of [`Keys`](crate::Keys).
    pub keys: [T; 2],
}

impl Run {
    /// Its public cells.
    pub fn new(vk: &Digest, end: &End, entry: u32, fixed: [Fixed; 2], keys: &Node) -> Self {
        let bytes = |digest: &Digest| {
            let cells = cells::of_value(digest);
            core::array::from_fn(|i| cells.get(i).copied().unwrap_or_default())
        };
        Self {
            vk: bytes(vk),
            status: cells::of_value(&end.status)[0],
            handed_over: bytes(&end.digest),
            entry: cells::of_base(entry),
            fixed,
            keys: cells::of_node(keys),
        }
    }
}

impl<T: Copy> Run<T> {
    /// Its cells.
    pub fn cells(&self) -> Vec<T> {
        let mut cells = Vec::from(self.vk);
        cells.push(self.status);
        cells.extend(self.handed_over);
        cells.push(self.entry);
        for fixed in &self.fixed {
            cells.extend(fixed.root);
            cells.extend(&fixed.rows);
        }
        cells.extend(self.keys);
        cells
    }
}

impl<'a> Run<Wire<'a>> {
    fn public(b: &'a Builder, rows: [usize; 2]) -> Self {
        let mut next = cells::publics(b, public_cells(rows)).into_iter();
        let mut next = || next.next().unwrap_or(Wire::ZERO);
        Self {
            vk: core::array::from_fn(|_| next()),
            status: next(),
            handed_over: core::array::from_fn(|_| next()),
            entry: next(),
            fixed: rows
                .map(|count| Fixed { root: [next(), next()], rows: (0..count).map(|_| next()).collect() }),
            keys: [next(), next()],
        }
    }
}

/// How many public cells a root has, for runs with so many cells of rows of fixed columns.
pub fn public_cells(rows: [usize; 2]) -> usize {
    2 * BYTES_CELLS + 2 + 2 + rows[0] + 2 + rows[1] + 2
}

/// The circuit of the root.
pub fn root(machines: &Machines, classes: &Classes, runs: &Runs) -> Result<Circuit, Error> {
    let b = Builder::new();
    let own = Run::public(&b, runs.rows);
    let counts = [b.hint(), b.hint()];
    let link = [b.hint(), b.hint()];
    let hidden = [b.hint(), b.hint()];

    let [memory, shards] = numbers(&b, counts);

    let mut run = Proof::new(&b, RUN);
    run.absorb_cells(&own.vk);
    run.absorb_cells(&[own.status]);
    run.absorb_cells(&own.handed_over);
    run.absorb_cells(&counts);
    run.absorb_cells(&link);
    run.check_work(Hash::default(), SHARED_WORK, runs.params.boundary_work)?;
    let shared = (0..Challenge::COUNT).map(|_| run.draw(SHARED)).collect();
    let context = Context {
        fixed: own.fixed.clone(),
        status: own.status,
        handed_over: own.handed_over,
        memory,
        capacity: run.capacity(),
        shared,
    };
    let zero = [Wire::ZERO; 2];
    let start = At { index: Wire::ZERO, pc: own.entry, key: Wire::from(F::NEG_ONE), messages: Wire::ZERO };
    let first = Place { link: zero, at: start.cells(&b), mask: Wire::ZERO, salt: zero };
    let end = [memory + shards, Wire::from(F::from_u32(PC_HALT)), Wire::ZERO, Wire::ZERO, Wire::ZERO];
    let statement = Statement {
        context: context.digest(&b),
        before: first.digest(&b),
        // Key and messages are in their limits, whatever they are: leaves have seen to that.
        after: digest_of(&b, link, b.pack(end), Wire::ZERO, hidden),
        sum: Wire::ZERO,
        keys: own.keys,
    };
    node(&b, machines, classes, Kind::Top, &statement)?;
    Ok(b.finish())
}

/// Numbers of memory proofs and of shards, from their halves: at most 2^16, and fewer than that.
pub fn numbers<'a>(b: &'a Builder, counts: [Wire<'a>; 2]) -> [Wire<'a>; 2] {
    let [memory, shards] = counts.map(|cell| {
        let [low, high, rest @ ..] = b.unpack(cell);
        b.assert_below(low, 16);
        rest.into_iter().for_each(|zero| b.assert_zero(zero));
        [low, high]
    });
    b.assert_equal(memory[1] * memory[1], memory[1]);
    b.assert_zero(memory[0] * memory[1]);
    b.assert_zero(shards[1]);
    [memory[0] + memory[1] * (1 << 16), shards[0]]
}

/// The hints of a root, before those of its node: counts of the run, its last link, what is [hidden](Place::hidden) of its last
/// place, and its work.
pub fn root_hints(counts: [u32; 2], link: [Cell; 2], hidden: [Cell; 2], work: Option<F>) -> Vec<Cell> {
    let mut hints = Vec::new();
    counts.iter().for_each(|count| hints.extend(cells::of_value(count)));
    hints.extend(link);
    hints.extend(hidden);
    hints.extend(work.map(|nonce| [nonce, F::ZERO, F::ZERO, F::ZERO, F::ZERO]));
    hints
}
