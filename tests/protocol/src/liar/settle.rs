//! What the verifier will compute from columns, and columns that make it what it must be.

use std::collections::BTreeMap;

use aver_stark::air::Bus;
use aver_stark::eq::{bit_reverse, eq_eval, eq_index, eq_prefix, eq_table};
use aver_stark::field::{EF, F};
use aver_stark::gather::{StackClaim, stack_claim};
use aver_stark::hash::{Cell, index_from};
use aver_stark::layout::Point;
use aver_stark::params::Oracle;
use aver_stark::symbolic::Affine;
use aver_stark::verify::Challenge;
use aver_stark::zerocheck::{Values, contribution};
use p3_field::{Field, PrimeCharacteristicRing, TwoAdicField};

use super::{COUNTS, Equation, Liar};

impl Liar<'_> {
    /// What the verifier's own messages add up to.
    pub(super) fn own(&self) -> EF {
        let challenge = |list: &[EF]| Challenge::new(list.to_vec());
        let (local, shared) = (challenge(&self.local), challenge(&self.shared));
        let term = |(bus, m, values): &(Bus, F, Vec<F>)| {
            let values: Vec<EF> = values.iter().map(|&v| EF::from(v)).collect();
            (if bus.shared { &shared } else { &local }).compress(*bus, &values).inverse() * *m
        };
        self.claim.messages.iter().map(term).sum()
    }

    /// The leaf of GKR's point: coordinates of the bundle, of the chunk, of the message.
    fn leaf(&self) -> [Vec<EF>; 3] {
        let leaf: Vec<EF> = self.point[self.layout.log_chunk..].iter().rev().copied().collect();
        let (bundle, rest) = leaf.split_at(self.layout.log_bundles);
        let (chunk, message) = rest.split_at(self.layout.log_chunks());
        [bundle.to_vec(), chunk.to_vec(), message.to_vec()]
    }

    /// The point at which columns are claimed, in the order of the zerocheck's rounds.
    pub(super) fn point_of_columns(&self) -> Vec<EF> {
        let [_, chunk, _] = self.leaf();
        self.point[..self.layout.log_chunk].iter().chain(chunk.iter().rev()).copied().collect()
    }

    /// The leaves at GKR's point, from columns at r: numerator and denominator.
    pub(super) fn leaves(&self, at_r: &Values) -> [EF; 2] {
        let [bundle, chunk, message] = self.leaf();
        let challenge = |list: &[EF]| Challenge::new(list.to_vec());
        let (local, shared) = (challenge(&self.local), challenge(&self.shared));
        let mut out = [EF::ZERO, EF::ONE];
        for (chip, described) in self.toy.system.described.iter().enumerate() {
            let real = eq_prefix(&chunk, self.layout.chunks[chip]);
            let value = |form: &Affine| {
                let column = |i: usize| {
                    described.message_columns.binary_search(&i).map_or(EF::ZERO, |at| at_r[chip][at])
                };
                let publics = form.publics.iter().map(|&(i, c)| self.claim.publics[i] * c).sum::<F>();
                form.columns.iter().map(|&(i, c)| column(i) * c).sum::<EF>()
                    + real * (form.constant + publics)
            };
            for (index, interaction) in described.description.interactions.iter().enumerate() {
                let values: Vec<EF> = interaction.values.iter().map(value).collect();
                let by = if interaction.bus.shared { &shared } else { &local };
                let (b, m) = self.layout.message(chip, index);
                let weight = eq_index(&bundle, b) * eq_index(&message, m);
                out[0] += weight * value(&interaction.multiplicity);
                // All that does not depend on values is there as often as rows are.
                let all = by.compress(interaction.bus, &values);
                let none = by.compress(interaction.bus, &[]);
                out[1] += weight * (all - none + real * none - real);
            }
        }
        out
    }

    /// What the zerocheck starts from.
    pub(super) fn batched(&self, at_r: &Values) -> EF {
        let pairs = self.weights.iter().zip(at_r);
        pairs.flat_map(|(w, v)| w.columns.iter().zip(v)).map(|(&w, &v)| w * v).sum()
    }

    /// ρ, as a point.
    fn rho(&self) -> Point {
        let (row, chunk) = self.rho.split_at(self.layout.log_chunk);
        Point { chunk: chunk.iter().rev().copied().collect(), row: row.to_vec() }
    }

    /// What the value of all stacks weighs among the columns'.
    pub(super) fn weight_of_stacks(&self) -> EF {
        let weights = aver_stark::gather::weights(&self.layout, &self.rho(), &self.gammas);
        let point: Vec<EF> = self.gathered.iter().rev().copied().collect();
        weights.iter().zip(eq_table(&point)).map(|(&w, e)| w * e).sum()
    }

    /// Where stacks are opened, without the value.
    pub(super) fn opened(&self) -> StackClaim {
        let point = self.gathered.iter().rev().copied().collect();
        stack_claim(&self.layout, &self.rho(), point, EF::ZERO)
    }

    /// Number of message columns of each chip.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        self.toy.system.described.iter().map(|d| d.message_columns.len())
    }

    /// What a unit of a column of the first chip adds to the end of the zerocheck.
    pub(super) fn contribution(&self, row: &[EF], column: usize) -> EF {
        let publics: Vec<EF> = self.claim.publics.iter().map(|&v| v.into()).collect();
        let chip = &self.toy.system.described[0];
        let value = |row: &[EF]| contribution(chip, &publics, &self.weights[0], row);
        let mut other = row.to_vec();
        other[column] += EF::ONE;
        value(&other) - value(row)
    }

    /// Columns at r are settled when λ is known.
    pub(super) fn settle_columns_at_r(&mut self) {
        let honest = self.at_r.clone();
        let first = self.sent.len() - honest.len();
        if let Some(at) = self.held.take() {
            // Three columns of one chip: both leaves as they must be, and the batch as it was.
            let chip = at - first;
            let of = |v: &Values| {
                let [p, q] = self.leaves(v);
                [p, q, self.batched(v)]
            };
            let base = of(&honest);
            let columns = [0, 1, 3].map(|column| {
                let mut other = honest.clone();
                other[chip][column] += EF::ONE;
                let value = of(&other);
                [0, 1, 2].map(|i| value[i] - base[i])
            });
            let by = solve_3(columns, [self.error, EF::ZERO, EF::ZERO]);
            [0, 1, 3].into_iter().zip(by).for_each(|(column, by)| self.patch(at, column, by));
            self.error = EF::ZERO;
        } else {
            self.error *= self.weights[COUNTS].columns[1];
        }
    }

    /// Columns at ρ are settled when γ is known, whose powers weigh them.
    pub(super) fn settle_columns(&mut self) {
        let of = |column: usize| [self.contribution(&self.values[0], column), self.gammas[column]];
        let ([a, b], [c, d]) = (of(1), of(3));
        if let Some(at) = self.held.take() {
            // ts and y: the zerocheck's end as it must be, and the batch as it was.
            let y = self.error * (c - a * d * b.inverse()).inverse();
            self.patch(at, 1, -y * d * b.inverse());
            self.patch(at, 3, y);
            self.error = EF::ZERO;
        } else {
            self.error *= c.inverse() * d;
        }
    }

    /// A round of the opening, or the last polynomial, is settled when all variables are bound.
    pub(super) fn settle_opening(&mut self) {
        if self.held.is_some() && self.target.label == "whir/final" {
            assert!(self.toy.params.rounds.is_empty(), "only the first positions are known");
            // Its first coefficient counts as often as the weight and eq say.
            let powers = |z: F| at_point(&z.powers().collect_n(1 << self.bound.len()), &self.bound);
            let at_positions = positions(&self.positions, &self.toy.params.base)
                .rev()
                .fold(EF::ZERO, |sum, (_, z)| sum * self.xi + powers(z));
            let weight = eq_eval(&self.opened().element, &self.bound) + at_positions * self.xi;
            self.slope = -weight * at_point(&[F::ONE], &self.bound);
            self.solve(0);
        }
        self.solve(1);
        self.breaks(Equation::Final);
    }
}

