//! Constraints as polynomials, multiplied out: what they are, whatever way they are written.

use std::collections::BTreeMap;

use aver_stark::field::F;
use aver_stark::symbolic::{Affine, Node};
use p3_field::{Field, PrimeCharacteristicRing};

/// The most variables of a product: columns, of which a constraint has three at most, and publics.
const MAX_FACTORS: usize = 4;
/// No variable.
const NONE: u32 = u32::MAX;
/// Variables from here on are public values, those below are columns.
const PUBLIC: u32 = 1 << 30;

/// A product of variables, sorted, then [`NONE`].
type Monomial = [u32; MAX_FACTORS];

/// A sum of products, by increasing product; no coefficient is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Poly(Vec<(Monomial, F)>);

impl Poly {
    /// A constant.
    pub fn constant(value: F) -> Self {
        Self(if value == F::ZERO { Vec::new() } else { vec![([NONE; MAX_FACTORS], value)] })
    }

    fn variable(variable: u32) -> Self {
        Self(vec![(monomial([variable]), F::ONE)])
    }

    /// A column.
    pub fn column(column: usize) -> Self {
        Self::variable(column as u32)
    }

    /// What a message has as multiplicity or value.
    pub fn affine(form: &Affine) -> Self {
        let columns = form.columns.iter().map(|&(i, c)| (i as u32, c));
        let publics = form.publics.iter().map(|&(i, c)| (PUBLIC + i as u32, c));
        let terms = columns.chain(publics).map(|(variable, c)| (monomial([variable]), c));
        Self::sum(terms.chain([(monomial([]), form.constant)]).collect())
    }

    /// The sum with `scale` times another.
    #[must_use]
    pub fn plus(&self, other: &Self, scale: F) -> Self {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut out = Vec::with_capacity(self.0.len() + other.0.len());
        loop {
            let (monomial, value) = match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x.0 == y.0 => {
                    let sum = (x.0, x.1 + y.1 * scale);
                    a.next();
                    b.next();
                    sum
                }
                (Some(&&x), Some(y)) if x.0 < y.0 => {
                    a.next();
                    x
                }
                (_, Some(&&(monomial, value))) => {
                    b.next();
                    (monomial, value * scale)
                }
                (Some(&&x), None) => {
                    a.next();
                    x
                }
                (None, None) => return Self(out),
            };
            if value != F::ZERO {
                out.push((monomial, value));
            }
        }
    }

    /// A multiple.
    #[must_use]
    pub fn scaled(&self, scale: F) -> Self {
        Self::default().plus(self, scale)
    }

    /// The sum of terms, in any order.
    fn sum(mut terms: Vec<(Monomial, F)>) -> Self {
        terms.sort_unstable_by_key(|t| t.0);
        terms.dedup_by(|next, sum| {
            let same = next.0 == sum.0;
            if same {
                sum.1 += next.1;
            }
            same
        });
        terms.retain(|t| t.1 != F::ZERO);
        Self(terms)
    }

    /// Adds the terms of `scale` times the product with another; `None` if one has too many factors.
    fn products(&self, other: &Self, scale: F, terms: &mut Vec<(Monomial, F)>) -> Option<()> {
        for (x, c) in &self.0 {
            let c = *c * scale;
            for (y, d) in &other.0 {
                terms.push((merged(x, y)?, c * *d));
            }
        }
        Some(())
    }

    /// Whether it vanishes identically.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Its value, if it is constant.
    pub fn as_constant(&self) -> Option<F> {
        match self.0[..] {
            [] => Some(F::ZERO),
            [(monomial, value)] if monomial[0] == NONE => Some(value),
            _ => None,
        }
    }

    /// The same up to a factor for all multiples of it: the first coefficient is one.
    pub fn normalised(&self) -> Self {
        self.0.first().map_or_else(Self::default, |t| self.scaled(t.1.inverse()))
    }

    /// Terms: columns, whether public values are among the factors too, and coefficient.
    pub fn terms(&self) -> impl Iterator<Item = (&[u32], bool, F)> {
        self.0.iter().map(|(monomial, value)| {
            let columns = monomial.iter().position(|&v| v >= PUBLIC).unwrap_or(MAX_FACTORS);
            let publics = monomial.iter().any(|&v| v != NONE && v >= PUBLIC);
            (&monomial[..columns], publics, *value)
        })
    }

    /// Columns that occur in it, increasing.
    pub fn columns(&self) -> Vec<usize> {
        let mut columns: Vec<usize> = self.terms().flat_map(|t| t.0).map(|&column| column as usize).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Public values that occur in it.
    pub fn publics(&self) -> Vec<usize> {
        let all = self.0.iter().flat_map(|t| t.0).filter(|&v| v != NONE && v >= PUBLIC);
        let mut publics: Vec<usize> = all.map(|v| (v - PUBLIC) as usize).collect();
        publics.sort_unstable();
        publics.dedup();
        publics
    }

    /// The coefficient of a column that occurs in one term only, alone.
    pub fn linear(&self, column: usize) -> Option<F> {
        let mut with = self.terms().filter(|t| t.0.contains(&(column as u32)));
        match (with.next(), with.next()) {
            (Some(([_], false, value)), None) => Some(value),
            _ => None,
        }
    }

    /// With values for columns that have one.
    #[must_use]
    pub fn substituted(&self, value: impl Fn(usize) -> Option<F>) -> Self {
        let terms = self.0.iter().map(|(monomial, coefficient)| {
            let (mut rest, mut at, mut product) = ([NONE; MAX_FACTORS], 0, *coefficient);
            for &variable in monomial.iter().filter(|&&v| v != NONE) {
                match (variable < PUBLIC).then(|| value(variable as usize)).flatten() {
                    Some(value) => product *= value,
                    None => {
                        rest[at] = variable;
                        at += 1;
                    }
                }
            }
            (rest, product)
        });
        Self::sum(terms.collect())
    }
}

