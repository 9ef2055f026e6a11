//! `eval` is one function: on symbols, on packed and on single elements, and whenever it is called.

use aver_stark::air::{BaseLanes, Ext, ExtLanes};
use aver_stark::chip::{Chip, Described};
use aver_stark::field::{D, EF, F, PEF, PF, from_coefficients};
use aver_stark::hash::Sponge;
use aver_stark::symbolic::Node;
use p3_field::{BasedVectorSpace, PackedFieldExtension, PackedValue, PrimeCharacteristicRing};

use super::Finding;

/// Rows that are tried.
const ROWS: usize = 2;
/// Public values that are given, more than any chip uses.
const PUBLICS: usize = 40;

/// Findings of a chip.
pub fn lint(chip: &dyn Chip, described: &Described) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut find = |rule, what: String| found.push(Finding::new(rule, &described.name, what));
    for _ in 0..2 {
        if chip.describe().as_ref() != Ok(&described.description) {
            find("eval/repeatable", "eval says something else another time".into());
        }
    }
    if chip.columns() != described.description.columns {
        find("eval/repeatable", "columns are others another time".into());
    }
    let mut random = Random(Sponge::new("evaluators"));
    for _ in 0..ROWS {
        for (name, agrees) in trial(chip, described, &mut random) {
            if !agrees {
                find("eval/agrees", format!("{name} does not compute what eval says on symbols"));
            }
        }
    }
    found
}

/// Compares all evaluations on a random row, with random weights of the constraints and one beyond them: a
/// constraint that is not described would take it.
fn trial(chip: &dyn Chip, described: &Described, random: &mut Random) -> [(&'static str, bool); 3] {
    let width = described.width();
    let publics: Vec<F> = (0..PUBLICS).map(|_| random.base()).collect();
    let weights: Vec<EF> = (0..=described.description.constraints.len()).map(|_| random.ext()).collect();
    let lanes: Vec<Vec<F>> = (0..PF::WIDTH).map(|_| (0..width).map(|_| random.base()).collect()).collect();
    let expected: Vec<EF> = lanes
        .iter()
        .map(|row| sum(described, &row.iter().map(|&v| EF::from(v)).collect::<Vec<_>>(), &publics, &weights))
        .collect();
    let base: Vec<BaseLanes> = (0..width).map(|c| BaseLanes(PF::from_fn(|lane| lanes[lane][c]))).collect();
    let mut values = vec![PF::ZERO; weights.len()];
    chip.eval_base(&base, &publics, &mut values);
    let base = unpack(values.iter().zip(&weights).map(|(&v, &w)| PEF::from(w) * v).sum());

    let ext_lanes: Vec<Vec<EF>> =
        (0..PF::WIDTH).map(|_| (0..width).map(|_| random.ext()).collect()).collect();
    let expected_ext: Vec<EF> = ext_lanes.iter().map(|row| sum(described, row, &publics, &weights)).collect();
    let packed: Vec<ExtLanes> = (0..width)
        .map(|c| {
            let values: Vec<EF> = ext_lanes.iter().map(|row| row[c]).collect();
            ExtLanes(PEF::from_ext_slice(&values))
        })
        .collect();
    let packed = unpack(chip.eval_lanes(&packed, &publics, &weights));
    let single: Vec<Ext> = ext_lanes[0].iter().map(|&v| Ext(v)).collect();
    let single = chip.eval_ext(&single, &publics, &weights);
    [
        ("eval_base", base == expected),
        ("eval_lanes", packed == expected_ext),
        ("eval_ext", single == expected_ext[0]),
    ]
}

fn unpack(value: PEF) -> Vec<EF> {
    let coefficients: &[PF] = value.as_basis_coefficients_slice();
    (0..PF::WIDTH)
        .map(|lane| from_coefficients(std::array::from_fn(|i| coefficients[i].as_slice()[lane])))
        .collect()
}

/// Σ weight · constraint, by the description.
fn sum(described: &Described, row: &[EF], publics: &[F], weights: &[EF]) -> EF {
    let d = &described.description;
    let mut values: Vec<EF> = Vec::with_capacity(d.nodes.len());
    for node in &d.nodes {
        let v = |i: u32| values[i as usize];
        values.push(match *node {
            Node::Constant(c) => EF::from(c),
            Node::Column(i) => row[i as usize],
            Node::Public(i) => EF::from(publics.get(i as usize).copied().unwrap_or(F::ZERO)),
            Node::Add(a, b) => v(a) + v(b),
            Node::Sub(a, b) => v(a) - v(b),
            Node::Mul(a, b) => v(a) * v(b),
        });
    }
    d.constraints.iter().zip(weights).map(|(c, &weight)| values[c.node as usize] * weight).sum()
}

/// Elements that no chip can have been written for.
struct Random(Sponge);

impl Random {
    fn ext(&mut self) -> EF {
        self.0.challenge("element")
    }
    fn base(&mut self) -> F {
        let element = self.ext();
        let coefficients: &[F] = element.as_basis_coefficients_slice();
        coefficients[D - 1]
    }
}
