//! A digest of everything the chips of a machine say, bound into every verifying key.

use alloc::vec::Vec;

use aver_stark::air::Columns;
use aver_stark::chip::Described;
use aver_stark::field::{F, encode_base};
use aver_stark::hash::{Digest, Sponge};
use aver_stark::symbolic::{Affine, Description, Interaction, Node};

use crate::systems::Systems;

/// The digest of both systems: names, columns, expressions, constraints, messages, in order.
pub fn digest(systems: &Systems) -> Digest {
    let mut sponge = Sponge::new("aver machine");
    for (label, system) in [("shard", &systems.shard), ("memory", &systems.memory)] {
        sponge.absorb(label, &(system.chips.len() as u64).to_le_bytes());
        system.described.iter().for_each(|chip| absorb(&mut sponge, chip));
    }
    sponge.digest("digest")
}

/// The digest of everything one chip says.
pub fn of_chip(described: &Described) -> Digest {
    let mut sponge = Sponge::new("aver chip");
    absorb(&mut sponge, described);
    sponge.digest("digest")
}

fn absorb(sponge: &mut Sponge, described: &Described) {
    let Description { columns, nodes, constraints, interactions } = &described.description;
    let Columns { fixed, boundary, witness } = columns;
    let mut out = Bytes::default();
    for names in [fixed, boundary, witness] {
        out.number(names.len());
        names.iter().for_each(|n| out.text(n));
    }
    out.number(nodes.len());
    for node in nodes {
        out.node(node);
    }
    out.number(constraints.len());
    for constraint in constraints {
        out.text(constraint.label);
        out.number(constraint.node as usize);
    }
    out.number(interactions.len());
    for Interaction { bus, multiplicity, values } in interactions {
        [bus.id as usize, bus.arity, bus.shared.into()].into_iter().for_each(|n| out.number(n));
        out.affine(multiplicity);
        values.iter().for_each(|v| out.affine(v));
    }
    sponge.absorb(&described.name, &out.0);
}

/// An unambiguous encoding: every list behind its length, every node behind its kind.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn number(&mut self, n: usize) {
        self.0.extend_from_slice(&(n as u64).to_le_bytes());
    }
    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }
    fn field(&mut self, value: F) {
        self.0.extend_from_slice(&encode_base(value));
    }
    fn node(&mut self, node: &Node) {
        let (kind, a, b) = match *node {
            Node::Constant(c) => {
                self.number(0);
                return self.field(c);
            }
            Node::Column(i) => (1, i, 0),
            Node::Public(i) => (2, i, 0),
            Node::Add(a, b) => (3, a, b),
            Node::Sub(a, b) => (4, a, b),
            Node::Mul(a, b) => (5, a, b),
        };
        [kind, a as usize, b as usize].into_iter().for_each(|n| self.number(n));
    }
    fn affine(&mut self, form: &Affine) {
        self.field(form.constant);
        for terms in [&form.columns, &form.publics] {
            self.number(terms.len());
            for &(i, c) in terms {
                self.number(i);
                self.field(c);
            }
        }
    }
}