/// The product of two; `None` if it has too many factors.
fn merged(x: &Monomial, y: &Monomial) -> Option<Monomial> {
    let (mut merged, mut i, mut j) = ([NONE; MAX_FACTORS], 0, 0);
    let at = |of: &Monomial, i: usize| of.get(i).copied().unwrap_or(NONE);
    for place in &mut merged {
        let (a, b) = (at(x, i), at(y, j));
        *place = a.min(b);
        if a <= b { i += 1 } else { j += 1 }
    }
    (at(x, i) == NONE && at(y, j) == NONE).then_some(merged)
}

/// Multiplies nodes out.
///
/// A node is a sum of multiples of products: going down from it, each node has a coefficient once all that are made of it
/// have one. Products are multiplied out where they are met, so that sums on the way have no polynomials.
pub struct Expansion<'a> {
    nodes: &'a [Node],
    /// Of nodes that have no variables, their values.
    constants: Vec<Option<F>>,
    /// Of what is multiplied.
    factors: BTreeMap<u32, Option<Poly>>,
}

impl<'a> Expansion<'a> {
    /// Of these nodes.
    pub fn new(nodes: &'a [Node]) -> Self {
        let mut constants: Vec<Option<F>> = Vec::with_capacity(nodes.len());
        for node in nodes {
            let of = |a: u32, b: u32| constants[a as usize].zip(constants[b as usize]);
            constants.push(match *node {
                Node::Constant(c) => Some(c),
                Node::Column(_) | Node::Public(_) => None,
                Node::Add(a, b) => of(a, b).map(|(a, b)| a + b),
                Node::Sub(a, b) => of(a, b).map(|(a, b)| a - b),
                Node::Mul(a, b) => of(a, b).map(|(a, b)| a * b),
            });
        }
        Self { nodes, constants, factors: BTreeMap::new() }
    }

    /// The polynomial of a node; `None` where it has a term of too many factors.
    pub fn of(&mut self, root: u32) -> Option<Poly> {
        let mut terms: Vec<(Monomial, F)> = Vec::new();
        // Operands stand before what is made of them: the last open node has all its coefficient.
        let mut open = BTreeMap::from([(root, F::ONE)]);
        while let Some((at, coefficient)) = open.pop_last() {
            let mut add = |node: u32, scale: F| *open.entry(node).or_insert(F::ZERO) += coefficient * scale;
            if let Some(value) = self.constants[at as usize] {
                terms.push(([NONE; MAX_FACTORS], coefficient * value));
                continue;
            }
            match self.nodes[at as usize] {
                Node::Constant(_) => {}
                Node::Column(variable) => terms.push((monomial([variable]), coefficient)),
                Node::Public(i) => terms.push((monomial([PUBLIC + i]), coefficient)),
                Node::Add(a, b) => {
                    add(a, F::ONE);
                    add(b, F::ONE);
                }
                Node::Sub(a, b) => {
                    add(a, F::ONE);
                    add(b, F::NEG_ONE);
                }
                Node::Mul(a, b) => match [a, b].map(|node| self.constants[node as usize]) {
                    [Some(value), _] => add(b, value),
                    [_, Some(value)] => add(a, value),
                    _ => {
                        let [a, b] = [a, b].map(|node| self.factor(node));
                        let (a, b) = (&self.factors[&a], &self.factors[&b]);
                        a.as_ref()?.products(b.as_ref()?, coefficient, &mut terms)?;
                    }
                },
            }
        }
        Some(Poly::sum(terms))
    }

    /// Has the polynomial of a node among the factors.
    fn factor(&mut self, node: u32) -> u32 {
        if !self.factors.contains_key(&node) {
            let poly = self.of(node);
            self.factors.insert(node, poly);
        }
        node
    }
}

/// A product of these variables, sorted.
fn monomial<const N: usize>(variables: [u32; N]) -> Monomial {
    core::array::from_fn(|i| variables.get(i).copied().unwrap_or(NONE))
}
