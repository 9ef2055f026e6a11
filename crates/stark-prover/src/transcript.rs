//! The prover's side of the transcript: writes messages into the proof, absorbing them.

use core::borrow::Borrow;
use core::ops::Range;

use aver_stark::error::Error;
use aver_stark::field::{EF, F, P, PF};
use aver_stark::hash::{Hash, Node, index_from};
use aver_stark::protocol::Columns;
use aver_stark::transcript::{Challenge, Hint, Message, Positions, Public, Transcript, Work};
use aver_stark::value::{Element, Value};
use p3_field::{PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use crate::merkle::first_work;
use crate::poseidon2::work;

/// Writes a proof. Methods mirror [`aver_stark::transcript::Reader`].
pub struct Writer<'a> {
    transcript: Box<dyn Transcript + 'a>,
    proof: Vec<u8>,
    hidden: Option<Hidden>,
}

/// What is written where messages are masked.
struct Hidden {
    pads: Vec<EF>,
    /// Pads that were used.
    used: usize,
    /// Where it starts in the proof.
    start: usize,
    /// What was drawn.
    challenges: Vec<EF>,
}

/// What can be masked.
pub trait Maskable: Value {
    /// It, masked.
    type Out: Borrow<Self>;
    /// Adds a pad to each element.
    fn masked(&self, pad: impl FnMut() -> EF) -> Self::Out;
}

impl Maskable for EF {
    type Out = EF;
    fn masked(&self, mut pad: impl FnMut() -> EF) -> EF {
        *self + pad()
    }
}

impl<const N: usize> Maskable for [EF; N]
where
    [EF; N]: Value,
{
    type Out = [EF; N];
    fn masked(&self, mut pad: impl FnMut() -> EF) -> [EF; N] {
        self.map(|value| value + pad())
    }
}

impl Maskable for [EF] {
    type Out = Vec<EF>;
    fn masked(&self, mut pad: impl FnMut() -> EF) -> Vec<EF> {
        self.iter().map(|&value| value + pad()).collect()
    }
}

