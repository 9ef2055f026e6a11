//! What a leaf demands of a proof of a run: the counterpart of what `aver_verifier` checks of one part.

use alloc::vec::Vec;

use aver_machine::Systems;
use aver_recursion::part::{self, verify_part};
use aver_recursion::{Builder, Circuit, Wire};
use aver_stark::air::Group;
use aver_stark::layout::System;
use aver_stark::params::{MAX_RUN_MESSAGES, Params};
use aver_stark::verify::Challenge;

use crate::circuits::{JOINS, Runs};
use crate::context::Context;
use crate::leaf::{self, Kind, Proved, leaf};
use crate::said::said;
use crate::statement::At;
use crate::{Error, cells, keys};

/// log2 of what messages on shared buses are counted in.
pub const LOG_UNIT: usize = 9;
/// So many units have no more messages than a run may have.
pub const MAX_UNITS: u32 = (MAX_RUN_MESSAGES >> LOG_UNIT) as u32;
/// Bits of a number of units.
const UNIT_BITS: usize = MAX_UNITS.ilog2() as usize + 1;

/// What is the same in all proofs that a leaf verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// Of what.
    pub kind: Kind,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// Stacks of each group.
    pub stacks: [usize; 3],
}

impl Shape {
    /// The chips.
    pub fn system(self, machine: &Systems) -> &System {
        if self.kind == Kind::Memory { &machine.memory } else { &machine.shard }
    }

    /// Which of two classes its leaf is of, by the elements of its stacks: leaves take the longer the more there are, and
    /// small proofs' must not take as long as large ones'.
    pub fn size(self, log_height: usize) -> keys::Kind {
        let stacks = self.stacks.iter().fold(0, |sum: usize, &stacks| sum.saturating_add(stacks));
        if stacks <= (SMALL_STACKS << 17) >> log_height { keys::Kind::Small } else { keys::Kind::Large }
    }
}

/// Stacks of the proofs of small leaves at h = 17, at most.
const SMALL_STACKS: usize = 80;

/// The most stacks of all shapes of a tree, which the size of its circuits grows with: 64 shapes of shards at h = 17 have less.
pub const MAX_STACKS: usize = 1 << 15;

/// Stacks of all shapes.
pub fn total_stacks(shapes: &[Shape]) -> usize {
    shapes.iter().flat_map(|shape| shape.stacks).fold(0, usize::saturating_add)
}

/// There are no more shapes, nor larger ones, than a tree has circuits for: before any of them is made.
pub fn check_shapes(shapes: &[Shape], log_height: usize) -> Result<(), Error> {
    let of_kind = |kind| shapes.iter().filter(|shape| shape.size(log_height) == kind).count();
    for (kind, what) in [
        (keys::Kind::Small, "different shapes of small proofs"),
        (keys::Kind::Large, "different shapes of large proofs"),
    ] {
        let (count, limit) = (of_kind(kind), 1 << keys::LOG_PLACES);
        if count > limit {
            return Err(Error::Shapes { what, count, limit });
        }
    }
    let count = total_stacks(shapes);
    if count > MAX_STACKS {
        return Err(Error::Shapes { what: "stacks in all its shapes", count, limit: MAX_STACKS });
    }
    Ok(())
}

/// Chips whose rows pass 1 says: with boundary columns, and no fixed ones.
pub fn boundary_tables(system: &System) -> usize {
    let says =
        |widths: [usize; 3]| widths[Group::Fixed as usize] == 0 && widths[Group::Boundary as usize] > 0;
    system.described.iter().filter(|d| says(d.widths)).count()
}

/// Units of the messages of so many chunks of boundary tables: two a row, padding included.
pub fn units(chunks: usize, log_chunk: usize) -> usize {
    chunks << (log_chunk + 1).saturating_sub(LOG_UNIT)
}

/// The leaf for proofs of a shape.
pub fn circuit(machine: &Systems, runs: &Runs, shape: Shape) -> Result<Circuit, Error> {
    leaf(shape.kind, runs.rows, |b, context, at| prove(b, machine, &runs.params, shape, context, at))
}

/// The circuit for two proofs of these shapes, of parts that follow each other.
pub fn pair(machine: &Systems, runs: &Runs, shapes: [Shape; 2]) -> Result<Circuit, Error> {
    let kinds = shapes.map(|shape| shape.kind);
    leaf::pair(kinds, runs.rows, |b, i, context, at| prove(b, machine, &runs.params, shapes[i], context, at))
}

/// The most pairs: as many as there are places for, beside joins.
pub const MAX_PAIRS: usize = (1 << keys::LOG_PLACES) - JOINS.len();

