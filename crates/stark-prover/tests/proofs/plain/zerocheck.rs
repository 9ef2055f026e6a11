//! `spec/proof-system.md`, "zerocheck".

use aver_stark::air::Ext;
use aver_stark::field::EF;
use aver_stark::layout::Point;
use p3_field::{Field, PrimeCharacteristicRing};

use super::gkr::LeafClaim;
use super::script::{Check, Script};
use super::sparse::Sparse;
use super::{Case, root_of};

/// Where round polynomials are sent; their value at 1 follows from the claim.
const POINTS: [i32; 3] = [0, -1, 2];

fn number(x: i32) -> EF {
    let size = EF::from(aver_stark::field::f(x.unsigned_abs()));
    if x < 0 { -size } else { size }
}

/// A chip that has rows, and its powers of λ: for constraints, then message columns.
struct Block {
    chip: usize,
    columns: Sparse,
    weights: Vec<EF>,
}

/// Proves that constraints vanish and that message columns have the values `at_r`. Returns ρ and what was
/// said of all columns there.
pub fn prove(
    script: &mut Script<'_>,
    case: &Case<'_>,
    leaf: &LeafClaim,
    at_r: &[Vec<EF>],
) -> (Point, Vec<Vec<EF>>) {
    let lambda = script.challenge("zerocheck/lambda");
    let mut power = 0;
    let mut claim = EF::ZERO;
    let mut blocks = Vec::new();
    for (chip, at_r) in at_r.iter().enumerate() {
        let described = &case.system.described[chip];
        let count = described.description.constraints.len() + at_r.len();
        if case.chunks(chip) == 0 {
            power += count;
            continue;
        }
        let row = |x: usize| case.tables[chip].row(x).into_iter().map(EF::from).collect::<Vec<EF>>();
        let rows = |e: usize| (e << case.log_chunk..(e + 1) << case.log_chunk).map(row).collect();
        let values = (0..case.chunks(chip)).map(|e| (e, rows(e))).collect();
        let columns = Sparse { rest: vec![EF::ZERO; described.width()], values };
        let weights: Vec<EF> = (power..power + count).map(|i| lambda.exp_u64(i as u64)).collect();
        claim += at_r.iter().rev().zip(weights.iter().rev()).map(|(&v, &w)| w * v).sum::<EF>();
        power += count;
        blocks.push(Block { chip, columns, weights });
    }
    let row_of = |block: &Block, row: &[EF]| -> EF {
        let described = &case.system.described[block.chip];
        let (constraints, messages) = block.weights.split_at(described.description.constraints.len());
        let row_ext: Vec<Ext> = row.iter().map(|&v| Ext(v)).collect();
        let columns = described.message_columns.iter().zip(messages);
        case.system.chips[block.chip].eval_ext(&row_ext, case.publics, constraints)
            + columns.map(|(&c, &w)| w * row[c]).sum::<EF>()
    };

    // The row's variables in order, then those of the chunk's number from the last on.
    let Point { mut chunk, mut row } = leaf.point(case);
    let mut rho = Point::default();
    while !row.is_empty() || !chunk.is_empty() {
        let is_of_row = !row.is_empty();
        let z = if is_of_row { row.remove(0) } else { chunk.pop().unwrap() };
        let at = |x: i32| -> EF {
            let line = |a: &[EF], b: &[EF]| -> Vec<EF> {
                a.iter().zip(b).map(|(&a, &b)| a + number(x) * (b - a)).collect()
            };
            let part = |block: &Block| block.columns.sum(&row, &chunk, |a, b| row_of(block, &line(a, b)));
            blocks.iter().map(part).sum()
        };
        let told = script.exts("zerocheck/round", POINTS.map(at).to_vec());
        let at_one = (claim - (EF::ONE - z) * told[0]) * z.inverse();
        let x = script.challenge("zerocheck/x");
        claim = interpolate(&[(0, told[0]), (1, at_one), (-1, told[1]), (2, told[2])], x);
        blocks.iter_mut().for_each(|block| block.columns.bind(x));
        if is_of_row {
            rho.row.push(x);
        } else {
            rho.chunk.insert(0, x);
        }
    }

    let mut values: Vec<Vec<EF>> = vec![Vec::new(); at_r.len()];
    blocks.iter().for_each(|block| values[block.chip] = block.columns.at(0).to_vec());
    let mut values: Vec<Vec<EF>> =
        values.into_iter().map(|row| script.told("zerocheck/columns", row)).collect();
    if script.bends(Check::Zerocheck) {
        // A column on which the sum depends by a line.
        let end: EF = blocks.iter().map(|block| row_of(block, &values[block.chip])).sum();
        let off = |block: &Block, column: usize, x: EF| {
            let mut row: Vec<EF> = values[block.chip].clone();
            let before = row_of(block, &row);
            row[column] += x;
            end + row_of(block, &row) - before - claim
        };
        let columns = blocks.iter().flat_map(|b| (0..b.columns.rest.len()).map(move |c| (b, c)));
        let (chip, column, x) = columns
            .filter(|&(b, c)| !script.is_lie("zerocheck/columns", b.chip, c))
            .find_map(|(b, c)| root_of(|x| off(b, c, x)).map(|x| (b.chip, c, x)))
            .unwrap();
        values[chip][column] += x;
    }
    for (chip, row) in values.iter_mut().enumerate() {
        row.resize(case.system.described[chip].width(), EF::ZERO);
        script.columns("zerocheck/columns", row, case.chunks(chip));
    }
    (rho, values)
}

/// The polynomial through these points, at `x`.
fn interpolate(points: &[(i32, EF)], x: EF) -> EF {
    let term = |&(a, value): &(i32, EF)| {
        let others = points.iter().filter(|p| p.0 != a);
        value * others.map(|&(b, _)| (x - number(b)) * number(a - b).inverse()).product::<EF>()
    };
    points.iter().map(term).sum()
}
