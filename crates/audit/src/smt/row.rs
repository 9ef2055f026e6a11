//! A row of a chip in one case: its columns as atoms, and what is known of them.

use std::collections::{BTreeMap, BTreeSet};

use aver_stark::field::{F, P};
use aver_stark::symbolic::{Affine, Description, Interaction};
use p3_field::{Field, PrimeCharacteristicRing};

use crate::smt::forms::{Forms, Key, key};
use crate::smt::message::Claim;
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
}
