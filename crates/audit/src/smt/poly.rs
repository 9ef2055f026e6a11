//! Polynomials over the field in *atoms*: unknowns that are integers from 0 to a bound.
//!
//! An equation modulo p is lifted to integers here: it is multiplied by the unit that makes its
//! coefficients small, as signed integers, so that it has the form Σ = k·p for few k.

use std::collections::BTreeMap;

use aver_stark::field::{F, P, f};
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

/// Number of an atom.
pub type Atom = usize;

/// A sum of products of atoms with coefficients that are not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Poly(pub BTreeMap<Vec<Atom>, F>);

impl Poly {
    /// A constant.
    pub fn constant(value: F) -> Self {
        let mut out = Self::default();
        out.insert(Vec::new(), value);
        out
    }
    /// An atom.
    pub fn atom(atom: Atom) -> Self {
        Self([(vec![atom], F::ONE)].into())
    }
    fn insert(&mut self, monomial: Vec<Atom>, by: F) {
        let sum = self.0.get(&monomial).copied().unwrap_or(F::ZERO) + by;
        if sum == F::ZERO {
            self.0.remove(&monomial);
        } else {
            self.0.insert(monomial, sum);
        }
    }
    /// The sum with `scale` times `other`.
    pub fn add_scaled(&mut self, other: &Self, scale: F) {
        for (monomial, &coefficient) in &other.0 {
            self.insert(monomial.clone(), coefficient * scale);
        }
    }
    /// The product; `is_boolean` says of which atoms b² = b.
    pub fn product(&self, other: &Self, is_boolean: impl Fn(Atom) -> bool) -> Self {
        let mut out = Self::default();
        for (a, &x) in &self.0 {
            for (b, &y) in &other.0 {
                let mut monomial = [a.as_slice(), b.as_slice()].concat();
                monomial.sort_unstable();
                monomial.dedup_by(|x, y| x == y && is_boolean(*x));
                out.insert(monomial, x * y);
            }
        }
        out
    }
    /// Its value, if it is constant.
    pub fn as_constant(&self) -> Option<F> {
        match self.0.len() {
            0 => Some(F::ZERO),
            1 => self.0.get(&Vec::new()).copied(),
            _ => None,
        }
    }
    /// Its constant term.
    pub fn constant_term(&self) -> F {
        self.0.get(&Vec::new()).copied().unwrap_or(F::ZERO)
    }
    /// (atom, coefficient, constant), if it is c·atom + constant.
    pub fn as_single(&self) -> Option<(Atom, F, F)> {
        let mut terms = self.0.iter().filter(|(monomial, _)| !monomial.is_empty());
        match (terms.next(), terms.next()) {
            (Some((monomial, &c)), None) if monomial.len() == 1 => {
                Some((monomial[0], c, self.constant_term()))
            }
            _ => None,
        }
    }
}

/// Nearest to zero.
pub fn signed(value: F) -> i128 {
    let value = i128::from(value.as_canonical_u32());
    if value > i128::from(P / 2) { value - i128::from(P) } else { value }
}

/// An equation over the integers: Σ coefficient · monomial = k·p for some k of `multiples`.
#[derive(Clone, Debug)]
pub struct Lifted {
    /// Coefficients of monomials; that of the empty one is the constant.
    pub terms: Vec<(Vec<Atom>, i128)>,
    /// The k that the bounds of the atoms allow.
    pub multiples: std::ops::RangeInclusive<i128>,
}

/// A bound of a monomial, at least 1; `None` past 2^90.
pub fn bound(monomial: &[Atom], bounds: &[u128]) -> Option<i128> {
    let product =
        monomial.iter().try_fold(1u128, |product, &atom| product.checked_mul(bounds[atom].max(1)))?;
    (product < 1 << 90).then_some(product as i128)
}

/// Lifts `poly` = 0.
pub fn lift(poly: &Poly, bounds: &[u128]) -> Option<Lifted> {
    let terms: Vec<(&Vec<Atom>, F, i128)> =
        poly.0.iter().map(|(m, &c)| Some((m, c, bound(m, bounds)?))).collect::<Option<_>>()?;
    let mut units = vec![F::ONE];
    for &(monomial, c, _) in &terms {
        if !monomial.is_empty() {
            units.extend((0..=16).map(|shift| c.inverse() * f(1 << shift)));
        }
    }
    units.sort_unstable_by_key(|u| u.as_canonical_u32());
    units.dedup();
    let cost = |unit: &F| -> i128 {
        terms
            .iter()
            .map(|(m, c, bound)| signed(*c * *unit).abs() * if m.is_empty() { 1 } else { *bound })
            .sum()
    };
    let unit = units.into_iter().min_by_key(|unit| (cost(unit), unit.as_canonical_u32()))?;
    let (mut low, mut high) = (0i128, 0i128);
    let mut lifted = Vec::new();
    for (monomial, c, bound) in terms {
        let c = signed(c * unit);
        let (least, most) = if monomial.is_empty() { (c, c) } else { (c.min(0) * bound, c.max(0) * bound) };
        low += least;
        high += most;
        lifted.push((monomial.clone(), c));
    }
    let p = i128::from(P);
    Some(Lifted { terms: lifted, multiples: -((-low).div_euclid(p))..=high.div_euclid(p) })
}
