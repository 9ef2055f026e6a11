//! What is sent for honest messages.

use aver_stark::field::{EF, from_coefficients};
use aver_stark::hash::Cell;
use aver_stark::transcript::Step;
use aver_stark::value::Value;
use aver_stark::zerocheck::Values;
use p3_field::{Field, PrimeCharacteristicRing};

use super::{COUNTS, Equation, Liar};

impl Liar<'_> {
    /// What is sent for an honest message.
    pub(super) fn lie(&mut self, step: Step, honest: &[Cell], is_target: bool) -> Vec<Cell> {
        let mut values: Vec<EF> = honest.iter().map(|&cell| from_coefficients(cell)).collect();
        match step.label {
            "gkr/root" => {
                let [n, d] = [values[0], values[1]];
                self.quotient = -self.own();
                if let Some(at) = self.held.take() {
                    // The claimed sum is the target.
                    self.patch(at, 0, n * d.inverse() - self.quotient);
                } else if !is_target && !self.breaks(Equation::Sum) {
                    values[0] = self.quotient * d;
                    self.error = values[0] - n;
                }
                self.children = [n, d, EF::ZERO, EF::ZERO];
            }
            "gkr/children" => {
                self.solve(1);
                self.children = [values[0], values[1], values[2], values[3]];
                let layer = self.labels.iter().filter(|l| **l == step.label).count();
                let is_last = layer + 1 == self.layers();
                if is_last && self.broken == Some(Equation::Denominators) {
                    let slope = values[0] + self.mu * values[2];
                    values[3] += self.error * slope.inverse();
                    self.error = EF::ZERO;
                } else if !is_target && !self.breaks(Equation::Children(layer)) {
                    let by = self.error * values[3].inverse();
                    values[0] += by;
                    self.error = by;
                }
            }
            "columns at r" => {
                let chip = self.at_r.len();
                self.at_r.push(values.clone());
                let solves = is_target || self.held.is_some() || self.breaks(Equation::Numerators);
                if chip == COUNTS && !solves {
                    // A multiplicity makes up for the numerator.
                    let mut columns: Values = self.columns().map(|n| vec![EF::ZERO; n]).collect();
                    let base = self.leaves(&columns)[0];
                    columns[chip][1] = EF::ONE;
                    self.error *= (self.leaves(&columns)[0] - base).inverse();
                    values[1] += self.error;
                }
            }
            "zerocheck/columns" => {
                let chip = self.values.len();
                self.values.push(values.clone());
                let solves = is_target || self.held.is_some();
                if chip == 0 && !solves && !self.breaks(Equation::ZerocheckEnd) {
                    let slope = self.contribution(&values, 3);
                    values[3] += self.error * slope.inverse();
                }
            }
            "gather/value" => {
                self.solve(1);
                self.gathered_value = values[0];
                if !self.breaks(Equation::Gather) && !self.lies_about_weight() {
                    // What it is the value of does not matter: the claim, over what weighs it.
                    self.error *= self.weight_of_stacks().inverse();
                    values[0] += self.error;
                }
            }
            "gather/weight" => {
                if self.lies_about_weight() {
                    self.error *= self.gathered_value.inverse();
                    values[0] += self.error;
                }
                self.breaks(Equation::Windows);
            }
            _ => return honest.to_vec(),
        }
        let mut cells = Vec::new();
        values.as_slice().absorbed(&mut cells);
        cells
    }
}
