//! The constraints of a description as polynomials in atoms: columns, and forms that a constraint bounds.
//!
//! A constraint says that one of its factors is zero. Where the factors are x, x − 1, … x − m for a column x
//! they say that x ≤ m; where x is another affine form, that form gets an atom of its own, and the constraint
//! says what it is.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use aver_stark::field::F;
use aver_stark::symbolic::{Description, Node};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

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
    pub(super) known: BTreeMap<usize, F>,
    pub(super) said: Vec<Said>,
    /// Bounds of atoms: by which constraint, up to which number. Those from outside are by none.
    bounds: HashMap<Atom, Vec<(Option<usize>, u128)>>,
    pub(super) bounded_by: HashMap<usize, Atom>,
    /// Nodes that are atoms, and those atoms by the columns they depend on.
    pub(super) named: HashMap<u32, Atom>,
    by_columns: HashMap<BTreeSet<usize>, Atom>,
    /// Factors.
    pub(super) polys: RefCell<HashMap<u32, Rc<Poly>>>,
    /// Whether bounds are others than those `polys` was made with.
    pub(super) is_changed: bool,
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

    pub(super) fn width(&self) -> usize {
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
}
