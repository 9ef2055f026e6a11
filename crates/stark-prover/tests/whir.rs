//! Commitment and opening: honest proofs are accepted, all others refused.

use aver_stark::eq::{bit_reverse, eq_table, log2_ceil};
use aver_stark::error::{Error, Result};
use aver_stark::field::{EF, F, P, coefficients, f};
use aver_stark::gather::StackClaim;
use aver_stark::hash::{FiatShamir, Hash, NODE, Node, Sponge};
use aver_stark::merkle::verify_rows;
use aver_stark::params::{Params, Profile};
use aver_stark::protocol::{BASE_ROWS, ORACLE_ROWS};
use aver_stark::transcript::Reader;
use aver_stark::whir::{GroupCommitment, verify};
use aver_stark_prover::encode::{Committed, Encoder};
use aver_stark_prover::merkle::{Tree, reference_root};
use aver_stark_prover::transcript::{Writer, smallest_nonce};
use aver_stark_prover::whir::{Group, open};
use p3_dft::{Radix2DitParallel, TwoAdicSubgroupDft};
use p3_field::{PrimeCharacteristicRing, TwoAdicField};
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::RowMajorMatrix;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

const HASHES: [Hash; 3] = [Hash::Mixed, Hash::Poseidon2, Hash::Blake3];

fn random(rng: &mut SmallRng, len: usize) -> Vec<F> {
    (0..len).map(|_| f(rng.random_range(0..P))).collect()
}

/// Stacks of some groups, their commitments, and their value at a point.
struct Case {
    params: Params,
    encoder: Encoder,
    stacks: Vec<Vec<Vec<F>>>,
    groups: Vec<GroupCommitment>,
    committed: Vec<Committed>,
    claim: StackClaim,
}

impl Case {
    fn new(profile: Profile, h: usize, widths: &[usize]) -> Self {
        Self::with(Hash::default(), profile, h, widths)
    }

    fn with(hash: Hash, profile: Profile, h: usize, widths: &[usize]) -> Self {
        Self::of(Params::new(profile, h).unwrap().with_hash(hash), widths)
    }

    fn of(params: Params, widths: &[usize]) -> Self {
        let h = params.log_height;
        let mut rng = SmallRng::seed_from_u64(h as u64);
        let encoder = Encoder::new(params.hash);
        let stacks: Vec<Vec<Vec<F>>> =
            widths.iter().map(|&w| (0..w).map(|_| random(&mut rng, 1 << h)).collect()).collect();
        let committed: Vec<Committed> =
            stacks.iter().map(|s| encoder.commit(params.base.log_domain, &refs(s))).collect();
        let groups = committed.iter().map(Committed::commitment).collect();
        let count: usize = widths.iter().sum();
        let stack = Sponge::new("stack").challenges(log2_ceil(count));
        let element = Sponge::new("element").challenges(h);
        let claim = StackClaim { value: value(&stacks, &stack, &element), stack, element };
        Self { params, encoder, stacks, groups, committed, claim }
    }

    /// The proof of a prover that has these stacks, whatever was committed.
    fn prove_with(&self, stacks: &[Vec<Vec<F>>]) -> Vec<u8> {
        let mut writer = Writer::new(self.transcript());
        let refs: Vec<Vec<&[F]>> = stacks.iter().map(|s| refs(s)).collect();
        let groups: Vec<Group> =
            self.committed.iter().zip(&refs).map(|(committed, stacks)| Group { committed, stacks }).collect();
        open(&self.params, &self.encoder, &mut writer, &groups, &self.claim, None);
        writer.finish()
    }

    fn prove(&self) -> Vec<u8> {
        self.prove_with(&self.stacks)
    }

    fn transcript(&self) -> FiatShamir {
        let mut transcript = self.params.hash.transcript("test");
        transcript.absorb("value", coefficients(&self.claim.value).as_chunks().0);
        transcript
    }

    fn check(&self, groups: &[GroupCommitment], claim: &StackClaim, proof: &[u8]) -> Result<()> {
        let mut reader = Reader::new(self.transcript(), proof);
        verify(&self.params, &mut reader, groups, claim, None)?;
        reader.finish()
    }

    fn verify(&self, proof: &[u8]) -> Result<()> {
        self.check(&self.groups, &self.claim, proof)
    }
}

