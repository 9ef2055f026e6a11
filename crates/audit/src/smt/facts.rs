//! What a row's constraints and lookups say, as assertions.
//!
//! A constraint that is a product says that one of its factors is zero: p is a prime. A factor is expanded
//! into a polynomial in atoms, with products of booleans kept as conditions, and lifted to integers.

use std::collections::{BTreeSet, HashMap};

use aver_stark::field::{F, P};
use aver_stark::symbolic::Node;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::smt::forms::key;
use crate::smt::message::Claim;
use crate::smt::poly::{Atom, Poly};
use crate::smt::row::{Result, Row, Unknown, closed};
use crate::smt::term::Term;

impl Row<'_> {
    /// Columns that a node depends on.
    pub(crate) fn columns_of(&self, node: u32) -> BTreeSet<usize> {
        let (mut open, mut columns) = (vec![node], BTreeSet::new());
        while let Some(node) = open.pop() {
            match self.description.nodes[node as usize] {
                Node::Constant(_) => {}
                Node::Column(i) => _ = columns.insert(i as usize),
                Node::Public(i) => _ = columns.insert(self.width() + i as usize),
                Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) => open.extend([a, b]),
            }
        }
        columns
    }

    /// A node in atoms.
    fn node_poly(&mut self, node: u32, memo: &mut HashMap<u32, Poly>) -> Poly {
        if let Some(poly) = memo.get(&node) {
            return poly.clone();
        }
        let named = self.forms.of_node[node as usize]
            .as_ref()
            .and_then(|form| self.named.get(&key(form, self.width())).map(|named| named.1));
        let poly = match named {
            Some(atom) => Poly::atom(atom),
            None => self.expand(node, memo),
        };
        memo.insert(node, poly.clone());
        poly
    }

    /// A node in atoms, by what it is made of.
    fn expand(&mut self, node: u32, memo: &mut HashMap<u32, Poly>) -> Poly {
        match self.description.nodes[node as usize] {
            Node::Constant(value) => Poly::constant(value),
            Node::Column(i) => self.column_poly(i as usize),
            Node::Public(i) => self.column_poly(self.width() + i as usize),
            Node::Add(a, b) | Node::Sub(a, b) => {
                let is_sum = matches!(self.description.nodes[node as usize], Node::Add(..));
                let mut out = self.node_poly(a, memo);
                let b = self.node_poly(b, memo);
                out.add_scaled(&b, if is_sum { F::ONE } else { F::NEG_ONE });
                out
            }
            Node::Mul(a, b) => {
                let a = self.node_poly(a, memo);
                let b = self.node_poly(b, memo);
                let is_flag = |poly: &Poly| poly.0.keys().flatten().all(|&atom| self.is_boolean(atom));
                if self.is_opaque && !is_flag(&a) && !is_flag(&b) {
                    return self.opaque_product(&a, &b);
                }
                a.product(&b, |atom| self.is_boolean(atom))
            }
        }
    }

    /// A product of which is only known that it is zero if and only if a factor is.
    fn opaque_product(&mut self, a: &Poly, b: &Poly) -> Poly {
        let atom = self.unknown(u128::from(P) - 1, None);
        if let (Ok(a), Ok(b)) = (self.vanishes(a), self.vanishes(b)) {
            let term = &self.unknowns[atom].term;
            let is_zero = term.equals(&Term::constant(term.width(), 0));
            self.facts.push(is_zero.equals(&(&a | &b)));
        }
        Poly::atom(atom)
    }

    /// Writes down what constraints and lookups say; once. A constraint whose numbers are too large is left
    /// out: fewer facts make claims harder to prove, never easier.
    pub(crate) fn encode(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.is_encoded, true) {
            return Ok(());
        }
        let mut memo = HashMap::new();
        for constraint in &self.description.constraints {
            self.encode_constraint(constraint.node, &mut memo);
        }
        for at in self.lookups.clone() {
            let interaction = &self.description.interactions[at];
            let Some(table) = self.tables.iter().find(|t| t.bus == interaction.bus) else { continue };
            let mut terms = Vec::new();
            for form in &interaction.values {
                let poly = self.form(form);
                terms.push(match (poly.as_constant(), poly.as_single()) {
                    (Some(value), _) => Term::constant(32, value.as_canonical_u32().into()),
                    (_, Some((atom, F::ONE, F::ZERO))) => self.unknowns[atom].term.extend(32),
                    _ => return closed(format!("a value on {} has no bound", interaction.bus.name)),
                });
            }
            let constants: Vec<_> = terms.iter().map(|t| t.value().map(|v| v as u32)).collect();
            for (term, bound) in terms.iter().zip((table.bounds)(&constants)) {
                if term.width() > 32 {
                    return closed("a value of a lookup has more than 32 bits");
                }
                if term.value().is_some() {
                    self.facts.push(!&Term::constant(32, bound.into()).below(term));
                }
            }
            self.facts.push((table.holds)(&terms));
        }
        self.encode_names(&mut memo)
    }

    pub(crate) fn encode_constraint(&mut self, node: u32, memo: &mut HashMap<u32, Poly>) {
        let Some(factors) = self.factors(node) else { return };
        let is_one = factors.len() == 1;
        let mut some = Vec::new();
        for factor in factors {
            let poly = self.node_poly(factor, memo);
            if is_one && self.is_kept(&poly) {
                return;
            }
            some.push(self.vanishes(&poly));
        }
        if let Ok(some) = some.into_iter().collect::<Result<Vec<_>>>() {
            self.facts.push(Term::any(&some));
        }
    }

    /// What forms with atoms of their own are.
    pub(crate) fn encode_names(&mut self, memo: &mut HashMap<u32, Poly>) -> Result<()> {
        // Naming can name more.
        while let Some((key, (form, atom))) = self
            .named
            .iter()
            .find(|(key, _)| !self.defined.contains(*key))
            .map(|(k, n)| (k.clone(), n.clone()))
        {
            let mut poly = match self.forms.node_of.get(&key).copied() {
                Some(node) => self.expand(node, memo),
                None => self.spelled(&form),
            };
            self.defined.insert(key);
            if poly != Poly::atom(atom) {
                poly.add_scaled(&Poly::atom(atom), F::NEG_ONE);
                let fact = self.vanishes(&poly)?;
                self.facts.push(fact);
            }
        }
        Ok(())
    }

    /// The claims, as terms that must hold.
    pub(crate) fn claimed(&mut self) -> Result<Vec<(String, Term)>> {
        let mut out = Vec::new();
        for (label, claim) in std::mem::take(&mut self.claims) {
            let term = match claim {
                Claim::Holds(term) => term,
                Claim::Is(form, value) => {
                    let mut poly = self.form(&form);
                    match value.value() {
                        Some(value) => {
                            let value = F::from_u32((value % u128::from(P)) as u32);
                            poly.add_scaled(&Poly::constant(value), F::NEG_ONE);
                        }
                        None => {
                            let atom = self.stand_in(&value);
                            poly.add_scaled(&Poly::atom(atom), F::NEG_ONE);
                        }
                    }
                    self.vanishes(&poly)?
                }
            };
            out.push((label, term));
        }
        Ok(out)
    }

    /// An atom that is a term.
    fn stand_in(&mut self, term: &Term) -> Atom {
        self.unknowns.push(Unknown { bound: (1 << term.width()) - 1, term: term.clone() });
        self.unknowns.len() - 1
    }
}