/// Positions that are drawn with these cells, each with its element.
fn positions(drawn: &[Cell], oracle: &Oracle) -> impl DoubleEndedIterator<Item = (usize, F)> {
    let log_domain = oracle.log_domain;
    let generator = F::two_adic_generator(log_domain);
    drawn.as_flattened()[..oracle.queries].iter().map(move |&e| {
        let index = index_from(e, log_domain);
        (index, generator.exp_u64(bit_reverse(index, log_domain) as u64))
    })
}

/// Coefficients of the polynomial that vanishes on the positions of an oracle that are drawn with these cells.
pub fn vanishing(drawn: &[Cell], oracle: &Oracle) -> Vec<F> {
    let positions: BTreeMap<usize, F> = positions(drawn, oracle).collect();
    let mut out = vec![F::ONE];
    for &z in positions.values() {
        out.insert(0, F::ZERO);
        for j in 1..out.len() {
            let higher = out[j];
            out[j - 1] -= higher * z;
        }
    }
    out
}

/// A vector's multilinear extension at a point; missing elements are zero.
pub fn at_point(vector: &[F], point: &[EF]) -> EF {
    eq_table(point).iter().zip(vector).map(|(&e, &v)| e * v).sum()
}

/// x with Σ x_i · columns[i] = right.
fn solve_3(columns: [[EF; 3]; 3], right: [EF; 3]) -> [EF; 3] {
    let det = |[a, b, c]: [[EF; 3]; 3]| {
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0])
    };
    let inverse = det(columns).inverse();
    [0, 1, 2].map(|i| {
        let mut with = columns;
        with[i] = right;
        det(with) * inverse
    })
}
