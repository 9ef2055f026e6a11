//! One slice: what its constraints say, and what its lemma claims.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aver_stark::field::F;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::smt::poly::{Atom, Poly};
use crate::smt::row::{Result, closed};
use crate::smt::slice::chain::Places;
use crate::smt::slice::sheet::Sheet;
use crate::smt::slice::sum::{MOST, SUM, Sum};
use crate::smt::slice::word::{Is, Part, Word};
use crate::smt::term::Term;

/// A number of the slice: an atom of the sheet, or a function of others.
pub(super) struct Unknown {
    pub bound: u128,
    /// What it is called in reports.
    pub name: String,
    /// As the solver sees it: a variable.
    pub term: Term,
    /// In terms of atoms.
    real: Term,
}

/// A function that is a polynomial in other unknowns. Where a constraint has it, it is put in.
pub(super) struct Function {
    pub poly: Poly,
    /// A monomial that shows how often a constraint has it.
    pub lead: Vec<usize>,
    pub unknown: usize,
}

/// A slice of a row, as its lemma sees it. Unknowns are numbered as the lemma asks for them, so that alike slices
/// make the same queries.
pub struct Slice<'s, 'd> {
    pub(super) sheet: &'s Sheet<'d>,
    places: &'s Places,
    /// The lemma's number.
    number: usize,
    /// An honest row, to be tried instead of unknowns.
    row: Option<&'s [F]>,
    pub(super) unknowns: Vec<Unknown>,
    pub(super) of_atom: HashMap<Atom, usize>,
    words: BTreeMap<String, Word>,
    pub(super) functions: Vec<Function>,
    pub(super) facts: Vec<Term>,
    pub(super) claims: Vec<(String, Term)>,
    /// What functions are.
    pub(super) definitions: Vec<(String, Term)>,
    pub(super) determined: BTreeSet<String>,
}

impl<'s, 'd> Slice<'s, 'd> {
    pub(crate) fn new(sheet: &'s Sheet<'d>, places: &'s Places, number: usize, row: Option<&'s [F]>) -> Self {
        Self {
            sheet,
            places,
            number,
            row,
            unknowns: Vec::new(),
            of_atom: HashMap::new(),
            words: BTreeMap::new(),
            functions: Vec::new(),
            facts: Vec::new(),
            claims: Vec::new(),
            definitions: Vec::new(),
            determined: BTreeSet::new(),
        }
    }

    fn unknown(&mut self, bound: u128, name: String, real: Option<Term>) -> usize {
        let width = real.as_ref().map_or(u128::BITS - bound.leading_zeros(), Term::width);
        let variable = Term::variable(width, format!("x{}", self.unknowns.len()));
        let term = real.clone().filter(|_| self.row.is_some()).unwrap_or(variable);
        if bound + 1 != 1 << width || self.row.is_some() {
            self.facts.push(!&Term::constant(width, bound).below(&term));
        }
        let real = real.unwrap_or_else(|| term.clone());
        self.unknowns.push(Unknown { bound, name, term, real });
        self.unknowns.len() - 1
    }

    fn atom(&mut self, atom: Atom, bound: u128) -> Result<usize> {
        let name = self.sheet.name(atom);
        if self.sheet.bound(atom).is_none_or(|most| most > bound) {
            return closed(format!("{name} is not known to be at most {bound}"));
        }
        let width = u128::BITS - bound.leading_zeros();
        let value = match self.row {
            Some(row) => Some(self.sheet.value(atom, row)?.as_canonical_u32().into()),
            None => None,
        };
        let unknown = self.unknown(bound, name, value.map(|value| Term::constant(width, value)));
        if self.of_atom.insert(atom, unknown).is_some() {
            return closed(format!("{} is in two words", self.sheet.name(atom)));
        }
        Ok(unknown)
    }

    /// A word of the row: given, or of a lemma that comes no later than this one.
    pub fn word(&mut self, name: &str) -> Result<Word> {
        if let Some(word) = self.words.get(name) {
            return Ok(word.clone());
        }
        let Some(place) = self.places.words.get(name) else { return closed(format!("no word {name}")) };
        if place.lemma.is_some_and(|lemma| lemma > self.number) {
            return closed(format!("{name} is of a later lemma"));
        }
        let mut parts = Vec::new();
        for &(atom, bound) in &place.atoms {
            let bits = u128::BITS - bound.leading_zeros();
            parts.push(Part { bits, is: Is::Unknown(self.atom(atom, bound)?) });
        }
        let word = Word { parts };
        self.words.insert(name.into(), word.clone());
        Ok(word)
    }

    /// The word as constraints see it, functions of bits being unknowns.
    pub fn term(&self, word: &Word) -> Term {
        word.term(|i| self.unknowns[i].term.clone())
    }

    /// The word in terms of the row's words.
    pub fn real(&self, word: &Word) -> Term {
        word.term(|i| self.unknowns[i].real.clone())
    }

