//! What constraints say of single columns, and which rows of flags they leave.

use aver_stark::chip::Described;
use aver_stark::field::{F, P, f};
use aver_stark::symbolic::Node;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use super::poly::{Expansion, Poly};

/// The largest value that is looked for in a small domain.
const MAX_SMALL: u32 = 16;
/// The most rows of flags that are gone through.
const MAX_CASES: usize = 1 << 17;
/// A chip with more columns of small domains has only those of its weights gone through.
const MAX_SMALL_COLUMNS: usize = 16;

/// A chip with its constraints multiplied out.
pub struct Facts<'a> {
    /// The chip.
    pub chip: &'a Described,
    /// Constraints; `None` for one that is too large to be multiplied out.
    pub constraints: Vec<Option<Poly>>,
    /// Values a column can have, where a constraint on it alone leaves few.
    pub domains: Vec<Option<Vec<F>>>,
    /// Forms that are 0 or 1, being x in a constraint x (x − 1) = 0.
    pub booleans: Vec<Poly>,
    /// Weights of the messages, a receive's negative.
    pub weights: Vec<Poly>,
}

/// Values of some columns that constraints among them allow.
pub struct Cases {
    /// Which columns.
    pub columns: Vec<usize>,
    /// Their values.
    pub rows: Vec<Vec<F>>,
}

impl Cases {
    /// The value of a column in a case.
    pub fn value(&self, case: &[F], column: usize) -> Option<F> {
        self.columns.iter().position(|&c| c == column).map(|at| case[at])
    }
    /// The value of a form of these columns in a case.
    pub fn eval(&self, case: &[F], form: &Poly) -> Option<F> {
        form.substituted(|column| self.value(case, column)).as_constant()
    }
}

impl<'a> Facts<'a> {
    /// Of a chip.
    pub fn new(chip: &'a Described) -> Self {
        let d = &chip.description;
        let mut expansion = Expansion::new(&d.nodes);
        let constraints: Vec<_> = d.constraints.iter().map(|c| expansion.of(c.node)).collect();
        let mut domains = vec![None; chip.width()];
        for constraint in constraints.iter().flatten() {
            if let [column] = constraint.columns()[..]
                && let Some(values) = roots(constraint, column)
            {
                domains[column] = Some(values);
            }
        }
        let one = Poly::constant(F::ONE);
        let booleans = d.constraints.iter().filter_map(|c| match d.nodes[c.node as usize] {
            Node::Mul(a, b) => {
                let (a, b) = (expansion.of(a)?, expansion.of(b)?);
                let is_affine = a.terms().all(|t| t.0.len() <= 1 && !t.1);
                (is_affine && a.plus(&one, F::NEG_ONE) == b).then_some(a)
            }
            _ => None,
        });
        let booleans = booleans.collect();
        let weights = d.interactions.iter().map(|i| Poly::affine(&i.multiplicity)).collect();
        Self { chip, constraints, domains, booleans, weights }
    }

    /// Name of a column.
    pub fn name(&self, column: usize) -> String {
        self.chip.description.columns.name(column).into()
    }

    /// A form in words.
    pub fn show(&self, form: &Poly) -> String {
        let terms = form.terms().map(|(columns, publics, c)| {
            let c = c.as_canonical_u32();
            let signed = if c > P / 2 { i64::from(c) - i64::from(P) } else { i64::from(c) };
            let mut factors: Vec<String> = columns.iter().map(|&c| self.name(c as usize)).collect();
            factors.extend(publics.then(|| "public".to_string()));
            match (factors.is_empty(), signed) {
                (true, _) => signed.to_string(),
                (_, 1) => factors.join("·"),
                _ => format!("{signed}·{}", factors.join("·")),
            }
        });
        let terms: Vec<String> = terms.collect();
        if terms.is_empty() { "0".into() } else { terms.join(" + ") }
    }

