//! The constraints of a description as polynomials in atoms: columns, and forms that a constraint bounds.
//!
//! A constraint says that one of its factors is zero. Where the factors are x, x − 1, … x − m for a column x
//! they say that x ≤ m; where x is another affine form, that form gets an atom of its own, and the constraint says
//! what it is.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use aver_stark::field::F;
use aver_stark::symbolic::{Description, Node};
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

use crate::smt::poly::{Atom, Poly};
use crate::smt::row::{Result, closed};

/// A factor of a constraint: a node and a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Factor {
    pub node: u32,
    pub plus: F,
}

/// What a constraint says: one of its factors is zero. Nothing, if it is left out.
pub(crate) type Said = Option<Rc<[Factor]>>;

/// What a constraint says, in atoms.
pub(crate) enum Statement {
    Nothing,
    /// The atom has a bound.
    Bound(Atom),
    /// One of these is zero.
    Zero(Vec<Poly>),
}

/// A description's constraints, for rows where some columns are known.
pub struct Sheet<'d> {
    pub(crate) description: &'d Description,
    names: Vec<&'d str>,
    columns: HashMap<&'d str, usize>,
    known: BTreeMap<usize, F>,
    said: Vec<Said>,
    /// Bounds of atoms: by which constraint, up to which number. Those from outside are by none.
    bounds: HashMap<Atom, Vec<(Option<usize>, u128)>>,
    bounded_by: HashMap<usize, Atom>,
    /// Nodes that are atoms, and those atoms by the columns they depend on.
    named: HashMap<u32, Atom>,
    by_columns: HashMap<BTreeSet<usize>, Atom>,
    /// Factors.
    polys: RefCell<HashMap<u32, Rc<Poly>>>,
    /// Whether bounds are others than those `polys` was made with.
    is_changed: bool,
}

impl<'d> Sheet<'d> {
    /// In rows where columns have the `known` values, and others are at most as `given`.
    pub fn new(description: &'d Description, known: &[(&str, u32)], given: &[(String, u32)]) -> Result<Self> {
        let columns = &description.columns;
        let names = columns.fixed.iter().chain(&columns.boundary).chain(&columns.witness);
        let names: Vec<_> = names.map(String::as_str).collect();
        let mut sheet = Self {
            description,
            columns: names.iter().enumerate().map(|(i, name)| (*name, i)).collect(),
            names,
            known: BTreeMap::new(),
            said: Vec::new(),
            bounds: HashMap::new(),
            bounded_by: HashMap::new(),
            named: HashMap::new(),
            by_columns: HashMap::new(),
            polys: RefCell::default(),
            is_changed: false,
        };
        for &(name, value) in known {
            sheet.known.insert(sheet.column(name)?, F::from_u32(value));
        }
        for (name, bound) in given {
            let column = sheet.column(name)?;
            sheet.bounds.entry(column).or_default().push((None, u128::from(*bound)));
        }
        for (i, constraint) in description.constraints.iter().enumerate() {
            let factors = sheet.factors(constraint.node);
            sheet.said.push(Some(factors));
            sheet.find_bound(i);
        }
        Ok(sheet)
    }

    fn width(&self) -> usize {
        self.names.len()
    }

    /// Number of a column.
    pub fn column(&self, name: &str) -> Result<Atom> {
        self.columns.get(name).copied().map_or_else(|| closed(format!("no column {name}")), Ok)
    }

    /// The atom of the form that depends on these columns.
    pub fn form(&self, columns: &[String]) -> Result<Atom> {
        let set = columns.iter().map(|name| self.column(name)).collect::<Result<_>>()?;
        let found = self.by_columns.get(&set).copied();
        found.map_or_else(|| closed(format!("nothing bounds a form of {}", columns.join(", "))), Ok)
    }

    /// Forms with atoms of their own.
    pub(crate) fn forms(&self) -> impl Iterator<Item = Atom> {
        self.named.values().copied()
    }

    pub(crate) fn is_known(&self, column: usize) -> bool {
        self.known.contains_key(&column)
    }

