//! The opening of a value of all stacks. Mirrors `aver_stark::whir`.
//!
//! Vectors over the extension are packed: element x of a vector is lane x mod w of packed element
//! ⌊x / w⌋. Fewer than [`PACKED`] variables are handled one by one.

use aver_stark::eq::{self, bit_reverse, eq_table, eq_weights};
use aver_stark::field::{D, EF, F, PEF, PF, coefficients, from_coefficients, powers};
use aver_stark::gather::StackClaim;
use aver_stark::masks::{Joined, MASK_STACKS, PadClaim, basis, log_pads};
use aver_stark::params::{Oracle, Params};
use aver_stark::protocol::{
    BASE_ROWS, MASKS_CROSS, MASKS_RHO, MASKS_VALUE, MASKS_WORK, MASKS_X, ORACLE_ROWS, WHIR_FINAL,
    WHIR_FOLD_WORK, WHIR_POSITIONS, WHIR_R, WHIR_ROOT, WHIR_ROUND, WHIR_WORK, WHIR_XI,
};
use p3_field::{BasedVectorSpace, PackedFieldExtension, PackedValue, PrimeCharacteristicRing, TwoAdicField};
use rayon::prelude::*;

use crate::dft::{LINE, PACKS, transform};
use crate::encode::{Committed, Encoder};
use crate::merkle::Tree;
use crate::transcript::Writer;

/// log2 of the length vectors are packed from; above the width of any register.
const PACKED: usize = 6;
/// Packed elements a task works on.
const TASK: usize = 64;

/// A group of stacks as the prover has it.
pub struct Group<'a> {
    /// Encoded.
    pub committed: &'a Committed,
    /// As they were committed: `committed.width` stacks of 2^h elements, or of none for zeros.
    pub stacks: &'a [&'a [F]],
}

/// Proves the claim on all stacks of the groups. Roots and the claim must have been absorbed.
///
/// With a claim on pads, the last stacks are those of masks, and that claim is proved as well.
pub fn open(
    params: &Params,
    encoder: &Encoder,
    writer: &mut Writer,
    groups: &[Group],
    claim: &StackClaim,
    pads: Option<&PadClaim>,
) {
    let stacks: Vec<&[F]> = groups.iter().flat_map(|g| g.stacks.iter().copied()).collect();
    if stacks.is_empty() {
        return;
    }
    if let Some(pads) = pads {
        let (weights, w) = join(params, writer, &stacks, claim, pads);
        let (stacks, weights) = without_zeros(&stacks, &weights);
        let f = combine(&stacks, &weights, params.log_height);
        return reduce(params, encoder, writer, groups, f, pack(&w));
    }
    let (stacks, weights) = without_zeros(&stacks, &eq_weights(&claim.stack, stacks.len()));
    if params.log_height < PACKED {
        let f = combine_scalar(&stacks, &weights, params.log_height);
        let mut w = eq_table(&claim.element);
        writer.write(WHIR_FINAL, f.as_slice());
        let (indices, scales) = Opened::Base(groups).open(params, encoder, writer, &params.base);
        add_powers_scalar(&mut w, params.base.log_domain, &indices, &scales);
        return finish(writer, f, w);
    }
    let f = combine(&stacks, &weights, params.log_height);
    reduce(params, encoder, writer, groups, f, eq_packed(&claim.element));
}

/// Joins the claims on stacks and on pads: the weights of all stacks, and those of their elements.
fn join(
    params: &Params,
    writer: &mut Writer,
    stacks: &[&[F]],
    claim: &StackClaim,
    pads: &PadClaim,
) -> (Vec<EF>, Vec<EF>) {
    // Claims are about the first half of stacks.
    let log_half = params.log_height - 1;
    let halves: Vec<&[F]> = stacks.iter().map(|stack| stack.get(..1 << log_half).unwrap_or(&[])).collect();
    let (stacks, masks) = halves.split_at(stacks.len() - MASK_STACKS);
    let of_stacks = eq_weights(&claim.stack, stacks.len());
    let mut eq = eq_table(&claim.element);
    let dot = |a: &[EF], b: &[EF]| a.iter().zip(b).map(|(&a, &b)| a * b).sum::<EF>();

    let hiding = unpack(&combine(&masks[1..], &basis(), log_half));
    writer.write(MASKS_VALUE, &dot(&eq, &hiding));
    writer.work(params.hash, MASKS_WORK, params.base.work);
    let rho = writer.challenge(MASKS_RHO);
    let mut of_pads = vec![EF::ZERO; 1 << log_half];
    for (part, power) in of_pads.chunks_mut(1 << log_pads(params.log_height)).zip(basis()) {
        part.iter_mut().zip(&pads.coefficients).for_each(|(weight, &c)| *weight = c * power);
    }
    let (own, of_own) = without_zeros(stacks, &of_stacks);
    let cross = dot(&of_pads, &unpack(&combine(&own, &of_own, log_half))) * rho
        + dot(&of_pads, &hiding)
        + eq.iter().zip(masks[0]).map(|(&eq, &value)| eq * value).sum::<EF>();
    writer.write(MASKS_CROSS, &cross);
    writer.work(params.hash, MASKS_WORK, params.base.work);
    let x = writer.challenge(MASKS_X);
    eq.iter_mut().zip(&of_pads).for_each(|(eq, &of_pad)| *eq += x * (of_pad - *eq));
    eq.resize(2 << log_half, EF::ZERO);
    (Joined { rho, x, value: EF::ZERO }.weights(of_stacks), eq)
}