/// Σ_y eq(stack, y) · stack y at `element`.
fn value(stacks: &[Vec<Vec<F>>], stack: &[EF], element: &[EF]) -> EF {
    let eq = eq_table(element);
    let value = |s: &Vec<F>| s.iter().zip(&eq).map(|(&v, &w)| w * v).sum::<EF>();
    stacks.iter().flatten().zip(eq_table(stack)).map(|(s, w)| w * value(s)).sum()
}

trait Challenges {
    fn challenges(self, n: usize) -> Vec<EF>;
}

impl Challenges for Sponge {
    fn challenges(mut self, n: usize) -> Vec<EF> {
        (0..n).map(|_| self.challenge("test")).collect()
    }
}

fn refs(stacks: &[Vec<F>]) -> Vec<&[F]> {
    stacks.iter().map(Vec::as_slice).collect()
}

#[test]
fn rows_of_the_encoding_are_evaluations() {
    for (h, width) in [(1, 3), (2, 1), (5, 17), (7, 40)] {
        let case = Case::new(Profile::Bits128, h, &[width]);
        let rows = case.encoder.encode(h + 1, &refs(&case.stacks[0]));
        for i in [0, 1, 3, (2 << h) - 1] {
            let z = F::two_adic_generator(h + 1).exp_u64(bit_reverse(i, h + 1) as u64);
            let value = |s: &Vec<F>| s.iter().rev().fold(F::ZERO, |acc, &c| acc * z + c);
            assert_eq!(rows[i * width..][..width], case.stacks[0].iter().map(value).collect::<Vec<_>>());
        }
    }
}

/// Every height up to 2^15, and some beyond, at several rates, with widths around a cache line.
#[test]
fn the_encoding_is_the_one_of_plonky3() {
    let mut rng = SmallRng::seed_from_u64(3);
    let mut encoder = Encoder::default();
    let small = (0..=15).flat_map(|h| [1, 7, 16, 19].map(|width| (h, width, 1 + (h + width) % 3)));
    for (h, width, log_inverse_rate) in small.chain([(17, 3, 1), (18, 1, 1), (19, 2, 1)]) {
        let log_domain = h + log_inverse_rate;
        let columns: Vec<Vec<F>> = (0..width).map(|_| random(&mut rng, 1 << h)).collect();
        let mut rows: Vec<F> = (0..1 << h).flat_map(|x| columns.iter().map(move |c| c[x])).collect();
        rows.resize(width << log_domain, F::ZERO);
        let values = Radix2DitParallel::default().dft_batch(RowMajorMatrix::new(rows, width));
        let expected = values.bit_reverse_rows().values;
        assert!(*encoder.encode(log_domain, &refs(&columns)) == expected, "2^{h} rows of {width}");

        if log_inverse_rate > 1 && h < 4 {
            continue;
        }
        encoder.hash = HASHES[(h + width) % 3];
        let committed = encoder.commit(log_domain, &refs(&columns));
        let kept = Committed::from_rows(encoder.hash, expected, width);
        assert_eq!(committed.root(), kept.root());
        let some = |_: &usize| rng.random_ratio(20, 20 + (1 << h));
        let indices: Vec<usize> = (0..1 << log_domain).filter(some).collect();
        let open = |committed: &Committed| {
            let mut writer = Writer::new(Sponge::new("rows"));
            committed.open(&encoder, &mut writer, &refs(&columns), BASE_ROWS, &indices);
            writer.finish()
        };
        assert!(open(&committed) == open(&kept), "opening 2^{log_domain} rows of {width}");
        let mut groups = committed.groups().unwrap().to_vec();
        let again = |groups| encoder.commit_again(log_domain, &refs(&columns), groups);
        let same = again(groups.clone()).unwrap();
        assert_eq!(same.root(), committed.root());
        assert!(open(&same) == open(&kept), "opening 2^{log_domain} rows of {width} again");
        groups.pop();
        assert!(again(groups).is_none());
    }
}

#[test]
fn honest_proofs_are_accepted() {
    let widths: [&[usize]; 4] = [&[1], &[0, 5], &[5, 0, 37], &[2, 1, 3]];
    for h in 1..=13 {
        for hash in HASHES {
            let case = Case::with(hash, Profile::Bits128, h, widths[h % 4]);
            assert_eq!(case.verify(&case.prove()), Ok(()), "{hash:?}, h = {h}");
        }
    }
    for (h, log_inv_rate) in [(4, 4), (10, 2), (11, 3), (12, 4), (9, 8)] {
        let case = Case::of(Params::at_rate(Profile::Bits100, h, log_inv_rate).unwrap(), &[2, 0, 5]);
        assert_eq!(case.verify(&case.prove()), Ok(()), "h = {h}, rate 2^−{log_inv_rate}");
    }
    let case = Case::new(Profile::Bits100, 15, &[3, 20]);
    assert_eq!(case.verify(&case.prove()), Ok(()));
    let empty = Case::new(Profile::Bits100, 5, &[0, 0]);
    assert_eq!(empty.verify(&empty.prove()), Ok(()));
}