    /// For reports.
    pub(crate) fn name(&self, atom: Atom) -> String {
        match atom.checked_sub(self.width()) {
            None => self.names[atom].into(),
            Some(i) => format!("what constraint {i} bounds"),
        }
    }

    /// The largest value of an atom, if anything bounds it.
    pub(crate) fn bound(&self, atom: Atom) -> Option<u128> {
        self.bounds.get(&atom)?.iter().map(|b| b.1).min()
    }

    fn factors(&self, node: u32) -> Rc<[Factor]> {
        let (mut open, mut factors) = (vec![node], Vec::new());
        while let Some(node) = open.pop() {
            let is_constant = |node: u32| matches!(self.description.nodes[node as usize], Node::Constant(_));
            match self.description.nodes[node as usize] {
                Node::Mul(a, b) if !is_constant(a) && !is_constant(b) => open.extend([b, a]),
                _ => factors.push(Factor { node, plus: F::ZERO }),
            }
        }
        factors.into()
    }

    /// Finds what constraint `i` bounds.
    fn find_bound(&mut self, i: usize) {
        let Some(factors) = self.said[i].clone() else { return };
        if factors.len() < 2 {
            return;
        }
        let mut memo = HashMap::new();
        let polys: Option<Vec<Poly>> = factors.iter().map(|f| self.affine(f, &mut memo)).collect();
        let Some(polys) = polys.filter(|polys| polys[0].as_constant().is_none()) else { return };
        // Which are x, x − 1, …?
        let differences = |x: &Poly| -> Option<BTreeSet<u32>> {
            let each = polys.iter().map(|y| {
                let mut difference = x.clone();
                difference.add_scaled(y, F::NEG_ONE);
                difference.as_constant().map(|c| c.as_canonical_u32())
            });
            each.collect()
        };
        let is_first = |x: &Poly| differences(x).is_some_and(|d| d == (0..polys.len() as u32).collect());
        let Some(at) = polys.iter().position(is_first) else { return };
        let most = polys.len() as u128 - 1;
        let atom = match polys[at].as_single() {
            Some((atom, F::ONE, F::ZERO)) => atom,
            _ if factors[at].plus == F::ZERO => {
                let atom = self.width() + i;
                self.named.entry(factors[at].node).or_insert(atom);
                self.by_columns.entry(self.columns_of(factors[at].node)).or_insert(atom);
                atom
            }
            _ => return,
        };
        self.bounds.entry(atom).or_default().push((Some(i), most));
        self.bounded_by.insert(i, atom);
    }

    /// Puts something else in the place of a constraint; gives back what it said.
    pub(crate) fn replace(&mut self, i: usize, said: Said) -> Said {
        let bound = |sheet: &Self| sheet.bounded_by.get(&i).map(|&atom| (atom, sheet.bound(atom)));
        let before = bound(self);
        if let Some(atom) = self.bounded_by.remove(&i) {
            self.bounds.entry(atom).or_default().retain(|b| b.0 != Some(i));
            self.named.retain(|_, named| *named != atom);
            self.by_columns.retain(|_, named| *named != atom);
        }
        let said = std::mem::replace(&mut self.said[i], said);
        self.find_bound(i);
        self.is_changed ^= bound(self) != before;
        said
    }

    pub(crate) fn said(&self, i: usize) -> Said {
        self.said[i].clone()
    }

    /// The number of constraints.
    pub fn len(&self) -> usize {
        self.said.len()
    }

    /// Whether there are no constraints.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    fn columns_of(&self, node: u32) -> BTreeSet<usize> {
        let (mut open, mut columns) = (vec![node], BTreeSet::new());
        while let Some(node) = open.pop() {
            match self.description.nodes[node as usize] {
                Node::Column(i) => _ = columns.insert(i as usize),
                Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) => open.extend([a, b]),
                Node::Constant(_) | Node::Public(_) => {}
            }
        }
        columns
    }

    fn affine(&self, factor: &Factor, memo: &mut HashMap<u32, Rc<Poly>>) -> Option<Poly> {
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
