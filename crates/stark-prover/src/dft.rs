//! Transforms of columns, in tiles that stay in cache: rows of a few packed elements, a lane for each column.
//!
//! A polynomial modulo X^{2m} − c² is known modulo X^m − c and X^m + c: a layer of butterflies, all of a
//! block with the same root c. Block b of layer k, from 0, has c = ω^{bitrev(b)}, ω of order 2^{k+1}; that is
//! a function of b alone. After all layers row i is the value at ω^{bitrev(i)}. Layers of a block need the
//! block's rows only, so that a transform is cut into parts: first layers with rows far apart, then
//! each block by itself; and a coset of a larger subgroup is a block of the transform of that subgroup.

use aver_stark::field::{F, PF};
use p3_field::{PackedFieldPow2, PackedValue, PrimeCharacteristicRing, TwoAdicField};

/// Columns side by side: a cache line.
pub const LINE: usize = 16;
/// Packed elements of a line.
pub const PACKS: usize = LINE / PF::WIDTH;

/// The roots of blocks 0 to 2^`log`: root b is ω^{bitrev(b)}.
pub fn roots(log: usize) -> Vec<F> {
    let mut roots = vec![F::ONE];
    for bit in 0..log {
        let step = F::two_adic_generator(bit + 2);
        roots.extend_from_within(..);
        roots[1 << bit..].iter_mut().for_each(|r| *r *= step);
    }
    roots
}

/// All layers of a tile of 2^`layers` rows, block `block` of the layer that has as many blocks as there are
/// such tiles; in place.
pub fn transform(tile: &mut [PF], layers: usize, roots: &[F], block: usize) {
    let packs = tile.len() >> layers;
    let mut done = layers % 2;
    if done == 1 {
        let (low, high) = tile.split_at_mut(tile.len() / 2);
        let c = PF::from(roots[block]);
        low.iter_mut().zip(high).for_each(|(a, b)| (*a, *b) = butterfly(*a, *b, c));
    }
    while done < layers {
        for (b, part) in tile.chunks_exact_mut(packs << (layers - done)).enumerate() {
            two_layers(part, roots, (block << done) + b);
        }
        done += 2;
    }
}

/// The first two layers of block `block`, in registers.
pub fn two_layers(values: &mut [PF], roots: &[F], block: usize) {
    let roots = two_roots(roots, block);
    let (low, high) = values.split_at_mut(values.len() / 2);
    let (x0, x1) = low.split_at_mut(low.len() / 2);
    let (x2, x3) = high.split_at_mut(high.len() / 2);
    for (((x0, x1), x2), x3) in x0.iter_mut().zip(x1).zip(x2).zip(x3) {
        [*x0, *x1, *x2, *x3] = butterflies([*x0, *x1, *x2, *x3], roots);
    }
}

/// The same from one place to another.
pub fn two_layers_into(values: &[PF], out: &mut [PF], roots: &[F], block: usize) {
    let roots = two_roots(roots, block);
    let quarter = out.len() / 4;
    let (x, x2) = values.split_at(2 * quarter);
    let ((x0, x1), (x2, x3)) = (x.split_at(quarter), x2.split_at(quarter));
    let (y, y2) = out.split_at_mut(2 * quarter);
    let ((y0, y1), (y2, y3)) = (y.split_at_mut(quarter), y2.split_at_mut(quarter));
    for i in 0..quarter {
        [y0[i], y1[i], y2[i], y3[i]] = butterflies([x0[i], x1[i], x2[i], x3[i]], roots);
    }
}

/// Roots of a block and of its halves.
fn two_roots(roots: &[F], block: usize) -> [PF; 3] {
    [block, 2 * block, 2 * block + 1].map(|b| PF::from(roots[b]))
}

#[inline(always)]
fn butterflies(x: [PF; 4], [c, c0, c1]: [PF; 3]) -> [PF; 4] {
    let (y0, y2) = butterfly(x[0], x[2], c);
    let (y1, y3) = butterfly(x[1], x[3], c);
    let ((y0, y1), (y2, y3)) = (butterfly(y0, y1, c0), butterfly(y2, y3, c1));
    [y0, y1, y2, y3]
}

/// a + c b, a − c b.
#[inline(always)]
fn butterfly(a: PF, b: PF, c: PF) -> (PF, PF) {
    let t = b * c;
    (a + t, a - t)
}

/// Row r of the tile, `packs` packed elements: element `first` + r of each column, zeros where columns lack.
pub fn load_columns(columns: &[&[F]], first: usize, packs: usize, tile: &mut [PF]) {
    let rows = tile.len() / packs;
    if rows < PF::WIDTH {
        let value = |r: usize, i: usize| columns.get(i).map_or(F::ZERO, |c| c[first + r]);
        for (i, out) in tile.iter_mut().enumerate() {
            *out = PF::from_fn(|lane| value(i / packs, i % packs * PF::WIDTH + lane));
        }
        return;
    }
    for pack in 0..packs {
        let columns: [&[PF]; PF::WIDTH] = core::array::from_fn(|i| {
            let column = columns.get(pack * PF::WIDTH + i);
            column.map_or(&[][..], |c| PF::pack_slice(&c[first..first + rows]))
        });
        for (i, rows) in tile.chunks_exact_mut(PF::WIDTH * packs).enumerate() {
            let mut square: [PF; PF::WIDTH] =
                core::array::from_fn(|y| columns[y].get(i).copied().unwrap_or(PF::ZERO));
            transpose(&mut square);
            rows.chunks_exact_mut(packs).zip(square).for_each(|(row, value)| row[pack] = value);
        }
    }
}

/// Lane i of element j becomes lane j of element i.
fn transpose(square: &mut [PF; PF::WIDTH]) {
    let mut bit = 1;
    while bit < PF::WIDTH {
        for i in (0..PF::WIDTH).filter(|i| i & bit == 0) {
            (square[i], square[i | bit]) = square[i].interleave(square[i | bit], bit);
        }
        bit *= 2;
    }
}