#[test]
fn buffers_of_other_proofs_leave_no_trace() {
    let case = Case::new(Profile::Bits100, 11, &[6]);
    let first = case.prove();
    let wide = random(&mut SmallRng::seed_from_u64(7), 1 << 12);
    case.encoder.commit(13, &[&wide, &wide, &wide]);
    let again = case.encoder.commit(12, &refs(&case.stacks[0]));
    assert_eq!(again.root(), case.committed[0].root());
    assert_eq!(case.prove(), first);
}

#[test]
fn proofs_do_not_depend_on_threads() {
    let case = Case::new(Profile::Bits100, 12, &[9]);
    let proof = case.prove();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    assert_eq!(pool.install(|| case.prove()), proof);
}

#[test]
fn any_other_claim_is_refused() {
    for h in [3, 11] {
        let case = Case::new(Profile::Bits100, h, &[2, 5]);
        let proof = case.prove();
        let refuses = |change: &dyn Fn(&mut StackClaim)| {
            let mut claim = case.claim.clone();
            change(&mut claim);
            assert!(case.check(&case.groups, &claim, &proof).is_err());
        };
        refuses(&|claim| claim.value += EF::ONE);
        (0..3).for_each(|i| refuses(&|claim| claim.stack[i] += EF::ONE));
        (0..h).for_each(|i| refuses(&|claim| claim.element[i] += EF::ONE));
        refuses(&|claim| _ = claim.stack.remove(0));
    }
}

#[test]
fn other_roots_and_shapes_are_refused() {
    let case = Case::new(Profile::Bits100, 11, &[2, 2]);
    let proof = case.prove();
    let mut groups = case.groups.clone();
    groups.swap(0, 1);
    assert_eq!(case.check(&groups, &case.claim, &proof), Err(Error::Merkle { label: "whir/rows" }));
    groups = case.groups.clone();
    groups[1].root = None;
    assert_eq!(case.check(&groups, &case.claim, &proof), Err(Error::Merkle { label: "whir/rows" }));
    groups[1].width = usize::MAX;
    assert!(matches!(case.check(&groups, &case.claim, &proof), Err(Error::Limit { .. })));
}

#[test]
fn every_byte_counts() {
    // Fewer of those that take long to verify.
    for (h, hash, step) in
        [(2, Hash::Mixed, 1), (11, Hash::Blake3, 29), (11, Hash::Mixed, 313), (11, Hash::Poseidon2, 413)]
    {
        let case = Case::with(hash, Profile::Bits100, h, &[1, 2]);
        let proof = case.prove();
        for i in (0..proof.len()).step_by(step) {
            let mut tampered = proof.clone();
            tampered[i] ^= 1 << (i % 8);
            assert!(case.verify(&tampered).is_err(), "byte {i}");
            tampered[i] = 0xff - proof[i];
            assert!(case.verify(&tampered).is_err(), "byte {i}");
        }
        for len in (0..proof.len()).step_by(step) {
            assert!(case.verify(&proof[..len]).is_err());
        }
        let longer = [proof.as_slice(), &[0]].concat();
        assert_eq!(case.verify(&longer), Err(Error::TrailingBytes { count: 1 }));
        assert!(case.verify(&vec![0xff; proof.len()]).is_err());
        assert!(case.verify(&vec![0; proof.len()]).is_err());
    }
}

/// A prover that runs the protocol on other stacks than it committed to, whose value is the claimed one.
#[test]
fn another_polynomial_is_refused() {
    for h in [4, 11] {
        let mut case = Case::new(Profile::Bits100, h, &[3, 2]);
        let mut others = case.stacks.clone();
        others[1][0][5] += F::ONE;
        case.claim.value = value(&others, &case.claim.stack, &case.claim.element);
        let proof = case.prove_with(&others);
        assert!(case.verify(&proof).is_err());
    }
}

