use aver_stark::eq::{eq_table, eval};
use aver_stark::field::{D, F, P, PF};
use aver_stark::hash::Sponge;
use aver_stark::transcript::Reader;
use p3_field::{PackedValue, PrimeCharacteristicRing};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::kernel::{self, Fraction};
use super::leaf::Leaf;
use super::*;
use crate::ext::{self, Matrix};

fn packed(rng: &mut SmallRng) -> PF {
    PF::from_fn(|_| F::new(rng.random_range(0..P)))
}

fn element(rng: &mut SmallRng) -> E {
    [0; D].map(|_| packed(rng))
}

fn elements(rng: &mut SmallRng, len: usize) -> Vec<E> {
    (0..len).map(|_| element(rng)).collect()
}

/// Elements of packed values.
fn plain(values: impl IntoIterator<Item = E>) -> Vec<EF> {
    unpack(&values.into_iter().map(|e| ext::to_packed(&e)).collect::<Vec<_>>())
}

fn plain_fractions(fractions: &[Fraction]) -> [Vec<EF>; 2] {
    [0, 1].map(|k| plain(fractions.iter().map(|f| f[k])))
}

/// What a kernel gets for some rows of one child, plain.
struct Rows {
    fractions: Vec<Fraction>,
    numerators: Vec<PF>,
    denominators: Vec<E>,
    p: Vec<EF>,
    q: Vec<EF>,
    base: Vec<EF>,
}

impl Rows {
    fn random(rng: &mut SmallRng, len: usize) -> Self {
        let numerators: Vec<PF> = (0..len).map(|_| packed(rng)).collect();
        let denominators = elements(rng, len);
        let fractions: Vec<Fraction> = denominators.iter().map(|&q| [element(rng), q]).collect();
        let [p, q] = plain_fractions(&fractions);
        let base = PF::unpack_slice(&numerators).iter().map(|&x| x.into()).collect();
        Self { fractions, numerators, denominators, p, q, base }
    }

    fn leaf(&self) -> Leaf<'_> {
        Leaf { p: &self.numerators, q: &self.denominators }
    }
}

/// Σ eq (p0 q1 + p1 q0 + μ q0 q1).
fn sum(eq: &[EF], mu: EF, [p0, q0, p1, q1]: [&[EF]; 4]) -> EF {
    (0..eq.len()).map(|j| eq[j] * (p0[j] * q1[j] + p1[j] * q0[j] + mu * q0[j] * q1[j])).sum()
}

#[test]
fn kernels_compute_the_plain_formulas() {
    let mut rng = SmallRng::seed_from_u64(1);
    for len in [1, 2, 3, 16] {
        let [a, b, c, d] = [0; 4].map(|_| Rows::random(&mut rng, len));
        let (eq, scalar) = (elements(&mut rng, len), plain([element(&mut rng)])[0]);
        let (broadcast, plain_eq) = (ext::broadcast(scalar), plain(eq.iter().copied()));
        let matrix = Matrix::new(&broadcast);
        let rows = 0..len * LANES;

        let mut out = a.fractions.clone();
        kernel::add(&a.fractions, &b.fractions, &mut out);
        let p = rows.clone().map(|i| a.p[i] * b.q[i] + b.p[i] * a.q[i]).collect();
        let q: Vec<EF> = rows.clone().map(|i| a.q[i] * b.q[i]).collect();
        assert_eq!(plain_fractions(&out), [p, q.clone()]);
        kernel::add_leaves(a.leaf(), b.leaf(), &mut out);
        let p = rows.clone().map(|i| a.base[i] * b.q[i] + b.base[i] * a.q[i]).collect();
        assert_eq!(plain_fractions(&out), [p, q]);

        let mut out = a.fractions.clone();
        kernel::absorb(&matrix, &mut out);
        let p = rows.clone().map(|i| a.p[i] + scalar * a.q[i]).collect();
        assert_eq!(plain_fractions(&out), [p, a.q.clone()]);

        let fold =
            |l: &[EF], h: &[EF]| -> Vec<EF> { rows.clone().map(|i| l[i] + scalar * (h[i] - l[i])).collect() };
        let mut out = a.fractions.clone();
        kernel::fold(&matrix, &mut out, &b.fractions);
        assert_eq!(plain_fractions(&out), [fold(&a.p, &b.p), fold(&a.q, &b.q)]);
        kernel::fold_leaves(&broadcast, a.leaf(), b.leaf(), &mut out);
        assert_eq!(plain_fractions(&out), [fold(&a.base, &b.base), fold(&a.q, &b.q)]);

        let minus = |h: &[EF], l: &[EF]| -> Vec<EF> { rows.clone().map(|i| h[i] - l[i]).collect() };
        let (d0, d1) = (minus(&c.q, &a.q), minus(&d.q, &b.q));
        let sums = kernel::sums(&eq, [&a.fractions, &b.fractions], [&c.fractions, &d.fractions]);
        let at_zero = sum(&plain_eq, EF::ZERO, [&a.p, &a.q, &b.p, &b.q]);
        let leading = sum(&plain_eq, EF::ZERO, [&minus(&c.p, &a.p), &d0, &minus(&d.p, &b.p), &d1]);
        assert_eq!(sums.map(|s| ext::lanes_sum(&s)), [at_zero, leading]);
        let sums = kernel::leaf_sums(&matrix, &eq, [a.leaf(), b.leaf()], [c.leaf(), d.leaf()]);
        let at_zero = sum(&plain_eq, scalar, [&a.base, &a.q, &b.base, &b.q]);
        let leading = sum(&plain_eq, scalar, [&minus(&c.base, &a.base), &d0, &minus(&d.base, &b.base), &d1]);
        assert_eq!(sums.map(|s| ext::lanes_sum(&s)), [at_zero, leading]);
    }
}

