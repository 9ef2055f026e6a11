use aver_stark::eq::{eq_index, eval};
use aver_stark::field::{D, F, P, PF};
use aver_stark::hash::Sponge;
use aver_stark::transcript::Reader;
use p3_field::{PackedValue, PrimeCharacteristicRing};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::kernel::{self, Fraction};
use super::leaf::Leaf;
use super::*;
use crate::ext::{self, E, Matrix};

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

        let mut out = a.fractions.clone();
        kernel::fold_into(&matrix, &a.fractions, &b.fractions, &mut out);
        assert_eq!(plain_fractions(&out), [fold(&a.p, &b.p), fold(&a.q, &b.q)]);

        let weights = [broadcast, ext::broadcast(scalar.square())];
        let combined = |p: &[EF], i: usize| d.q[i] + scalar * p[i] + scalar.square() * a.q[i];
        let mut out = d.denominators.clone();
        kernel::combine(&weights, &a.fractions, &mut out);
        assert_eq!(plain(out), rows.clone().map(|i| combined(&a.p, i)).collect::<Vec<_>>());
        let mut out = d.denominators.clone();
        kernel::combine_leaves(&weights, a.leaf(), &mut out);
        assert_eq!(plain(out), rows.clone().map(|i| combined(&a.base, i)).collect::<Vec<_>>());
        let dot = |v: &[EF]| rows.clone().map(|i| plain_eq[i] * v[i]).sum::<EF>();
        let dots = kernel::dots(&eq, &a.fractions);
        assert_eq!(dots.map(|s| ext::lanes_sum(&s)), [dot(&a.p), dot(&a.q)]);
        let dots = kernel::dots_leaves(&eq, a.leaf());
        assert_eq!(dots.map(|s| ext::lanes_sum(&s)), [dot(&a.base), dot(&a.q)]);

        let minus = |h: &[EF], l: &[EF]| -> Vec<EF> { rows.clone().map(|i| h[i] - l[i]).collect() };
        let (d0, d1) = (minus(&c.q, &a.q), minus(&d.q, &b.q));
        let sums = kernel::sums(&eq, [&a.fractions, &b.fractions], [&c.fractions, &d.fractions]);
        let at_zero = sum(&plain_eq, EF::ZERO, [&a.p, &a.q, &b.p, &b.q]);
        let leading = sum(&plain_eq, EF::ZERO, [&minus(&c.p, &a.p), &d0, &minus(&d.p, &b.p), &d1]);
        assert_eq!(sums.map(|s| ext::lanes_sum(&s)), [at_zero, leading]);
        let sums =
            kernel::first_sums(&matrix, &eq, [&a.fractions, &b.fractions], [&c.fractions, &d.fractions]);
        let at_zero = sum(&plain_eq, scalar, [&a.p, &a.q, &b.p, &b.q]);
        let leading = sum(&plain_eq, scalar, [&minus(&c.p, &a.p), &d0, &minus(&d.p, &b.p), &d1]);
        assert_eq!(sums.map(|s| ext::lanes_sum(&s)), [at_zero, leading]);
        let sums = kernel::leaf_sums(&matrix, &eq, [a.leaf(), b.leaf()], [c.leaf(), d.leaf()]);
        let at_zero = sum(&plain_eq, scalar, [&a.base, &a.q, &b.base, &b.q]);
        let leading = sum(&plain_eq, scalar, [&minus(&c.base, &a.base), &d0, &minus(&d.base, &b.base), &d1]);
        assert_eq!(sums.map(|s| ext::lanes_sum(&s)), [at_zero, leading]);
    }
}

/// Leaves that are kept.
struct Kept {
    places: Vec<usize>,
    leaves: Vec<(Vec<PF>, Vec<E>)>,
}

impl Leaves for Kept {
    fn places(&self) -> &[usize] {
        &self.places
    }

    fn fill(&self, index: usize, first: usize, m: &mut [PF], d: &mut [E]) {
        let rows = first / LANES..first / LANES + m.len();
        m.copy_from_slice(&self.leaves[index].0[rows.clone()]);
        d.copy_from_slice(&self.leaves[index].1[rows]);
    }
}

impl Kept {
    fn random(rng: &mut SmallRng, places: Vec<usize>, log_chunk: usize) -> Self {
        let rows = (1 << log_chunk) / LANES;
        let leaf = |_| ((0..rows).map(|_| packed(rng)).collect(), elements(rng, rows));
        Self { leaves: places.iter().map(leaf).collect(), places }
    }

    fn plain(&self) -> impl Iterator<Item = [Vec<EF>; 2]> {
        let numerators = |p: &[PF]| PF::unpack_slice(p).iter().map(|&x| x.into()).collect();
        self.leaves.iter().map(move |(p, q)| [numerators(p), plain(q.iter().copied())])
    }

    /// Values at a point; places that are missing are 0/1.
    fn at(&self, leaf: &[EF], row: &[EF]) -> [EF; 2] {
        let mut sums = [EF::ZERO, EF::ONE];
        for (&place, [p, q]) in self.places.iter().zip(self.plain()) {
            let weight = eq_index(leaf, place);
            sums[0] += weight * eval(&p, row);
            sums[1] += weight * (eval(&q, row) - EF::ONE);
        }
        sums
    }

