//! What is computed with numbers that are known but for pads.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::{Form, PadClaim};
use crate::channel::Number;
use crate::error::{Error, Result};

/// A number on a tape; operands stand before it.
#[derive(Clone, Copy)]
enum Node<E> {
    /// What was sent less the next pad.
    Sent(E),
    /// A sum.
    Sum(u32, u32),
    /// A known multiple.
    Scaled(u32, E),
    /// The sum with a known number.
    Shifted(u32, E),
    /// A product of two numbers that are affine in pads.
    Product(u32, u32),
}

/// The numbers that are not known, in the order they were computed in; and what is demanded of them.
pub struct Tape<E> {
    /// Each with whether there are products in it.
    nodes: RefCell<Vec<(Node<E>, bool)>>,
    /// Those that must be zero.
    zeros: RefCell<Vec<u32>>,
    /// Whether something was computed that is not affine, nor a sum of products.
    spoilt: Cell<bool>,
}

impl<E> Default for Tape<E> {
    fn default() -> Self {
        Self { nodes: RefCell::default(), zeros: RefCell::default(), spoilt: Cell::new(false) }
    }
}

/// What all equations together say: constant − Σ `pads`[i] · (pad i) + Σ `products`[k] · (product k) = 0.
pub struct Combined<E> {
    constant: E,
    pads: Vec<E>,
    /// Of each product on the tape.
    pub products: Vec<E>,
}

impl<E: Number> Tape<E> {
    fn push(&self, node: Node<E>, has_products: bool) -> Form<'_, E> {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push((node, has_products));
        Form::Unknown(self, nodes.len() as u32 - 1)
    }

    fn has_products(&self, node: u32) -> bool {
        self.nodes.borrow()[node as usize].1
    }

    /// `sent` less the next pad.
    pub fn sent(&self, sent: E) -> Form<'_, E> {
        self.push(Node::Sent(sent), false)
    }

    pub(super) fn sum(&self, a: u32, b: u32) -> Form<'_, E> {
        self.push(Node::Sum(a, b), self.has_products(a) || self.has_products(b))
    }

    pub(super) fn scaled(&self, node: u32, by: E) -> Form<'_, E> {
        self.push(Node::Scaled(node, by), self.has_products(node))
    }

    pub(super) fn shifted(&self, node: u32, by: E) -> Form<'_, E> {
        self.push(Node::Shifted(node, by), self.has_products(node))
    }

    pub(super) fn product(&self, a: u32, b: u32) -> Form<'_, E> {
        if self.has_products(a) || self.has_products(b) {
            self.spoil();
        }
        self.push(Node::Product(a, b), true)
    }

    /// Something was asked that the tape cannot express.
    pub(super) fn spoil(&self) {
        self.spoilt.set(true);
    }

    pub(super) fn demand_zero(&self, node: u32) {
        self.zeros.borrow_mut().push(node);
    }

    /// Refuses a tape that does not express what was asked.
    pub fn check(&self) -> Result<()> {
        if self.spoilt.get() { Err(Error::Equation { label: "masks" }) } else { Ok(()) }
    }

    /// The operands of all products.
    pub fn factors(&self) -> Vec<[u32; 2]> {
        let operands = |(node, _): &(Node<E>, bool)| match *node {
            Node::Product(a, b) => Some([a, b]),
            _ => None,
        };
        self.nodes.borrow().iter().filter_map(operands).collect()
    }

    /// All equations, with powers of ζ.
    pub fn combine(&self, zeta: E) -> Combined<E> {
        let mut power = E::one();
        let mut seeds = Vec::new();
        for &node in self.zeros.borrow().iter() {
            seeds.push((node, power));
            power = power * zeta;
        }
        self.gradient(seeds)
    }

    /// Σ weight · node, in pads and products.
    fn gradient(&self, seeds: impl IntoIterator<Item = (u32, E)>) -> Combined<E> {
        let nodes = self.nodes.borrow();
        let mut weights = alloc::vec![E::zero(); nodes.len()];
        let add = |weights: &mut [E], node: u32, by: E| weights[node as usize] = weights[node as usize] + by;
        seeds.into_iter().for_each(|(node, weight)| add(&mut weights, node, weight));
        let mut sum = Combined { constant: E::zero(), pads: Vec::new(), products: Vec::new() };
        for (i, &(node, _)) in nodes.iter().enumerate().rev() {
            let weight = weights[i];
            match node {
                Node::Sent(sent) => {
                    sum.constant = sum.constant + weight * sent;
                    sum.pads.push(weight);
                }
                Node::Sum(a, b) => {
                    add(&mut weights, a, weight);
                    add(&mut weights, b, weight);
                }
                Node::Scaled(a, by) => add(&mut weights, a, weight * by),
                Node::Shifted(a, by) => {
                    sum.constant = sum.constant + weight * by;
                    add(&mut weights, a, weight);
                }
                Node::Product(..) => sum.products.push(weight),
            }
        }
        sum.pads.reverse();
        sum.products.reverse();
        sum
    }

    /// The numbers themselves, given the pads: what a prover knows.
    pub fn values(&self, mut pads: impl Iterator<Item = E>) -> Vec<E> {
        let nodes = self.nodes.borrow();
        let mut values: Vec<E> = Vec::with_capacity(nodes.len());
        for &(node, _) in nodes.iter() {
            values.push(match node {
                Node::Sent(sent) => sent - pads.next().unwrap_or_else(E::zero),
                Node::Sum(a, b) => values[a as usize] + values[b as usize],
                Node::Scaled(a, by) => values[a as usize] * by,
                Node::Shifted(a, by) => values[a as usize] + by,
                Node::Product(a, b) => values[a as usize] * values[b as usize],
            });
        }
        values
    }

    /// What pads must add up to, so that `combined` holds.
    ///
    /// Factor u of a product is known at δ only, as t = u + δ s, s being a pad. With t for u, `combined` is a polynomial
    /// of δ whose constant coefficient is what must be zero, and whose others were sent, with pads: `linear` and
    /// `square`. After all pads so far come an s for each factor, and those two.
    pub fn claim(
        &self,
        combined: &Combined<E>,
        [linear, square]: [E; 2],
        delta: E,
        factors: &[E],
        eta: E,
    ) -> PadClaim<E> {
        let mut coefficients = combined.pads.clone();
        let mut value = combined.constant;
        let (pairs, _) = factors.as_chunks::<2>();
        for (&weight, &[a, b]) in combined.products.iter().zip(pairs) {
            value = value + weight * (a * b);
        }
        let square_delta = delta * delta;
        value = value - delta * linear - square_delta * square;
        // Each t is what it is said to be: t − u − δ s = 0, with powers of η.
        let mut weight = E::one();
        let mut seeds = Vec::with_capacity(factors.len());
        for (&node, &t) in self.factors().as_flattened().iter().zip(factors) {
            weight = weight * eta;
            value = value + weight * t;
            seeds.push((node, -weight));
            coefficients.push(weight * delta);
        }
        coefficients.extend([-delta, -square_delta]);
        let of_factors = self.gradient(seeds);
        for (coefficient, &more) in coefficients.iter_mut().zip(&of_factors.pads) {
            *coefficient = *coefficient + more;
        }
        PadClaim { coefficients, value: value + of_factors.constant }
    }
}
