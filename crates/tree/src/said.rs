//! What a proof of a run says, and its limits: the counterpart of `aver_machine::public`.

use alloc::vec::Vec;

use aver_machine::buses::{EXEC, ORDER, PUBLIC};
use aver_machine::public::{MAX_KEY, MAX_TS, PC_HALT};
use aver_recursion::{Builder, Wire};
use aver_stark::field::F;
use aver_stark::verify::Message;
use p3_field::PrimeCharacteristicRing;

use crate::context::Context;
use crate::leaf::Kind;
use crate::statement::At;

/// What a proof says.
pub struct Said<'a> {
    /// Public values.
    pub publics: Vec<Wire<'a>>,
    /// Messages that follow from them.
    pub messages: Vec<Message<Wire<'a>>>,
    /// The numbers that the header has of it.
    pub numbers: [Wire<'a>; 3],
    /// Op index of what comes after it.
    pub pc: Wire<'a>,
    /// Key of the last word of memory proofs.
    pub key: Wire<'a>,
}

/// What a proof says of a part that starts there; its other numbers are the next hints.
pub fn said<'a>(b: &'a Builder, kind: Kind, context: &Context<Wire<'a>>, at: &At<Wire<'a>>) -> Said<'a> {
    match kind {
        Kind::Memory => memory(b, at),
        Kind::Shard | Kind::Last => shard(b, kind, context, at),
    }
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

/// As [`aver_machine::public::ShardPublics`]. Its number is in its limits: [`leaf`](crate::leaf::leaf) demands it.
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
        let [l0, l1, l2, l3, _] = b.unpack(context.status);
        let digest: Vec<Wire<'a>> = context.handed_over.iter().flat_map(|&cell| b.unpack(cell)).collect();
        let (words, _) = digest.as_chunks::<4>();
        let words = [[l0, l1, l2, l3]].into_iter().chain(words.iter().copied().take(4));
        for (slot, [l0, l1, l2, l3]) in (0..).zip(words) {
            let message = [Wire::constant(slot), l0, l1, l2, l3];
            publics.extend(message);
            messages.push((PUBLIC, F::NEG_ONE, Vec::from(message)));
        }
    }
    Said { publics, messages, numbers: [start, end, end_ts], pc: end, key: at.key }
}
