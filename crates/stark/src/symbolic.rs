//! Evaluation on symbols: degrees, messages as affine forms, and a digest of everything a chip says.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::ops::{Add, Mul, Neg, Sub};

use p3_field::PrimeCharacteristicRing;

use crate::air::{Air, Builder, Bus, Columns, Expr, MAX_ARITY, MAX_BUS_ID};
use crate::channel::Number;
use crate::error::ChipError;
use crate::field::F;

/// A node of an expression; operands are earlier nodes of the same list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// A constant.
    Constant(F),
    /// Column of the row.
    Column(u32),
    /// Public value.
    Public(u32),
    /// Sum.
    Add(u32, u32),
    /// Difference.
    Sub(u32, u32),
    /// Product.
    Mul(u32, u32),
}

/// An expression: a constant, or a node of the builder's list.
#[derive(Clone, Copy)]
pub enum Symbol<'a> {
    /// Not yet in any list.
    Constant(F),
    /// Node `1` of list `0`.
    Node(&'a RefCell<Vec<Node>>, u32),
}

impl<'a> Symbol<'a> {
    fn combine(self, other: Self, constant: fn(F, F) -> F, node: fn(u32, u32) -> Node) -> Self {
        let list = match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => return Self::Constant(constant(a, b)),
            (Self::Node(list, _), _) | (_, Self::Node(list, _)) => list,
        };
        let a = self.index(list);
        let b = other.index(list);
        Self::push(list, node(a, b))
    }
    fn push(list: &'a RefCell<Vec<Node>>, node: Node) -> Self {
        let mut nodes = list.borrow_mut();
        nodes.push(node);
        Self::Node(list, nodes.len() as u32 - 1)
    }
    fn index(self, list: &'a RefCell<Vec<Node>>) -> u32 {
        match self {
            Self::Node(_, i) => i,
            Self::Constant(c) => match Self::push(list, Node::Constant(c)) {
                Self::Node(_, i) => i,
                Self::Constant(_) => 0,
            },
        }
    }
}

impl Add for Symbol<'_> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.combine(other, |a, b| a + b, Node::Add)
    }
}
impl Sub for Symbol<'_> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.combine(other, |a, b| a - b, Node::Sub)
    }
}
impl Mul for Symbol<'_> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.combine(other, |a, b| a * b, Node::Mul)
    }
}
impl Neg for Symbol<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::Constant(F::ZERO) - self
    }
}
impl Add<u32> for Symbol<'_> {
    type Output = Self;
    fn add(self, other: u32) -> Self {
        self + Self::Constant(F::new(other))
    }
}
impl Sub<u32> for Symbol<'_> {
    type Output = Self;
    fn sub(self, other: u32) -> Self {
        self - Self::Constant(F::new(other))
    }
}
impl Mul<u32> for Symbol<'_> {
    type Output = Self;
    fn mul(self, other: u32) -> Self {
        self * Self::Constant(F::new(other))
    }
}
impl Mul<F> for Symbol<'_> {
    type Output = Self;
    fn mul(self, other: F) -> Self {
        self * Self::Constant(other)
    }
}
impl Expr for Symbol<'_> {
    fn constant(value: F) -> Self {
        Self::Constant(value)
    }
}

/// constant + Σ coefficient · column + Σ coefficient · public value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affine {
    /// The constant term.
    pub constant: F,
    /// (column, coefficient), columns increasing, coefficients not zero.
    pub columns: Vec<(usize, F)>,
    /// (public value, coefficient), likewise.
    pub publics: Vec<(usize, F)>,
}

impl Affine {
    fn add_scaled(&mut self, other: &Self, scale: F) {
        self.constant += other.constant * scale;
        merge(&mut self.columns, &other.columns, scale);
        merge(&mut self.publics, &other.publics, scale);
    }
    fn as_constant(&self) -> Option<F> {
        (self.columns.is_empty() && self.publics.is_empty()).then_some(self.constant)
    }
    fn scaled(&self, scale: F) -> Self {
        let mut out = Self::default();
        out.add_scaled(self, scale);
        out
    }
}

fn merge(into: &mut Vec<(usize, F)>, from: &[(usize, F)], scale: F) {
    for &(i, c) in from {
        match into.binary_search_by_key(&i, |t| t.0) {
            Ok(at) => into[at].1 += c * scale,
            Err(at) => into.insert(at, (i, c * scale)),
        }
    }
    into.retain(|t| t.1 != F::ZERO);
}

/// A message of a chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// The bus.
    pub bus: Bus,
    /// Signed: a receive has minus its weight.
    pub multiplicity: Affine,
    /// The message.
    pub values: Vec<Affine>,
}

/// A constraint: its label, the node that must vanish, and its degree in the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// "chip/number".
    pub label: &'static str,
    /// Node of [`Description::nodes`].
    pub node: u32,
    /// Total degree in columns.
    pub degree: usize,
}

/// All a chip says, extracted from its `eval`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Names of the columns, by the group they are committed in: fixed, boundary, witness.
    pub columns: Columns,
    /// Expressions, operands first.
    pub nodes: Vec<Node>,
    /// In order of assertion.
    pub constraints: Vec<Constraint>,
    /// In order of sending.
    pub interactions: Vec<Interaction>,
}

