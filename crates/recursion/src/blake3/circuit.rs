//! Circuits that hash rows.

use alloc::vec::Vec;

use aver_stark::field::{D, F, f};
use p3_field::PrimeCharacteristicRing;

use super::{BLOCK, CHUNK, CHUNK_END, CHUNK_START, PARENT, ROOT};
use crate::builder::{Builder, Wire};
use crate::chips::Kind;

/// Elements at each port of a block: as many as a cell has, and the last one.
pub const CELL_ELEMENTS: [usize; 4] = [D, D, D, 1];

/// A row of elements, and its hash.
pub struct Leaf<'a> {
    /// The elements, as [`cells`] has them.
    pub cells: Vec<Wire<'a>>,
    /// The hash: five elements, and four.
    pub hash: [Wire<'a>; 2],
}

/// Of each cell of a row of `width` elements, in the order of blocks: how many elements it has. Cells of padding are
/// left out.
pub fn cells(width: usize) -> impl Iterator<Item = usize> {
    let starts = (0..width.next_multiple_of(BLOCK)).step_by(BLOCK);
    let ends = starts.flat_map(|start| {
        CELL_ELEMENTS.into_iter().scan(start, |at, count| {
            *at += count;
            Some((*at - count, count))
        })
    });
    ends.filter(move |&(at, _)| at < width).map(move |(at, count)| count.min(width - at))
}

/// Hashes a row of `width` elements, at least one, which are the next hints: a cell each of [`cells`].
pub fn leaf(builder: &Builder, width: usize) -> Leaf<'_> {
    let mut counts = cells(width);
    let mut written = Vec::new();
    let blocks = width.div_ceil(BLOCK);
    let chunks = blocks.div_ceil(CHUNK);
    let mut values = Vec::with_capacity(chunks);
    for chunk in 0..chunks {
        let last = blocks.min((chunk + 1) * CHUNK) - 1;
        let mut before = None;
        for block in chunk * CHUNK..=last {
            let given: [usize; 4] = core::array::from_fn(|_| counts.next().unwrap_or(0));
            let mut ports: Vec<Option<Wire<'_>>> =
                given.iter().map(|&count| if count == 0 { Some(Wire::ZERO) } else { None }).collect();
            ports.extend([before, None, None, None]);
            let start = before.is_none();
            let mut flags = 0;
            if start {
                flags |= CHUNK_START;
            }
            if block == last {
                flags |= CHUNK_END;
                if chunks == 1 {
                    flags |= ROOT;
                }
            }
            let constants = constants(true, start, chunk as u32, flags);
            let hints = given.iter().filter(|&&count| count > 0).count() as u32;
            let wires = builder.call(Kind::Compress, &ports, constants, hints);
            for ((&count, whole), &cell) in
                given.iter().zip(CELL_ELEMENTS).zip(&wires).filter(|((c, _), _)| **c > 0)
            {
                written.push(cell);
                if count < whole {
                    let zeros = (1..D).map(|i| F::from_bool(i >= count)).collect();
                    builder.call(Kind::Padding, &[Some(cell)], zeros, 0);
                }
            }
            before = wires.last().copied();
        }
        values.extend(before);
    }
    let root = tree(builder, &values, true);
    let hash = builder.call(Kind::Digest, &[Some(root), None, None], Vec::new(), 0);
    Leaf { cells: written, hash: [hash[0], hash[1]] }
}

/// The root of a tree of chaining values: on the left of a parent is the largest full tree that leaves something.
fn tree<'a>(builder: &'a Builder, values: &[Wire<'a>], root: bool) -> Wire<'a> {
    if let [value] = values {
        return *value;
    }
    let (left, right) = values.split_at(values.len().next_power_of_two() / 2);
    let children = [tree(builder, left, false), tree(builder, right, false)];
    let mut ports = [None; 8];
    ports[5..7].copy_from_slice(&children.map(Some));
    let flags = if root { PARENT | ROOT } else { PARENT };
    let wires = builder.call(Kind::Compress, &ports, constants(false, true, 0, flags), 0);
    wires[wires.len() - 1]
}

fn constants(block: bool, start: bool, counter: u32, flags: u32) -> Vec<F> {
    [u32::from(block), u32::from(start), counter, flags].map(f).into()
}
