//! `spec/proof-system.md`, "commit" and "whir".

use aver_stark::eq::eq_table;
use aver_stark::field::{D, EF, F, coefficients, from_coefficients};
use aver_stark::gather::StackClaim;
use aver_stark::hash::{Hash, Sponge};
use aver_stark::params::{Oracle, Params};
use aver_stark::protocol::BASE_ROWS;
use aver_stark_prover::encode::{Committed, Encoder};
use aver_stark_prover::merkle::Tree;
use aver_stark_prover::transcript::Writer;
use p3_dft::{Radix2DitParallel, TwoAdicSubgroupDft};
use p3_field::{PrimeCharacteristicRing, TwoAdicField};
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::RowMajorMatrix;

use super::root_of;
use super::script::{Check, Script};

/// Opens the groups' stacks, of which this is claimed.
pub fn open(
    script: &mut Script<'_>,
    params: &Params,
    groups: &[Committed],
    stacks: &[Vec<F>],
    claim: &StackClaim,
) {
    let weights = eq_table(&claim.stack);
    let mut f = vec![EF::ZERO; 1 << params.log_height];
    for (stack, &weight) in stacks.iter().zip(&weights) {
        f.iter_mut().zip(stack).for_each(|(f, &v)| *f += weight * v);
    }
    let mut w = eq_table(&claim.element);
    let mut claim = claim.value;
    let mut columns = weights;
    let base: Vec<&Tree> = groups.iter().filter_map(Committed::tree).collect();
    let mut trees: Vec<Tree> = Vec::new();
    let mut previous = &params.base;
    for (number, oracle) in params.rounds.iter().enumerate() {
        if let Some(change) = &script.lies.folded {
            change(number, &mut f);
        }
        let tree = commit_oracle(script, params.hash.of_oracles(), number, &f, oracle);
        script.root("whir/root", number, tree.root());
        let opened = if number == 0 { base.clone() } else { vec![&trees[number - 1]] };
        let claims = positions(script, params, number, previous, &opened, &columns);
        columns = eq_table(&reduce(script, &mut f, &mut w, &mut claim, &claims, oracle.fold));
        trees.push(tree);
        previous = oracle;
    }
    let mut last = script.told("whir/final", f);
    if script.bends(Check::FinalSum) {
        let sum = |last: &[EF]| last.iter().zip(&w).map(|(&f, &w)| f * w).sum::<EF>();
        let off = sum(&last) - claim;
        last[0] += root_of(|x| off + x * w[0]).unwrap();
    }
    script.send("whir/final", &last);
    let opened = trees.last().map_or(base, |tree| vec![tree]);
    let claims = positions(script, params, params.rounds.len(), previous, &opened, &columns);
    reduce(script, &mut last, &mut w, &mut claim, &claims, params.log_final);
}

/// Adds positions to the claim and to w, and binds variables of f and w.
fn reduce(
    script: &mut Script<'_>,
    f: &mut Vec<EF>,
    w: &mut Vec<EF>,
    claim: &mut EF,
    positions: &[(F, EF)],
    rounds: usize,
) -> Vec<EF> {
    let xi = script.challenge("whir/xi");
    let mut scale = xi;
    for &(z, y) in positions {
        *claim += scale * y;
        let mut power = scale;
        for w in &mut *w {
            *w += power;
            power *= z;
        }
        scale *= xi;
    }
    let mut challenges = Vec::new();
    for _ in 0..rounds {
        let half = f.len() / 2;
        let at_zero = (0..half).map(|i| f[i] * w[i]).sum();
        let leading = (0..half).map(|i| (f[i + half] - f[i]) * (w[i + half] - w[i])).sum();
        let told = script.exts("whir/round", vec![at_zero, leading]);
        let r = script.challenge("whir/r");
        let at_one = *claim - told[0];
        *claim = told[0] * (EF::ONE - r) + at_one * r + told[1] * r * (r - EF::ONE);
        for v in [&mut *f, &mut *w] {
            *v = (0..half).map(|i| v[i] + r * (v[i + half] - v[i])).collect();
        }
        challenges.push(r);
    }
    challenges
}

/// Commits to stacks, and keeps their encoding.
pub fn commit(encoder: &Encoder, log_height: usize, stacks: &[&[F]]) -> Committed {
    if stacks.is_empty() {
        return encoder.commit(log_height + 1, stacks);
    }
    let mut rows: Vec<F> = (0..1 << log_height).flat_map(|x| stacks.iter().map(move |s| s[x])).collect();
    rows.resize(2 * rows.len(), F::ZERO);
    Committed::from_rows(encoder.hash, encode(rows, stacks.len()), stacks.len())
}

/// Values of columns of coefficients: row i at ω^{bitrev(i)}.
fn encode(rows: Vec<F>, width: usize) -> Vec<F> {
    Radix2DitParallel::default().dft_batch(RowMajorMatrix::new(rows, width)).bit_reverse_rows().values
}

/// Commits to a polynomial: its first variables choose a column, the others a coefficient.
fn commit_oracle(script: &Script<'_>, hash: Hash, number: usize, f: &[EF], oracle: &Oracle) -> Tree {
    let width = D << oracle.fold;
    let mut rows = vec![F::ZERO; width << oracle.log_domain];
    for (x, row) in rows.chunks_exact_mut(width).take(1 << oracle.log_rows).enumerate() {
        for (column, cells) in row.chunks_exact_mut(D).enumerate() {
            cells.copy_from_slice(coefficients(&f[column << oracle.log_rows | x]));
        }
    }
    let mut rows = encode(rows, width);
    if let Some(change) = &script.lies.word {
        change(number, &mut rows);
    }
    Tree::new(hash, rows, width)
}

/// Opens oracle `number`; each position's z, and the columns combined there.
fn positions(
    script: &mut Script<'_>,
    params: &Params,
    number: usize,
    oracle: &Oracle,
    trees: &[&Tree],
    weights: &[EF],
) -> Vec<(F, EF)> {
    script.work(params.hash, "whir/work", params.query_work);
    let mut positions = script.positions(oracle.log_domain, oracle.queries);
    if let Some(change) = &script.lies.positions {
        change(number, &mut positions);
    }
    for tree in trees {
        let mut writer = Writer::new(Sponge::new(""));
        tree.open(&mut writer, BASE_ROWS, &positions);
        script.hint(&writer.finish());
    }
    let generator = F::two_adic_generator(oracle.log_domain);
    let claim = |&i: &usize| {
        let exponent = (i as u64).reverse_bits() >> (64 - oracle.log_domain);
        let cells: Vec<F> = trees.iter().flat_map(|t| t.row(i)).copied().collect();
        let value = |k: usize| -> EF {
            if number == 0 {
                cells[k].into()
            } else {
                from_coefficients(core::array::from_fn(|d| cells[D * k + d]))
            }
        };
        let count = cells.len() / if number == 0 { 1 } else { D };
        let y = (0..count).map(|k| weights[k] * value(k)).sum();
        (generator.exp_u64(exponent), y)
    };
    positions.iter().map(claim).collect()
}
