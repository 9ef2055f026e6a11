//! Products too wide for solvers, by algebra.
//!
//! A chip multiplies digit by digit: constraints say of sums G_k = Σ c · a_i · b_j of products of digits that
//! G_k + ℓ_k = 0, with ℓ_k linear: a limb of the result and carries. In a row that asks for a product
//! ([`Row::product`]) such constraints are not given to the solver. Those whose bounds show that they hold
//! between integers are kept as equations instead. The product of two numbers given by their digits is
//! Σ a_i b_j 2^(d (i + j)), a polynomial in the same products: it is Σ λ_k G_k modulo 2^width, which is checked here
//! coefficient by coefficient, so it is −Σ λ_k ℓ_k. In that sum the carries cancel, and what is left is a
//! term for the solver. The bounds that all this rests on come from lookups, as elsewhere.

use std::collections::BTreeMap;

use aver_stark::field::F;
use aver_stark::symbolic::Affine;
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

use crate::smt::poly::{Atom, Poly, lift};
use crate::smt::row::{Result, Row, closed};
use crate::smt::term::Term;

/// A number by its digits, the lowest first.
#[derive(Clone, Debug)]
pub struct Digits {
    digits: Vec<Digit>,
    bits: u32,
    /// The number.
    pub value: Term,
}

#[derive(Clone, Copy, Debug)]
enum Digit {
    Atom(Atom),
    Constant(u128),
}

/// Σ coefficient · monomial = 0 between integers.
pub(crate) type Equation = BTreeMap<Vec<Atom>, i128>;

/// Integers modulo 2^width.
#[derive(Clone, Copy)]
struct Ring {
    mask: u128,
}

impl Ring {
    fn add(self, sum: &mut BTreeMap<Vec<Atom>, u128>, monomial: &[Atom], coefficient: u128) {
        let old = sum.get(monomial).copied().unwrap_or(0);
        let new = old.wrapping_add(coefficient) & self.mask;
        if new == 0 {
            sum.remove(monomial);
        } else {
            sum.insert(monomial.to_vec(), new);
        }
    }
}

