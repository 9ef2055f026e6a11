//! Leaves: one part of a run is proved, or two that follow each other.

use alloc::vec::Vec;

use aver_recursion::builder::Digest;
use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Circuit, Wire};
use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

use crate::context::Context;
use crate::statement::{At, Place, assert_digest};
use crate::{Error, Statement};

/// What a part of a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A memory proof.
    Memory,
    /// A shard that does not halt.
    Shard,
    /// The shard that halts.
    Last,
}

/// What a proof of a part says.
pub struct Proved<'a> {
    /// What the chain of parts has of it, in cells.
    pub row: Vec<Wire<'a>>,
    /// Op index of what comes after it.
    pub pc: Wire<'a>,
    /// Key of the last word of memory proofs.
    pub key: Wire<'a>,
    /// Messages on shared buses, before it and its own.
    pub messages: Wire<'a>,
    /// What they add up to.
    pub sum: Wire<'a>,
}

/// A leaf circuit for a kind of parts. `prove` records what is demanded of a part that starts somewhere; what it says of it
/// is what the circuit's statement must say. `rows` are the [`row_cells`](crate::context::row_cells) of both systems.
pub fn leaf(
    kind: Kind,
    rows: [usize; 2],
    prove: impl for<'a> FnOnce(&'a Builder, &Context<Wire<'a>>, &At<Wire<'a>>) -> Result<Proved<'a>, Error>,
) -> Result<Circuit, Error> {
    let b = Builder::new();
    let own = Statement::public(&b);
    let context = context(&b, rows, &own);
    part(&b, kind, &context, &own, prove)?;
    Ok(b.finish())
}

/// A circuit for two parts of these kinds, which takes less than their leaves and a join. `prove` is as for a [`leaf`], of the
/// first or the second. Its hints are the context's, where the parts meet, and those of both.
pub fn pair(
    kinds: [Kind; 2],
    rows: [usize; 2],
    prove: impl for<'a> Fn(&'a Builder, usize, &Context<Wire<'a>>, &At<Wire<'a>>) -> Result<Proved<'a>, Error>,
) -> Result<Circuit, Error> {
    let b = Builder::new();
    let own = Statement::public(&b);
    let context = context(&b, rows, &own);
    for ((i, kind), statement) in kinds.into_iter().enumerate().zip(own.split(&b)) {
        part(&b, kind, &context, &statement, |b, context, at| prove(b, i, context, at))?;
    }
    Ok(b.finish())
}

/// The context of a statement, from hints.
fn context<'a>(b: &'a Builder, rows: [usize; 2], own: &Statement<Wire<'a>>) -> Context<Wire<'a>> {
    let context = Context::hints(b, rows);
    assert_digest(b, &context.digest(b), &own.context);
    context
}

/// Records that a statement is of one part.
fn part<'a>(
    b: &'a Builder,
    kind: Kind,
    context: &Context<Wire<'a>>,
    own: &Statement<Wire<'a>>,
    prove: impl FnOnce(&'a Builder, &Context<Wire<'a>>, &At<Wire<'a>>) -> Result<Proved<'a>, Error>,
) -> Result<(), Error> {
    let link = [b.hint(), b.hint()];
    let before = At { index: b.hint(), pc: b.hint(), key: b.hint(), messages: b.hint() };
    assert_digest(b, &shown(b, link, &before), &own.before);
    let At { index, .. } = before;
    match kind {
        // Of few memory proofs, so the difference does not wrap.
        Kind::Memory => _ = b.assert_below(context.memory - index - 1, 16),
        // Shards are numbered from 1, below 2^16.
        Kind::Shard | Kind::Last => {
            b.assert_below(index - context.memory, 16);
            b.assert_below(index - context.memory + 1, 16);
        }
    }
    let proved = prove(b, context, &before)?;
    let link = b.compress(link, b.hash_row(&proved.row));
    let Proved { pc, key, messages, .. } = proved;
    let after = At { index: index + 1, pc, key, messages };
    assert_digest(b, &shown(b, link, &after), &own.after);
    b.assert_equal(proved.sum, own.sum);
    Ok(())
}

/// The digest of a place that is not hidden.
fn shown<'a>(b: &'a Builder, link: [Wire<'a>; 2], at: &At<Wire<'a>>) -> Digest<'a> {
    Place { link, at: at.cells(b), mask: Wire::ZERO, salt: [Wire::ZERO; 2] }.digest(b)
}

/// The hints of a leaf between the context's and the part's: where the part starts.
pub fn hints(before: &Place) -> Vec<Cell> {
    let At { index, pc, key, messages } = At::of(&before.at);
    let number = |value| [value, F::ZERO, F::ZERO, F::ZERO, F::ZERO];
    before.link.into_iter().chain([index, pc, key, messages].map(number)).collect()
}