    /// Columns of the weights.
    pub fn weight_columns(&self) -> Vec<usize> {
        let mut columns: Vec<usize> = self.weights.iter().flat_map(Poly::columns).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// All values of the weights' columns that constraints allow, with those of the columns that define
    /// them. Fails with a column that has no small domain and is not defined by columns that have one.
    pub fn cases(&self) -> Result<Cases, usize> {
        let mut columns = self.weight_columns();
        let mut at = 0;
        let mut defined = Vec::new();
        while at < columns.len() {
            let column = columns[at];
            at += 1;
            if self.domains[column].is_some() {
                continue;
            }
            let definition = self.definition(column).ok_or(column)?;
            columns.extend(definition.columns().into_iter().filter(|&c| c != column));
            let mut seen = std::collections::BTreeSet::new();
            columns.retain(|&c| seen.insert(c));
            defined.push((column, definition));
        }
        Ok(self.enumerate(columns, &defined))
    }

    /// As [`Self::cases`], with all columns of small domains if there are few.
    pub fn all_cases(&self) -> Result<Cases, usize> {
        let few = self.cases()?;
        let mut columns = few.columns.clone();
        columns.extend((0..self.domains.len()).filter(|&c| self.domains[c].is_some()));
        let mut seen = std::collections::BTreeSet::new();
        columns.retain(|&c| seen.insert(c));
        let small = columns.iter().filter(|&&c| self.domains[c].is_some()).count();
        if small > MAX_SMALL_COLUMNS {
            return Ok(few);
        }
        let defined = columns.iter().filter(|&&c| self.domains[c].is_none());
        let defined: Vec<_> = defined.filter_map(|&c| Some((c, self.definition(c)?))).collect();
        Ok(self.enumerate(columns, &defined))
    }

    /// A constraint that gives a column as a polynomial of columns of small domains.
    fn definition(&self, column: usize) -> Option<Poly> {
        let constraints = self.constraints.iter().flatten();
        constraints
            .filter(|c| c.linear(column).is_some() && c.publics().is_empty())
            .find(|c| c.columns().iter().all(|&other| other == column || self.domains[other].is_some()))
            .cloned()
    }

    fn enumerate(&self, mut columns: Vec<usize>, defined: &[(usize, Poly)]) -> Cases {
        // Columns of small domains first, those that are defined by them last.
        columns.sort_by_key(|&c| self.domains[c].is_none());
        let relevant: Vec<&Poly> = self
            .constraints
            .iter()
            .flatten()
            .filter(|c| c.publics().is_empty() && c.columns().iter().all(|c| columns.contains(c)))
            .collect();
        let mut rows: Vec<Vec<F>> = vec![Vec::new()];
        for (depth, &column) in columns.iter().enumerate() {
            let so_far = &columns[..depth];
            let mut next = Vec::new();
            for row in &rows {
                let value = |c: usize| so_far.iter().position(|&other| other == c).map(|at| row[at]);
                let values = self.domains[column].clone().unwrap_or_else(|| {
                    let definition = defined.iter().find(|(c, _)| *c == column);
                    definition.map_or_else(Vec::new, |(_, poly)| solve(&poly.substituted(value), column))
                });
                next.extend(values.into_iter().map(|v| [&row[..], &[v]].concat()));
            }
            let here = &columns[..=depth];
            let last = |poly: &&&Poly| {
                let of = poly.columns();
                of.contains(&column) && of.iter().all(|c| here.contains(c))
            };
            for poly in relevant.iter().filter(last) {
                next.retain(|row| {
                    let value = |c: usize| here.iter().position(|&other| other == c).map(|at| row[at]);
                    poly.substituted(value).is_zero()
                });
            }
            assert!(next.len() <= MAX_CASES, "{}: too many flags to go through", self.chip.name);
            rows = next;
        }
        Cases { columns, rows }
    }
}

/// The value of `column` where an otherwise constant polynomial of degree one vanishes.
fn solve(poly: &Poly, column: usize) -> Vec<F> {
    use p3_field::Field;
    let Some(slope) = poly.linear(column) else { return Vec::new() };
    let rest = poly.plus(&Poly::column(column), -slope);
    rest.as_constant().map(|c| vec![-c * slope.inverse()]).unwrap_or_default()
}

/// All roots of a polynomial of one column, if they are small and different.
fn roots(poly: &Poly, column: usize) -> Option<Vec<F>> {
    if !poly.publics().is_empty() {
        return None;
    }
    let degree = poly.terms().map(|t| t.0.len()).max()?;
    let at = |v: u32| poly.substituted(|c| (c == column).then_some(f(v))).is_zero();
    let roots: Vec<F> = (0..=MAX_SMALL).filter(|&v| at(v)).map(f).collect();
    (roots.len() == degree && degree > 0).then_some(roots)
}
