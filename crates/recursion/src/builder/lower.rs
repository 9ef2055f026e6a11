//! From nodes to operations.
//!
//! A value is kept as a cell and a sign: rows find a · b + c and o − a · b, so whatever sign a sum or product
//! of such values has, it costs one row, and negation none. A product that only one sum or assertion reads is left to that one's row.

use alloc::vec::Vec;

use aver_stark::field::{EF, coefficients};
use p3_field::PrimeCharacteristicRing;

use super::Recorded;
use super::node::{Node, constant_key, constant_of};
use crate::cell::Address;
use crate::chips::Kind;
use crate::circuit::{Circuit, Op, Ops, Source};

/// A cell, or minus what it has.
#[derive(Clone, Copy, Debug)]
struct Value {
    cell: Address,
    negated: bool,
}

/// What is known of a node's value.
#[derive(Clone, Copy, Debug)]
enum State {
    /// Nothing reads it.
    Unused,
    /// The row that reads it computes it too.
    Left,
    /// It is there.
    At(Value),
}

struct Lowering<'a> {
    recorded: &'a Recorded,
    /// How many nodes read each.
    uses: Vec<u32>,
    state: Vec<State>,
    publics: Vec<Address>,
    ops: Ops,
    next: Address,
    /// Whether only sums read each product.
    summed: Vec<bool>,
    zero: Option<Address>,
}

/// The operations of what was recorded.
pub fn lower(recorded: &Recorded) -> Circuit {
    let uses = uses(recorded);
    let count = recorded.nodes.len();
    let mut summed = alloc::vec![false; count];
    for (i, node) in recorded.nodes.iter().enumerate() {
        let live = uses[i] > 0 || matches!(node, Node::AssertEqual(..));
        if live && matches!(node, Node::Add(..) | Node::Sub(..) | Node::AssertEqual(..)) {
            node.operands().for_each(|operand| summed[operand as usize] = true);
        }
    }
    let mut lowering = Lowering {
        recorded,
        uses,
        state: alloc::vec![State::Unused; count],
        publics: alloc::vec![0; recorded.publics as usize],
        ops: Ops::default(),
        next: 1,
        summed,
        zero: None,
    };
    (0..count).for_each(|i| lowering.node(i));
    Circuit::new(lowering.ops, lowering.publics, recorded.hints as usize)
}

/// How many live nodes read each node.
fn uses(recorded: &Recorded) -> Vec<u32> {
    let mut uses = alloc::vec![0; recorded.nodes.len()];
    for (i, node) in recorded.nodes.iter().enumerate().rev() {
        match *node {
            Node::Call(call) => {
                let ports = recorded.calls[call as usize].ports.iter().flatten();
                ports.for_each(|&operand| uses[operand as usize] += 1);
            }
            Node::AssertEqual(..) => node.operands().for_each(|operand| uses[operand as usize] += 1),
            _ if uses[i] > 0 => node.operands().for_each(|operand| uses[operand as usize] += 1),
            _ => {}
        }
    }
    uses
}

