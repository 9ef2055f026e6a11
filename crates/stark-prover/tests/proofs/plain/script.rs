//! The transcript of a prover that may lie.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use aver_stark::field::{EF, F, coefficients, encode_base};
use aver_stark::hash::{Digest, Sponge, is_work};
use p3_field::PrimeCharacteristicRing;

/// The verifier's checks that a message can be made to fit, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// The root of the tree of fractions against the claimed sum.
    #[default]
    Sum,
    /// A layer of the tree, from the root.
    Layer(usize),
    /// The leaves against the columns' values.
    Leaves,
    /// The end of the zerocheck.
    Zerocheck,
    /// The value of all stacks against the columns'.
    Gather,
    /// The polynomial sent in clear against the claim.
    FinalSum,
    /// The polynomial sent in clear against the last oracle. Nothing can be bent to fit this one.
    Positions,
}

/// One is added to an element of a message, before it is absorbed.
#[derive(Clone, Copy, Debug)]
pub struct Lie {
    pub label: &'static str,
    /// Messages with this label before it.
    pub number: usize,
    pub element: usize,
}

type Change<T> = Box<dyn Fn(usize, &mut T)>;

/// What a prover does other than an honest one.
#[derive(Default)]
pub struct Lies {
    pub message: Option<Lie>,
    /// Whatever the lie is, all checks before this one are satisfied by what is sent last before them.
    pub bent_until: Check,
    /// The sum of all fractions has the denominator zero.
    pub no_denominator: bool,
    /// The work of this label and number is not done.
    pub idle: Option<(&'static str, usize)>,
    /// Another root in the message of this label and number.
    pub root: Option<(&'static str, usize, Digest)>,
    /// A fraction where no message is, that makes the sum what it should be: bundle, chunk, message.
    pub leaf: Option<[usize; 3]>,
    /// Says that chunks are of another size, log2.
    pub log_chunk: Option<usize>,
    /// Says that a chip has so many rows.
    pub rows: Option<(usize, usize)>,
    /// Changes a polynomial before it is sent as oracle, and goes on with the changed one.
    pub folded: Option<Change<Vec<EF>>>,
    /// Changes the codeword of an oracle, and goes on as if it had not.
    pub word: Option<Change<Vec<F>>>,
    /// Opens other positions than those drawn, in the oracle of this number.
    pub positions: Option<Change<Vec<usize>>>,
    /// Labels of messages and how many there were.
    pub sent: RefCell<BTreeMap<&'static str, usize>>,
}

impl Lies {
    /// Adds one to an element of a message, and makes it fit.
    pub fn about(label: &'static str, number: usize, element: usize, bent_until: Check) -> Self {
        Self { message: Some(Lie { label, number, element }), bent_until, ..Self::default() }
    }

    /// No lie but what the tables say, made to fit.
    pub fn bent(until: Check) -> Self {
        Self { bent_until: until, ..Self::default() }
    }
}

/// Writes a proof. Nothing of it is shared with `aver_stark_prover::transcript`.
pub struct Script<'a> {
    sponge: Sponge,
    proof: Vec<u8>,
    pub lies: &'a Lies,
}

impl<'a> Script<'a> {
    pub fn new(sponge: Sponge, lies: &'a Lies) -> Self {
        lies.sent.borrow_mut().clear();
        Self { sponge, proof: Vec::new(), lies }
    }

    /// Whether this is what the lie is about; bending must not undo it.
    pub fn is_lie(&self, label: &'static str, number: usize, element: usize) -> bool {
        let is = |lie: &Lie| (lie.label, lie.number, lie.element) == (label, number, element);
        self.lies.message.as_ref().is_some_and(is)
    }

    pub fn absorb(&mut self, label: &'static str, bytes: &[u8]) {
        self.sponge.absorb(label, bytes);
    }

    pub fn absorb_base(&mut self, label: &'static str, values: &[F]) {
        let bytes: Vec<u8> = values.iter().flat_map(|&v| encode_base(v)).collect();
        self.absorb(label, &bytes);
    }

    pub fn bytes(&mut self, label: &'static str, bytes: &[u8]) {
        self.absorb(label, bytes);
        self.proof.extend_from_slice(bytes);
    }

    /// Bytes that a root binds.
    pub fn hint(&mut self, bytes: &[u8]) {
        self.proof.extend_from_slice(bytes);
    }

    /// What is said: the values, or the lie about them.
    pub fn told(&self, label: &'static str, mut values: Vec<EF>) -> Vec<EF> {
        let mut sent = self.lies.sent.borrow_mut();
        let number = sent.entry(label).or_default();
        if let Some(lie) = &self.lies.message
            && (lie.label, lie.number) == (label, *number)
        {
            values[lie.element] += EF::ONE;
        }
        *number += 1;
        values
    }

    /// Sends a root, or another.
    pub fn root(&mut self, label: &'static str, number: usize, root: Digest) {
        let other = self.lies.root.filter(|r| (r.0, r.1) == (label, number));
        self.bytes(label, &other.map_or(root, |r| r.2));
    }

    pub fn send(&mut self, label: &'static str, values: &[EF]) {
        let bytes: Vec<u8> = values.iter().flat_map(coefficients).flat_map(|&c| encode_base(c)).collect();
        self.bytes(label, &bytes);
    }

    /// Sends what is told.
    pub fn exts(&mut self, label: &'static str, values: Vec<EF>) -> Vec<EF> {
        let values = self.told(label, values);
        self.send(label, &values);
        values
    }

    pub fn challenge(&mut self, label: &'static str) -> EF {
        self.sponge.challenge(label)
    }

    /// Positions of so many bits, in increasing order.
    pub fn positions(&mut self, bits: usize, count: usize) -> Vec<usize> {
        let mut bytes = vec![0; 4 * count];
        self.sponge.squeeze("whir/positions", &mut bytes);
        let (words, _) = bytes.as_chunks::<4>();
        let drawn: BTreeSet<usize> =
            words.iter().map(|&w| u32::from_le_bytes(w) as usize % (1 << bits)).collect();
        drawn.into_iter().collect()
    }

    /// The smallest nonce that is work; or that is none.
    pub fn work(&mut self, label: &'static str, bits: usize) {
        if bits == 0 {
            return;
        }
        let number = self.told(label, Vec::new()).len() + self.lies.sent.borrow()[label] - 1;
        let seed = self.sponge.work_seed(label);
        let wanted = self.lies.idle != Some((label, number));
        let nonce = (0u64..).find(|&nonce| is_work(&seed, nonce, bits) == wanted).unwrap();
        self.bytes(label, &nonce.to_le_bytes());
    }

    pub fn bends(&self, check: Check) -> bool {
        check < self.lies.bent_until
    }

    pub fn finish(self) -> Vec<u8> {
        self.proof
    }
}
