//! What the constraints of a slice say, as assertions.

use aver_stark::field::{F, P};
use p3_field::{Field, PrimeCharacteristicRing};

use crate::smt::poly::{Lifted, Poly, bound, lift};
use crate::smt::row::{Result, closed};
use crate::smt::slice::lemma::Slice;
use crate::smt::slice::sheet::Statement;
use crate::smt::term::{Script, Term};

/// A query: claims under facts.
pub(crate) struct Query {
    pub facts: Vec<Term>,
    pub claims: Vec<(String, Term)>,
    /// Names of unknowns.
    pub names: Vec<String>,
}

impl Query {
    /// Whether a row breaks a claim.
    pub(crate) fn text(&self) -> Script {
        let mut script = Script::default();
        self.facts.iter().for_each(|fact| script.assert(fact));
        let claims: Vec<Term> = self.claims.iter().map(|claim| claim.1.clone()).collect();
        script.assert(&!&Term::all(&claims));
        script
    }
}

impl Slice<'_, '_> {
    /// What the lemma's constraints say leaves no output open: the queries that must have no answer.
    pub(crate) fn finish(mut self, outputs: &[String], constraints: &[usize]) -> Result<[Query; 2]> {
        if let Some(open) = outputs.iter().find(|name| !self.determined.contains(*name)) {
            return closed(format!("nothing is claimed of {open}"));
        }
        if self.determined.len() != outputs.len() {
            return closed("a claim of what is no output");
        }
        let bounds = self.facts.clone();
        // Monomials that many functions could have are those of few factors: those come last.
        self.functions.sort_by_key(|function| std::cmp::Reverse(function.lead.len()));
        for &i in constraints {
            match self.sheet.statement(i)? {
                Statement::Nothing => {}
                Statement::Bound(atom) if self.of_atom.contains_key(&atom) => {}
                Statement::Bound(atom) => return closed(format!("{} is in no word", self.sheet.name(atom))),
                Statement::Zero(polys) => {
                    let zero = polys.iter().map(|poly| self.vanishes(poly)).collect::<Result<Vec<_>>>()?;
                    self.facts.push(Term::any(&zero));
                }
            }
        }
        let names: Vec<_> = self.unknowns.iter().map(|unknown| unknown.name.clone()).collect();
        Ok([
            Query { facts: self.facts, claims: self.claims, names: names.clone() },
            Query { facts: bounds, claims: self.definitions, names },
        ])
    }

    /// Whether a polynomial in the sheet's atoms is zero.
    fn vanishes(&self, poly: &Poly) -> Result<Term> {
        let mut local = Poly::default();
        for (monomial, &coefficient) in &poly.0 {
            let mut unknowns = Vec::new();
            for atom in monomial {
                match self.of_atom.get(atom) {
                    Some(&unknown) => unknowns.push(unknown),
                    None => return closed(format!("{} is in no word of the lemma", self.sheet.name(*atom))),
                }
            }
            unknowns.sort_unstable();
            local.add_scaled(&Poly([(unknowns, F::ONE)].into()), coefficient);
        }
        for function in &self.functions {
            let (Some(&has), Some(&one)) = (local.0.get(&function.lead), function.poly.0.get(&function.lead))
            else {
                continue;
            };
            let times = has * one.inverse();
            local.add_scaled(&function.poly, -times);
            local.add_scaled(&Poly::atom(function.unknown), times);
        }
        if let Some(value) = local.as_constant() {
            return Ok(Term::truth(value == F::ZERO));
        }
        let bounds: Vec<u128> = self.unknowns.iter().map(|unknown| unknown.bound).collect();
        let Some(lifted) = lift(&local, &bounds) else { return closed("numbers are too large") };
        self.equation(&lifted, &bounds)
    }

    /// Σ = k p for one of the few possible k.
    fn equation(&self, lifted: &Lifted, bounds: &[u128]) -> Result<Term> {
        let (first, last) = (*lifted.multiples.start(), *lifted.multiples.end());
        if last - first >= 8 {
            return closed("numbers are too large");
        }
        let most = first.abs().max(last.abs()) * i128::from(P);
        let Some(total) = lifted.terms.iter().try_fold(most, |sum, (monomial, c)| {
            let bound = if monomial.is_empty() { 1 } else { bound(monomial, bounds)? };
            Some(sum + bound * c.abs())
        }) else {
            return closed("numbers are too large");
        };
        let widths =
            lifted.terms.iter().flat_map(|(monomial, _)| monomial).map(|&i| self.unknowns[i].term.width());
        let width = (i128::BITS - total.leading_zeros()).max(widths.max().unwrap_or(1));
        let constant = |value: i128| Term::constant(width, value.unsigned_abs());
        let mut sides = [Term::constant(width, 0), Term::constant(width, 0)];
        let mut terms = &lifted.terms[..];
        while let [(monomial, c), rest @ ..] = terms {
            let side = &mut sides[usize::from(*c < 0)];
            let mut count = 1;
            if let [atom] = monomial[..]
                && bounds[atom] == 1
            {
                // Bits one after the other, each worth twice the one before, are a number.
                count += rest
                    .iter()
                    .enumerate()
                    .take_while(|(i, (m, d))| {
                        let next = atom + i + 1;
                        m[..] == [next] && bounds[next] == 1 && *d == c << (i + 1)
                    })
                    .count();
                let bits: Vec<_> = (atom..atom + count).map(|i| self.unknowns[i].term.clone()).collect();
                *side = &*side + &(&Term::concat(&bits).extend(width) * &constant(*c));
            } else {
                let factors = monomial.iter().map(|&i| self.unknowns[i].term.extend(width));
                *side = &*side + &factors.fold(constant(*c), |a, b| &a * &b);
            }
            terms = &terms[count..];
        }
        let [left, right] = sides;
        let each = (first..=last).map(|k| {
            let times = constant(k * i128::from(P));
            if k < 0 { (&left + &times).equals(&right) } else { left.equals(&(&right + &times)) }
        });
        Ok(Term::any(&each.collect::<Vec<_>>()))
    }
}