/// Proves ⟨F, W⟩.
fn reduce(
    params: &Params,
    encoder: &Encoder,
    writer: &mut Writer,
    groups: &[Group],
    mut f: Vec<PEF>,
    mut w: Vec<PEF>,
) {
    let mut opened = Opened::Base(groups);
    let mut previous = &params.base;
    for oracle in &params.rounds {
        let tree = commit(encoder, &f, oracle);
        writer.write(WHIR_ROOT, &tree.root());
        let (indices, scales) = opened.open(params, encoder, writer, previous);
        add_powers(encoder, &mut w, previous.log_domain, &indices, &scales);
        for _ in 0..oracle.fold {
            let (at_zero, leading) = round(&f, &w);
            writer.write(WHIR_ROUND, &[at_zero, leading]);
            writer.work(params.hash, WHIR_FOLD_WORK, oracle.work);
            let r = writer.challenge(WHIR_R);
            bind(&mut f, r);
            bind(&mut w, r);
        }
        opened = Opened::Round(tree);
        previous = oracle;
    }
    let f: Vec<EF> = unpack(&f);
    writer.write(WHIR_FINAL, f.as_slice());
    let (indices, scales) = opened.open(params, encoder, writer, previous);
    add_powers(encoder, &mut w, previous.log_domain, &indices, &scales);
    finish(writer, f, unpack(&w));
}

/// Binds all variables that are left.
fn finish(writer: &mut Writer, mut f: Vec<EF>, mut w: Vec<EF>) {
    while f.len() > 1 {
        let (at_zero, leading) = halves(&f, &w);
        writer.write(WHIR_ROUND, &[at_zero, leading]);
        let r = writer.challenge(WHIR_R);
        eq::bind(&mut f, r);
        eq::bind(&mut w, r);
    }
}

/// The oracle to be opened next.
enum Opened<'a> {
    Base(&'a [Group<'a>]),
    Round(Tree),
}

impl Opened<'_> {
    /// Draws positions, opens them, and draws what their claims are scaled with.
    fn open(
        &self,
        params: &Params,
        encoder: &Encoder,
        writer: &mut Writer,
        oracle: &Oracle,
    ) -> (Vec<usize>, Vec<EF>) {
        writer.work(params.hash, WHIR_WORK, params.query_work);
        let indices = writer.positions(WHIR_POSITIONS, oracle.log_domain, oracle.queries);
        match self {
            Self::Base(groups) => {
                let open = |g: &Group| g.committed.open(encoder, writer, g.stacks, BASE_ROWS, &indices);
                groups.iter().for_each(open);
            }
            Self::Round(tree) => tree.open(writer, ORACLE_ROWS, &indices),
        }
        let xi = writer.challenge(WHIR_XI);
        let scales = powers(xi, indices.len() + 1).split_off(1);
        (indices, scales)
    }
}

/// Stacks that are there, with their weights.
fn without_zeros<'a>(stacks: &[&'a [F]], weights: &[EF]) -> (Vec<&'a [F]>, Vec<EF>) {
    stacks.iter().zip(weights).filter(|(stack, _)| !stack.is_empty()).map(|(&s, &w)| (s, w)).unzip()
}

fn combine_scalar(stacks: &[&[F]], weights: &[EF], log_height: usize) -> Vec<EF> {
    let mut f = vec![EF::ZERO; 1 << log_height];
    for (stack, &w) in stacks.iter().zip(weights) {
        f.iter_mut().zip(*stack).for_each(|(f, &v)| *f += w * v);
    }
    f
}