impl<'a> Writer<'a> {
    /// Writes in the context of all the transcript has absorbed.
    pub fn new(transcript: impl Transcript + 'a) -> Self {
        Self { transcript: Box::new(transcript), proof: Vec::new(), hidden: None }
    }
    /// From here on what is [sent](Self::send) is masked with these.
    pub fn hide(&mut self, pads: Vec<EF>) {
        let start = self.proof.len();
        self.hidden = Some(Hidden { pads, used: 0, start, challenges: Vec::new() });
    }
    /// Whether messages are masked.
    pub fn is_masked(&self) -> bool {
        self.hidden.is_some()
    }
    /// The next mask; zero where nothing is masked, and beyond the last, which [`Self::masks`] does not let pass.
    pub fn mask(&mut self) -> EF {
        let Some(hidden) = &mut self.hidden else { return EF::ZERO };
        hidden.used += 1;
        hidden.pads.get(hidden.used - 1).copied().unwrap_or(EF::ZERO)
    }
    /// All masks; an error if more were asked for.
    pub fn masks(&self) -> Result<&[EF], Error> {
        let (pads, used) = self.hidden.as_ref().map_or((&[][..], 0), |h| (&h.pads[..], h.used));
        if used > pads.len() {
            let (value, limit) = (used as u64, pads.len() as u64);
            return Err(Error::Limit { what: "number of pads", value, limit });
        }
        Ok(pads)
    }
    /// What was written and drawn since messages are masked.
    pub fn since_masked(&self) -> (&[u8], &[EF]) {
        self.hidden.as_ref().map_or((&[], &[]), |h| (&self.proof[h.start..], &h.challenges))
    }
    /// Sends a message that may depend on the witness: masked, where messages are.
    pub fn send<T: Maskable + ?Sized>(&mut self, message: Message<T>, value: &T) {
        if self.is_masked() {
            let masked = value.masked(|| self.mask());
            self.write(message, masked.borrow());
        } else {
            self.write(message, value);
        }
    }
    /// Sends the values of a chip's columns as [`Self::columns`], masked where messages are.
    pub fn send_columns(&mut self, columns: Columns, values: &[EF], chunks: usize) {
        if chunks == 0 { self.public(columns.absent, values) } else { self.send(columns.there, values) }
    }
    /// Sends a message.
    pub fn write<T: Value + ?Sized>(&mut self, message: Message<T>, value: &T) {
        value.write(&mut self.proof);
        self.transcript.absorb_value(message.step(), value);
    }
    /// Sends the values of a chip's columns; zeros if it has no chunks, which are not in the proof.
    pub fn columns(&mut self, columns: Columns, values: &[EF], chunks: usize) {
        if chunks == 0 { self.public(columns.absent, values) } else { self.write(columns.there, values) }
    }
    /// Sends values that are not absorbed.
    pub fn hints<T: Element>(&mut self, hint: Hint<T>, values: &[T]) {
        let start = self.proof.len();
        values.iter().for_each(|value| value.write(&mut self.proof));
        self.transcript.hint(hint.step(), &self.proof[start..]);
    }
    /// Sends a value that is not absorbed.
    pub fn hint<T: Element>(&mut self, hint: Hint<T>, value: &T) {
        self.hints(hint, std::slice::from_ref(value));
    }
    /// Absorbs what both sides know.
    pub fn public<T: Value + ?Sized>(&mut self, public: Public<T>, value: &T) {
        self.transcript.public(public, value);
    }
    /// Draws a challenge.
    pub fn challenge(&mut self, challenge: Challenge<EF>) -> EF {
        let drawn = self.transcript.challenge(challenge);
        self.hidden.iter_mut().for_each(|hidden| hidden.challenges.push(drawn));
        drawn
    }
    /// Draws independent challenges.
    pub fn challenges(&mut self, challenge: Challenge<EF>, count: usize) -> Vec<EF> {
        self.transcript.challenges(challenge, count)
    }
    /// Draws `count` independent indices of `bits` bits, in no order; some may be the same.
    pub fn positions(&mut self, challenge: Challenge<Positions>, bits: usize, count: usize) -> Vec<usize> {
        self.transcript.positions(challenge, bits, count)
    }
    /// Finds and sends a proof of work: the smallest nonce, whatever the number of threads.
    pub fn work(&mut self, hash: Hash, work: Work, bits: usize) {
        if bits == 0 {
            return;
        }
        let seed = self.transcript.work_seed(work);
        let nonce = smallest_nonce(hash, &seed, bits);
        nonce.write(&mut self.proof);
        self.transcript.absorb_value(work.step(), &nonce);
    }
    /// The proof.
    pub fn finish(self) -> Vec<u8> {
        self.proof
    }
}

/// The smallest nonce that is work of `bits` bits. Searched are ranges much shorter than where it is to be
/// expected, so that what all threads do is of use.
pub fn smallest_nonce(hash: Hash, seed: &Node, bits: usize) -> F {
    const STEP: u32 = 1 << 8;
    let found = (0..P).step_by(STEP as usize * 64).find_map(|start| {
        (0..64).into_par_iter().find_map_first(|i| {
            let from = start + i * STEP;
            first_nonce(hash, seed, from..(from + STEP).min(P), bits)
        })
    });
    found.unwrap_or(F::ZERO)
}

/// The first nonce of a range.
fn first_nonce(hash: Hash, seed: &Node, range: Range<u32>, bits: usize) -> Option<F> {
    if hash == Hash::Blake3 {
        return first_work(seed, range, |first| index_from(first, bits) == 0);
    }
    range.clone().step_by(PF::WIDTH).find_map(|from| {
        let nonces = PF::from_fn(|lane| F::new((from + lane as u32).min(P - 1)));
        let firsts = work(seed, nonces);
        let lane = firsts.as_slice().iter().position(|&first| index_from(first, bits) == 0)?;
        Some(nonces.as_slice()[lane])
    })
}