    /// The word whose bit i is `bit` of the words' bits i, and which is claimed to be `word` of the words.
    pub fn function(&mut self, words: &[&Word], bit: impl Fn(&[Term]) -> Term, is: &Term) -> Result<Word> {
        let count = words[0].parts.len();
        let mut parts = Vec::new();
        for i in 0..count {
            let bits: Vec<&Part> = words.iter().filter_map(|word| word.parts.get(i)).collect();
            if bits.len() != words.len() || bits.iter().any(|part| part.bits != 1) {
                return closed("a function of bits, of what are no bits");
            }
            parts.push(Part { bits: 1, is: Is::Unknown(self.function_of_bits(&bits, &bit)) });
        }
        let word = Word { parts };
        let real = self.real(&word);
        self.definitions.push(("a function of words".into(), real.equals(is)));
        Ok(word)
    }

    fn function_of_bits(&mut self, bits: &[&Part], f: impl Fn(&[Term]) -> Term) -> usize {
        let atoms: Vec<usize> = bits.iter().filter_map(|part| unknown_of(part)).collect();
        let atoms: Vec<usize> = BTreeSet::from_iter(atoms).into_iter().collect();
        let apply = |of: &dyn Fn(usize) -> Term| {
            let terms = bits.iter().map(|part| match part.is {
                Is::Unknown(i) => of(i),
                Is::Constant(value) => Term::constant(1, value.into()),
            });
            f(&terms.collect::<Vec<_>>())
        };
        // The coefficients of the polynomial, by inclusion and exclusion of its values.
        let is_in = |subset: usize, i: usize| subset >> atoms.partition_point(|&a| a < i) & 1;
        let value = |subset| apply(&|i| Term::constant(1, is_in(subset, i) as u128)).value();
        let mut coefficients: Vec<F> =
            (0..1usize << atoms.len()).map(|subset| F::from_bool(value(subset) == Some(1))).collect();
        for i in 0..atoms.len() {
            for subset in (0..coefficients.len()).filter(|subset| subset >> i & 1 == 1) {
                let less = coefficients[subset ^ 1 << i];
                coefficients[subset] -= less;
            }
        }
        let mut poly = Poly::default();
        for (subset, &coefficient) in coefficients.iter().enumerate() {
            let monomial = atoms.iter().copied().filter(|&a| is_in(subset, a) == 1).collect();
            poly.add_scaled(&Poly([(monomial, F::ONE)].into()), coefficient);
        }
        let real = apply(&|i| self.unknowns[i].real.clone());
        let unknown = self.unknown(1, format!("function {}", self.functions.len()), Some(real));
        let lead = poly.0.keys().rev().max_by_key(|monomial| monomial.len()).cloned().unwrap_or_default();
        self.functions.push(Function { poly, lead, unknown });
        unknown
    }

    /// The sums of the words' halves.
    pub fn sum(&mut self, words: &[&Word]) -> Result<Sum> {
        if words.len() >= MOST || words.iter().any(|word| word.width() != 32) {
            return closed("not a sum of a few words of 32 bits");
        }
        let real = words.iter().fold(Sum::zero(), |sum, word| sum.plus(&self.term(word)));
        let mut halves = Vec::new();
        for (from, real) in [(0, real.low), (16, real.high)] {
            let mut poly = Poly::default();
            let mut lead = Vec::new();
            for word in words {
                for (at, part) in word.within(from..from + 16)? {
                    let scale = F::from_u32(1 << at);
                    match part.is {
                        Is::Unknown(i) => poly.add_scaled(&Poly::atom(i), scale),
                        Is::Constant(value) => poly.add_scaled(&Poly::constant(F::from_u32(value)), scale),
                    }
                    if let (true, Is::Unknown(i)) = (lead.is_empty(), &part.is) {
                        lead.push(*i);
                    }
                }
            }
            let bound = 0xFFFF * words.len() as u128;
            let unknown = self.unknown(bound, format!("sum of halves from bit {from}"), Some(real));
            self.functions.push(Function { poly, lead, unknown });
            halves.push(self.unknowns[unknown].term.extend(SUM));
        }
        Ok(Sum { low: halves[0].clone(), high: halves[1].clone() })
    }

    /// Claims that the word `name`, an output of this lemma, is `value`.
    pub fn is(&mut self, name: &str, value: &Term) -> Result<()> {
        let word = self.word(name)?;
        let term = self.term(&word);
        if term.width() != value.width() {
            return closed(format!("{name} has {} bits", term.width()));
        }
        self.claims.push((name.into(), term.equals(value)));
        self.determined.insert(name.into());
        Ok(())
    }
}

fn unknown_of(part: &Part) -> Option<usize> {
    match part.is {
        Is::Unknown(i) => Some(i),
        Is::Constant(_) => None,
    }
}
