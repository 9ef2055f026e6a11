//! `spec/proof-system.md`, "zerocheck".

use aver_stark::air::Ext;
use aver_stark::eq::eq_table;
use aver_stark::field::EF;
use aver_stark::layout::Layout;
use p3_field::{Field, PrimeCharacteristicRing};

use super::script::{Check, Script};
use super::{Case, root_of};

/// Where round polynomials are sent; their value at 1 follows from the claim.
const POINTS: [i32; 3] = [0, -1, 2];

fn number(x: i32) -> EF {
    let size = EF::from(aver_stark::field::f(x.unsigned_abs()));
    if x < 0 { -size } else { size }
}

/// A block: its columns, and the first of its powers of λ.
struct Block {
    chip: usize,
    log_rows: usize,
    columns: Vec<Vec<EF>>,
    power: usize,
}

/// Proves that constraints vanish and that message columns have the values `at_r` at prefixes of `r`.
/// Returns ρ and what was said of all columns there.
pub fn prove(
    script: &mut Script<'_>,
    case: &Case<'_>,
    layout: &Layout,
    r: &[EF],
    at_r: &[Vec<EF>],
) -> (Vec<EF>, Vec<Vec<EF>>) {
    let lambda = script.challenge("zerocheck/lambda");
    let mut power = 0;
    let mut claim = EF::ZERO;
    let mut blocks = Vec::new();
    for (block, at_r) in layout.blocks.iter().zip(at_r) {
        let described = &case.system.described[block.chip];
        let rows = block.first_row..block.first_row + (1 << block.log_rows);
        let columns =
            case.tables[block.chip].columns().map(|c| c[rows.clone()].iter().map(|&v| v.into()).collect());
        blocks.push(Block { chip: block.chip, log_rows: block.log_rows, columns: columns.collect(), power });
        let first = power + described.description.constraints.len();
        claim += at_r.iter().enumerate().map(|(j, &v)| lambda.exp_u64((first + j) as u64) * v).sum::<EF>();
        power = first + at_r.len();
    }
    let row_of = |block: &Block, row: &[EF]| -> EF {
        let described = &case.system.described[block.chip];
        let count = described.description.constraints.len();
        let weight = |i: usize| lambda.exp_u64((block.power + i) as u64);
        let weights: Vec<EF> = (0..count).map(weight).collect();
        let row_ext: Vec<Ext> = row.iter().map(|&v| Ext(v)).collect();
        let columns = described.message_columns.iter().enumerate();
        case.system.chips[block.chip].eval_ext(&row_ext, case.publics, &weights)
            + columns.map(|(j, &c)| weight(count + j) * row[c]).sum::<EF>()
    };

    let mut values = vec![Vec::new(); blocks.len()];
    let mut finished = EF::ZERO;
    let mut rho: Vec<EF> = Vec::new();
    let last = blocks.iter().map(|b| b.log_rows).max().unwrap_or(0);
    for round in 0..=r.len() {
        let sent = blocks.iter().filter(|b| b.log_rows < round).count();
        for (i, block) in blocks.iter().enumerate().filter(|(_, b)| b.log_rows == round) {
            let row = script.told("zerocheck/columns", block.columns.iter().map(|c| c[0]).collect());
            finished += row_of(block, &row);
            values[i] = row;
        }
        if round == last && script.bends(Check::Zerocheck) {
            // A column on which the sum depends by a line.
            let off = |block: usize, column: usize, x: EF| {
                let mut row: Vec<EF> = values[block].clone();
                let before = row_of(&blocks[block], &row);
                row[column] += x;
                finished + row_of(&blocks[block], &row) - before - claim
            };
            let candidates = (0..blocks.len()).filter(|&b| blocks[b].log_rows == round);
            let (b, c, x) = candidates
                .enumerate()
                .flat_map(|(i, b)| (0..blocks[b].columns.len()).map(move |c| (i, b, c)))
                .filter(|&(i, _, c)| !script.is_lie("zerocheck/columns", sent + i, c))
                .find_map(|(_, b, c)| root_of(|x| off(b, c, x)).map(|x| (b, c, x)))
                .unwrap();
            values[b][c] += x;
            finished = claim;
        }
        for (i, _) in blocks.iter().enumerate().filter(|(_, b)| b.log_rows == round) {
            script.send("zerocheck/columns", &values[i]);
        }
        let Some(&z) = r.get(round) else { break };
        let at = |x: i32| -> EF {
            let x = number(x);
            let part = |block: &Block| -> EF {
                let eq = eq_table(&r[round + 1..block.log_rows]);
                let half = eq.len();
                let row = |j: usize| block.columns.iter().map(|c| c[j] + x * (c[j + half] - c[j])).collect();
                let value = |j: usize| -> EF { row_of(block, &Vec::from_iter::<Vec<EF>>(row(j))) };
                (0..half).map(|j| eq[j] * value(j)).sum()
            };
            blocks.iter().filter(|b| b.log_rows > round).map(part).sum::<EF>() + finished
        };
        let told = script.exts("zerocheck/round", POINTS.map(at).to_vec());
        let at_one = (claim - (EF::ONE - z) * told[0]) * z.inverse();
        let x = script.challenge("zerocheck/x");
        claim = interpolate(&[(0, told[0]), (1, at_one), (-1, told[1]), (2, told[2])], x);
        rho.push(x);
        for column in blocks.iter_mut().filter(|b| b.log_rows > round).flat_map(|b| &mut b.columns) {
            let half = column.len() / 2;
            *column = (0..half).map(|j| column[j] + x * (column[j + half] - column[j])).collect();
        }
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