/// A prover that commits to words that are no codewords, and claims the value of what they decode to:
/// far from the code, so drawn positions show it.
#[test]
fn a_word_far_from_the_code_is_refused() {
    for h in [4, 11] {
        let mut case = Case::new(Profile::Bits100, h, &[4]);
        let mut rows = case.encoder.encode(h + 1, &refs(&case.stacks[0]));
        for row in rows.chunks_exact_mut(4).step_by(3) {
            row[2] += F::ONE;
        }
        case.committed[0] = Committed::from_rows(case.params.hash, rows, 4);
        case.groups[0] = case.committed[0].commitment();
        let proof = case.prove();
        assert!(case.verify(&proof).is_err());
    }
}

/// Widths around blocks and chunks of both hashes, heights around as many rows as are hashed at once.
#[test]
fn trees_are_what_they_are_defined_as() {
    let mut rng = SmallRng::seed_from_u64(1);
    for width in (1..=40).chain(255..=260).chain([513]) {
        for log in 0..=6 {
            let rows = random(&mut rng, width << log);
            for hash in HASHES {
                let root = Tree::new(hash, rows.clone(), width).root();
                assert_eq!(root, reference_root(hash, &rows, width), "{hash:?}: 2^{log} rows of {width}");
            }
        }
    }
}

#[test]
fn openings_of_trees_lead_to_their_roots() {
    let mut rng = SmallRng::seed_from_u64(2);
    for (log, width) in [(0, 1), (1, 16), (3, 5), (9, 33), (4, 256), (4, 257), (5, 512), (2, 770), (4, 1500)]
    {
        let rows = random(&mut rng, width << log);
        for hash in HASHES {
            let tree = Tree::new(hash, rows.clone(), width);
            assert_eq!(tree.root(), reference_root(hash, &rows, width), "{hash:?}: 2^{log} rows of {width}");
            let all: Vec<usize> = (0..1 << log).collect();
            let some: Vec<usize> = all.iter().copied().filter(|_| rng.random_bool(0.3)).collect();
            for indices in [all, some, vec![(1 << log) - 1]].into_iter().filter(|i| !i.is_empty()) {
                opens(hash, &tree, log, &indices);
            }
        }
    }
}

/// The opening is accepted; with a change, at other places or by another hash it is not.
fn opens(hash: Hash, tree: &Tree, log: usize, indices: &[usize]) {
    let prove = |positions: &[usize]| {
        let mut writer = Writer::new(Sponge::new("tree"));
        tree.open(&mut writer, ORACLE_ROWS, positions);
        writer.finish()
    };
    let proof = prove(indices);
    let read = |hash: Hash, proof: &[u8], indices: &[usize]| {
        let mut reader = Reader::new(Sponge::new("tree"), proof);
        let rows = verify_rows(&mut reader, hash, ORACLE_ROWS, &tree.root(), log, tree.width(), indices)?;
        reader.finish().map(|()| rows)
    };
    let expected: Vec<Vec<F>> = indices.iter().map(|&i| tree.row(i).to_vec()).collect();
    assert_eq!(read(hash, &proof, indices), Ok(expected));
    // Whatever the order is in which they are asked for, and how often.
    let drawn: Vec<usize> = indices.iter().rev().chain(indices).copied().collect();
    let expected: Vec<Vec<F>> = drawn.iter().map(|&i| tree.row(i).to_vec()).collect();
    assert_eq!(read(hash, &prove(&drawn), &drawn), Ok(expected));
    let mut tampered = proof.clone();
    for i in (0..proof.len()).step_by(1 + proof.len() / 64) {
        tampered[i] ^= 1;
        assert!(read(hash, &tampered, indices).is_err());
        tampered[i] ^= 1;
    }
    let shifted: Vec<usize> = indices.iter().map(|&i| i + 1).collect();
    assert!(read(hash, &proof, &shifted).is_err());
    let same = |other: Hash| other == hash || log == 0 && other != Hash::Poseidon2 && hash != Hash::Poseidon2;
    for other in HASHES.into_iter().filter(|&other| !same(other)) {
        // Siblings have other lengths, too.
        assert!(read(other, &proof, indices).is_err());
    }
}

/// Whatever is searched at once.
#[test]
fn work_is_the_smallest_nonce() {
    let mut rng = SmallRng::seed_from_u64(3);
    for hash in HASHES {
        for bits in [0, 1, 2, 3, 5, 8, 11, 13, 16] {
            let seed = Node(core::array::from_fn::<_, NODE, _>(|_| f(rng.random_range(0..P))));
            let smallest = (0..P).map(f).find(|&nonce| hash.is_work(&seed, nonce, bits));
            assert_eq!(Some(smallest_nonce(hash, &seed, bits)), smallest, "{hash:?}, {bits} bits");
        }
    }
}
