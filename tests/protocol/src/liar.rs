//! A prover of a false claim about the toy machine who carries the error from message to message, to one
//! that it solves for when it knows the challenges drawn later.
//!
//! It stands between an honest prover and the sponge: it sees the honest messages, knows by how much the
//! verifier's claims differ from the honest ones, and sends other values where equations must hold. The
//! one message it solves for it holds back: a sponge that is deaf to it does not notice.

use aver_stark::eq::{bit_reverse, eq_table, eq_weights, log2_ceil};
use aver_stark::field::{EF, F};
use aver_stark::hash::{Sponge, ext_from, index_from};
use aver_stark::layout::Layout;
use aver_stark::symbolic::Affine;
use aver_stark::transcript::{Kind, Step, Transcript};
use aver_stark::value::{Element, Value};
use aver_stark::verify::{Challenge, slot_weight, stack_values};
use aver_stark::zerocheck::{Values, Weights, contribution, cubic, weights};
use p3_field::{Field, PrimeCharacteristicRing, TwoAdicField};

use crate::recorder::Deaf;
use crate::toy::{Claim, Toy};

/// The prover who lies, as a transcript.
pub struct Liar<'a> {
    toy: &'a Toy,
    claim: &'a Claim,
    layout: Layout,
    sponge: Sponge,
    /// What is solved for, and whether the sponge is deaf to it.
    target: Deaf,
    is_deaf: bool,
    /// What stands in the proof so far.
    sent: Vec<Vec<u8>>,
    labels: Vec<&'static str>,
    /// Where the target stands in `sent`, until it is solved for.
    held: Option<usize>,
    /// What a unit of the target's unknown adds to the claim.
    slope: EF,
    /// By how much the verifier's claim differs from the honest one.
    error: EF,
    shared: Vec<EF>,
    local: Vec<EF>,
    mu: EF,
    /// N / D as it must be, for the tree's root.
    quotient: EF,
    children: [EF; 4],
    /// Challenges of the layer: of rows, then of stacks; how many are rows; how many rounds are done.
    point: Vec<EF>,
    rows: usize,
    round: usize,
    at_r: Values,
    weights: Vec<Weights>,
    rho: Vec<EF>,
    values: Vec<Option<Vec<EF>>>,
    c: Vec<EF>,
    before_whir: Option<BeforeWhir>,
}

/// Where the opening starts.
pub struct BeforeWhir {
    /// What was heard.
    pub sponge: Sponge,
    /// The proof so far.
    pub proof: Vec<u8>,
    /// Where everything is opened.
    pub rho: Vec<EF>,
    /// What challenges weight stacks with.
    pub weights: Vec<EF>,
    /// By how much the claim that is opened differs from the honest one.
    pub error: EF,
}

impl<'a> Liar<'a> {
    /// Lies in favour of `claim` by solving for `target`.
    pub fn new(domain: &str, toy: &'a Toy, claim: &'a Claim, target: Deaf, is_deaf: bool) -> Self {
        let layout = toy.layout();
        let values = vec![None; layout.blocks.len()];
        Self {
            toy,
            claim,
            layout,
            sponge: Sponge::new(domain),
            target,
            is_deaf,
            sent: Vec::new(),
            labels: Vec::new(),
            held: None,
            slope: EF::ZERO,
            error: EF::ZERO,
            shared: Vec::new(),
            local: Vec::new(),
            mu: EF::ZERO,
            quotient: EF::ZERO,
            children: [EF::ZERO; 4],
            point: Vec::new(),
            rows: 0,
            round: 0,
            at_r: Vec::new(),
            weights: Vec::new(),
            rho: Vec::new(),
            values,
            c: Vec::new(),
            before_whir: None,
        }
    }

    /// The proof, if the error was got rid of.
    pub fn proof(self) -> Option<Vec<u8>> {
        (self.held.is_none() && self.error == EF::ZERO).then(|| self.sent.concat())
    }

    /// Where the opening starts, all before being consistent.
    pub fn before_whir(self) -> Option<BeforeWhir> {
        self.before_whir
    }

    fn is_target(&self, step: Step) -> bool {
        step.label == self.target.label
            && self.labels.iter().filter(|l| **l == step.label).count() == self.target.nth
    }

    /// What the verifier's own messages add up to.
    fn own(&self) -> EF {
        let challenge = |list: &[EF]| Challenge::new(list.to_vec());
        let (local, shared) = (challenge(&self.local), challenge(&self.shared));
        let term = |(bus, m, values): &(aver_stark::air::Bus, F, Vec<F>)| {
            let values: Vec<EF> = values.iter().map(|&v| EF::from(v)).collect();
            (if bus.shared { &shared } else { &local }).compress(*bus, &values).inverse() * *m
        };
        self.claim.messages.iter().map(term).sum()
    }

