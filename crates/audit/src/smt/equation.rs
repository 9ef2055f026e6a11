//! An equation modulo p as a term.

use aver_stark::field::{F, P};
use p3_field::PrimeCharacteristicRing;

use crate::smt::poly::{Atom, Lifted, Poly, bound, lift};
use crate::smt::row::{Result, Row, closed};
use crate::smt::term::Term;

/// The sum of `terms` (a width that holds it).
fn total(terms: Vec<Term>, width: u32) -> Term {
    terms.into_iter().map(|t| t.extend(width)).reduce(|a, b| &a + &b).unwrap_or(Term::constant(width, 0))
}

fn bits(value: i128) -> u32 {
    128 - value.max(1).leading_zeros()
}

impl Row<'_> {
    /// Whether a polynomial is zero modulo p.
    pub(crate) fn vanishes(&mut self, poly: &Poly) -> Result<Term> {
        if let Some(value) = poly.as_constant() {
            return Ok(Term::truth(value == F::ZERO));
        }
        let bounds: Vec<u128> = self.unknowns.iter().map(|u| u.bound).collect();
        let Some(lifted) = lift(poly, &bounds) else { return closed("numbers are too large") };
        self.equation(&lifted, &bounds)
    }

    fn equation(&mut self, lifted: &Lifted, bounds: &[u128]) -> Result<Term> {
        let p = i128::from(P);
        let (first, last) = (*lifted.multiples.start(), *lifted.multiples.end());
        let mut sides = [Vec::new(), Vec::new()];
        let mut largest = [0i128; 2];
        for (monomial, c) in &lifted.terms {
            let Some(most) = bound(monomial, bounds) else { return closed("numbers are too large") };
            let most = most * c.abs();
            let side = usize::from(*c < 0);
            largest[side] += most;
            sides[side].push(self.monomial(monomial, c.unsigned_abs(), bits(most)));
        }
        let [left, right] = sides;
        let few = 8;
        if last - first < few {
            let width = bits(largest[0] + first.min(0).abs() * p).max(bits(largest[1] + last.max(0) * p));
            let (left, right) = (total(left, width), total(right, width));
            let each = (first..=last).map(|k| {
                let times = Term::constant(width, (k.unsigned_abs()) * u128::from(P));
                if k < 0 { (&left + &times).equals(&right) } else { left.equals(&(&right + &times)) }
            });
            return Ok(Term::any(&each.collect::<Vec<_>>()));
        }
        // left + |first| p = right + quotient p + remainder
        let width = bits(largest[0] + first.abs() * p).max(bits(largest[1] + (last - first + 1) * p)) + 1;
        let quotient = self.unknown((last - first) as u128, None);
        let remainder = self.unknown(u128::from(P) - 1, None);
        let [quotient, remainder] = [quotient, remainder].map(|a| self.unknowns[a].term.extend(width));
        let modulus = Term::constant(width, u128::from(P));
        let left = &total(left, width) + &Term::constant(width, first.unsigned_abs() * u128::from(P));
        let right = &(&total(right, width) + &(&quotient * &modulus)) + &remainder;
        self.facts.push(left.equals(&right));
        Ok(remainder.equals(&Term::constant(width, 0)))
    }

    /// coefficient · monomial, in `width` bits; booleans are conditions.
    fn monomial(&self, monomial: &[Atom], coefficient: u128, width: u32) -> Term {
        let (flags, others): (Vec<Atom>, Vec<Atom>) = monomial.iter().partition(|&&a| self.is_boolean(a));
        let term = |a: &Atom| &self.unknowns[*a].term;
        let product = others.iter().map(|a| term(a).extend(width)).reduce(|a, b| &a * &b);
        let constant = Term::constant(width, coefficient);
        let scaled = match product {
            None => constant,
            Some(product) if coefficient == 1 => product,
            Some(product) if coefficient.is_power_of_two() => {
                product.shift_left(&Term::constant(width, coefficient.trailing_zeros().into()))
            }
            Some(product) => &product * &constant,
        };
        let when = Term::all(&flags.iter().map(|a| term(a).clone()).collect::<Vec<_>>());
        when.choose(&scaled, &Term::constant(width, 0))
    }
}
