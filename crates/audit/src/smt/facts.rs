//! What a row's constraints and lookups say, as assertions.
//!
//! A constraint that is a product says that one of its factors is zero: p is a prime. A factor is expanded
//! into a polynomial in atoms, with products of booleans kept as conditions, and lifted to integers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aver_stark::field::{F, P};
use aver_stark::symbolic::{Affine, Description, Node};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::smt::poly::{Atom, Lifted, Poly, bound, lift};
use crate::smt::row::{Claim, Result, Row, closed, key};
use crate::smt::term::Term;

/// Affine forms of nodes.
pub struct Forms {
    of_node: Vec<Option<Affine>>,
    node_of: HashMap<Vec<(usize, u32)>, u32>,
}

impl Forms {
    /// Of all nodes of a description.
    pub fn new(description: &Description) -> Self {
        let mut of_node: Vec<Option<Affine>> = Vec::with_capacity(description.nodes.len());
        let mut node_of = HashMap::new();
        for (i, node) in description.nodes.iter().enumerate() {
            let form = |i: u32| of_node[i as usize].as_ref();
            let form = match *node {
                Node::Constant(constant) => Some(Affine { constant, ..Affine::default() }),
                Node::Column(i) => Some(Affine { columns: vec![(i as usize, F::ONE)], ..Affine::default() }),
                Node::Public(i) => Some(Affine { publics: vec![(i as usize, F::ONE)], ..Affine::default() }),
                Node::Add(a, b) => form(a).zip(form(b)).map(|(a, b)| sum(a, b, F::ONE)),
                Node::Sub(a, b) => form(a).zip(form(b)).map(|(a, b)| sum(a, b, F::NEG_ONE)),
                Node::Mul(a, b) => form(a).zip(form(b)).and_then(|(a, b)| {
                    let zero = Affine::default();
                    let is_constant = |f: &Affine| f.columns.is_empty() && f.publics.is_empty();
                    match (is_constant(a), is_constant(b)) {
                        (true, _) => Some(sum(&zero, b, a.constant)),
                        (_, true) => Some(sum(&zero, a, b.constant)),
                        _ => None,
                    }
                }),
            };
            if let Some(form) = &form {
                node_of.entry(key(form, description.columns.width())).or_insert(i as u32);
            }
            of_node.push(form);
        }
        Self { of_node, node_of }
    }
}

/// a + scale · b
fn sum(a: &Affine, b: &Affine, scale: F) -> Affine {
    let add = |a: &[(usize, F)], b: &[(usize, F)]| {
        let mut sum: BTreeMap<usize, F> = a.iter().copied().collect();
        b.iter().for_each(|&(i, c)| *sum.entry(i).or_insert(F::ZERO) += c * scale);
        sum.into_iter().filter(|t| t.1 != F::ZERO).collect()
    };
    Affine {
        constant: a.constant + b.constant * scale,
        columns: add(&a.columns, &b.columns),
        publics: add(&a.publics, &b.publics),
    }
}

/// The sum of `terms` (a width that holds it).
fn total(terms: Vec<Term>, width: u32) -> Term {
    terms.into_iter().map(|t| t.extend(width)).reduce(|a, b| &a + &b).unwrap_or(Term::constant(width, 0))
}

fn bits(value: i128) -> u32 {
    128 - value.max(1).leading_zeros()
}