    /// The leaves at GKR's point, from columns at r: numerator and denominator.
    fn leaves(&self, at_r: &Values) -> [EF; 2] {
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
    fn batched(&self, at_r: &Values) -> EF {
        let pairs = self.weights.iter().zip(at_r);
        pairs.flat_map(|(w, v)| w.columns.iter().zip(v)).map(|(&w, &v)| w * v).sum()
    }

    /// What WHIR starts from.
    fn combined(&self, values: &Values) -> EF {
        let stacks = stack_values(&self.toy.system, &self.layout, &self.rho, values);
        eq_weights(&self.c, stacks.len()).iter().zip(&stacks).map(|(&w, &v)| w * v).sum()
    }

    /// Number of message columns of each block.
    fn columns(&self) -> impl Iterator<Item = usize> {
        self.layout.blocks.iter().map(|b| self.toy.system.described[b.chip].message_columns.len())
    }

    /// The first block with multiplicities that are used for nothing else.
    fn counts(&self) -> usize {
        self.layout.blocks.iter().position(|b| b.chip == 1).expect("a block")
    }

    /// Blocks in the order in which their columns are sent in the zerocheck.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.layout.blocks.len()).collect();
        order.sort_by_key(|&i| self.layout.blocks[i].log_rows);
        order
    }

    /// Adds to an element of a message that was sent.
    fn patch(&mut self, at: usize, element: usize, by: EF) {
        let bytes = &mut self.sent[at][20 * element..20 * element + 20];
        let value = EF::read(bytes).expect("an element") + by;
        bytes.copy_from_slice(&encoded(&[value]));
    }

    /// Solves for element `element` of the target, on which the claim depends as `slope` says.
    fn solve(&mut self, element: usize) {
        if let Some(at) = self.held.take() {
            self.patch(at, element, -self.error * self.slope.inverse());
            self.error = EF::ZERO;
        }
    }

    /// What is sent for an honest message.
    fn lie(&mut self, step: Step, honest: &[u8], is_target: bool) -> Vec<u8> {
        let mut values = elements(honest);
        match step.label {
            "gkr/root" => {
                let [n, d] = [values[0], values[1]];
                self.quotient = -self.own();
                if let Some(at) = self.held.take() {
                    // The claimed sum is the target.
                    self.patch(at, 0, n * d.inverse() - self.quotient);
                } else if !is_target {
                    values[0] = self.quotient * d;
                    self.error = values[0] - n;
                }
                self.children = [n, d, EF::ZERO, EF::ZERO];
            }
            "gkr/children" => {
                self.solve(1);
                self.children = [values[0], values[1], values[2], values[3]];
                if !is_target {
                    let by = self.error * values[3].inverse();
                    values[0] += by;
                    self.error = by;
                }
            }
            "columns at r" => {
                let block = self.at_r.len();
                self.at_r.push(values.clone());
                if block == self.counts() && !is_target && self.held.is_none() {
                    // A multiplicity makes up for the numerator.
                    let mut columns: Values = self.columns().map(|n| vec![EF::ZERO; n]).collect();
                    let base = self.leaves(&columns)[0];
                    columns[block][1] = EF::ONE;
                    self.error *= (self.leaves(&columns)[0] - base).inverse();
                    values[1] += self.error;
                }
            }
            "zerocheck/columns" => {
                let order = self.order();
                let block = order[self.values.iter().flatten().count()];
                self.values[block] = Some(values.clone());
                if block == 0 && !is_target && self.held.is_none() {
                    let slope = self.contribution(0, &values, 3);
                    values[3] += self.error * slope.inverse();
                }
            }
            "whir/final" => self.solve(1),
            _ => return honest.to_vec(),
        }
        encoded(&values)
    }

    /// What a unit of a column adds to the end of the zerocheck.
    fn contribution(&self, block: usize, row: &[EF], column: usize) -> EF {
        let chip = self.layout.blocks[block].chip;
        let value =
            |row: &[EF]| contribution(&self.toy.system, chip, &self.claim.publics, &self.weights[block], row);
        let mut other = row.to_vec();
        other[column] += EF::ONE;
        value(&other) - value(row)
    }