    /// All leaves together.
    fn sum(&self) -> [EF; 2] {
        let fractions = self.plain().flat_map(|[p, q]| p.into_iter().zip(q));
        fractions.fold([EF::ZERO, EF::ONE], |[p, q], (m, d)| [p * d + m * q, q * d])
    }

    fn prove(&self, log_places: usize, log_chunk: usize, arena: &Arena) -> (LeafPoint, Vec<u8>) {
        let mut writer = Writer::new(Sponge::new("tree"));
        let point = Tree::new(self, log_places, log_chunk, arena).prove(&mut writer);
        (point, writer.finish())
    }

    /// A proof is accepted, says what the sum is, and ends in the leaves' values.
    fn check(&self, log_places: usize, log_chunk: usize, arena: &Arena) {
        let (point, proof) = self.prove(log_places, log_chunk, arena);
        let mut reader = Reader::new(Sponge::new("tree"), &proof);
        let claim = aver_stark::gkr::verify(&mut reader, log_places, log_chunk).unwrap();
        let places = &self.places;
        reader.finish().unwrap();
        assert_eq!((&claim.leaf, &claim.row), (&point.leaf, &point.row), "{places:?} of 2^{log_chunk}");
        assert_eq!([claim.p, claim.q], self.at(&point.leaf, &point.row), "{places:?} of 2^{log_chunk}");
        assert_eq!([claim.numerator, claim.denominator], self.sum(), "{places:?} of 2^{log_chunk}");
    }
}

const LOG_LANES: usize = LANES.trailing_zeros() as usize;

/// Trees over any places, from the fewest rows to many chunks, are accepted, have the right sum, end in the
/// leaves' values, and leave no trace in those proved after them in the same memory.
#[test]
fn trees_are_those_the_verifier_checks() {
    let mut rng = SmallRng::seed_from_u64(2);
    let arena = Arena::default();
    for log_chunk in LOG_LANES..=LOG_LANES + 7 {
        for log_places in 0..4 {
            let all = 1 << log_places;
            let mut sets = vec![vec![], vec![0], vec![all - 1], (0..all).collect(), (0..all - 1).collect()];
            sets.extend([(1..all).collect(), (0..all).step_by(3).collect::<Vec<_>>()]);
            for places in sets {
                Kept::random(&mut rng, places, log_chunk).check(log_places, log_chunk, &arena);
            }
        }
    }
}

/// Bundles of 17 messages, chips of few chunks, and places far apart.
#[test]
fn places_may_be_few() {
    let mut rng = SmallRng::seed_from_u64(3);
    let bundles: [(usize, usize, usize); 5] = [(0, 3, 17), (1, 1, 1), (2, 6, 1), (5, 1, 32), (6, 5, 3)];
    let places = bundles.iter().flat_map(|&(bundle, chunks, messages)| {
        (0..chunks).flat_map(move |e| (0..messages).map(move |slot| ((bundle << 10 | e) << 5) | slot))
    });
    for log_chunk in [LOG_LANES, LOG_LANES + 1, LOG_LANES + 6] {
        let leaves = Kept::random(&mut rng, places.clone().collect(), log_chunk);
        leaves.check(18, log_chunk, &Arena::default());
        // Far from all of them.
        let mut leaves = Kept::random(&mut rng, vec![7, (1 << 27) - 3], log_chunk);
        leaves.check(27, log_chunk, &Arena::default());
        leaves.places.swap_remove(0);
        leaves.leaves.swap_remove(0);
        leaves.check(27, log_chunk, &Arena::default());
    }
}

/// Whatever is changed in a proof, the sum it says among all else, the verifier refuses it or is left with a
/// claim that the leaves do not have.
#[test]
fn wrong_sums_are_refused() {
    let leaves = Kept::random(&mut SmallRng::seed_from_u64(5), vec![0, 1, 2, 5, 7], LOG_LANES);
    let (_, proof) = leaves.prove(4, LOG_LANES, &Arena::default());
    for at in (0..proof.len()).step_by(4) {
        let mut changed = proof.clone();
        changed[at] ^= 1;
        let mut reader = Reader::new(Sponge::new("tree"), &changed);
        if let Ok(claim) = aver_stark::gkr::verify(&mut reader, 4, LOG_LANES) {
            assert_ne!([claim.p, claim.q], leaves.at(&claim.leaf, &claim.row), "byte {at}");
        }
    }
}

/// A random set of places, large enough that tasks are cut.
#[test]
fn trees_do_not_depend_on_threads() {
    let mut rng = SmallRng::seed_from_u64(4);
    let places = (0..1 << 12).filter(|_| rng.random_range(0..4) > 0).collect();
    let leaves = Kept::random(&mut rng, places, LOG_LANES + 1);
    leaves.check(12, LOG_LANES + 1, &Arena::default());
    let proof = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| leaves.prove(12, LOG_LANES + 1, &Arena::default()).1)
    };
    assert_eq!(proof(1), proof(3));
}
