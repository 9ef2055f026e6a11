//! Lemmas one after the other, which together say what a row means.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aver_stark::field::F;

use crate::smt::check::Failure;
use crate::smt::poly::Atom;
use crate::smt::row::{Closed, Result, closed};
use crate::smt::slice::facts::Query;
use crate::smt::slice::lemma::Slice;
use crate::smt::slice::sheet::{Sheet, Statement};
use crate::smt::solver::{Answer, Solver};
use crate::smt::term::Term;

/// A part of a word of the row.
#[derive(Clone, Debug)]
pub enum Cell {
    /// A column, and its largest value.
    Column(String, u32),
    /// A bit without a column: the affine form of these columns (and of forms of them) that a constraint says to
    /// be a boolean.
    Form(Vec<String>),
}

/// A word of the row: its name, and its parts, the lowest first.
pub type Named = (String, Vec<Cell>);

/// Says what the outputs of a slice are.
pub type Says = Box<dyn Fn(&mut Slice<'_, '_>) -> Result<()> + Send + Sync>;

/// Some words are functions of words before them.
pub struct Lemma {
    /// For reports.
    pub name: String,
    /// What it determines.
    pub outputs: Vec<Named>,
    /// How.
    pub says: Says,
}

/// What the wide part of a row means.
///
/// By induction, if every lemma holds then every word is what its lemma says, and so a function of the words that
/// are given. [`Chain::places`] checks what that rests on: every column and every form is in one word, or a
/// matter of another check; every constraint is used by one lemma, the first that has all its columns, or is a
/// matter of another check.
pub struct Chain {
    /// Words that another check shows to be inputs of the row.
    pub given: Vec<Named>,
    /// Columns that are a matter of another check alone.
    pub elsewhere: Vec<String>,
    /// In order.
    pub lemmas: Vec<Lemma>,
}

/// A word's lemma, unless it is given, and its atoms with their bounds.
pub(crate) struct Place {
    pub lemma: Option<usize>,
    pub atoms: Vec<(Atom, u128)>,
}

/// Where words are, and which constraints lemmas use.
pub struct Places {
    pub(crate) words: BTreeMap<String, Place>,
    /// The lemma of each constraint; `None` for a matter of another check.
    pub owners: Vec<Option<usize>>,
}

impl Chain {
    /// Finds words and constraints.
    pub fn places(&self, sheet: &Sheet<'_>) -> Result<Places> {
        let mut words = BTreeMap::new();
        let mut lemma_of: HashMap<Atom, Option<usize>> = HashMap::new();
        let given = self.given.iter().map(|word| (None, word));
        let outputs = self
            .lemmas
            .iter()
            .enumerate()
            .flat_map(|(i, lemma)| lemma.outputs.iter().map(move |w| (Some(i), w)));
        for (lemma, (name, cells)) in given.chain(outputs) {
            let mut atoms = Vec::new();
            for cell in cells {
                let (atom, bound) = match cell {
                    Cell::Column(column, bound) => (sheet.column(column)?, u128::from(*bound)),
                    Cell::Form(columns) => (sheet.form(columns)?, 1),
                };
                if lemma_of.insert(atom, lemma).is_some() {
                    return closed(format!("{} is in two words", sheet.name(atom)));
                }
                atoms.push((atom, bound));
            }
            if words.insert(name.clone(), Place { lemma, atoms }).is_some() {
                return closed(format!("two words {name}"));
            }
        }
        let elsewhere =
            self.elsewhere.iter().map(|name| sheet.column(name)).collect::<Result<BTreeSet<_>>>()?;
        for column in 0..sheet.description.columns.width() {
            let places =
                [lemma_of.contains_key(&column), elsewhere.contains(&column), sheet.is_known(column)];
            if places.iter().filter(|is| **is).count() != 1 {
                return closed(format!("{} has no place, or more than one", sheet.name(column)));
            }
        }
        if let Some(form) = sheet.forms().find(|form| !lemma_of.contains_key(form)) {
            return closed(format!("{} is in no word", sheet.name(form)));
        }
        let owners =
            (0..sheet.len()).map(|i| owner(sheet, i, &lemma_of, &elsewhere)).collect::<Result<_>>()?;
        Ok(Places { words, owners })
    }

    fn slice<'s, 'd>(
        &self,
        at: usize,
        sheet: &'s Sheet<'d>,
        places: &'s Places,
        row: Option<&'s [F]>,
    ) -> Result<[Query; 2]> {
        let lemma = &self.lemmas[at];
        let mut slice = Slice::new(sheet, places, at, row);
        (lemma.says)(&mut slice)?;
        let constraints: Vec<_> = (0..sheet.len()).filter(|&i| places.owners[i] == Some(at)).collect();
        let outputs: Vec<_> = lemma.outputs.iter().map(|word| word.0.clone()).collect();
        slice.finish(&outputs, &constraints)
    }

