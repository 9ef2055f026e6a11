//! Values of one cell that make a broken rule hold again.

use aver_stark::field::{F, P, f};
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

use super::row::{Row, Rule};
use super::search::Rng;

/// Of many messages that are answered, how many are tried.
const FEW: usize = 4;

/// Values for `column` with which `rule` holds, or some of them where there are many. For a lookup of several
/// columns that are not `fixed`, also values with which the others can make it hold.
pub fn solutions(
    row: &mut Row<'_, '_>,
    honest: &[F],
    fixed: &[bool],
    rule: Rule,
    column: usize,
    rng: &mut Rng,
) -> Vec<F> {
    if rule < row.subject.description.constraints.len() {
        of_constraint(row, rule, column)
    } else {
        of_lookup(row, honest, fixed, rule, column, rng)
    }
}

/// Roots of the constraint as a polynomial of the cell.
fn of_constraint(row: &mut Row<'_, '_>, rule: Rule, column: usize) -> Vec<F> {
    let x = row.cells[column];
    let mut at = |step: u32| row.try_constraint(rule, column, x + f(step));
    let mut y = [at(0), at(1), at(2), F::ZERO];
    if y[2] - y[1] == y[1] - y[0] {
        return if y[1] == y[0] { Vec::new() } else { vec![x - y[0] / (y[1] - y[0])] };
    }
    y[3] = at(3);
    // Newton's forward differences.
    let d1 = [y[1] - y[0], y[2] - y[1], y[3] - y[2]];
    let d2 = [d1[1] - d1[0], d1[2] - d1[1]];
    let d3 = d2[1] - d2[0];
    let (half, sixth) = (f(2).inverse(), f(6).inverse());
    // y0 + d1 s + d2 s(s−1)/2 + d3 s(s−1)(s−2)/6, with s the step.
    let cubic = d3 * sixth;
    let square = d2[0] * half - d3 * half;
    let linear = d1[0] - d2[0] * half + d3 * f(3).inverse();
    let steps = if cubic != F::ZERO {
        // One root is found among likely ones, and divided out.
        let eval = |s: F| ((cubic * s + square) * s + linear) * s + y[0];
        let likely = [-x, F::ONE - x, F::NEG_ONE - x, F::TWO - x, F::ONE, F::NEG_ONE];
        let Some(&root) = likely.iter().find(|s| eval(**s) == F::ZERO) else { return Vec::new() };
        let middle = square + cubic * root;
        let mut steps = quadratic(cubic, middle, linear + middle * root);
        steps.push(root);
        steps
    } else {
        quadratic(square, linear, y[0])
    };
    steps.into_iter().map(|s| x + s).collect()
}

/// Roots of a s² + b s + c.
fn quadratic(a: F, b: F, c: F) -> Vec<F> {
    match (a, b) {
        (F::ZERO, F::ZERO) => Vec::new(),
        (F::ZERO, _) => vec![-c / b],
        _ => {
            let Some(root) = sqrt(b * b - f(4) * a * c) else { return Vec::new() };
            let scale = (a.double()).inverse();
            vec![(root - b) * scale, (-root - b) * scale]
        }
    }
}

/// A square root, by Tonelli and Shanks: p − 1 = 127 · 2^24, and 3 is no square.
fn sqrt(square: F) -> Option<F> {
    if square == F::ZERO {
        return Some(F::ZERO);
    }
    let (mut root, mut rest) = (square.exp_u64(64), square.exp_u64(127));
    let (mut unit, mut order) = (f(3).exp_u64(127), 24);
    while rest != F::ONE {
        let mut power = rest;
        let mut log = 0;
        while power != F::ONE {
            power = power.square();
            log += 1;
            if log == order {
                return None;
            }
        }
        let factor = unit.exp_power_of_2(order - log - 1);
        unit = factor.square();
        root *= factor;
        rest *= unit;
        order = log;
    }
    Some(root)
}