    /// Goes on with a challenge.
    fn drawn(&mut self, step: Step, x: EF) {
        let is_held = |label: &str| self.held.is_some() && self.target.label == label;
        match step.label {
            "shared" => self.shared.push(x),
            "logup" => self.local.push(x),
            "gkr/mu" => {
                self.mu = x;
                self.round = 0;
                if is_held("gkr/root") {
                    let [n, d, ..] = self.children;
                    let denominator = (n + x * d) * (self.quotient + x).inverse();
                    let at = self.held.take().expect("it is held");
                    self.patch(at, 0, self.quotient * denominator - n);
                    self.patch(at, 1, denominator - d);
                }
            }
            "gkr/x" => {
                let z = std::mem::replace(&mut self.point[self.round], x);
                self.goes_on("gkr/round", x * z.inverse(), x * x - x);
            }
            "gkr/bit" => {
                let [_, _, q0, q1] = self.children;
                if is_held("gkr/children") {
                    // Both numerators change, but not their line at x.
                    let at = self.held.take().expect("it is held");
                    let ratio = x * (EF::ONE - x).inverse();
                    let by = self.error * (q0 - q1 * ratio).inverse();
                    self.patch(at, 0, -ratio * by);
                    self.patch(at, 1, by);
                    self.error = EF::ZERO;
                } else {
                    self.error *= EF::ONE - x;
                }
                if self.rows < self.layout.log_height {
                    self.point.insert(0, x);
                    self.rows += 1;
                } else {
                    self.point.push(x);
                }
            }
            "zerocheck/lambda" => {
                self.round = 0;
                self.weights = weights(&self.toy.system, &self.layout, x);
                self.settle_columns_at_r();
            }
            "zerocheck/x" => {
                let by = cubic([EF::ZERO, EF::ONE, EF::ZERO, EF::ZERO], x) * self.point[self.round].inverse();
                self.goes_on("zerocheck/round", by, cubic([EF::ZERO, EF::ZERO, EF::ZERO, EF::ONE], x));
                self.rho.push(x);
                if self.rho.len() == self.layout.log_height {
                    self.solve(2);
                }
            }
            "whir/c" => {
                self.c.push(x);
                let stacks = self.layout.groups.iter().map(|g| g.count).sum();
                if self.c.len() == log2_ceil(stacks) {
                    self.settle_columns();
                    if let Some(before) = &mut self.before_whir {
                        before.weights = eq_weights(&self.c, stacks);
                        before.error = self.error;
                    }
                }
            }
            "whir/r" => self.goes_on("whir/round", x, x * x - x),
            _ => {}
        }
    }

    /// A round is over: the error grows by `by`; if the round was the target, a unit of it adds `unit`.
    fn goes_on(&mut self, label: &str, by: EF, unit: EF) {
        self.error *= by;
        let is_held = self.held.is_some() && self.target.label == label;
        let was_sent_last = self.held.is_some_and(|at| at + 1 == self.sent.len());
        if is_held {
            self.slope = if was_sent_last { unit } else { self.slope * by };
        }
        self.round += 1;
    }

    /// Columns at r are settled when λ is known.
    fn settle_columns_at_r(&mut self) {
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
    fn settle_columns(&mut self) {
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
    fn settle_final(&mut self, bytes: &[u8]) {
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

impl Transcript for Liar<'_> {
    fn absorb(&mut self, step: Step, honest: &[u8]) {
        let is_target = self.is_target(step);
        let bytes = self.lie(step, honest, is_target);
        if !(is_target && self.is_deaf) {
            Transcript::absorb(&mut self.sponge, step, &bytes);
        }
        if matches!(step.kind, Kind::Message | Kind::Work) {
            self.labels.push(step.label);
            self.sent.push(bytes);
            if is_target {
                self.held = Some(self.sent.len() - 1);
            }
        }
    }

    fn squeeze(&mut self, step: Step, out: &mut [u8]) {
        if step.label == "whir/c" && self.c.is_empty() {
            let (sponge, proof, rho) = (self.sponge.clone(), self.sent.concat(), self.rho.clone());
            self.before_whir = Some(BeforeWhir { sponge, proof, rho, weights: Vec::new(), error: EF::ZERO });
        }
        Transcript::squeeze(&mut self.sponge, step, out);
        if let Ok(bytes) = (&*out).try_into() {
            self.drawn(step, ext_from(bytes));
        }
        if step.label == "whir/positions" && self.target.label == "whir/final" {
            self.settle_final(out);
        }
    }

    fn hint(&mut self, step: Step, bytes: &[u8]) {
        self.labels.push(step.label);
        self.sent.push(bytes.to_vec());
    }
}

fn elements(bytes: &[u8]) -> Vec<EF> {
    bytes.chunks_exact(20).filter_map(EF::read).collect()
}

fn encoded(values: &[EF]) -> Vec<u8> {
    let mut out = Vec::new();
    values.write(&mut out);
    out
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
