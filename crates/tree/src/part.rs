//! What a leaf demands of a proof of a run: the counterpart of what `aver_verifier` checks of one part.

use alloc::vec::Vec;

use aver_machine::Systems;
use aver_machine::buses::{EXEC, ORDER, PUBLIC};
use aver_machine::public::{MAX_TS, PC_HALT};
use aver_recursion::part::{self, verify_part};
use aver_recursion::{Builder, Circuit, Wire};
use aver_stark::air::Group;
use aver_stark::field::{D, F};
use aver_stark::layout::System;
use aver_stark::params::{MAX_RUN_MESSAGES, Params};
use aver_stark::verify::{Challenge, Message};
use p3_field::PrimeCharacteristicRing;

use crate::circuits::Runs;
use crate::context::Context;
use crate::leaf::{Kind, Proved, leaf};
use crate::statement::At;
use crate::{Error, cells};

/// log2 of what messages on shared buses are counted in.
pub const LOG_UNIT: usize = 9;
/// So many units have no more messages than a run may have.
pub const MAX_UNITS: u32 = (MAX_RUN_MESSAGES >> LOG_UNIT) as u32;
/// Bits of a number of units.
const UNIT_BITS: usize = MAX_UNITS.ilog2() as usize + 1;
/// Keys of memory proofs are below.
const MAX_KEY: u32 = (1 << 30) - (1 << 25);

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
    let boundary_rows: Vec<Wire<'a>> = (0..boundary_tables(system)).map(|_| b.hint()).collect();
    let chunks = boundary_rows.iter().map(|&rows| chunks(b, rows, log_chunk)).sum::<Wire<'a>>();
    let messages = at.messages + chunks * units(1, log_chunk) as u32;
    b.assert_below(Wire::constant(MAX_UNITS) - messages, UNIT_BITS);

    let said = match kind {
        Kind::Memory => memory(b, at),
        Kind::Shard | Kind::Last => shard(b, kind, context, at),
    };
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
    let row = row(b, shape, boundary, &boundary_rows, said.numbers);
    Ok(Proved { row, pc: said.pc, key: said.key, messages, sum })
}

/// What a proof says.
struct Said<'a> {
    publics: Vec<Wire<'a>>,
    messages: Vec<Message<Wire<'a>>>,
    /// Those of the part's row.
    numbers: [Wire<'a>; 3],
    pc: Wire<'a>,
    key: Wire<'a>,
}

/// As [`aver_machine::public::MemoryPublics`]. The key before is in its limits: it is −1, or the last one of another part.
fn memory<'a>(b: &'a Builder, at: &At<Wire<'a>>) -> Said<'a> {
    let last = b.hint();
    b.assert_below(last, 30);
    b.assert_below(Wire::constant(MAX_KEY - 1) - last, 30);
    Said {
        publics: Vec::from([at.key, last]),
        messages: Vec::from([(ORDER, F::ONE, Vec::from([at.key])), (ORDER, F::NEG_ONE, Vec::from([last]))]),
        numbers: [last, Wire::ZERO, Wire::ZERO],
        pc: at.pc,
        key: last,
    }
}

/// As [`aver_machine::public::ShardPublics`]. Its number is in its limits: [`leaf`] demands it.
fn shard<'a>(b: &'a Builder, kind: Kind, context: &Context<Wire<'a>>, at: &At<Wire<'a>>) -> Said<'a> {
    let start = at.pc;
    b.assert_below(start, PC_HALT.ilog2() as usize);
    let end = match kind {
        Kind::Last => Wire::constant(PC_HALT),
        _ => {
            let end = b.hint();
            b.assert_below(end, PC_HALT.ilog2() as usize);
            end
        }
    };
    // From 1 on, below the limit.
    let end_ts = b.hint();
    b.assert_below(end_ts, MAX_TS.ilog2() as usize);
    b.assert_below(end_ts - 1, MAX_TS.ilog2() as usize);
    let number = at.index - context.memory + 1;
    let mut publics = Vec::from([number, start, end, end_ts]);
    let mut messages = Vec::from([
        (EXEC, F::ONE, Vec::from([start, Wire::ONE])),
        (EXEC, F::NEG_ONE, Vec::from([end, end_ts])),
    ]);
    if kind == Kind::Last {
        let [low, high, ..] = b.unpack(context.exit_code);
        let output: Vec<Wire<'a>> = context.output.iter().flat_map(|&cell| b.unpack(cell)).collect();
        let (words, _) = output.as_chunks::<4>();
        let words = [[low, high, Wire::ZERO, Wire::ZERO]].into_iter().chain(words.iter().copied().take(4));
        for (slot, [l0, l1, l2, l3]) in (0..).zip(words) {
            let message = [Wire::constant(slot), l0, l1, l2, l3];
            publics.extend(message);
            messages.push((PUBLIC, F::NEG_ONE, Vec::from(message)));
        }
    }
    Said { publics, messages, numbers: [start, end, end_ts], pc: end, key: at.key }
}

/// Chunks of so many rows; what is no number of rows is refused where the layout is read.
fn chunks<'a>(b: &'a Builder, rows: Wire<'a>, log_chunk: usize) -> Wire<'a> {
    b.number(&b.bits(rows + ((1 << log_chunk) - 1))[log_chunk..])
}

/// As [`aver_verifier::parts::Part::elements`].
fn row<'a>(
    b: &'a Builder,
    shape: Shape,
    boundary: Option<[Wire<'a>; 2]>,
    rows: &[Wire<'a>],
    numbers: [Wire<'a>; 3],
) -> Vec<Wire<'a>> {
    let constant = |value: usize| Wire::constant(value as u32);
    let root = boundary.unwrap_or([Wire::ZERO; 2]);
    let [r5, r6, r7, r8, zero] = b.unpack(root[1]);
    b.assert_zero(zero);
    let mut rest = Vec::from([constant(usize::from(shape.kind != Kind::Memory)), constant(shape.log_chunk)]);
    rest.extend(numbers);
    rest.push(constant(rows.len()));
    rest.extend(rows);
    let mut row = Vec::from([root[0], b.pack([r5, r6, r7, r8, constant(usize::from(boundary.is_some()))])]);
    let element = |chunk: &[Wire<'a>], i: usize| chunk.get(i).copied().unwrap_or(Wire::ZERO);
    row.extend(rest.chunks(D).map(|chunk| b.pack(core::array::from_fn(|i| element(chunk, i)))));
    row
}

/// The hints of a leaf between the context's and those that its proof has: what the header says of the part.
pub fn hints(said: &aver_verifier::parts::Part<'_>, halts: bool) -> Vec<cells::Cell> {
    let mut hints = Vec::new();
    hints.extend(said.boundary.root.iter().flat_map(cells::of_node));
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