impl Description {
    /// The value of each node in a row; columns and public values that are missing are zero.
    pub fn evaluate<E: Number>(&self, row: &[E], publics: &[E]) -> Vec<E> {
        let get = |from: &[E], i: u32| from.get(i as usize).copied().unwrap_or_else(E::zero);
        let mut values: Vec<E> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            values.push(match *node {
                Node::Constant(value) => E::constant(value),
                Node::Column(i) => get(row, i),
                Node::Public(i) => get(publics, i),
                Node::Add(a, b) => values[a as usize] + values[b as usize],
                Node::Sub(a, b) => values[a as usize] - values[b as usize],
                Node::Mul(a, b) => values[a as usize] * values[b as usize],
            });
        }
        values
    }
}

impl Affine {
    /// `scale` times its constant part, public values among it, plus the part in columns.
    pub fn evaluate<E: Number>(&self, scale: E, column: impl Fn(usize) -> E, publics: &[E]) -> E {
        let public = |i: usize| publics.get(i).copied().unwrap_or_else(E::zero);
        let constant = self.publics.iter().map(|&(i, c)| public(i) * c);
        let constant = constant.fold(E::constant(self.constant), Add::add);
        self.columns.iter().map(|&(i, c)| column(i) * c).fold(scale * constant, Add::add)
    }
}

struct Recorder<'a> {
    list: &'a RefCell<Vec<Node>>,
    row: Vec<Symbol<'a>>,
    constraints: Vec<(&'static str, Symbol<'a>)>,
    messages: Vec<(Bus, Symbol<'a>, Vec<Symbol<'a>>)>,
}

impl<'a> Builder for Recorder<'a> {
    type E = Symbol<'a>;
    fn row(&self) -> &[Symbol<'a>] {
        &self.row
    }
    fn public(&self, i: usize) -> Symbol<'a> {
        Symbol::push(self.list, Node::Public(i as u32))
    }
    fn assert_zero(&mut self, label: &'static str, value: Symbol<'a>) {
        self.constraints.push((label, value));
    }
    fn message(&mut self, bus: Bus, multiplicity: Symbol<'a>, values: &[Symbol<'a>]) {
        self.messages.push((bus, multiplicity, values.to_vec()));
    }
}

/// Runs `eval` on symbols. Fails on a message that is not affine or does not fit its bus.
pub fn describe<A: Air>(air: &A) -> Result<Description, ChipError> {
    let list = RefCell::new(Vec::new());
    let columns = air.columns();
    let row = (0..columns.width()).map(|i| Symbol::push(&list, Node::Column(i as u32))).collect();
    let mut recorder = Recorder { list: &list, row, constraints: Vec::new(), messages: Vec::new() };
    air.eval(&mut recorder);
    let constraints: Vec<_> = recorder.constraints.iter().map(|&(l, s)| (l, s.index(&list))).collect();
    let messages: Vec<(Bus, u32, Vec<u32>)> = recorder
        .messages
        .iter()
        .map(|(b, m, v)| (*b, m.index(&list), v.iter().map(|s| s.index(&list)).collect()))
        .collect();
    let nodes = list.borrow().clone();
    let degrees = degrees(&nodes);
    let affine = affine_forms(&nodes);
    let fail = |why| ChipError { chip: air.name().into(), why };
    let form =
        |i: u32| affine[i as usize].clone().ok_or_else(|| fail("a message is not affine in the columns"));
    let mut interactions = Vec::new();
    for (bus, multiplicity, values) in messages {
        if values.len() != bus.arity || bus.arity > MAX_ARITY {
            return Err(fail("a message has not as many values as its bus"));
        }
        if bus.id > MAX_BUS_ID {
            return Err(fail("a bus has an id of more than 16 bits"));
        }
        let values = values.into_iter().map(form).collect::<Result<_, _>>()?;
        interactions.push(Interaction { bus, multiplicity: form(multiplicity)?, values });
    }
    let constraints = constraints
        .into_iter()
        .map(|(label, node)| Constraint { label, node, degree: degrees[node as usize] })
        .collect();
    Ok(Description { columns, nodes, constraints, interactions })
}

fn degrees(nodes: &[Node]) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::with_capacity(nodes.len());
    for node in nodes {
        out.push(match *node {
            Node::Constant(_) | Node::Public(_) => 0,
            Node::Column(_) => 1,
            Node::Add(a, b) | Node::Sub(a, b) => out[a as usize].max(out[b as usize]),
            // Saturating: a power that wraps around would have a small degree.
            Node::Mul(a, b) => out[a as usize].saturating_add(out[b as usize]),
        });
    }
    out
}

fn affine_forms(nodes: &[Node]) -> Vec<Option<Affine>> {
    let mut out: Vec<Option<Affine>> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let pair = |a: u32, b: u32| Some((out[a as usize].as_ref()?, out[b as usize].as_ref()?));
        let form = match *node {
            Node::Constant(c) => Some(Affine { constant: c, ..Affine::default() }),
            Node::Column(i) => Some(Affine { columns: [(i as usize, F::ONE)].into(), ..Affine::default() }),
            Node::Public(i) => Some(Affine { publics: [(i as usize, F::ONE)].into(), ..Affine::default() }),
            Node::Add(a, b) | Node::Sub(a, b) => pair(a, b).map(|(x, y)| {
                let mut sum = x.clone();
                sum.add_scaled(y, if matches!(node, Node::Add(..)) { F::ONE } else { F::NEG_ONE });
                sum
            }),
            Node::Mul(a, b) => pair(a, b).and_then(|(x, y)| match (x.as_constant(), y.as_constant()) {
                (Some(c), _) => Some(y.scaled(c)),
                (_, Some(c)) => Some(x.scaled(c)),
                _ => None,
            }),
        };
        out.push(form);
    }
    out
}