/// The pairs of shapes there are circuits for: runs of two small proofs. Runs that have one of no pair have two leaves.
pub fn pairs(shapes: &[Shape], log_height: usize) -> Vec<[Shape; 2]> {
    let small = |kind| {
        let of_kind = move |shape: &&Shape| shape.kind == kind && shape.size(log_height) == keys::Kind::Small;
        shapes.iter().copied().filter(move |shape| of_kind(&shape))
    };
    let pairs = small(Kind::Memory).flat_map(|memory| small(Kind::Last).map(move |last| [memory, last]));
    pairs.take(MAX_PAIRS).collect()
}

fn prove<'a>(
    b: &'a Builder,
    machine: &Systems,
    params: &Params,
    shape: Shape,
    context: &Context<Wire<'a>>,
    at: &At<Wire<'a>>,
) -> Result<Proved<'a>, Error> {
    let Shape { kind, log_chunk, stacks } = shape;
    let system = shape.system(machine);
    let boundary = (stacks[Group::Boundary as usize] > 0).then(|| [b.hint(), b.hint()]);
    let salt = [b.hint(), b.hint()];
    let boundary_rows: Vec<Wire<'a>> = (0..boundary_tables(system)).map(|_| b.hint()).collect();
    let messages = messages(b, at.messages, &boundary_rows, log_chunk);
    let said = said(b, kind, context, at);
    let fixed = &context.fixed[usize::from(kind == Kind::Memory)];
    let fixed_rows: Vec<Wire<'a>> = fixed.rows.iter().flat_map(|&cell| b.unpack(cell)).collect();
    let count = system.described.iter().filter(|d| d.widths[Group::Fixed as usize] > 0).count();
    let sum = verify_part(
        b,
        &part::Shape { system, params, log_chunk, stacks },
        context.capacity,
        &part::Part {
            index: at.index,
            fixed: Some(fixed.root),
            fixed_rows: &fixed_rows[..count],
            boundary,
            boundary_rows: &boundary_rows,
            publics: &said.publics,
            messages: &said.messages,
            shared: &Challenge::new(context.shared.clone()),
        },
    )?;
    let row = row(b, shape, boundary, salt, &boundary_rows, said.numbers);
    Ok(Proved { row, pc: said.pc, key: said.key, messages, sum })
}

/// Messages on shared buses so far and of tables of so many rows, which are no more than a run may have. What is no number
/// of rows is refused where the layout is read.
pub fn messages<'a>(b: &'a Builder, before: Wire<'a>, rows: &[Wire<'a>], log_chunk: usize) -> Wire<'a> {
    let chunks = |&rows: &Wire<'a>| b.number(&b.bits(rows + ((1 << log_chunk) - 1))[log_chunk..]);
    let messages = before + rows.iter().map(chunks).sum::<Wire<'a>>() * units(1, log_chunk) as u32;
    b.assert_below(Wire::constant(MAX_UNITS) - messages, UNIT_BITS);
    messages
}

/// As [`aver_verifier::parts::Part::elements`].
fn row<'a>(
    b: &'a Builder,
    shape: Shape,
    boundary: Option<[Wire<'a>; 2]>,
    salt: [Wire<'a>; 2],
    rows: &[Wire<'a>],
    numbers: [Wire<'a>; 3],
) -> Vec<Wire<'a>> {
    let constant = |value: usize| Wire::constant(value as u32);
    // Nine elements, and one more in their last cell.
    let and = |[five, four]: [Wire<'a>; 2], last: Wire<'a>| {
        let [x5, x6, x7, x8, zero] = b.unpack(four);
        b.assert_zero(zero);
        [five, b.pack([x5, x6, x7, x8, last])]
    };
    let root = and(boundary.unwrap_or([Wire::ZERO; 2]), constant(usize::from(boundary.is_some())));
    let salt = and(salt, constant(usize::from(shape.kind != Kind::Memory)));
    let mut rest = Vec::from([constant(shape.log_chunk)]);
    rest.extend(numbers);
    rest.push(constant(rows.len()));
    rest.extend(rows);
    let mut row = Vec::from([root, salt].as_flattened());
    row.extend(b.pack_all(&rest));
    row
}

/// The hints of a leaf between [where it starts](crate::leaf::hints) and those that its proof has: what the header says of the part.
pub fn hints(said: &aver_verifier::parts::Part<'_>, halts: bool) -> Vec<cells::Cell> {
    let mut hints = Vec::new();
    hints.extend(said.boundary.root.iter().flat_map(cells::of_node));
    hints.extend(cells::of_node(said.salt));
    hints.extend(said.boundary.rows.iter().map(|&rows| cells::of_base(rows as u32)));
    let [first, end, end_ts] = said.numbers;
    let numbers = match (said.is_shard, halts) {
        (false, _) => Vec::from([first]),
        (true, false) => Vec::from([end, end_ts]),
        (true, true) => Vec::from([end_ts]),
    };
    hints.extend(numbers.into_iter().map(cells::of_base));
    hints
}
