//! Constraints as polynomials, multiplied out: what they are, whatever way they are written.

use std::collections::BTreeMap;

use aver_stark::field::F;
use aver_stark::symbolic::{Affine, Description, Node};
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Poly(Vec<(Monomial, F)>);

impl Poly {
    /// A constant.
    pub fn constant(value: F) -> Self {
        Self(if value == F::ZERO { Vec::new() } else { vec![([NONE; MAX_FACTORS], value)] })
    }

    fn variable(variable: u32) -> Self {
        let mut monomial = [NONE; MAX_FACTORS];
        monomial[0] = variable;
        Self(vec![(monomial, F::ONE)])
    }

    /// A column.
    pub fn column(column: usize) -> Self {
        Self::variable(column as u32)
    }

    /// What a message has as multiplicity or value.
    pub fn affine(form: &Affine) -> Self {
        let columns = form.columns.iter().map(|&(i, c)| (i as u32, c));
        let publics = form.publics.iter().map(|&(i, c)| (PUBLIC + i as u32, c));
        let terms = columns.chain(publics).map(|(variable, c)| Self::variable(variable).scaled(c));
        terms.fold(Self::constant(form.constant), |sum, term| sum.plus(&term, F::ONE))
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

    /// The product, if it has no term of too many factors.
    pub fn times(&self, other: &Self) -> Option<Self> {
        let mut terms: BTreeMap<Monomial, F> = BTreeMap::new();
        for (x, c) in &self.0 {
            for (y, d) in &other.0 {
                let mut factors: Vec<u32> = x.iter().chain(y).copied().filter(|&v| v != NONE).collect();
                if factors.len() > MAX_FACTORS {
                    return None;
                }
                factors.sort_unstable();
                factors.resize(MAX_FACTORS, NONE);
                let mut monomial = [NONE; MAX_FACTORS];
                monomial.copy_from_slice(&factors);
                *terms.entry(monomial).or_insert(F::ZERO) += *c * *d;
            }
        }
        Some(Self(terms.into_iter().filter(|t| t.1 != F::ZERO).collect()))
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
        let mut terms: BTreeMap<Monomial, F> = BTreeMap::new();
        for (monomial, coefficient) in &self.0 {
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
            *terms.entry(rest).or_insert(F::ZERO) += product;
        }
        Self(terms.into_iter().filter(|t| t.1 != F::ZERO).collect())
    }
}

/// The polynomial of each constraint; `None` where one has a term of too many factors.
pub fn constraints(description: &Description) -> Vec<Option<Poly>> {
    let roots: Vec<u32> = description.constraints.iter().map(|c| c.node).collect();
    let polys = of_nodes(&description.nodes, &roots);
    roots.iter().map(|root| polys[root].clone()).collect()
}

/// The polynomial of a node.
pub fn of_node(nodes: &[Node], root: u32) -> Option<Poly> {
    of_nodes(nodes, &[root]).remove(&root).flatten()
}

/// The polynomials of nodes, and of all that they are made of: each is multiplied out once.
fn of_nodes(nodes: &[Node], roots: &[u32]) -> BTreeMap<u32, Option<Poly>> {
    let (mut reached, mut open) = (BTreeMap::new(), roots.to_vec());
    while let Some(at) = open.pop() {
        if reached.insert(at, None).is_none()
            && let Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) = nodes[at as usize]
        {
            open.extend([a, b].iter().filter(|i| !reached.contains_key(i)));
        }
    }
    // Operands stand before what is made of them.
    let order: Vec<u32> = reached.keys().copied().collect();
    for at in order {
        let of = |i: u32| reached[&i].as_ref();
        let poly = match nodes[at as usize] {
            Node::Constant(c) => Some(Poly::constant(c)),
            Node::Column(i) => Some(Poly::variable(i)),
            Node::Public(i) => Some(Poly::variable(PUBLIC + i)),
            Node::Add(a, b) => of(a).zip(of(b)).map(|(a, b): (&Poly, &Poly)| a.plus(b, F::ONE)),
            Node::Sub(a, b) => of(a).zip(of(b)).map(|(a, b)| a.plus(b, F::NEG_ONE)),
            Node::Mul(a, b) => of(a).zip(of(b)).and_then(|(a, b)| a.times(b)),
        };
        reached.insert(at, poly);
    }
    reached
}
