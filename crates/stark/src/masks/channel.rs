//! A channel whose messages are masked.

use alloc::vec::Vec;

use super::{Form, Tape};
use crate::channel::{Channel, Count, Number};
use crate::error::Result;
use crate::field::EF;
use crate::hash::Hash;
use crate::protocol::{Columns, GATHER_VALUE, GATHER_WEIGHT, GKR_INVERSE, WINDOW_ROUND, ZEROCHECK_COLUMNS};
use crate::transcript::{Challenge, Message, Step, Work};

/// Whether values are sent as they are: those that follow from what is public, and those that are masked already.
pub fn is_clear(step: Step) -> bool {
    let clear =
        [ZEROCHECK_COLUMNS.there.step(), GATHER_VALUE.step(), GATHER_WEIGHT.step(), WINDOW_ROUND.step()];
    clear.contains(&step)
}

/// A channel over another: numbers that are read are those sent less pads.
pub struct Masked<'t, 'c, C: Channel> {
    inner: &'c mut C,
    tape: &'t Tape<C::E>,
}

impl<'t, 'c, C: Channel> Masked<'t, 'c, C> {
    /// One whose numbers are on `tape`.
    pub fn new(inner: &'c mut C, tape: &'t Tape<C::E>) -> Self {
        Self { inner, tape }
    }

    fn number(&self, step: Step, sent: C::E) -> Form<'t, C::E> {
        if is_clear(step) { Form::Known(sent) } else { self.tape.sent(sent) }
    }
}

/// A count that a channel knows.
#[derive(Clone)]
pub struct Clear<N>(pub N);

impl<'t, E: Number, N: Count<E>> Count<Form<'t, E>> for Clear<N> {
    fn is_zero(&self) -> bool {
        self.0.is_zero()
    }
    fn eq_prefix(&self, point: &[Form<'t, E>]) -> Form<'t, E> {
        Form::Known(self.0.eq_prefix(&known(point)))
    }
    fn eq_each(point: &[Form<'t, E>], counts: &[&Self]) -> Vec<Form<'t, E>> {
        let counts: Vec<&N> = counts.iter().map(|count| &count.0).collect();
        N::eq_each(&known(point), &counts).into_iter().map(Form::Known).collect()
    }
}

fn known<E: Number>(numbers: &[Form<'_, E>]) -> Vec<E> {
    numbers.iter().map(|number| number.known()).collect()
}

impl<'t, C: Channel> Channel for Masked<'t, '_, C> {
    type B = Form<'t, C::E>;
    type E = Form<'t, C::E>;
    type Count = Clear<C::Count>;
    const MASKED: bool = true;

    fn read_one(&mut self, message: Message<EF>) -> Result<Self::E> {
        let sent = self.inner.read_one(message)?;
        Ok(self.number(message.step(), sent))
    }
    fn read_some<const N: usize>(&mut self, message: Message<[EF; N]>) -> Result<[Self::E; N]> {
        let sent = self.inner.read_some(message)?;
        Ok(sent.map(|sent| self.number(message.step(), sent)))
    }
    fn read_many(&mut self, message: Message<[EF]>, count: usize) -> Result<Vec<Self::E>> {
        let sent = self.inner.read_many(message, count)?;
        Ok(sent.into_iter().map(|sent| self.number(message.step(), sent)).collect())
    }
    fn read_columns(&mut self, columns: Columns, width: usize, chunks: &Self::Count) -> Result<Vec<Self::E>> {
        let sent = self.inner.read_columns(columns, width, &chunks.0)?;
        // Zeros, which nobody sent, have no pads.
        let is_sent = !Count::<Self::E>::is_zero(chunks);
        let number = |sent| if is_sent { self.number(columns.there.step(), sent) } else { Form::Known(sent) };
        Ok(sent.into_iter().map(number).collect())
    }
    fn mask(&mut self) -> Self::E {
        self.tape.sent(C::E::zero())
    }
    fn check_work(&mut self, hash: Hash, work: Work, bits: usize) -> Result<()> {
        self.inner.check_work(hash, work, bits)
    }
    fn draw(&mut self, challenge: Challenge<EF>) -> Self::E {
        Form::Known(self.inner.draw(challenge))
    }

    fn check_equal(&mut self, label: &'static str, a: Self::E, b: Self::E) -> Result<()> {
        match (a, b) {
            (Form::Known(a), Form::Known(b)) => return self.inner.check_equal(label, a, b),
            _ => match a - b {
                Form::Unknown(tape, node) => tape.demand_zero(node),
                Form::Known(_) => self.tape.spoil(),
            },
        }
        Ok(())
    }
    /// The inverse of a number that is not known is sent.
    fn inverse(&mut self, label: &'static str, x: Self::E) -> Result<Self::E> {
        if let Form::Known(x) = x {
            return Ok(Form::Known(self.inner.inverse(label, x)?));
        }
        let inverse = self.read_one(GKR_INVERSE)?;
        self.check_equal(label, x * inverse, Form::one())?;
        Ok(inverse)
    }
}