impl Row<'_> {
    /// The form (Σ coefficient · column) / `divisor`.
    pub fn quotient(&self, columns: &[(&str, i64)], divisor: u32) -> Result<Affine> {
        let unit = F::from_u32(divisor).inverse();
        let mut form = Affine::default();
        for &(name, coefficient) in columns {
            form.columns.push((self.column(name)?, F::from_i64(coefficient) * unit));
        }
        form.columns.sort_unstable_by_key(|t| t.0);
        Ok(form)
    }

    /// The number whose digits of `bits` bits are these forms, which lookups must show to be digits.
    pub fn digits(&mut self, forms: &[Affine], bits: u32) -> Result<Digits> {
        let mut digits = Digits { digits: Vec::new(), bits, value: Term::truth(false) };
        let mut terms = Vec::new();
        for form in forms {
            let poly = self.form(form);
            match (poly.as_constant(), poly.as_single()) {
                (Some(value), _) if value.as_canonical_u32() >> bits == 0 => {
                    let value = value.as_canonical_u32().into();
                    digits.digits.push(Digit::Constant(value));
                    terms.push(Term::constant(bits, value));
                }
                (_, Some((atom, F::ONE, F::ZERO))) if self.unknowns[atom].bound >> bits == 0 => {
                    digits.digits.push(Digit::Atom(atom));
                    terms.push(self.unknowns[atom].term.extend(bits));
                }
                _ => return closed(format!("a digit is not known to have {bits} bits")),
            }
        }
        digits.value = Term::concat(&terms);
        Ok(digits)
    }

    /// From now on constraints with products are equations, for [`Row::product`]. To be called before
    /// anything is written down.
    pub fn keep_equations(&mut self) {
        self.equations.get_or_insert_default();
    }

    /// Keeps a constraint with products as an equation, if it is to be and holds between integers; whether it is
    /// not for the solver.
    pub(crate) fn is_kept(&mut self, poly: &Poly) -> bool {
        let bounds: Vec<u128> = self.unknowns.iter().map(|u| u.bound).collect();
        let Some(equations) = &mut self.equations else { return false };
        let is_product = |monomial: &Vec<Atom>| monomial.iter().filter(|&&a| bounds[a] > 1).count() > 1;
        if !poly.0.keys().any(is_product) {
            return false;
        }
        if let Some(lifted) = lift(poly, &bounds)
            && lifted.multiples == (0..=0)
        {
            let equation: Equation = lifted.terms.into_iter().collect();
            equations.push(equation.clone());
            self.parity(&equation);
        }
        true
    }

    /// If all products come 2^e times, the rest is a multiple of 2^e: that is for the solver.
    fn parity(&mut self, equation: &Equation) {
        let (products, rest): (Vec<_>, Vec<_>) =
            equation.iter().partition(|(monomial, _)| monomial.len() > 1);
        let all = products.iter().fold(0, |bits, (_, c)| bits | c.unsigned_abs());
        let width = all.trailing_zeros();
        if width == 0 || width > 64 {
            return;
        }
        let mut sum = Term::constant(width, 0);
        for (monomial, &coefficient) in rest {
            let constant = Term::constant(width, coefficient as u128);
            let term = match monomial[..] {
                [] => constant,
                _ => {
                    let term = &self.unknowns[monomial[0]].term;
                    &term.bits(0, width.min(term.width())).extend(width) * &constant
                }
            };
            sum = &sum + &term;
        }
        self.facts.push(sum.equals(&Term::constant(width, 0)));
    }

    /// a · b modulo 2^`width`, by the chip's equations.
    pub fn product(&mut self, a: &Digits, b: &Digits, width: u32) -> Result<Term> {
        self.encode()?;
        let ring = Ring { mask: if width == 128 { u128::MAX } else { (1 << width) - 1 } };
        let mut sum = BTreeMap::new();
        for (i, &x) in a.digits.iter().enumerate() {
            for (j, &y) in b.digits.iter().enumerate() {
                let shift = a.bits * i as u32 + b.bits * j as u32;
                let (mut monomial, mut coefficient) = (Vec::new(), 1u128.checked_shl(shift).unwrap_or(0));
                for digit in [x, y] {
                    match digit {
                        Digit::Atom(atom) => monomial.push(atom),
                        Digit::Constant(value) => coefficient = coefficient.wrapping_mul(value),
                    }
                }
                monomial.sort_unstable();
                ring.add(&mut sum, &monomial, coefficient);
            }
        }
        for equation in self.equations.iter().flatten() {
            // The product that the equation has least often says how often the equation is needed.
            let products = equation.iter().filter(|(monomial, _)| monomial.len() > 1);
            let Some((monomial, least)) = products.min_by_key(|(_, c)| c.abs()) else { continue };
            let Some(&needed) = sum.get(monomial) else { continue };
            if needed % least.unsigned_abs() != 0 {
                continue;
            }
            let times = (needed / least.unsigned_abs()).wrapping_mul(least.signum() as u128).wrapping_neg();
            for (monomial, &coefficient) in equation {
                ring.add(&mut sum, monomial, times.wrapping_mul(coefficient as u128));
            }
        }
        let mut linear = Vec::new();
        let mut constant = 0;
        for (monomial, coefficient) in sum {
            match monomial[..] {
                [] => constant = coefficient,
                [atom] => linear.push((atom, coefficient)),
                _ => return closed("a product is not made of the chip's sums of products"),
            }
        }
        Ok(&self.linear(&linear, ring, width) + &Term::constant(width, constant))
    }

    /// Σ coefficient · atom modulo 2^`width`. Atoms that do not overlap are put side by side, which solvers like.
    fn linear(&self, terms: &[(Atom, u128)], ring: Ring, width: u32) -> Term {
        let mut total = Term::constant(width, 0);
        for is_negative in [false, true] {
            let mut lanes: Vec<Vec<(u32, Term)>> = Vec::new();
            let mut places: Vec<(u32, Term)> = Vec::new();
            for &(atom, coefficient) in terms {
                let term = &self.unknowns[atom].term;
                let negated = coefficient.wrapping_neg() & ring.mask;
                if coefficient.is_power_of_two() || negated.is_power_of_two() {
                    if negated.is_power_of_two() == is_negative {
                        let at = if is_negative { negated } else { coefficient }.trailing_zeros();
                        places.push((at, term.bits(0, term.width().min(width - at))));
                    }
                } else if !is_negative {
                    let term = term.bits(0, term.width().min(width)).extend(width);
                    total = &total + &(&term * &Term::constant(width, coefficient));
                }
            }
            places.sort_by_key(|place| place.0);
            for (at, term) in places {
                let is_free = |lane: &&mut Vec<(u32, Term)>| {
                    lane.last().is_none_or(|(last, term)| last + term.width() <= at)
                };
                match lanes.iter_mut().find(is_free) {
                    Some(lane) => lane.push((at, term)),
                    None => lanes.push(vec![(at, term)]),
                }
            }
            for lane in lanes {
                let mut sum: Option<Term> = None;
                for (at, term) in lane {
                    sum = Some(match sum {
                        None if at == 0 => term,
                        None => Term::constant(at, 0).below_bits(&term),
                        Some(low) => low.extend(at).below_bits(&term),
                    });
                }
                let lane = sum.map_or(Term::constant(width, 0), |sum| sum.extend(width));
                total = if is_negative { &total - &lane } else { &total + &lane };
            }
        }
        total
    }
}