/// Σ_y weights[y] · stacks[y].
fn combine(stacks: &[&[F]], weights: &[EF], log_height: usize) -> Vec<PEF> {
    /// Stacks whose products are reduced together.
    const BATCH: usize = 8;
    let batches: Vec<[[PF; BATCH]; D]> = weights
        .chunks(BATCH)
        .map(|w| {
            let weight = |j: usize, d: usize| w.get(j).map_or(F::ZERO, |w| coefficients(w)[d]);
            core::array::from_fn(|d| core::array::from_fn(|j| PF::from(weight(j, d))))
        })
        .collect();
    let packed: Vec<&[PF]> = stacks.iter().map(|s| PF::pack_slice(s)).collect();
    let mut f = vec![PEF::ZERO; (1 << log_height) / PF::WIDTH];
    f.par_chunks_mut(TASK).enumerate().for_each(|(task, f)| {
        let first = task * TASK;
        let mut sums = [[PF::ZERO; D]; TASK];
        for (batch, stacks) in batches.iter().zip(packed.chunks(BATCH)) {
            let last = stacks[stacks.len() - 1];
            let own: [&[PF]; BATCH] =
                core::array::from_fn(|j| &stacks.get(j).unwrap_or(&last)[first..first + f.len()]);
            for (x, sum) in sums[..f.len()].iter_mut().enumerate() {
                let values: [PF; BATCH] = core::array::from_fn(|j| own[j][x]);
                for (sum, weights) in sum.iter_mut().zip(batch) {
                    *sum += PF::dot_product(&values, weights);
                }
            }
        }
        for (f, sum) in f.iter_mut().zip(sums) {
            *f = PEF::from_basis_coefficients_fn(|d| sum[d]);
        }
    });
    f
}

/// eq(point, ·).
fn eq_packed(point: &[EF]) -> Vec<PEF> {
    let lanes = PF::WIDTH.trailing_zeros() as usize;
    let (high, low) = point.split_at(point.len() - lanes);
    let low = PEF::from_ext_slice(&eq_table(low));
    let high = eq_table(high);
    high.par_iter().with_min_len(TASK).map(|&w| low * w).collect()
}

/// Matrix of the oracle: its first `fold` variables choose a column, the others a coefficient.
fn commit(encoder: &Encoder, f: &[PEF], oracle: &Oracle) -> Tree {
    let width = D << oracle.fold;
    let height = 1 << oracle.log_rows;
    let mut columns = encoder.arena.take(width * height);
    let parts = columns.par_chunks_mut(D * height).zip(f.par_chunks(height / PF::WIDTH));
    parts.for_each(|(columns, values)| {
        for (d, column) in columns.chunks_exact_mut(height).enumerate() {
            let column = PF::pack_slice_mut(column).iter_mut();
            column.zip(values).for_each(|(c, v)| *c = v.as_basis_coefficients_slice()[d]);
        }
    });
    let slices: Vec<&[F]> = columns.chunks_exact(height).collect();
    let rows = encoder.encode(oracle.log_domain, &slices);
    drop(columns);
    Tree::new(encoder.hash.of_oracles(), rows, width)
}

/// Adds Σ_j scales[j] · z_j^x to W, z_j the position of leaf `indices[j]` in the subgroup of order
/// N = 2^`log_domain`.
///
/// That is a DFT of a sparse vector, s at e = bitrev(index). With e = e0 + N2·e1, x = x0 + N1·x1,
/// N = N1·N2 it is Σ_e0 ω_N2^{e0 x1} · (ω_N^{e0 x0} Σ_e1 ω_N1^{e1 x0} s): the inner sums, for all x0,
/// are cheap as s is sparse, the outer one is a DFT of height N2 of many columns.
fn add_powers(encoder: &Encoder, w: &mut [PEF], log_domain: usize, indices: &[usize], scales: &[EF]) {
    const LOG_COLUMNS: usize = 8;
    let log_len = (w.len() * PF::WIDTH).trailing_zeros() as usize;
    let log_columns = LOG_COLUMNS.min(log_len);
    let columns = 1usize << log_columns;
    let log_rows = log_domain - log_columns;
    let generator = F::two_adic_generator(log_domain);
    // ω_N^{e0 x0} ω_N1^{e1 x0} = z^{x0}.
    let terms: Vec<(usize, Vec<F>, EF)> = indices
        .iter()
        .zip(scales)
        .map(|(&index, &scale)| {
            let e = bit_reverse(index, log_domain);
            let z = generator.exp_u64(e as u64);
            (e & ((1 << log_rows) - 1), z.powers().collect_n(columns), scale)
        })
        .collect();
    let lines = columns / LINE;
    let tile = PACKS << log_rows;
    let mut tiles = encoder.arena.take(D * lines * tile * PF::WIDTH);
    tiles.fill(F::ZERO);
    let tiles = PF::pack_slice_mut(&mut tiles);
    tiles.par_chunks_mut(tile).enumerate().for_each(|(i, tile)| {
        let (at, d) = (i / D * LINE, i % D);
        for (row, powers, scale) in &terms {
            let scale = PF::from(coefficients(scale)[d]);
            let powers = PF::pack_slice(&powers[at..at + LINE]);
            tile[row * PACKS..][..PACKS].iter_mut().zip(powers).for_each(|(v, &p)| *v += scale * p);
        }
        transform(tile, log_rows, encoder.roots(log_rows), 0);
    });
    w.par_chunks_mut(columns / PF::WIDTH).enumerate().for_each(|(x1, w)| {
        let at = bit_reverse(x1, log_rows);
        for (line, w) in w.chunks_exact_mut(PACKS).enumerate() {
            let parts: [&[PF]; D] =
                core::array::from_fn(|d| &tiles[(line * D + d) * tile + at * PACKS..][..PACKS]);
            for (pack, w) in w.iter_mut().enumerate() {
                *w += PEF::from_basis_coefficients_fn(|d| parts[d][pack]);
            }
        }
    });
}

