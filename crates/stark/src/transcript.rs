//! The transcript: kinds of steps, and the verifier's side, which reads the prover's messages from the
//! proof and absorbs them.
//!
//! `spec/proof-system.md`, "transcript". The steps themselves are declared in [`crate::protocol`]. Nothing
//! is allocated but what the proof has bytes for.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::marker::PhantomData;

use crate::error::{Error, Result};
use crate::field::EF;
use crate::hash::{Digest, EXT_SEED_BYTES, INDEX_BYTES, Sponge, ext_from, index_from, is_work};
use crate::value::{Element, Value};

/// A step of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub kind: Kind,
    /// Its name; no other step has it.
    pub label: &'static str,
    /// What its bytes are.
    pub unit: &'static str,
}

/// Kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Read from the proof, and absorbed.
    Message,
    /// Known to both sides; absorbed.
    Public,
    /// Drawn.
    Challenge,
    /// A seed is drawn; a nonce, read from the proof, absorbed.
    Work,
    /// Read from the proof and not absorbed: what was absorbed at one of these steps binds it.
    Hint(&'static [&'static str]),
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident<$bound:ident>($($bind:ident: $of:ty)?);)*) => {$(
        $(#[$doc])*
        pub struct $name<T: ?Sized> {
            step: Step,
            of: PhantomData<fn() -> T>,
        }

        impl<T: $bound + ?Sized> $name<T> {
            /// Declares one.
            pub const fn new(label: &'static str $(, $bind: $of)?) -> Self {
                let kind = Kind::$name $(($bind))?;
                Self { step: Step { kind, label, unit: T::UNIT }, of: PhantomData }
            }
        }

        impl<T: ?Sized> $name<T> {
            /// The step.
            pub const fn step(&self) -> Step {
                self.step
            }
        }

        impl<T: ?Sized> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T: ?Sized> Copy for $name<T> {}
    )*};
}

kinds! {
    /// What the prover says: stands in the proof, and is absorbed. Of `[T]`: a list of a known length.
    Message<Value>();
    /// What both sides know, absorbed.
    Public<Value>();
    /// What is drawn.
    Challenge<Drawn>();
    /// What stands in the proof and is not absorbed; named with the steps that bind it.
    Hint<Element>(bound_by: &'static [&'static str]);
}

/// Proof of work.
#[derive(Clone, Copy)]
pub struct Work(Step);

impl Work {
    /// Declares one.
    pub const fn new(label: &'static str) -> Self {
        Self(Step { kind: Kind::Work, label, unit: "u64" })
    }
    /// The step.
    pub const fn step(&self) -> Step {
        self.0
    }
}

/// What can be drawn.
pub trait Drawn {
    /// Its name, for inventories.
    const UNIT: &'static str;
}

impl Drawn for EF {
    const UNIT: &'static str = "E";
}

/// Indices of leaves.
pub enum Positions {}

impl Drawn for Positions {
    const UNIT: &'static str = "index";
}

/// What absorbs and gives challenges: a [`Sponge`]. Tests have others, which write down what is asked of
/// them or leave something out.
pub trait Transcript {
    /// Absorbs the bytes of a step.
    fn absorb(&mut self, step: Step, bytes: &[u8]);
    /// Draws bytes that depend on everything absorbed.
    fn squeeze(&mut self, step: Step, out: &mut [u8]);
    /// Is told of a hint.
    fn hint(&mut self, _step: Step, _bytes: &[u8]) {}
}

impl Transcript for Sponge {
    fn absorb(&mut self, step: Step, bytes: &[u8]) {
        Sponge::absorb(self, step.label, bytes);
    }
    fn squeeze(&mut self, step: Step, out: &mut [u8]) {
        Sponge::squeeze(self, step.label, out);
    }
}

impl<T: Transcript + ?Sized> Transcript for &mut T {
    fn absorb(&mut self, step: Step, bytes: &[u8]) {
        (**self).absorb(step, bytes);
    }
    fn squeeze(&mut self, step: Step, out: &mut [u8]) {
        (**self).squeeze(step, out);
    }
    fn hint(&mut self, step: Step, bytes: &[u8]) {
        (**self).hint(step, bytes);
    }
}

