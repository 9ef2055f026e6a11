//! A row of a chip in one case: its columns as atoms, and what is known of them.

use std::collections::{BTreeMap, BTreeSet};

use aver_stark::air::Bus;
use aver_stark::field::{F, P};
use aver_stark::symbolic::{Affine, Description, Interaction};
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

use crate::smt::facts::Forms;
use crate::smt::poly::{Atom, Poly};
use crate::smt::product::Equation;
use crate::smt::table::Table;
use crate::smt::term::Term;

/// Why a row cannot be checked. A check that ends so has failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Closed(pub String);

/// Result of writing down a row.
pub type Result<T> = std::result::Result<T, Closed>;

/// Fails with a message.
pub fn closed<T>(why: impl Into<String>) -> Result<T> {
    Err(Closed(why.into()))
}

/// An unknown integer from 0 to `bound`.
#[derive(Debug)]
pub(crate) struct Unknown {
    pub bound: u128,
    pub term: Term,
}

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

/// A row of a chip in one case of its flags, as a specification sees it.
///
/// A specification takes the row's messages one by one ([`Row::receive`], [`Row::send`]), names what is an
/// input ([`Row::input`]) and says what all other fields are ([`Row::is`]).
pub struct Row<'d> {
    pub(crate) description: &'d Description,
    pub(crate) forms: &'d Forms,
    pub(crate) tables: &'d [Table],
    /// Columns, then public values; where a case or a lookup says what they are.
    pub(crate) known: BTreeMap<usize, Poly>,
    /// The largest values of columns that are not in `known`.
    pub(crate) bounds: BTreeMap<usize, u128>,
    pub(crate) atoms: BTreeMap<usize, Atom>,
    pub(crate) unknowns: Vec<Unknown>,
    /// Forms that have an atom of their own.
    pub(crate) named: BTreeMap<Key, (Affine, Atom)>,
    /// Those of which it is written down.
    pub(crate) defined: BTreeSet<Key>,
    /// Interactions that are in force, not yet taken; the sign says put (+1) or taken.
    pub(crate) open: Vec<(usize, bool)>,
    pub(crate) facts: Vec<Term>,
    pub(crate) claims: Vec<(String, Claim)>,
    pub(crate) is_encoded: bool,
    /// Lookups in fixed tables that are in force.
    pub(crate) lookups: Vec<usize>,
    /// Constraints with products, if they are kept as equations.
    pub(crate) equations: Option<Vec<Equation>>,
    /// Whether products are unknown numbers, zero if and only if a factor is.
    pub(crate) is_opaque: bool,
}

/// Coefficients of a form.
pub(crate) type Key = Vec<(usize, u32)>;

/// Coefficients of a form, as a key.
pub(crate) fn key(form: &Affine, width: usize) -> Key {
    let mut key: Vec<_> = form.columns.iter().map(|&(i, c)| (i, c.as_canonical_u32())).collect();
    key.extend(form.publics.iter().map(|&(i, c)| (width + i, c.as_canonical_u32())));
    key.push((usize::MAX, form.constant.as_canonical_u32()));
    key
}

impl<'d> Row<'d> {
    pub(crate) fn width(&self) -> usize {
        self.description.columns.width()
    }

    /// Number of the column `name`.
    pub fn column(&self, name: &str) -> Result<usize> {
        let found = (0..self.width()).find(|&i| self.description.columns.name(i) == name);
        found.map_or_else(|| closed(format!("no column {name}")), Ok)
    }

    fn name(&self, column: usize) -> String {
        match column.checked_sub(self.width()) {
            None => format!("column {}", self.description.columns.name(column)),
            Some(public) => format!("public {public}"),
        }
    }

    /// A new unknown from 0 to `bound`.
    pub(crate) fn unknown(&mut self, bound: u128, name: Option<String>) -> Atom {
        let atom = self.unknowns.len();
        let width = (u128::BITS - bound.leading_zeros()).max(1);
        let term = Term::variable(width, name.unwrap_or_else(|| format!("unknown {atom}")));
        let limit = Term::constant(width, bound);
        self.facts.push(!&limit.below(&term));
        self.unknowns.push(Unknown { bound, term });
        atom
    }

    pub(crate) fn atom_of_column(&mut self, column: usize) -> Atom {
        if let Some(&atom) = self.atoms.get(&column) {
            return atom;
        }
        let bound = self.bounds.get(&column).copied().unwrap_or(u128::from(P) - 1);
        let name = self.name(column);
        let atom = self.unknown(bound, Some(name));
        self.atoms.insert(column, atom);
        atom
    }

    pub(crate) fn is_boolean(&self, atom: Atom) -> bool {
        self.unknowns[atom].bound <= 1
    }