impl Lowering<'_> {
    fn node(&mut self, i: usize) {
        let node = self.recorded.nodes[i];
        let used = self.uses[i];
        match node {
            Node::AssertEqual(a, b) => self.assert_equal(a, b),
            Node::Call(call) => self.call(call),
            _ if used == 0 => {}
            Node::Constant(key) => {
                let cell = self.constant(constant_of(&key));
                self.put(i, cell);
            }
            Node::Public(at) => {
                let cell = self.fresh();
                self.publics[at as usize] = cell;
                self.put(i, cell);
            }
            Node::Hint(at) => {
                let cell = self.free(Source::Hint(at));
                self.put(i, cell);
            }
            Node::Inverse(a) => {
                let a = self.positive(a);
                let cell = self.free(Source::Inverse(a));
                self.put(i, cell);
            }
            Node::Mul(..) if used == 1 && self.summed[i] => self.state[i] = State::Left,
            Node::Mul(a, b) => self.state[i] = State::At(self.product(a, b)),
            Node::Add(a, b) => self.state[i] = State::At(self.sum(a, b, false)),
            Node::Sub(a, b) => self.state[i] = State::At(self.sum(a, b, true)),
            // Put there by their call.
            Node::Output(..) => {}
        }
    }

    fn put(&mut self, i: usize, cell: Address) {
        self.state[i] = State::At(Value { cell, negated: false });
    }

    fn fresh(&mut self) -> Address {
        self.next += 1;
        self.next - 1
    }

    fn op(&mut self, kind: Kind, ports: &[Address], writes: u64) {
        self.ops.push(Op { kind, ports, writes, constants: &[], source: Source::None });
    }

    fn constant(&mut self, value: EF) -> Address {
        let cell = self.fresh();
        let constants = coefficients(&value);
        self.ops.push(Op {
            kind: Kind::Constant,
            ports: &[cell],
            writes: 1,
            constants,
            source: Source::None,
        });
        cell
    }

    /// A cell with zero. Nodes have no constant zero but as an operand of a negation or an assertion.
    fn zero(&mut self) -> Address {
        if let Some(zero) = self.zero {
            return zero;
        }
        let node = self.recorded.known.get(&Node::Constant(constant_key(&EF::ZERO)));
        let zero = match node.map(|&i| self.state[i as usize]) {
            Some(State::At(value)) => value.cell,
            _ => self.constant(EF::ZERO),
        };
        self.zero = Some(zero);
        zero
    }

    /// A cell that the prover chooses.
    fn free(&mut self, source: Source) -> Address {
        let cell = self.fresh();
        self.ops.push(Op { kind: Kind::Hint, ports: &[cell], writes: 1, constants: &[], source });
        cell
    }

    /// The product, if it was left to its reader.
    fn left(&self, i: u32) -> Option<(u32, u32)> {
        match (self.state[i as usize], self.recorded.nodes[i as usize]) {
            (State::Left, Node::Mul(a, b)) => Some((a, b)),
            _ => None,
        }
    }

    fn value(&mut self, i: u32) -> Value {
        match self.state[i as usize] {
            State::At(value) => value,
            State::Left => {
                let (a, b) = self.left(i).expect("only products are left");
                let value = self.product(a, b);
                self.state[i as usize] = State::At(value);
                value
            }
            State::Unused => unreachable!("operands are earlier nodes, and used"),
        }
    }

    /// A cell that has the value itself, not its negative.
    fn positive(&mut self, i: u32) -> Address {
        let value = self.value(i);
        if !value.negated {
            return value.cell;
        }
        // a + cell = 0.
        let (a, zero) = (self.fresh(), self.zero());
        self.op(Kind::Add, &[a, value.cell, zero], 1);
        self.put(i as usize, a);
        a
    }

    /// a · b.
    fn product(&mut self, a: u32, b: u32) -> Value {
        let (a, b) = (self.value(a), self.value(b));
        let out = self.fresh();
        self.op(Kind::Mul, &[a.cell, b.cell, out], 1 << 2);
        Value { cell: out, negated: a.negated ^ b.negated }
    }

    /// ± a · b + c.
    fn product_and(&mut self, a: u32, b: u32, minus: bool, c: Value) -> Value {
        let (a, b) = (self.value(a), self.value(b));
        let minus = minus ^ a.negated ^ b.negated;
        let out = self.fresh();
        // ab + c, c − ab, −(c' − ab) for c = −c', −(ab + c').
        if minus == c.negated {
            self.op(Kind::MulAdd, &[a.cell, b.cell, c.cell, out], 1 << 3);
        } else {
            self.op(Kind::MulAdd, &[a.cell, b.cell, out, c.cell], 1 << 2);
        }
        Value { cell: out, negated: c.negated }
    }

    /// a ± b.
    fn sum(&mut self, a: u32, b: u32, minus: bool) -> Value {
        if let Some((x, y)) = self.left(b) {
            let a = self.value(a);
            if self.is_zero(a.cell) {
                let product = self.product(x, y);
                return Value { negated: product.negated ^ minus, ..product };
            }
            return self.product_and(x, y, minus, a);
        }
        if let Some((x, y)) = self.left(a) {
            let b = self.value(b);
            return self.product_and(x, y, false, Value { negated: b.negated ^ minus, ..b });
        }
        let (a, b) = (self.value(a), self.value(b));
        let b = Value { negated: b.negated ^ minus, ..b };
        if self.is_zero(a.cell) {
            return b;
        }
        let out = self.fresh();
        if a.negated == b.negated {
            self.op(Kind::Add, &[a.cell, b.cell, out], 1 << 2);
        } else {
            // out + b = a, or with both signs changed.
            self.op(Kind::Add, &[out, b.cell, a.cell], 1);
        }
        Value { cell: out, negated: a.negated }
    }

    fn is_zero(&self, cell: Address) -> bool {
        let node = self.recorded.known.get(&Node::Constant([0; 5]));
        let is_node =
            node.is_some_and(|&i| matches!(self.state[i as usize], State::At(zero) if zero.cell == cell));
        is_node || self.zero == Some(cell)
    }

    fn assert_equal(&mut self, a: u32, b: u32) {
        // A product first.
        let (a, b) = if self.left(a).is_some() { (b, a) } else { (a, b) };
        let a = self.value(a);
        if let Some((x, y)) = self.left(b) {
            let (x, y) = (self.value(x), self.value(y));
            if x.negated ^ y.negated == a.negated {
                return self.op(Kind::Mul, &[x.cell, y.cell, a.cell], 0);
            }
            let zero = self.zero();
            return self.op(Kind::MulAdd, &[x.cell, y.cell, a.cell, zero], 0);
        }
        let zero = self.zero();
        let b = self.value(b);
        let (y, o) = if a.negated == b.negated { (zero, b.cell) } else { (b.cell, zero) };
        self.op(Kind::Add, &[a.cell, y, o], 0);
    }

    fn call(&mut self, index: u32) {
        let call = &self.recorded.calls[index as usize];
        let shape = call.kind.shape().ports;
        let mut ports = Vec::with_capacity(shape.len());
        let mut writes = 0;
        for (i, port) in call.ports.iter().enumerate() {
            ports.push(match port {
                Some(node) => self.positive(*node),
                None => {
                    writes |= 1 << i;
                    self.fresh()
                }
            });
        }
        let source = call.hint.map_or(Source::None, Source::Hint);
        for port in (0..call.ports.len()).filter(|i| writes >> i & 1 == 1) {
            if let Some(&node) = self.recorded.known.get(&Node::Output(index, port as u32)) {
                self.put(node as usize, ports[port]);
            }
        }
        let constants = &call.constants;
        self.ops.push(Op { kind: call.kind, ports: &ports, writes, constants, source });
    }
}