/// Values of two cells with which a constraint holds: a limb of 16 bits, and its carry.
pub fn carried(row: &mut Row<'_, '_>, rule: Rule, free: &[usize]) -> Vec<[(usize, F); 2]> {
    if rule >= row.subject.description.constraints.len() {
        return Vec::new();
    }
    let first = free.first().map_or(F::ZERO, |&c| row.try_constraint(rule, c, row.cells[c]));
    let slopes: Vec<(usize, F)> =
        free.iter().map(|&c| (c, row.try_constraint(rule, c, row.cells[c] + F::ONE) - first)).collect();
    let mut pairs = Vec::new();
    for &(limb, slope) in slopes.iter().filter(|s| s.1 != F::ZERO) {
        for sign in [F::ONE, F::NEG_ONE] {
            let carry = slopes.iter().find(|s| s.1 == slope * sign * f(1 << 16));
            let Some(&(carry, _)) = carry else { continue };
            // The limb as a small integer, of either sign; what it has too much goes to the carry.
            let value = (row.cells[limb] - first / slope).as_canonical_u32();
            let value = i64::from(value) - if value > P / 2 { i64::from(P) } else { 0 };
            let (low, high) = (value.rem_euclid(1 << 16), value.div_euclid(1 << 16));
            let high = if high < 0 { -f(high.unsigned_abs() as u32) } else { f(high as u32) };
            pairs.push([(limb, f(low as u32)), (carry, row.cells[carry] + sign * high)]);
        }
    }
    pairs
}

/// Values of the cell with which the message is one that is answered, or agrees with one in all that is fixed.
fn of_lookup(
    row: &Row<'_, '_>,
    honest: &[F],
    fixed: &[bool],
    rule: Rule,
    column: usize,
    rng: &mut Rng,
) -> Vec<F> {
    let subject = row.subject;
    let number = rule - subject.description.constraints.len();
    let interaction = &subject.description.interactions[number];
    let (x, bus) = (row.cells[column], interaction.bus.id);
    let slopes: Vec<F> = interaction
        .values
        .iter()
        .map(|form| form.columns.iter().find(|t| t.0 == column).map_or(F::ZERO, |t| t.1))
        .collect();
    let Some(first) = slopes.iter().position(|s| *s != F::ZERO) else { return Vec::new() };
    let mask = |field: &dyn Fn(usize) -> bool| {
        (0..slopes.len()).filter(|&i| field(i)).fold(0, |mask, i| mask | 1 << i)
    };
    let (_, said) = subject.says(number, &row.cells);
    let mut some = |mask: u32| {
        let pick = |count: usize| match count {
            0..=FEW => (0..count).collect(),
            _ => (0..FEW).map(|_| rng.below(count as u32) as usize).collect::<Vec<_>>(),
        };
        let rows = subject.answers.agreeing(bus, &said, mask, pick);
        rows.into_iter().map(|row| row[first]).collect::<Vec<F>>()
    };
    // As the honest row has it; cut to 16 bits; then what the table has.
    let (_, before) = subject.says(number, honest);
    let mut wanted = vec![before[first], f(said[first].as_canonical_u32() & 0xFFFF)];
    wanted.extend(some(mask(&|i| slopes[i] == F::ZERO)));
    let scale = slopes[first].inverse();
    let mut values: Vec<F> = Vec::new();
    for want in wanted {
        let step = (want - said[first]) * scale;
        let message: Vec<F> = said.iter().zip(&slopes).map(|(v, s)| *v + step * *s).collect();
        if !values.contains(&(x + step)) && subject.answers.has(bus, &message) {
            values.push(x + step);
        }
    }
    if values.is_empty() {
        let is_fixed = |i: usize| interaction.values[i].columns.iter().all(|t| fixed[t.0]);
        values = some(mask(&is_fixed)).into_iter().map(|want| x + (want - said[first]) * scale).collect();
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots() {
        for x in [0, 1, 2, 5, 1 << 20, 123_456_789].map(f) {
            let root = sqrt(x.square()).unwrap();
            assert!(root == x || root == -x);
            assert_eq!(sqrt(x.square() * f(3)).is_none(), x != F::ZERO);
        }
        assert_eq!(quadratic(F::ZERO, F::TWO, f(6)), [-f(3)]);
        let mut roots = quadratic(F::ONE, -f(12), f(35));
        roots.sort();
        assert_eq!(roots, [f(5), f(7)]);
    }
}