    /// Asks whether all lemmas hold.
    pub fn check(&self, sheet: &Sheet<'_>, asked: &mut Asked) -> std::result::Result<(), Box<Failure>> {
        let fail = |why| Box::new(Failure::Closed { case: "the row".into(), why });
        let places = self.places(sheet).map_err(fail)?;
        (0..self.lemmas.len()).try_for_each(|at| self.check_lemma(at, sheet, &places, asked))
    }

    /// Asks whether one lemma holds.
    pub fn check_lemma(
        &self,
        at: usize,
        sheet: &Sheet<'_>,
        places: &Places,
        asked: &mut Asked,
    ) -> std::result::Result<(), Box<Failure>> {
        let case = &self.lemmas[at].name;
        let queries = self.slice(at, sheet, places, None);
        let queries = queries.map_err(|why| Box::new(Failure::Closed { case: case.clone(), why }))?;
        queries.iter().try_for_each(|query| asked.refute(case, query))
    }

    /// Whether all facts and claims are true of an honest row; no solver is needed.
    pub fn holds_of(&self, sheet: &Sheet<'_>, row: &[F]) -> Result<()> {
        let places = self.places(sheet)?;
        for (at, lemma) in self.lemmas.iter().enumerate() {
            for query in self.slice(at, sheet, &places, Some(row))? {
                if let Some(i) = query.facts.iter().position(|fact| !fact.is_true()) {
                    return closed(format!("{}: fact {i} is not so in an honest row", lemma.name));
                }
                if let Some((label, _)) = query.claims.iter().find(|claim| !claim.1.is_true()) {
                    return closed(format!("{}: {label} is another in an honest row", lemma.name));
                }
            }
        }
        Ok(())
    }
}

/// The last of the lemmas that a constraint's atoms are of.
fn owner(
    sheet: &Sheet<'_>,
    i: usize,
    lemma_of: &HashMap<Atom, Option<usize>>,
    elsewhere: &BTreeSet<Atom>,
) -> Result<Option<usize>> {
    let atoms: BTreeSet<Atom> = match sheet.statement(i)? {
        Statement::Nothing => return closed("a constraint that says nothing"),
        Statement::Bound(atom) => [atom].into(),
        Statement::Zero(polys) => polys.iter().flat_map(|poly| poly.0.keys().flatten().copied()).collect(),
    };
    let is_elsewhere = atoms.iter().any(|atom| elsewhere.contains(atom));
    let last = atoms.iter().filter_map(|atom| lemma_of.get(atom).copied().flatten()).max();
    if is_elsewhere && last.is_some() {
        return closed(format!("constraint {i} has columns of two checks"));
    }
    Ok(last)
}

/// Solvers, and what they said: alike queries are asked once.
pub struct Asked {
    solvers: Vec<Solver>,
    answers: HashMap<String, Option<(crate::smt::Kind, Answer)>>,
}

impl Asked {
    /// Nothing yet.
    pub fn new(solvers: Vec<Solver>) -> Self {
        Self { solvers, answers: HashMap::new() }
    }

    /// The number of different queries.
    pub fn count(&self) -> usize {
        self.answers.len()
    }

    /// Claims under facts: all solvers must find that there is nothing against them.
    pub fn prove(
        &mut self,
        case: &str,
        facts: Vec<Term>,
        claims: Vec<(String, Term)>,
    ) -> std::result::Result<(), Box<Failure>> {
        self.refute(case, &Query { facts, claims, names: Vec::new() })
    }

    pub(crate) fn refute(&mut self, case: &str, query: &Query) -> std::result::Result<(), Box<Failure>> {
        let script = query.text();
        let solvers = &mut self.solvers;
        let answer = self.answers.entry(script.text()).or_insert_with(|| {
            let answers = solvers.iter_mut().map(|solver| (solver.kind(), solver.check(&script)));
            answers.into_iter().find(|answer| answer.1 != Answer::Unsat)
        });
        let case = case.to_string();
        match answer.clone() {
            None => Ok(()),
            Some((solver, Answer::Sat(row))) => {
                let claims: Vec<_> = query.claims.iter().map(|claim| claim.0.as_str()).collect();
                Err(Box::new(Failure::Wrong {
                    case,
                    solver,
                    claims: claims.join("; "),
                    row: named(&row, &query.names),
                }))
            }
            Some((solver, Answer::Unknown(why))) => Err(Box::new(Failure::Unknown { case, solver, why })),
            Some((solver, Answer::Unsat)) => {
                let why = Closed(format!("{solver:?} contradicts itself"));
                Err(Box::new(Failure::Closed { case, why }))
            }
        }
    }
}

/// A solution with the names of its unknowns.
fn named(row: &str, names: &[String]) -> String {
    let name = |token: &str| {
        let number = token.strip_prefix('x').and_then(|number| number.parse::<usize>().ok());
        number.and_then(|i| names.get(i)).map_or_else(|| token.to_string(), String::clone)
    };
    let mut out = String::new();
    for token in row.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = token.trim_end_matches(|c: char| !c.is_alphanumeric());
        out += &name(word);
        out += &token[word.len()..];
    }
    out
}