impl Row<'_> {
    /// Nodes that a constraint multiplies, without those the case makes a constant other than zero; `None`
    /// if one is zero, so that nothing is said.
    fn factors(&self, node: u32) -> Option<Vec<u32>> {
        let mut open = vec![node];
        let mut factors = Vec::new();
        while let Some(node) = open.pop() {
            let value = self.forms.of_node[node as usize].as_ref().and_then(|form| self.constant(form));
            match (value, self.description.nodes[node as usize]) {
                (Some(F::ZERO), _) => return None,
                (Some(_), _) => {}
                (None, Node::Mul(a, b)) if self.forms.of_node[node as usize].is_none() => {
                    open.extend([b, a]);
                }
                _ => factors.push(node),
            }
        }
        Some(factors)
    }

    /// Booleans x (x − 1) = 0 and bounds that lookups give, before anything is written down.
    pub(crate) fn find_bounds(&mut self) {
        let description = self.description;
        // A column that the case makes zero or one can settle another: to the end.
        loop {
            let known = self.known.len();
            for constraint in &description.constraints {
                self.settle(constraint.node);
            }
            if self.known.len() == known {
                break;
            }
        }
        for constraint in &description.constraints {
            let Some(factors) = self.factors(constraint.node) else { continue };
            let [x, y] = factors[..] else { continue };
            let forms = self.forms;
            let (Some(x), Some(y)) = (&forms.of_node[x as usize], &forms.of_node[y as usize]) else {
                continue;
            };
            for (x, y) in [(x, y), (y, x)] {
                if sum(x, y, F::NEG_ONE) == (Affine { constant: F::ONE, ..Affine::default() }) {
                    self.restrict(x, 1);
                }
            }
        }
        for wide in [false, true] {
            for at in self.lookups.clone() {
                let interaction = &description.interactions[at];
                let Some(table) = self.tables.iter().find(|t| t.bus == interaction.bus) else { continue };
                let known: Vec<_> = interaction
                    .values
                    .iter()
                    .map(|form| self.constant(form).map(|value| value.as_canonical_u32()))
                    .collect();
                for (form, bound) in interaction.values.iter().zip((table.bounds)(&known)) {
                    let is_wide = form.columns.len() != 1 || form.constant != F::ZERO;
                    if is_wide == wide {
                        self.restrict(form, bound.into());
                    }
                }
            }
        }
    }

    /// A constraint c · column + constant = 0 makes the column known.
    fn settle(&mut self, node: u32) {
        let Some(factors) = self.factors(node) else { return };
        let [factor] = factors[..] else { return };
        let Some(form) = &self.forms.of_node[factor as usize] else { return };
        if !form.publics.is_empty() {
            return;
        }
        let mut rest = Affine { constant: form.constant, ..Affine::default() };
        let mut unknown = Vec::new();
        for &(column, c) in &form.columns {
            match self.known.get(&column).and_then(Poly::as_constant) {
                Some(value) => rest.constant += value * c,
                None => unknown.push((column, c)),
            }
        }
        if let [(column, c)] = unknown[..] {
            let value = -rest.constant * p3_field::Field::inverse(&c);
            self.known.insert(column, Poly::constant(value));
        }
    }

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

    /// Whether a polynomial is zero modulo p.
    pub(crate) fn vanishes(&mut self, poly: &Poly) -> Result<Term> {
        if let Some(value) = poly.as_constant() {
            return Ok(Term::truth(value == F::ZERO));
        }
        let bounds: Vec<u128> = self.unknowns.iter().map(|u| u.bound).collect();
        let Some(lifted) = lift(poly, &bounds) else { return closed("numbers are too large") };
        self.equation(&lifted, &bounds)
    }

    fn equation(&mut self, lifted: &Lifted, bounds: &[u128]) -> Result<Term> {
        let p = i128::from(P);
        let (first, last) = (*lifted.multiples.start(), *lifted.multiples.end());
        let mut sides = [Vec::new(), Vec::new()];
        let mut largest = [0i128; 2];
        for (monomial, c) in &lifted.terms {
            let Some(most) = bound(monomial, bounds) else { return closed("numbers are too large") };
            let most = most * c.abs();
            let side = usize::from(*c < 0);
            largest[side] += most;
            sides[side].push(self.monomial(monomial, c.unsigned_abs(), bits(most)));
        }
        let [left, right] = sides;
        let few = 8;
        if last - first < few {
            let width = bits(largest[0] + first.min(0).abs() * p).max(bits(largest[1] + last.max(0) * p));
            let (left, right) = (total(left, width), total(right, width));
            let each = (first..=last).map(|k| {
                let times = Term::constant(width, (k.unsigned_abs()) * u128::from(P));
                if k < 0 { (&left + &times).equals(&right) } else { left.equals(&(&right + &times)) }
            });
            return Ok(Term::any(&each.collect::<Vec<_>>()));
        }
        // left + |first| p = right + quotient p + remainder
        let width = bits(largest[0] + first.abs() * p).max(bits(largest[1] + (last - first + 1) * p)) + 1;
        let quotient = self.unknown((last - first) as u128, None);
        let remainder = self.unknown(u128::from(P) - 1, None);
        let [quotient, remainder] = [quotient, remainder].map(|a| self.unknowns[a].term.extend(width));
        let modulus = Term::constant(width, u128::from(P));
        let left = &total(left, width) + &Term::constant(width, first.unsigned_abs() * u128::from(P));
        let right = &(&total(right, width) + &(&quotient * &modulus)) + &remainder;
        self.facts.push(left.equals(&right));
        Ok(remainder.equals(&Term::constant(width, 0)))
    }

    /// coefficient · monomial, in `width` bits; booleans are conditions.
    fn monomial(&self, monomial: &[Atom], coefficient: u128, width: u32) -> Term {
        let (flags, others): (Vec<Atom>, Vec<Atom>) = monomial.iter().partition(|&&a| self.is_boolean(a));
        let term = |a: &Atom| &self.unknowns[*a].term;
        let product = others.iter().map(|a| term(a).extend(width)).reduce(|a, b| &a * &b);
        let constant = Term::constant(width, coefficient);
        let scaled = match product {
            None => constant,
            Some(product) if coefficient == 1 => product,
            Some(product) if coefficient.is_power_of_two() => {
                product.shift_left(&Term::constant(width, coefficient.trailing_zeros().into()))
            }
            Some(product) => &product * &constant,
        };
        let when = Term::all(&flags.iter().map(|a| term(a).clone()).collect::<Vec<_>>());
        when.choose(&scaled, &Term::constant(width, 0))
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
        self.unknowns.push(crate::smt::row::Unknown { bound: (1 << term.width()) - 1, term: term.clone() });
        self.unknowns.len() - 1
    }
}