/// [`add_powers`] for vectors that are not packed.
fn add_powers_scalar(w: &mut [EF], log_domain: usize, indices: &[usize], scales: &[EF]) {
    let generator = F::two_adic_generator(log_domain);
    for (&index, &scale) in indices.iter().zip(scales) {
        let z = generator.exp_u64(bit_reverse(index, log_domain) as u64);
        let mut power = scale;
        for w in &mut *w {
            *w += power;
            power *= z;
        }
    }
}

/// The halves of a vector.
type Pair<'a> = (&'a [PEF], &'a [PEF]);

/// Of h(X) = Σ F(X, ·) W(X, ·): h(0), and the coefficient of X².
fn round(f: &[PEF], w: &[PEF]) -> (EF, EF) {
    let (f0, f1) = f.split_at(f.len() / 2);
    let (w0, w1) = w.split_at(w.len() / 2);
    let f = f0.par_chunks(TASK).zip(f1.par_chunks(TASK));
    let w = w0.par_chunks(TASK).zip(w1.par_chunks(TASK));
    let part = |((f0, f1), (w0, w1)): (Pair<'_>, Pair<'_>)| products(f0, f1, w0, w1);
    let add = |a: (PEF, PEF), b: (PEF, PEF)| (a.0 + b.0, a.1 + b.1);
    let sums = f.zip(w).map(part).reduce(|| (PEF::ZERO, PEF::ZERO), add);
    (sum_lanes(sums.0), sum_lanes(sums.1))
}

/// [`round`] of vectors that are not packed.
fn halves(f: &[EF], w: &[EF]) -> (EF, EF) {
    let ((f0, f1), (w0, w1)) = (f.split_at(f.len() / 2), w.split_at(w.len() / 2));
    products(f0, f1, w0, w1)
}

/// Σ f0 w0, and Σ (f1 − f0) (w1 − w0).
fn products<A: PrimeCharacteristicRing + Copy>(f0: &[A], f1: &[A], w0: &[A], w1: &[A]) -> (A, A) {
    let mut sums = (A::ZERO, A::ZERO);
    for i in 0..f0.len() {
        sums.0 += f0[i] * w0[i];
        sums.1 += (f1[i] - f0[i]) * (w1[i] - w0[i]);
    }
    sums
}

fn sum_lanes(v: PEF) -> EF {
    let parts: &[PF] = v.as_basis_coefficients_slice();
    from_coefficients(core::array::from_fn(|d| parts[d].as_slice().iter().copied().sum()))
}

/// Binds variable 0 at `r`.
fn bind(v: &mut Vec<PEF>, r: EF) {
    let half = v.len() / 2;
    let (low, high) = v.split_at_mut(half);
    let r = PEF::from(r);
    low.par_chunks_mut(TASK).zip(high.par_chunks(TASK)).for_each(|(low, high)| {
        low.iter_mut().zip(high).for_each(|(l, &h)| *l += (h - *l) * r);
    });
    v.truncate(half);
}

fn pack(v: &[EF]) -> Vec<PEF> {
    v.chunks_exact(PF::WIDTH).map(PEF::from_ext_slice).collect()
}

fn unpack(v: &[PEF]) -> Vec<EF> {
    v.iter().flat_map(|p| (0..PF::WIDTH).map(move |lane| -> EF { p.extract(lane) })).collect()
}
