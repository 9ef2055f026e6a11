//! The questions about a chip.

use std::collections::{BTreeMap, BTreeSet};

use aver_stark::field::F;
use aver_stark::symbolic::Description;
use p3_field::PrimeCharacteristicRing;

use crate::smt::ask::{Written, prove};
use crate::smt::forms::Forms;
use crate::smt::message::Claim;
use crate::smt::poly::Poly;
use crate::smt::row::{Closed, Result, Row, closed};
use crate::smt::solver::{Answer, Solver};

use crate::smt::table::Table;
use crate::smt::term::{Script, Term};

pub use crate::smt::ask::Failure;

/// What a chip's rows mean.
pub struct Spec {
    /// Names of the flag columns: exactly one is 1 in a row that is not padding.
    pub flags: Vec<&'static str>,
    /// Columns to be tried value by value, up to the largest, to make queries easy.
    pub splits: Vec<(&'static str, u32)>,
    /// Whether to forget of products (but those with booleans) all except whether they are zero: easier
    /// where the rest does not matter.
    pub is_opaque: bool,
    /// Whether to show claims one after the other, each with those before it as facts, rather than at once.
    pub is_stepwise: bool,
    /// The meaning.
    pub row: Meaning,
}

/// Says, for a row of flag number i, what its messages are: all of them, on each bus in the order of the chip, but
/// for lookups in tables of fixed contents.
pub type Meaning = Box<dyn Fn(&mut Row<'_>, usize) -> Result<()> + Send + Sync>;

impl Spec {
    /// A meaning.
    pub fn new(flags: Vec<&'static str>, row: Meaning) -> Self {
        Self { flags, splits: Vec::new(), is_opaque: false, is_stepwise: false, row }
    }
    /// With columns to be tried value by value.
    pub fn split(self, splits: &[(&'static str, u32)]) -> Self {
        Self { splits: splits.into(), ..self }
    }
    /// With claims one after the other.
    pub fn stepwise(self) -> Self {
        Self { is_stepwise: true, ..self }
    }
    /// With opaque products.
    pub fn opaque(self) -> Self {
        Self { is_opaque: true, ..self }
    }
}

/// A chip, and what it should mean.
pub struct Subject<'a> {
    /// What it says.
    pub description: &'a Description,
    /// Tables of fixed contents.
    pub tables: &'a [Table],
    /// What it should say.
    pub spec: &'a Spec,
}

/// Values of some columns.
type Fixed = Vec<(usize, u32)>;

impl Subject<'_> {
    /// Asks every solver about every case; the number of queries.
    pub fn check(&self, solvers: &mut [Solver]) -> std::result::Result<usize, Box<Failure>> {
        let forms = Forms::new(self.description);
        let mut queries = 0;
        let mut ask = |case: &str, written: Result<Written>| {
            queries += 1;
            prove(case, written, self.spec.is_stepwise, solvers)
        };
        ask("flags", self.exclusive(&forms))?;
        ask("padding", self.padding(&forms))?;
        for flag in 0..self.spec.flags.len() {
            let name = self.spec.flags[flag];
            let cases = self.cases(flag).map_err(|why| Failure::Closed { case: name.into(), why })?;
            ask(&format!("{name}, all cases"), self.exhaustive(&forms, flag))?;
            for (case, fixed) in cases {
                ask(&case, self.meaning(&forms, flag, &fixed))?;
            }
        }
        Ok(queries)
    }

    /// Whether solvers agree that a row satisfies what is written down for its case.
    pub fn is_possible(
        &self,
        values: &[F],
        publics: &[F],
        solvers: &mut [Solver],
    ) -> std::result::Result<(), Box<Failure>> {
        let width = self.description.columns.width();
        if values.len() != width {
            let why = Closed("the row has other columns".into());
            return Err(Box::new(Failure::Closed { case: "honest row".into(), why }));
        }
        let values = [values, publics].concat();
        let values = &values[..];
        let forms = Forms::new(self.description);
        let flag = self.flag_of(values).map_err(|why| Failure::Closed { case: "honest row".into(), why })?;
        let case = self.spec.flags[flag].to_string();
        let written = self.honest(&forms, flag, values);
        let written = written.map_err(|why| Failure::Closed { case: case.clone(), why })?;
        let mut script = Script::default();
        written.facts.iter().for_each(|fact| script.assert(fact));
        for solver in solvers {
            if !solver.is_asked(&script) {
                continue;
            }
            match solver.check(&script) {
                Answer::Sat(_) => {}
                Answer::Unsat => return Err(Box::new(Failure::Vacuous { case, solver: solver.kind() })),
                Answer::Unknown(why) => {
                    return Err(Box::new(Failure::Unknown { case, solver: solver.kind(), why }));
                }
            }
        }
        Ok(())
    }

    /// Which flag a row has.
    pub fn flag_of(&self, values: &[F]) -> Result<usize> {
        for (i, name) in self.spec.flags.iter().enumerate() {
            if values[column(self.description, name)?] == F::ONE {
                return Ok(i);
            }
        }
        closed("no flag is set")
    }

    /// Which columns are flags, with flag `one` set.
    fn flags(&self, one: Option<usize>) -> Result<Fixed> {
        let value =
            |(i, name): (usize, &&str)| Ok((column(self.description, name)?, u32::from(Some(i) == one)));
        self.spec.flags.iter().enumerate().map(value).collect()
    }

    /// The cases of a flag: all values of the columns to be split.
    fn cases(&self, flag: usize) -> Result<Vec<(String, Fixed)>> {
        let mut cases = vec![(self.spec.flags[flag].to_string(), self.flags(Some(flag))?)];
        for &(name, largest) in &self.spec.splits {
            let column = column(self.description, name)?;
            cases = cases
                .into_iter()
                .flat_map(|(case, fixed)| {
                    (0..=largest).map(move |value| {
                        let fixed = fixed.iter().copied().chain([(column, value)]).collect();
                        (format!("{case}, {name} = {value}"), fixed)
                    })
                })
                .collect();
        }
        Ok(cases)
    }

    /// Every row has at most one flag set, to 1.
    fn exclusive(&self, forms: &Forms) -> Result<Written> {
        let mut row = self.start(forms, &[], true)?;
        // Only what is said of flags alone.
        let flags: Vec<usize> = self.flags(None)?.into_iter().map(|flag| flag.0).collect();
        for constraint in &self.description.constraints {
            if row.columns_of(constraint.node).iter().all(|column| flags.contains(column)) {
                row.encode_constraint(constraint.node, &mut Default::default());
            }
        }
        row.encode_names(&mut Default::default())?;
        let mut others = Vec::new();
        for one in (0..self.spec.flags.len()).map(Some).chain([None]) {
            let mut all = Vec::new();
            for (column, value) in self.flags(one)? {
                let mut poly = row.column_poly(column);
                poly.add_scaled(&Poly::constant(F::from_u32(value)), F::NEG_ONE);
                all.push(row.vanishes(&poly)?);
            }
            others.push(Term::all(&all));
        }
        row.claim("one flag or none is set", Term::any(&others));
        self.finish(row)
    }

    /// A row without a flag sends nothing.
    fn padding(&self, forms: &Forms) -> Result<Written> {
        let mut row = self.start(forms, &self.flags(None)?, true)?;
        row.encode()?;
        for (i, interaction) in self.description.interactions.iter().enumerate() {
            let label = format!("padding does not send message {i}");
            row.claims.push((label, Claim::Is(interaction.multiplicity.clone(), Term::constant(1, 0))));
        }
        self.finish(row)
    }

    /// The columns to be split have no values but those that are tried.
    fn exhaustive(&self, forms: &Forms, flag: usize) -> Result<Written> {
        let mut row = self.start(forms, &self.flags(Some(flag))?, true)?;
        row.lookups = self.settled_lookups(&row);
        row.find_bounds();
        row.encode()?;
        for &(name, largest) in &self.spec.splits {
            let poly = {
                let column = row.column(name)?;
                row.column_poly(column)
            };
            let is_bound = |(atom, c, constant): (usize, F, F)| {
                c == F::ONE && constant == F::ZERO && row.unknowns[atom].bound <= largest.into()
            };
            if poly.as_single().is_some_and(is_bound) {
                continue;
            }
            let mut some = Vec::new();
            for value in 0..=largest {
                let mut poly = poly.clone();
                poly.add_scaled(&Poly::constant(F::from_u32(value)), F::NEG_ONE);
                some.push(row.vanishes(&poly)?);
            }
            row.claim(format!("{name} is at most {largest}"), Term::any(&some));
        }
        self.finish(row)
    }

    /// A row of this case means what it should.
    fn meaning(&self, forms: &Forms, flag: usize, fixed: &Fixed) -> Result<Written> {
        let mut row = self.start(forms, fixed, false)?;
        self.describe(&mut row, flag)?;
        self.finish(row)
    }

    /// What is so in a row of a flag with these values.
    fn honest(&self, forms: &Forms, flag: usize, values: &[F]) -> Result<Written> {
        let mut fixed = self.flags(Some(flag))?;
        for &(name, _) in &self.spec.splits {
            let column = column(self.description, name)?;
            fixed.push((column, p3_field::PrimeField32::as_canonical_u32(&values[column])));
        }
        let mut row = self.start(forms, &fixed, false)?;
        self.describe(&mut row, flag)?;
        for (column, &value) in values.iter().enumerate() {
            let mut poly = row.column_poly(column);
            poly.add_scaled(&Poly::constant(value), F::NEG_ONE);
            let fact = row.vanishes(&poly)?;
            row.facts.push(fact);
        }
        self.finish(row)
    }

    fn describe(&self, row: &mut Row<'_>, flag: usize) -> Result<()> {
        row.lookups = self.settled_lookups(row);
        row.find_bounds();
        for (i, interaction) in self.description.interactions.iter().enumerate() {
            match row.constant(&interaction.multiplicity) {
                Some(F::ZERO) => {}
                Some(F::ONE) if row.lookups.contains(&i) => {}
                Some(F::ONE) => row.open.push((i, true)),
                Some(F::NEG_ONE) => row.open.push((i, false)),
                _ => return closed(format!("the weight of message {i} is not settled: split it")),
            }
        }
        (self.spec.row)(row, flag)?;
        if let Some((i, _)) = row.open.first() {
            return closed(format!(
                "no meaning of message {i}, on {}",
                self.description.interactions[*i].bus.name
            ));
        }
        row.encode()
    }

    /// Lookups in fixed tables that the case puts in force.
    fn settled_lookups(&self, row: &Row<'_>) -> Vec<usize> {
        let interactions = self.description.interactions.iter().enumerate();
        interactions
            .filter(|(_, i)| self.tables.iter().any(|t| t.bus == i.bus))
            .filter(|(_, i)| row.constant(&i.multiplicity) == Some(F::ONE))
            .map(|(at, _)| at)
            .collect()
    }

    fn start<'s>(&'s self, forms: &'s Forms, fixed: &[(usize, u32)], bounds: bool) -> Result<Row<'s>> {
        let known = fixed.iter().map(|&(column, v)| (column, Poly::constant(F::from_u32(v)))).collect();
        let mut row = Row {
            description: self.description,
            forms,
            tables: self.tables,
            known,
            bounds: BTreeMap::new(),
            atoms: BTreeMap::new(),
            unknowns: Vec::new(),
            named: BTreeMap::new(),
            defined: BTreeSet::new(),
            open: Vec::new(),
            facts: Vec::new(),
            claims: Vec::new(),
            is_encoded: false,
            lookups: Vec::new(),
            equations: None,
            is_opaque: self.spec.is_opaque,
        };
        if bounds {
            row.find_bounds();
        }
        Ok(row)
    }

    fn finish(&self, mut row: Row<'_>) -> Result<Written> {
        let claims = row.claimed()?;
        row.encode_names(&mut Default::default())?;
        Ok(Written { facts: row.facts, claims })
    }
}

fn column(description: &Description, name: &str) -> Result<usize> {
    let found = (0..description.columns.width()).find(|&i| description.columns.name(i) == name);
    found.map_or_else(|| closed(format!("no column {name}")), Ok)
}
