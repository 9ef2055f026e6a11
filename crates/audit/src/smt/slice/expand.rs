//! Nodes of a description as polynomials in atoms.

use std::collections::HashMap;
use std::rc::Rc;

use aver_stark::field::F;
use aver_stark::symbolic::Node;
use p3_field::{Field, PrimeCharacteristicRing};

use crate::smt::poly::{Atom, Poly};
use crate::smt::row::{Result, closed};
use crate::smt::slice::sheet::{Factor, Sheet, Statement};

impl Sheet<'_> {
    pub(super) fn affine(&self, factor: &Factor, memo: &mut HashMap<u32, Rc<Poly>>) -> Option<Poly> {
        let mut poly = Poly::clone(&*self.expand(factor.node, memo).ok()?);
        poly.add_scaled(&Poly::constant(factor.plus), F::ONE);
        poly.0.keys().all(|monomial| monomial.len() <= 1).then_some(poly)
    }

    /// What constraint `i` says.
    pub(crate) fn statement(&self, i: usize) -> Result<Statement> {
        let Some(factors) = &self.said[i] else { return Ok(Statement::Nothing) };
        let mut memo = HashMap::new();
        if let Some(&atom) = self.bounded_by.get(&i) {
            let Some((&node, _)) = self.named.iter().find(|named| *named.1 == atom) else {
                return Ok(Statement::Bound(atom));
            };
            // It also says what the form is.
            let mut poly = self.operation(node, &mut memo)?;
            poly.add_scaled(&Poly::atom(atom), F::NEG_ONE);
            return Ok(Statement::Zero(vec![poly]));
        }
        let mut polys = Vec::new();
        for factor in factors.iter() {
            let known = self.polys.borrow().get(&factor.node).filter(|_| !self.is_changed).cloned();
            let poly = match known {
                Some(poly) => poly,
                None => self.expand(factor.node, &mut memo)?,
            };
            if !self.is_changed {
                self.polys.borrow_mut().insert(factor.node, poly.clone());
            }
            let mut poly = Poly::clone(&poly);
            poly.add_scaled(&Poly::constant(factor.plus), F::ONE);
            polys.push(poly);
        }
        Ok(Statement::Zero(polys))
    }

    /// A node in atoms.
    fn expand(&self, node: u32, memo: &mut HashMap<u32, Rc<Poly>>) -> Result<Rc<Poly>> {
        let mut open = vec![node];
        while let Some(&next) = open.last() {
            if memo.contains_key(&next) {
                open.pop();
                continue;
            }
            if let Some(&atom) = self.named.get(&next) {
                memo.insert(next, Rc::new(Poly::atom(atom)));
                continue;
            }
            let before = open.len();
            if let Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) = self.description.nodes[next as usize]
            {
                open.extend([a, b].into_iter().filter(|operand| !memo.contains_key(operand)));
            }
            if open.len() == before {
                let poly = self.operation(next, memo)?;
                memo.insert(next, Rc::new(poly));
            }
        }
        Ok(memo[&node].clone())
    }

    /// A node by its operands.
    fn operation(&self, node: u32, memo: &mut HashMap<u32, Rc<Poly>>) -> Result<Poly> {
        let sum = |a: u32, b: u32, scale, memo: &mut _| {
            let mut out = Poly::clone(&*self.expand(a, memo)?);
            out.add_scaled(&*self.expand(b, memo)?, scale);
            Ok(out)
        };
        Ok(match self.description.nodes[node as usize] {
            Node::Constant(value) => Poly::constant(value),
            Node::Column(i) => match self.known.get(&(i as usize)) {
                Some(&value) => Poly::constant(value),
                None => Poly::atom(i as usize),
            },
            Node::Public(_) => return closed("public values in a row that is cut into slices"),
            Node::Add(a, b) => sum(a, b, F::ONE, memo)?,
            Node::Sub(a, b) => sum(a, b, F::NEG_ONE, memo)?,
            Node::Mul(a, b) => {
                let (a, b) = (self.expand(a, memo)?, self.expand(b, memo)?);
                a.product(&b, |atom| self.bound(atom) == Some(1))
            }
        })
    }

    /// An atom's value in a row.
    pub(crate) fn value(&self, atom: Atom, row: &[F]) -> Result<F> {
        let Some(i) = atom.checked_sub(self.width()) else { return Ok(row[atom]) };
        let Statement::Zero(polys) = self.statement(i)? else { return closed("a form without a value") };
        let mut sum = F::ZERO;
        for (monomial, &coefficient) in &polys[0].0 {
            if monomial[..] == [atom] {
                continue;
            }
            let mut term = coefficient;
            for &atom in monomial {
                term *= self.value(atom, row)?;
            }
            sum += term;
        }
        let unit = polys[0].0.get(&vec![atom]).copied().unwrap_or(F::NEG_ONE);
        Ok(-sum * unit.inverse())
    }
}
