//! Records circuits from expressions on [`Wire`]s.
//!
//! A wire is a constant or a cell to be. Expressions are kept as [`node`]s, each only once; [`lower`] makes operations
//! of those that something depends on. Sums and differences with a product that nothing else reads are one
//! operation with it.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cell::RefCell;

use aver_stark::field::{EF, F};
use p3_field::PrimeCharacteristicRing;

use crate::chips::Kind;
use crate::circuit::Circuit;

mod gadgets;
mod lower;
mod node;
mod sponge;
mod wire;

pub use gadgets::{Digest, Entries, State};
use node::{Call, Node, constant_key};
pub use sponge::Sponge;
pub use wire::Wire;

/// Records a circuit.
#[derive(Default)]
pub struct Builder {
    recorded: RefCell<Recorded>,
}

/// What has been recorded.
#[derive(Default)]
struct Recorded {
    /// Operands are earlier nodes.
    nodes: Vec<Node>,
    /// Where values are that have been computed already.
    known: BTreeMap<Node, u32>,
    calls: Vec<Call>,
    publics: u32,
    hints: u32,
    /// Of all tables.
    entries: u32,
}

impl Builder {
    /// With nothing recorded.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next public cell.
    pub fn public(&self) -> Wire<'_> {
        let mut recorded = self.recorded.borrow_mut();
        let i = recorded.publics;
        recorded.publics += 1;
        recorded.nodes.push(Node::Public(i));
        Wire::Node(self, recorded.nodes.len() as u32 - 1)
    }

    /// The next hint: five base elements that the prover chooses.
    pub fn hint(&self) -> Wire<'_> {
        let mut recorded = self.recorded.borrow_mut();
        let i = recorded.hints;
        recorded.hints += 1;
        recorded.nodes.push(Node::Hint(i));
        Wire::Node(self, recorded.nodes.len() as u32 - 1)
    }

    /// The inverse. What is zero has none: no value satisfies the circuit then.
    pub fn inverse<'a>(&'a self, a: Wire<'a>) -> Wire<'a> {
        use p3_field::Field;
        match a {
            Wire::Constant(c) => {
                let inverse = c.try_inverse().unwrap_or(EF::ZERO);
                self.assert_equal(Wire::Constant(c * inverse), Wire::ONE);
                Wire::Constant(inverse)
            }
            Wire::Node(_, i) => {
                let inverse = self.pure(Node::Inverse(i));
                self.assert_equal(a * inverse, Wire::ONE);
                inverse
            }
        }
    }

    /// Both are the same.
    pub fn assert_equal<'a>(&'a self, a: Wire<'a>, b: Wire<'a>) {
        let (a, b) = (self.index(a), self.index(b));
        if a != b {
            self.recorded.borrow_mut().nodes.push(Node::AssertEqual(a, b));
        }
    }

    /// It is zero.
    pub fn assert_zero<'a>(&'a self, a: Wire<'a>) {
        self.assert_equal(a, Wire::ZERO);
    }

    /// An operation of `kind` that reads these wires at its ports and writes where there is none; what it writes,
    /// in order. `hints` of the next hints help it.
    pub fn call<'a>(
        &'a self,
        kind: Kind,
        ports: &[Option<Wire<'a>>],
        constants: Vec<F>,
        hints: u32,
    ) -> Vec<Wire<'a>> {
        let writes = (0..ports.len() as u32).filter(|&i| ports[i as usize].is_none());
        let ports = ports.iter().map(|port| port.map(|wire| self.index(wire))).collect();
        let mut recorded = self.recorded.borrow_mut();
        let hint = (hints > 0).then_some(recorded.hints);
        recorded.hints += hints;
        let call = recorded.calls.len() as u32;
        recorded.calls.push(Call { kind, ports, constants, hint });
        recorded.nodes.push(Node::Call(call));
        drop(recorded);
        writes.map(|port| self.pure(Node::Output(call, port))).collect()
    }

    /// The circuit.
    pub fn finish(self) -> Circuit {
        lower::lower(&self.recorded.into_inner())
    }

    /// A value that is the same each time it is computed.
    fn pure(&self, node: Node) -> Wire<'_> {
        let mut recorded = self.recorded.borrow_mut();
        let next = recorded.nodes.len() as u32;
        let at = *recorded.known.entry(node).or_insert(next);
        if at == next {
            recorded.nodes.push(node);
        }
        Wire::Node(self, at)
    }

    fn index(&self, wire: Wire<'_>) -> u32 {
        match wire {
            Wire::Node(builder, i) => {
                assert!(core::ptr::eq(builder, self), "a wire of another circuit");
                i
            }
            Wire::Constant(c) => match self.pure(Node::Constant(constant_key(&c))) {
                Wire::Node(_, i) => i,
                Wire::Constant(_) => 0,
            },
        }
    }
}

/// The base element as an extension element.
pub(crate) fn lift(value: F) -> EF {
    EF::from(value)
}
