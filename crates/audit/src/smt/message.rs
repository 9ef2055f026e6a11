//! A row's messages, as a specification takes them.

use aver_stark::air::Bus;
use aver_stark::field::{F, P};
use aver_stark::symbolic::{Affine, Interaction};
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

use crate::smt::forms::key;
use crate::smt::row::{Result, Row, closed};
use crate::smt::term::Term;

/// A message of the row that a specification has asked for: its fields.
#[derive(Clone, Debug)]
pub struct Message {
    /// For reports.
    pub label: String,
    /// Its values.
    pub fields: Vec<Affine>,
}

/// What must be proved.
#[derive(Clone, Debug)]
pub(crate) enum Claim {
    /// The form is this number modulo p.
    Is(Affine, Term),
    /// This holds.
    Holds(Term),
}

impl Row<'_> {
    fn take(&mut self, bus: Bus, is_put: bool) -> Result<Message> {
        let of_bus = |&(i, put): &(usize, bool)| put == is_put && self.description.interactions[i].bus == bus;
        let Some(at) = self.open.iter().position(of_bus) else {
            return closed(format!("no {} on {}", if is_put { "send" } else { "receive" }, bus.name));
        };
        let (index, _) = self.open.remove(at);
        let Interaction { values, .. } = &self.description.interactions[index];
        Ok(Message { label: format!("{} (message {index})", bus.name), fields: values.clone() })
    }
    /// The next message that the row takes off the bus.
    pub fn receive(&mut self, bus: Bus) -> Result<Message> {
        self.take(bus, false)
    }
    /// The next message that the row puts on the bus.
    pub fn send(&mut self, bus: Bus) -> Result<Message> {
        self.take(bus, true)
    }
    /// Whether there is another message that the row puts on (or takes off) the bus.
    pub fn has(&self, bus: Bus, is_put: bool) -> bool {
        self.open.iter().any(|&(i, put)| put == is_put && self.description.interactions[i].bus == bus)
    }

    /// Field `i` of a message is an input: any number of `bits` bits. Whoever is on the other side of the
    /// bus must be known to put nothing else there.
    pub fn input(&mut self, message: &Message, i: usize, bits: u32) -> Result<Term> {
        let form = &message.fields[i];
        if let Some(value) = self.constant(form) {
            let value = u128::from(value.as_canonical_u32());
            if value >> bits != 0 {
                return closed(format!("{}, field {i} is the constant {value}", message.label));
            }
            return Ok(Term::constant(bits, value));
        }
        self.restrict(form, (1 << bits) - 1);
        let poly = self.form(form);
        let atom = match poly.as_single() {
            Some((atom, F::ONE, F::ZERO)) => atom,
            _ => {
                let atom = self.unknown((1 << bits) - 1, None);
                self.named.insert(key(form, self.width()), (form.clone(), atom));
                atom
            }
        };
        let term = self.unknowns[atom].term.clone();
        if term.width() > bits {
            let high = term.bits(bits, term.width() - bits);
            self.facts.push(high.equals(&Term::constant(high.width(), 0)));
            return Ok(term.bits(0, bits));
        }
        Ok(term.extend(bits))
    }

    /// Field `i` of a message, whatever it is, as a number of 31 bits below p.
    pub fn value(&mut self, message: &Message, i: usize) -> Result<Term> {
        let form = &message.fields[i];
        if let Some(value) = self.constant(form) {
            return Ok(Term::constant(31, value.as_canonical_u32().into()));
        }
        self.restrict(form, u128::from(P) - 1);
        let poly = self.form(form);
        match poly.as_single() {
            Some((atom, F::ONE, F::ZERO)) => Ok(self.unknowns[atom].term.extend(31)),
            _ => {
                let atom = self.unknown(u128::from(P) - 1, None);
                self.named.insert(key(form, self.width()), (form.clone(), atom));
                Ok(self.unknowns[atom].term.clone())
            }
        }
    }

    /// Field `i` of a message is an input that stands for a signed number of `bits` bits.
    pub fn input_signed(&mut self, message: &Message, i: usize, bits: u32) -> Result<Term> {
        let half = 1u32 << (bits - 1);
        let mut moved = message.clone();
        moved.fields[i].constant += F::from_u32(half);
        let moved = self.input(&moved, i, bits)?;
        Ok(&moved ^ &Term::constant(bits, half.into()))
    }

    /// Field `i` of a message is an input that is `scale` times a number of `bits` bits.
    pub fn input_scaled(&mut self, message: &Message, i: usize, scale: u32, bits: u32) -> Result<Term> {
        let mut scaled = message.clone();
        let unit = F::from_u32(scale).inverse();
        let form = &mut scaled.fields[i];
        form.constant *= unit;
        form.columns.iter_mut().chain(&mut form.publics).for_each(|t| t.1 *= unit);
        self.input(&scaled, i, bits)
    }

    /// Assumes `fact`, which is an invariant of the other side of a bus.
    pub fn assume(&mut self, fact: Term) {
        self.facts.push(fact);
    }
    /// Claims that field `i` of a message is `value`, a number below p.
    pub fn is(&mut self, message: &Message, i: usize, value: &Term) {
        let label = format!("{}, field {i}", message.label);
        self.claims.push((label, Claim::Is(message.fields[i].clone(), value.clone())));
    }
    /// Claims that `claim` holds.
    pub fn claim(&mut self, label: impl Into<String>, claim: Term) {
        self.claims.push((label.into(), Claim::Holds(claim)));
    }
    /// Public value `i` is an input of `bits` bits.
    pub fn public(&mut self, i: usize, bits: u32) -> Result<Term> {
        let form = Affine { publics: vec![(i, F::ONE)], ..Affine::default() };
        let message = Message { label: format!("public value {i}"), fields: vec![form] };
        self.input(&message, 0, bits)
    }
    /// The column `name` as a term of `bits` bits, which the constraints must show it to have.
    pub fn hint(&mut self, name: &str, bits: u32) -> Result<Term> {
        let column = self.column(name)?;
        let poly = self.column_poly(column);
        if let Some(value) = poly.as_constant() {
            return Ok(Term::constant(bits, value.as_canonical_u32().into()));
        }
        match poly.as_single() {
            Some((atom, F::ONE, F::ZERO)) if self.unknowns[atom].bound >> bits == 0 => {
                Ok(self.unknowns[atom].term.extend(bits))
            }
            _ => closed(format!("column {name} is not known to have {bits} bits")),
        }
    }
}
