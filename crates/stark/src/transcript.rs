//! The transcript: kinds of steps, and the verifier's side, which reads the prover's messages from the
//! proof and absorbs them.
//!
//! `spec/proof-system.md`, "transcript". The steps themselves are declared in [`crate::protocol`]. Nothing
//! is allocated but what the proof has bytes for.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::marker::PhantomData;

use crate::error::{Error, Result};
use crate::field::{D, EF, F, from_coefficients};
use crate::hash::{Cell, FiatShamir, Hash, NODE, Node, Sponge, index_from};
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
        Self(Step { kind: Kind::Work, label, unit: "F" })
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

/// What absorbs and gives challenges: [`FiatShamir`]. Tests have others, which write down what is asked of
/// them or leave something out.
pub trait Transcript {
    /// Absorbs the cells of a step.
    fn absorb(&mut self, step: Step, cells: &[Cell]);
    /// Draws cells that depend on everything absorbed.
    fn squeeze(&mut self, step: Step, out: &mut [Cell]);
    /// Is told of a hint.
    fn hint(&mut self, _step: Step, _bytes: &[u8]) {}
}

impl Transcript for FiatShamir {
    fn absorb(&mut self, step: Step, cells: &[Cell]) {
        FiatShamir::absorb(self, step.label, cells);
    }
    fn squeeze(&mut self, step: Step, out: &mut [Cell]) {
        FiatShamir::squeeze(self, step.label, out);
    }
}

impl Transcript for Sponge {
    fn absorb(&mut self, step: Step, cells: &[Cell]) {
        self.absorb_cells(step.label, cells);
    }
    fn squeeze(&mut self, step: Step, out: &mut [Cell]) {
        self.squeeze_cells(step.label, out);
    }
}

impl<T: Transcript + ?Sized> Transcript for &mut T {
    fn absorb(&mut self, step: Step, cells: &[Cell]) {
        (**self).absorb(step, cells);
    }
    fn squeeze(&mut self, step: Step, out: &mut [Cell]) {
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
        self.absorb_value(public.step, value);
    }

    /// Absorbs a value of this step.
    pub fn absorb_value<T: Value + ?Sized>(&mut self, step: Step, value: &T) {
        let mut cells = Vec::new();
        value.absorbed(&mut cells);
        self.absorb(step, &cells);
    }

    /// Draws a challenge.
    pub fn challenge(&mut self, challenge: Challenge<EF>) -> EF {
        let mut cells = [Cell::default(); 1];
        self.squeeze(challenge.step, &mut cells);
        from_coefficients(cells[0])
    }

    /// Draws independent challenges.
    pub fn challenges(&mut self, challenge: Challenge<EF>, count: usize) -> Vec<EF> {
        (0..count).map(|_| self.challenge(challenge)).collect()
    }

    /// Draws `count` independent indices of `bits` bits, in no order; some may be the same.
    pub fn positions(&mut self, challenge: Challenge<Positions>, bits: usize, count: usize) -> Vec<usize> {
        let mut cells = alloc::vec![Cell::default(); count.div_ceil(D)];
        self.squeeze(challenge.step, &mut cells);
        cells.as_flattened()[..count].iter().map(|&e| index_from(e, bits)).collect()
    }

    /// Draws the seed of a proof of work.
    pub fn work_seed(&mut self, work: Work) -> Node {
        let mut cells = [Cell::default(); NODE.div_ceil(D)];
        self.squeeze(work.0, &mut cells);
        Node(core::array::from_fn(|i| cells.as_flattened()[i]))
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

    /// Reads a message.
    pub fn read<T: Element>(&mut self, message: Message<T>) -> Result<T> {
        let value = decode(message.step, self.take(message.step, Some(T::BYTES))?)?;
        self.transcript.absorb_value(message.step, &value);
        Ok(value)
    }

    /// Reads a message of `count` values.
    pub fn read_list<T: Element>(&mut self, message: Message<[T]>, count: usize) -> Result<Vec<T>>
    where
        [T]: Value,
    {
        let bytes = self.take(message.step, count.checked_mul(T::BYTES))?;
        let values: Vec<T> =
            bytes.chunks_exact(T::BYTES).map(|c| decode(message.step, c)).collect::<Result<_>>()?;
        self.transcript.absorb_value(message.step, values.as_slice());
        Ok(values)
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

    /// Draws `count` independent indices of `bits` bits, in no order; some may be the same.
    pub fn positions(&mut self, challenge: Challenge<Positions>, bits: usize, count: usize) -> Vec<usize> {
        self.transcript.positions(challenge, bits, count)
    }

    /// Checks the proof of work that stands here.
    pub fn work(&mut self, hash: Hash, work: Work, bits: usize) -> Result<()> {
        if bits == 0 { Ok(()) } else { self.nonce(hash, work, bits).map(drop) }
    }

    /// The nonce of the proof of work that stands here, which is checked.
    pub fn nonce(&mut self, hash: Hash, work: Work, bits: usize) -> Result<F> {
        let seed = self.transcript.work_seed(work);
        let nonce: F = decode(work.0, self.take(work.0, Some(F::BYTES))?)?;
        self.transcript.absorb_value(work.0, &nonce);
        if hash.is_work(&seed, nonce, bits) { Ok(nonce) } else { Err(Error::Work { label: work.0.label }) }
    }

    /// Demands that the proof ends here.
    pub fn finish(self) -> Result<()> {
        if self.proof.is_empty() { Ok(()) } else { Err(Error::TrailingBytes { count: self.proof.len() }) }
    }
}

fn decode<T: Element>(step: Step, bytes: &[u8]) -> Result<T> {
    T::read(bytes).ok_or(Error::NotCanonical { label: step.label })
}
