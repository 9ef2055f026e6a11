//! What the verifier will compute from columns, and columns that make it what it must be.

use aver_stark::air::Bus;
use aver_stark::eq::{bit_reverse, eq_table, eq_weights};
use aver_stark::field::{EF, F};
use aver_stark::hash::index_from;
use aver_stark::symbolic::Affine;
use aver_stark::verify::{Challenge, slot_weight, stack_values};
use aver_stark::zerocheck::{Values, contribution};
use p3_field::{Field, PrimeCharacteristicRing, TwoAdicField};

use super::Liar;

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

    /// The leaves at GKR's point, from columns at r: numerator and denominator.
    pub(super) fn leaves(&self, at_r: &Values) -> [EF; 2] {
        let (row, stack) = self.point.split_at(self.rows);
        let stacks = eq_table(stack);
        let challenge = |list: &[EF]| Challenge::new(list.to_vec());
        let (local, shared) = (challenge(&self.local), challenge(&self.shared));
        let mut out = [EF::ZERO; 2];
        for item in &self.layout.messages.items {
            let described = &self.toy.system.described[self.layout.blocks[item.block].chip];
            let interaction = &described.description.interactions[item.index];
            let value = |form: &Affine| {
                let column = |i: usize| {
                    described.message_columns.binary_search(&i).map_or(EF::ZERO, |at| at_r[item.block][at])
                };
                let publics = form.publics.iter().map(|&(i, c)| self.claim.publics[i] * c).sum::<F>();
                form.columns.iter().map(|&(i, c)| column(i) * c).sum::<EF>() + form.constant + publics
            };
            let values: Vec<EF> = interaction.values.iter().map(value).collect();
            let by = if interaction.bus.shared { &shared } else { &local };
            let weight = stacks[item.place.stack] * slot_weight(&item.place, row);
            out[0] += weight * value(&interaction.multiplicity);
            out[1] += weight * by.compress(interaction.bus, &values);
        }
        out
    }

    /// What the zerocheck starts from.
    pub(super) fn batched(&self, at_r: &Values) -> EF {
        let pairs = self.weights.iter().zip(at_r);
        pairs.flat_map(|(w, v)| w.columns.iter().zip(v)).map(|(&w, &v)| w * v).sum()
    }

    /// What WHIR starts from.
    fn combined(&self, values: &Values) -> EF {
        let stacks = stack_values(&self.toy.system, &self.layout, &self.rho, values);
        eq_weights(&self.c, stacks.len()).iter().zip(&stacks).map(|(&w, &v)| w * v).sum()
    }

    /// Number of message columns of each block.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        self.layout.blocks.iter().map(|b| self.toy.system.described[b.chip].message_columns.len())
    }

    /// The first block with multiplicities that are used for nothing else.
    pub(super) fn counts(&self) -> usize {
        self.layout.blocks.iter().position(|b| b.chip == 1).expect("a block")
    }

    /// Blocks in the order in which their columns are sent in the zerocheck.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.layout.blocks.len()).collect();
        order.sort_by_key(|&i| self.layout.blocks[i].log_rows);
        order
    }

    /// What a unit of a column adds to the end of the zerocheck.
    pub(super) fn contribution(&self, block: usize, row: &[EF], column: usize) -> EF {
        let chip = self.layout.blocks[block].chip;
        let value =
            |row: &[EF]| contribution(&self.toy.system, chip, &self.claim.publics, &self.weights[block], row);
        let mut other = row.to_vec();
        other[column] += EF::ONE;
        value(&other) - value(row)
    }

    /// Columns at r are settled when λ is known.
    pub(super) fn settle_columns_at_r(&mut self) {
        let honest = self.at_r.clone();
        let first = self.sent.len() - honest.len();
        if let Some(at) = self.held.take() {
            // Three columns of one block: both leaves as they must be, and the batch as it was.
            let block = at - first;
            let of = |v: &Values| {
                let [p, q] = self.leaves(v);
                [p, q, self.batched(v)]
            };
            let base = of(&honest);
            let columns = [0, 1, 3].map(|column| {
                let mut other = honest.clone();
                other[block][column] += EF::ONE;
                let value = of(&other);
                [0, 1, 2].map(|i| value[i] - base[i])
            });
            let by = solve_3(columns, [self.error, EF::ZERO, EF::ZERO]);
            [0, 1, 3].into_iter().zip(by).for_each(|(column, by)| self.patch(at, column, by));
            self.error = EF::ZERO;
        } else {
            self.error *= self.weights[self.counts()].columns[1];
        }
    }

    /// Columns at ρ are settled when the challenges that combine stacks are known.
    pub(super) fn settle_columns(&mut self) {
        let honest: Values = self.values.iter().map(|v| v.clone().expect("all are sent")).collect();
        let of = |column: usize| {
            let mut other = honest.clone();
            other[0][column] += EF::ONE;
            [self.contribution(0, &honest[0], column), self.combined(&other) - self.combined(&honest)]
        };
        let ([a, b], [c, d]) = (of(1), of(3));
        if let Some(at) = self.held.take() {
            // ts and y: the zerocheck's end as it must be, and the combination as it was.
            let y = self.error * (c - a * d * b.inverse()).inverse();
            self.patch(at, 1, -y * d * b.inverse());
            self.patch(at, 3, y);
            self.error = EF::ZERO;
        } else {
            self.error *= c.inverse() * d;
        }
    }

    /// The last polynomial, the target, is settled when positions are known: one that vanishes on them is
    /// added.
    pub(super) fn settle_final(&mut self, bytes: &[u8]) {
        let Some(at) = self.held.take() else { return };
        let vanishing = vanishing(bytes, self.toy.params.base.log_domain);
        let by = self.error * at_point(&vanishing, &self.rho).inverse();
        for (x, v) in vanishing.into_iter().enumerate() {
            self.patch(at, x, by * v);
        }
        self.error = EF::ZERO;
    }
}

/// Coefficients of the polynomial that vanishes on the positions drawn with these bytes.
pub fn vanishing(bytes: &[u8], log_domain: usize) -> Vec<F> {
    let mut indices: Vec<usize> = bytes.chunks_exact(4).map(|c| index_from(c, log_domain)).collect();
    indices.sort_unstable();
    indices.dedup();
    let mut out = vec![F::ONE];
    for i in indices {
        let z = F::two_adic_generator(log_domain).exp_u64(bit_reverse(i, log_domain) as u64);
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