    pub(crate) fn column_poly(&mut self, column: usize) -> Poly {
        match self.known.get(&column) {
            Some(poly) => poly.clone(),
            None => Poly::atom(self.atom_of_column(column)),
        }
    }

    /// A form in atoms, column by column.
    pub(crate) fn spelled(&mut self, form: &Affine) -> Poly {
        let mut out = Poly::constant(form.constant);
        for &(column, coefficient) in &form.columns {
            let poly = self.column_poly(column);
            out.add_scaled(&poly, coefficient);
        }
        for &(public, coefficient) in &form.publics {
            let poly = self.column_poly(self.width() + public);
            out.add_scaled(&poly, coefficient);
        }
        out
    }

    /// A form in atoms; one atom, where it has one of its own.
    pub(crate) fn form(&mut self, form: &Affine) -> Poly {
        match self.named.get(&key(form, self.width())) {
            Some(&(_, atom)) => Poly::atom(atom),
            None => self.spelled(form),
        }
    }

    /// The value of a form where the case makes it constant.
    pub(crate) fn constant(&self, form: &Affine) -> Option<F> {
        let mut sum = form.constant;
        for &(column, coefficient) in &form.columns {
            sum += self.known.get(&column)?.as_constant()? * coefficient;
        }
        form.publics.is_empty().then_some(sum)
    }

    /// Restricts a form to 0 ..= `bound`: a column, or a name for the form.
    pub(crate) fn restrict(&mut self, form: &Affine, bound: u128) {
        if self.constant(form).is_some() {
            return;
        }
        let single = match (&form.columns[..], &form.publics[..]) {
            ([(column, c)], []) => Some((*column, *c)),
            ([], [(public, c)]) => Some((self.width() + public, *c)),
            _ => None,
        };
        if let Some((column, c)) = single
            && !self.known.contains_key(&column)
        {
            if bound == 0 && !self.atoms.contains_key(&column) {
                self.known.insert(column, Poly::constant(-form.constant * c.inverse()));
                return;
            }
            let is_whole = c == F::ONE && form.constant == F::ZERO;
            if is_whole && !self.atoms.contains_key(&column) {
                let at = self.bounds.entry(column).or_insert(bound);
                *at = bound.min(*at);
                return;
            }
            if !is_whole && !self.atoms.contains_key(&column) && !self.bounds.contains_key(&column) {
                // The column is what is restricted, moved and scaled.
                let atom = self.unknown(bound, None);
                let mut poly = Poly::constant(-form.constant * c.inverse());
                poly.add_scaled(&Poly::atom(atom), c.inverse());
                self.known.insert(column, poly);
                self.named.insert(key(form, self.width()), (form.clone(), atom));
                return;
            }
        }
        if let Some((column, c)) = self.free_column(form) {
            // The only column without a bound is what the others leave.
            let atom = self.unknown(bound, None);
            let mut rest = form.clone();
            rest.columns.retain(|t| t.0 != column);
            let mut poly = Poly::default();
            let rest = self.spelled(&rest);
            poly.add_scaled(&rest, -c.inverse());
            poly.add_scaled(&Poly::atom(atom), c.inverse());
            self.known.insert(column, poly);
            self.named.insert(key(form, self.width()), (form.clone(), atom));
            return;
        }
        let key = key(form, self.width());
        match self.named.get(&key) {
            Some(&(_, atom)) => {
                let Unknown { term, .. } = &self.unknowns[atom];
                if bound < 1 << term.width().min(100) {
                    let fact = !&Term::constant(term.width(), bound).below(term);
                    self.facts.push(fact);
                }
            }
            None => {
                let atom = self.unknown(bound, None);
                self.named.insert(key, (form.clone(), atom));
            }
        }
    }

    /// The only column of a form that has no bound, if no message that is taken may give it one.
    fn free_column(&self, form: &Affine) -> Option<(usize, F)> {
        let is_free = |column: usize| {
            let is_bound = [self.bounds.contains_key(&column), self.atoms.contains_key(&column)];
            !is_bound.contains(&true) && !self.known.contains_key(&column)
        };
        let mut free = form.columns.iter().filter(|t| is_free(t.0));
        let (Some(&(column, c)), None) = (free.next(), free.next()) else { return None };
        let takes = |i: &Interaction| {
            self.constant(&i.multiplicity) != Some(F::ONE)
                && i.values.iter().any(|form| form.columns.iter().any(|t| t.0 == column))
        };
        let is_taken = self.description.interactions.iter().any(takes);
        (form.publics.is_empty() && !is_taken).then_some((column, c))
    }

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
