//! Many rows at a time: constraints on packed elements; buses by a random function of messages.
//!
//! Messages cancel if and only if, for each, the multiplicities add up to zero mod p. With h a random
//! function from messages to F^4, Σ multiplicity · h(message) is zero for messages that cancel, and for
//! others with probability p^−4. Constants of h are fixed: tests are to be the same every time.

use aver_stark::air::MAX_ARITY;
use aver_stark::field::{F, PF};
use aver_stark::layout::System;
use aver_stark::symbolic::{Affine, Interaction, Node};
use p3_field::{PackedValue, PrimeCharacteristicRing, PrimeField32};

use super::row::{Message, constant, public};
use crate::table::Table;

/// Σ multiplicity · h(message).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum([F; 4]);

impl Sum {
    /// Whether all messages cancel.
    pub fn is_zero(&self) -> bool {
        self.0 == [F::ZERO; 4]
    }
    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a += b);
    }
    /// Adds a message.
    pub fn message(&mut self, (bus, multiplicity, values): &Message) {
        let mut print = Print::new(bus.id);
        values.iter().enumerate().for_each(|(i, v)| print.add(i, v.as_canonical_u32()));
        self.print(*multiplicity, print);
    }
    fn print(&mut self, multiplicity: F, print: Print) {
        for (sum, h) in self.0.iter_mut().zip(print.finish()) {
            *sum += multiplicity * h;
        }
    }
}

/// Spreads the bits of a number over all of it (the finaliser of SplitMix64).
const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Factors of the values of a message, odd.
const FACTORS: [[u64; 2]; MAX_ARITY] = {
    let mut factors = [[0; 2]; MAX_ARITY];
    let mut i = 0;
    while i < 2 * MAX_ARITY {
        factors[i / 2][i % 2] = mix(0x9E37_79B9_7F4A_7C15u64.wrapping_mul(i as u64 + 1)) | 1;
        i += 1;
    }
    factors
};

/// A message being read: two linear forms modulo 2^64.
#[derive(Clone, Copy)]
struct Print([u64; 2]);

impl Print {
    /// Of a message on bus `id`.
    fn new(id: u32) -> Self {
        Self([mix(u64::from(id)), mix(!u64::from(id))])
    }
    /// Value `i` of the message.
    fn add(&mut self, i: usize, value: u32) {
        for (sum, factor) in self.0.iter_mut().zip(FACTORS[i]) {
            *sum = sum.wrapping_add(u64::from(value).wrapping_mul(factor));
        }
    }
    fn finish(self) -> [F; 4] {
        let [a, b] = self.0;
        let (x, y) = (mix(a ^ mix(b)), mix(b.wrapping_add(mix(a))));
        [x, x >> 32, y, y >> 32].map(|half| F::from_u32(half as u32))
    }
}

/// Evaluates the rows of one chip, a pack at a time.
pub struct Packed<'a> {
    nodes: &'a [Node],
    /// (label, node)
    constraints: Vec<(&'static str, usize)>,
    /// Of local buses.
    messages: Vec<(&'a Interaction, Form<'a>, Vec<Form<'a>>)>,
    columns: Vec<&'a [F]>,
    publics: &'a [F],
    values: Vec<PF>,
    row: Vec<PF>,
}

struct Form<'a> {
    constant: PF,
    terms: &'a [(usize, F)],
}

impl<'a> Form<'a> {
    fn new(form: &'a Affine, publics: &[F]) -> Self {
        Self { constant: PF::from(constant(form, publics)), terms: &form.columns }
    }
    fn eval(&self, row: &[PF]) -> PF {
        self.terms.iter().fold(self.constant, |sum, &(i, c)| sum + row[i] * c)
    }
}

impl<'a> Packed<'a> {
    /// The rows of a table.
    pub fn new(system: &'a System, chip: usize, table: &'a Table, publics: &'a [F]) -> Self {
        let description = &system.described[chip].description;
        let local = description.interactions.iter().filter(|i| !i.bus.shared);
        let form = |form| Form::new(form, publics);
        Self {
            nodes: &description.nodes,
            constraints: description.constraints.iter().map(|c| (c.label, c.node as usize)).collect(),
            messages: local
                .map(|i| (i, form(&i.multiplicity), i.values.iter().map(form).collect()))
                .collect(),
            columns: table.columns().collect(),
            publics,
            values: vec![PF::ZERO; description.nodes.len()],
            row: vec![PF::ZERO; table.columns().count()],
        }
    }

    /// Adds the messages of the pack of rows from `first` on; or tells the first constraint that is
    /// violated: row, label, value.
    pub fn rows(&mut self, first: usize, sum: &mut Sum) -> Result<(), (usize, &'static str, F)> {
        for (cell, column) in self.row.iter_mut().zip(&self.columns) {
            *cell = match column.get(first..first + PF::WIDTH) {
                Some(whole) => *PF::from_slice(whole),
                None => PF::from_fn(|lane| column.get(first + lane).copied().unwrap_or(F::ZERO)),
            };
        }
        self.constraints().map_err(|(lane, label, value)| (first + lane, label, value))?;
        for (interaction, multiplicity, values) in &self.messages {
            let multiplicity = multiplicity.eval(&self.row);
            if multiplicity == PF::ZERO {
                continue;
            }
            let mut prints = [Print::new(interaction.bus.id); PF::WIDTH];
            for (i, value) in values.iter().enumerate() {
                let value = value.eval(&self.row);
                for (print, v) in prints.iter_mut().zip(value.as_slice()) {
                    print.add(i, v.as_canonical_u32());
                }
            }
            for (print, &m) in prints.into_iter().zip(multiplicity.as_slice()) {
                sum.print(m, print);
            }
        }
        Ok(())
    }

    fn constraints(&mut self) -> Result<(), (usize, &'static str, F)> {
        if self.constraints.is_empty() {
            return Ok(());
        }
        for (at, node) in self.nodes.iter().enumerate() {
            let v = |i: u32| self.values[i as usize];
            self.values[at] = match *node {
                Node::Constant(c) => PF::from(c),
                Node::Column(i) => self.row[i as usize],
                Node::Public(i) => PF::from(public(self.publics, i as usize)),
                Node::Add(a, b) => v(a) + v(b),
                Node::Sub(a, b) => v(a) - v(b),
                Node::Mul(a, b) => v(a) * v(b),
            };
        }
        let broken = |&(label, node): &(&'static str, usize)| {
            let value = self.values[node];
            let lane = value.as_slice().iter().position(|v| *v != F::ZERO)?;
            Some((lane, label, value.as_slice()[lane]))
        };
        // The first row that is wrong, and its first constraint.
        let first = self.constraints.iter().filter_map(broken).min_by_key(|found| found.0);
        first.map_or(Ok(()), Err)
    }
}
