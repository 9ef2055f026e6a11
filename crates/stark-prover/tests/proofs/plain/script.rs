//! The transcript of a prover that may lie.

use std::cell::RefCell;
use std::collections::BTreeMap;

use aver_stark::field::{D, EF, F, P, coefficients, encode_base, f, from_coefficients};
use aver_stark::hash::{Cell, FiatShamir, Hash, Node};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

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
    /// What weighs it, against rows.
    Windows,
    /// The polynomial sent in clear against the claim.
    FinalSum,
    /// The polynomial sent in clear against the last oracle: the same equation. Nothing can be bent to fit this one.
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
    pub root: Option<(&'static str, usize, Node)>,
    /// A fraction where no message is, that makes the sum what it should be: bundle, chunk, message.
    pub leaf: Option<[usize; 3]>,
    /// Says that chunks are of another size, log2.
    pub log_chunk: Option<usize>,
    /// Says that a group has so many stacks.
    pub stacks: Option<(usize, usize)>,
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
    transcript: FiatShamir,
    proof: Vec<u8>,
    pub lies: &'a Lies,
}

impl<'a> Script<'a> {
    pub fn new(transcript: FiatShamir, lies: &'a Lies) -> Self {
        lies.sent.borrow_mut().clear();
        Self { transcript, proof: Vec::new(), lies }
    }

    /// Whether this is what the lie is about; bending must not undo it.
    pub fn is_lie(&self, label: &'static str, number: usize, element: usize) -> bool {
        let is = |lie: &Lie| (lie.label, lie.number, lie.element) == (label, number, element);
        self.lies.message.as_ref().is_some_and(is)
    }

    /// Five elements a cell, zeros after the last.
    pub fn absorb(&mut self, label: &'static str, values: &[F]) {
        let mut values = values.to_vec();
        values.resize(values.len().next_multiple_of(D), F::ZERO);
        self.transcript.absorb(label, values.as_chunks().0);
    }

    /// A number is two elements of 16 bits.
    pub fn absorb_number(&mut self, label: &'static str, number: u32) {
        self.absorb(label, &[f(number & 0xFFFF), f(number >> 16)]);
    }

    pub fn absorb_root(&mut self, label: &'static str, root: Option<Node>) {
        match root {
            Some(root) => self.absorb(label, &[&[F::ONE], &root.0[..]].concat()),
            None => self.absorb(label, &[F::ZERO]),
        }
    }

    pub fn number(&mut self, label: &'static str, number: u32) {
        self.absorb_number(label, number);
        self.proof.extend_from_slice(&number.to_le_bytes());
    }

    fn elements(&mut self, label: &'static str, values: &[F]) {
        self.absorb(label, values);
        self.proof.extend(values.iter().flat_map(|&v| encode_base(v)));
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
    pub fn root(&mut self, label: &'static str, number: usize, root: Node) {
        let other = self.lies.root.filter(|r| (r.0, r.1) == (label, number));
        self.elements(label, &other.map_or(root, |r| r.2).0);
    }

    pub fn send(&mut self, label: &'static str, values: &[EF]) {
        let values: Vec<F> = values.iter().flat_map(coefficients).copied().collect();
        self.elements(label, &values);
    }

    /// Sends the columns of a chip, which are zeros if it has no chunks.
    pub fn columns(&mut self, label: &'static str, values: &[EF], chunks: usize) {
        if chunks == 0 {
            let absent = if label == "columns at r" { "no columns at r" } else { "zerocheck/no columns" };
            self.absorb(absent, &vec![F::ZERO; values.len() * D]);
        } else {
            self.send(label, values);
        }
    }

    /// Sends what is told.
    pub fn exts(&mut self, label: &'static str, values: Vec<EF>) -> Vec<EF> {
        let values = self.told(label, values);
        self.send(label, &values);
        values
    }

    fn squeeze(&mut self, label: &'static str, count: usize) -> Vec<Cell> {
        let mut cells = vec![Cell::default(); count];
        self.transcript.squeeze(label, &mut cells);
        cells
    }

    pub fn challenge(&mut self, label: &'static str) -> EF {
        from_coefficients(self.squeeze(label, 1)[0])
    }

    /// Positions of so many bits.
    pub fn positions(&mut self, bits: usize, count: usize) -> Vec<usize> {
        let cells = self.squeeze("whir/positions", count.div_ceil(D));
        let drawn = cells.as_flattened()[..count].iter().map(|v| v.as_canonical_u32() as usize % (1 << bits));
        drawn.collect()
    }

    /// The smallest nonce that is work; or that is none.
    pub fn work(&mut self, hash: Hash, label: &'static str, bits: usize) {
        if bits == 0 {
            return;
        }
        let number = self.told(label, Vec::new()).len() + self.lies.sent.borrow()[label] - 1;
        let cells = self.squeeze(label, 2);
        let seed = Node(core::array::from_fn(|i| cells[i / D][i % D]));
        let wanted = self.lies.idle != Some((label, number));
        let nonce = (0..P).map(f).find(|&nonce| hash.is_work(&seed, nonce, bits) == wanted).unwrap();
        self.elements(label, &[nonce]);
    }

    pub fn bends(&self, check: Check) -> bool {
        check < self.lies.bent_until
    }

    pub fn finish(self) -> Vec<u8> {
        self.proof
    }
}