/// Leaves that are kept.
struct Kept(Vec<(Vec<PF>, Vec<E>)>);

impl Leaves for Kept {
    fn stacks(&self) -> usize {
        self.0.len()
    }

    fn fill(&self, stack: usize, first: usize, m: &mut [PF], d: &mut [E]) {
        let rows = first / LANES..first / LANES + m.len();
        m.copy_from_slice(&self.0[stack].0[rows.clone()]);
        d.copy_from_slice(&self.0[stack].1[rows]);
    }
}

impl Kept {
    fn random(rng: &mut SmallRng, stacks: usize, rows: usize) -> Self {
        Self((0..stacks).map(|_| ((0..rows).map(|_| packed(rng)).collect(), elements(rng, rows))).collect())
    }

    /// Values at a point; stacks that are missing are 0/1.
    fn at(&self, point: &LeafPoint) -> [EF; 2] {
        let weights = eq_table(&point.stack);
        let mut sums = [EF::ZERO, EF::ONE - weights[..self.0.len()].iter().copied().sum::<EF>()];
        for ((p, q), &w) in self.0.iter().zip(&weights) {
            let p: Vec<EF> = PF::unpack_slice(p).iter().map(|&x| x.into()).collect();
            sums[0] += w * eval(&p, &point.row);
            sums[1] += w * eval(&plain(q.iter().copied()), &point.row);
        }
        sums
    }
}

/// Trees of any number of stacks, from the least height to one of many chunks, are accepted, end in the
/// leaves' values, and leave no trace in those proved after them in the same memory.
#[test]
fn trees_are_those_the_verifier_checks() {
    let mut rng = SmallRng::seed_from_u64(2);
    let arena = Arena::default();
    let least = LANES.trailing_zeros() as usize;
    for log_height in least..=least + 7 {
        for stacks in [0, 1, 2, 3, 5, 6] {
            let leaves = Kept::random(&mut rng, stacks, (1 << log_height) / LANES);
            let mut writer = Writer::new(Sponge::new("tree"));
            let point = Tree::new(&leaves, log_height, &arena).prove(&mut writer);
            let proof = writer.finish();
            let mut reader = Reader::new(Sponge::new("tree"), &proof);
            let claim = aver_stark::gkr::verify(&mut reader, stacks, log_height).unwrap();
            assert_eq!((&claim.stack, &claim.row), (&point.stack, &point.row), "{stacks} of 2^{log_height}");
            assert_eq!([claim.p, claim.q], leaves.at(&point), "{stacks} of 2^{log_height}");
        }
    }
}

#[test]
fn trees_do_not_depend_on_threads() {
    let leaves = Kept::random(&mut SmallRng::seed_from_u64(3), 7, 64);
    let proof = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut writer = Writer::new(Sponge::new("tree"));
            Tree::new(&leaves, (64 * LANES).trailing_zeros() as usize, &Arena::default()).prove(&mut writer);
            writer.finish()
        })
    };
    assert_eq!(proof(1), proof(3));
}
