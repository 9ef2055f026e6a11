//! Circuits that verify one proof of a run: one circuit for all proofs of a [`Shape`], whatever the rows of their chips.
//!
//! What [`aver_stark::verify::read_layout`] computes and checks in numbers is done here on wires, and the lines of
//! [`verify_facts`] go on from it.

use alloc::vec::Vec;

use aver_stark::air::Group;
use aver_stark::error::{Error, Result};
use aver_stark::field::P;
use aver_stark::gather::log_slots;
use aver_stark::layout::{LOG_MAX_ROWS, Layout, System, max_log_chunk};
use aver_stark::params::{LOG_MAX_CHUNKS, LOG_MAX_MESSAGES, Params};
use aver_stark::verify::{Challenge, Facts, MAX_MESSAGES, Message, check_stacks, verify_facts};

use crate::builder::{Builder, Digest, Wire};
use crate::channel::Proof;
use crate::count::Count;

/// What is the same in all proofs that a circuit verifies.
#[derive(Clone, Copy)]
pub struct Shape<'s> {
    /// The chips.
    pub system: &'s System,
    /// Parameters.
    pub params: &'s Params,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// Number of stacks of each group.
    pub stacks: [usize; 3],
}

/// What the circuit knows of a proof: the wires of a [`Statement`](aver_stark::verify::Statement).
pub struct Part<'b, 'a> {
    /// Which proof of the run it is.
    pub index: Wire<'a>,
    /// Root of the fixed columns; none if there are none.
    pub fixed: Option<Digest<'a>>,
    /// Rows of each chip that has fixed columns.
    pub fixed_rows: &'b [Wire<'a>],
    /// Root of the boundary columns; none if there are none.
    pub boundary: Option<Digest<'a>>,
    /// Rows of each other chip that has boundary columns.
    pub boundary_rows: &'b [Wire<'a>],
    /// Public values.
    pub publics: &'b [Wire<'a>],
    /// Messages that follow from them.
    pub messages: &'b [Message<Wire<'a>>],
    /// The challenge of shared buses.
    pub shared: &'b Challenge<Wire<'a>>,
}

/// Bits of an index: there are fewer proofs in a run.
const INDEX_BITS: usize = 17;

/// Verifies a proof, the next hints, in a run's transcript after the shared challenge, of which this is the
/// [`capacity`](Proof::capacity); returns its sum. Fails where no proof has that shape.
pub fn verify_part<'a>(
    builder: &'a Builder,
    shape: &Shape<'_>,
    transcript: Digest<'a>,
    part: &Part<'_, 'a>,
) -> Result<Wire<'a>> {
    let mut proof = Proof::resume(builder, transcript);
    proof.absorb_number(part.index, INDEX_BITS);
    let layout = read_layout(builder, &mut proof, shape, part)?;
    let facts = Facts {
        system: shape.system,
        params: shape.params,
        layout: &layout,
        fixed: part.fixed.as_ref(),
        boundary: part.boundary.as_ref(),
        publics: part.publics,
        messages: part.messages,
        shared: part.shared,
    };
    verify_facts(&mut proof, &facts)
}

/// Absorbs u and the stacks, reads rows, and lays their chunks out as [`aver_stark::verify::read_layout`] does. Rows of chips that have witness columns alone are
/// hints.
pub fn read_layout<'a>(
    builder: &'a Builder,
    proof: &mut Proof<'a>,
    shape: &Shape<'_>,
    part: &Part<'_, 'a>,
) -> Result<Layout<Count<'a>>> {
    let Shape { system, params, log_chunk, stacks } = *shape;
    let described = &system.described;
    check_stacks(params, &stacks)?;
    let none = alloc::vec![0; described.len()];
    let empty = Layout::with_stacks(described, &none, params.log_data(), log_chunk, |_| stacks)?;
    let bits = log_slots(&empty) + 1;
    let most = 1u64 << empty.log_chunks();
    proof.absorb_layout(log_chunk, &stacks, &[]);

    let [mut fixed_rows, mut boundary_rows] = [part.fixed_rows.iter(), part.boundary_rows.iter()];
    let missing = || Error::Limit { what: "rows of a committed table", value: 0, limit: 0 };
    let mut chunks = Vec::with_capacity(described.len());
    for d in described {
        let has = |group: Group| d.widths[group as usize] > 0;
        let rows = match (has(Group::Fixed), has(Group::Boundary)) {
            (true, _) => *fixed_rows.next().ok_or_else(missing)?,
            (_, true) => *boundary_rows.next().ok_or_else(missing)?,
            _ => builder.hint(),
        };
        let of_rows = proof.absorb_number(rows, LOG_MAX_ROWS + 1);
        // 2^23, or less.
        let low: Wire<'a> = of_rows[..LOG_MAX_ROWS].iter().copied().sum();
        builder.assert_zero(of_rows[LOG_MAX_ROWS] * low);
        let unit = if has(Group::Fixed) { max_log_chunk(described, params.log_data()) } else { log_chunk };
        let up = builder.bits(rows + ((1 << unit) - 1));
        let mut of_chunks = alloc::vec![Wire::ZERO; unit - log_chunk];
        of_chunks.extend(&up[unit..=LOG_MAX_ROWS]);
        chunks.push(of_chunks);
    }
    if fixed_rows.len() + boundary_rows.len() > 0 {
        return Err(Error::Limit { what: "committed tables beside the chips'", value: 1, limit: 0 });
    }
    let values: Vec<Wire<'a>> = chunks.iter().map(|bits| builder.number(bits)).collect();

    // Places, chunk by chunk; a group's columns end before its stacks do.
    let mut places: Vec<Vec<Count<'a>>> = described.iter().map(|_| Vec::new()).collect();
    let mut limit = 0;
    for (group, &stacks) in Group::ALL.into_iter().zip(&stacks) {
        let mut next = Wire::constant(limit);
        limit += (stacks as u32) << (params.log_data() - log_chunk);
        let width: usize = described.iter().map(|d| d.widths[group as usize]).sum();
        wraps("places", u64::from(limit) + width as u64 * most)?;
        for ((d, &chunks), places) in described.iter().zip(&values).zip(&mut places) {
            for _ in 0..d.widths[group as usize] {
                places.push(Count::new(builder.bits(next)[..bits].to_vec()));
                next += chunks;
            }
        }
        if width > 0 || stacks > 0 {
            builder.assert_below(Wire::constant(limit) - next, bits);
        }
    }

    let messages = |d: &aver_stark::chip::Described| d.description.interactions.len();
    wraps("messages", described.iter().map(messages).sum::<usize>() as u64 * most)?;
    let count: Wire<'a> = described.iter().zip(&values).map(|(d, &m)| m * messages(d) as u32).sum();
    let limit = MAX_MESSAGES.saturating_sub(part.messages.len() as u64) >> log_chunk;
    builder.assert_below(Wire::constant(limit as u32) - count, LOG_MAX_MESSAGES + 1);

    Ok(Layout {
        chunks: chunks.into_iter().map(Count::new).collect(),
        places,
        ..empty.map(|_| Count::known(0))
    })
}

/// Sums of so much at most are computed in the field: they must not wrap, and by how much they exceed a limit, which is less, must not
/// be what is left to one.
fn wraps(what: &'static str, value: u64) -> Result<()> {
    const { assert!(1 << (LOG_MAX_MESSAGES + 1) <= P / 2 && 1 << (LOG_MAX_CHUNKS + 1) <= P / 2) };
    let limit = u64::from(P / 2);
    if value < limit { Ok(()) } else { Err(Error::Limit { what, value, limit }) }
}