/// What prover and verifier do alike.
impl dyn Transcript + '_ {
    /// Absorbs what both sides know.
    pub fn public<T: Value + ?Sized>(&mut self, public: Public<T>, value: &T) {
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        self.absorb(public.step, &bytes);
    }

    /// Draws a challenge.
    pub fn challenge(&mut self, challenge: Challenge<EF>) -> EF {
        let mut bytes = [0; EXT_SEED_BYTES];
        self.squeeze(challenge.step, &mut bytes);
        ext_from(&bytes)
    }

    /// Draws independent challenges.
    pub fn challenges(&mut self, challenge: Challenge<EF>, count: usize) -> Vec<EF> {
        (0..count).map(|_| self.challenge(challenge)).collect()
    }

    /// Draws `count` independent indices of `bits` bits: sorted, each once.
    pub fn positions(&mut self, challenge: Challenge<Positions>, bits: usize, count: usize) -> Vec<usize> {
        let mut bytes = alloc::vec![0; INDEX_BYTES * count];
        self.squeeze(challenge.step, &mut bytes);
        let mut indices: Vec<usize> = bytes.chunks_exact(INDEX_BYTES).map(|c| index_from(c, bits)).collect();
        indices.sort_unstable();
        indices.dedup();
        indices
    }

    /// Draws the seed of a proof of work.
    pub fn work_seed(&mut self, work: Work) -> Digest {
        let mut seed = Digest::default();
        self.squeeze(work.0, &mut seed);
        seed
    }

    /// Absorbs the nonce of a proof of work.
    pub fn nonce(&mut self, work: Work, nonce: u64) {
        self.absorb(work.0, &nonce.to_le_bytes());
    }
}

/// Reads a proof.
pub struct Reader<'a> {
    transcript: Box<dyn Transcript + 'a>,
    proof: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `proof` in the context of all the transcript has absorbed.
    pub fn new(transcript: impl Transcript + 'a, proof: &'a [u8]) -> Self {
        Self { transcript: Box::new(transcript), proof }
    }

    fn take(&mut self, step: Step, len: Option<usize>) -> Result<&'a [u8]> {
        let split = len.and_then(|len| self.proof.split_at_checked(len));
        let (head, tail) = split.ok_or(Error::Truncated { label: step.label })?;
        self.proof = tail;
        Ok(head)
    }

    fn absorbed(&mut self, step: Step, len: Option<usize>) -> Result<&'a [u8]> {
        let bytes = self.take(step, len)?;
        self.transcript.absorb(step, bytes);
        Ok(bytes)
    }

    /// Reads a message.
    pub fn read<T: Element>(&mut self, message: Message<T>) -> Result<T> {
        let bytes = self.absorbed(message.step, Some(T::BYTES))?;
        decode(message.step, bytes)
    }

    /// Reads a message of `count` values.
    pub fn read_list<T: Element>(&mut self, message: Message<[T]>, count: usize) -> Result<Vec<T>> {
        let bytes = self.absorbed(message.step, count.checked_mul(T::BYTES))?;
        bytes.chunks_exact(T::BYTES).map(|c| decode(message.step, c)).collect()
    }

    /// Reads `count` values that are not absorbed.
    pub fn hints<T: Element>(&mut self, hint: Hint<T>, count: usize) -> Result<Vec<T>> {
        let bytes = self.take(hint.step, count.checked_mul(T::BYTES))?;
        self.transcript.hint(hint.step, bytes);
        bytes.chunks_exact(T::BYTES).map(|c| decode(hint.step, c)).collect()
    }

    /// Reads a value that is not absorbed.
    pub fn hint<T: Element>(&mut self, hint: Hint<T>) -> Result<T> {
        let bytes = self.take(hint.step, Some(T::BYTES))?;
        self.transcript.hint(hint.step, bytes);
        decode(hint.step, bytes)
    }

    /// Absorbs what both sides know.
    pub fn public<T: Value + ?Sized>(&mut self, public: Public<T>, value: &T) {
        self.transcript.public(public, value);
    }

    /// Draws a challenge.
    pub fn challenge(&mut self, challenge: Challenge<EF>) -> EF {
        self.transcript.challenge(challenge)
    }

    /// Draws independent challenges.
    pub fn challenges(&mut self, challenge: Challenge<EF>, count: usize) -> Vec<EF> {
        self.transcript.challenges(challenge, count)
    }

    /// Draws indices of `bits` bits: sorted, each once.
    pub fn positions(&mut self, challenge: Challenge<Positions>, bits: usize, count: usize) -> Vec<usize> {
        self.transcript.positions(challenge, bits, count)
    }

    /// Checks the proof of work that stands here.
    pub fn work(&mut self, work: Work, bits: usize) -> Result<()> {
        if bits == 0 {
            return Ok(());
        }
        let seed = self.transcript.work_seed(work);
        let label = work.0.label;
        let nonce = self.take(work.0, Some(size_of::<u64>()))?;
        let nonce = u64::from_le_bytes(nonce.try_into().map_err(|_| Error::Truncated { label })?);
        self.transcript.nonce(work, nonce);
        if is_work(&seed, nonce, bits) { Ok(()) } else { Err(Error::Work { label }) }
    }

    /// Demands that the proof ends here.
    pub fn finish(self) -> Result<()> {
        if self.proof.is_empty() { Ok(()) } else { Err(Error::TrailingBytes { count: self.proof.len() }) }
    }
}

fn decode<T: Element>(step: Step, bytes: &[u8]) -> Result<T> {
    T::read(bytes).ok_or(Error::NotCanonical { label: step.label })
}
