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

/// A variable as a product.
fn alone(variable: u32) -> Monomial {
    let mut monomial = [NONE; MAX_FACTORS];
    monomial[0] = variable;
    monomial
}

/// A sum of products, by increasing product; no coefficient is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Poly(Vec<(Monomial, F)>);

impl Poly {
    /// The sum of these terms, in any order.
    fn of(mut terms: Vec<(Monomial, F)>) -> Self {
        terms.sort_unstable_by_key(|t| t.0);
        terms.dedup_by(|next, sum| {
            let is_same = next.0 == sum.0;
            if is_same {
                sum.1 += next.1;
            }
            is_same
        });
        terms.retain(|t| t.1 != F::ZERO);
        Self(terms)
    }

    /// A constant.
    pub fn constant(value: F) -> Self {
        Self(if value == F::ZERO { Vec::new() } else { vec![([NONE; MAX_FACTORS], value)] })
    }

    fn variable(variable: u32) -> Self {
        Self(vec![(alone(variable), F::ONE)])
    }

    /// A column.
    pub fn column(column: usize) -> Self {
        Self::variable(column as u32)
    }

    /// What a message has as multiplicity or value.
    pub fn affine(form: &Affine) -> Self {
        let columns = form.columns.iter().map(|&(i, c)| (i as u32, c));
        let publics = form.publics.iter().map(|&(i, c)| (PUBLIC + i as u32, c));
        let terms = columns.chain(publics).map(|(variable, c)| (alone(variable), c));
        Self::of(terms.chain([([NONE; MAX_FACTORS], form.constant)]).collect())
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
        let mut terms = Vec::with_capacity(self.0.len() * other.0.len());
        for (x, c) in &self.0 {
            for (y, d) in &other.0 {
                let mut factors = [NONE; 2 * MAX_FACTORS];
                factors[..MAX_FACTORS].copy_from_slice(x);
                factors[MAX_FACTORS..].copy_from_slice(y);
                factors.sort_unstable();
                let (monomial, rest) = factors.split_first_chunk()?;
                if rest[0] != NONE {
                    return None;
                }
                terms.push((*monomial, *c * *d));
            }
        }
        Some(Self::of(terms))
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
        let mut terms = Vec::with_capacity(self.0.len());
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
            terms.push((rest, product));
        }
        Self::of(terms)
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

/// The polynomials of nodes, and of those that they are made of: each is multiplied out once. Sums that only one sum has are no
/// more than the terms of that.
fn of_nodes(nodes: &[Node], roots: &[u32]) -> BTreeMap<u32, Option<Poly>> {
    // How many have a node, and whether one of them is a product.
    let mut users: BTreeMap<u32, (usize, bool)> = BTreeMap::new();
    let mut open = Vec::new();
    let mut reach = |at: u32, by_product: bool, open: &mut Vec<u32>| {
        let (count, is_factor) = users.entry(at).or_insert_with(|| {
            open.push(at);
            (0, false)
        });
        *count += 1;
        *is_factor |= by_product;
    };
    // Roots have another user: who asks.
    roots.iter().for_each(|&root| reach(root, true, &mut open));
    while let Some(at) = open.pop() {
        if let Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) = nodes[at as usize] {
            let is_product = matches!(nodes[at as usize], Node::Mul(..));
            [a, b].into_iter().for_each(|i| reach(i, is_product, &mut open));
        }
    }
    let is_sum = |at: u32| matches!(nodes[at as usize], Node::Add(..) | Node::Sub(..));
    let is_part = |at: u32| users[&at] == (1, false) && is_sum(at);
    let mut polys: BTreeMap<u32, Option<Poly>> = BTreeMap::new();
    // Operands stand before what is made of them.
    for &at in users.keys().filter(|&&at| !is_part(at)) {
        let of = |i: u32| polys[&i].as_ref();
        let poly = match nodes[at as usize] {
            Node::Constant(c) => Some(Poly::constant(c)),
            Node::Column(i) => Some(Poly::variable(i)),
            Node::Public(i) => Some(Poly::variable(PUBLIC + i)),
            Node::Mul(a, b) => of(a).zip(of(b)).and_then(|(a, b)| a.times(b)),
            Node::Add(..) | Node::Sub(..) => {
                let (mut terms, mut open, mut is_whole) = (Vec::new(), vec![(at, F::ONE)], true);
                while let Some((i, scale)) = open.pop() {
                    match nodes[i as usize] {
                        Node::Add(a, b) if i == at || is_part(i) => open.extend([(a, scale), (b, scale)]),
                        Node::Sub(a, b) if i == at || is_part(i) => open.extend([(a, scale), (b, -scale)]),
                        _ => match of(i) {
                            Some(poly) => terms.extend(poly.0.iter().map(|t| (t.0, t.1 * scale))),
                            None => is_whole = false,
                        },
                    }
                }
                is_whole.then(|| Poly::of(terms))
            }
        };
        polys.insert(at, poly);
    }
    polys
}
