//! A prover of a false claim about the toy machine who carries the error from message to message, to one
//! that it solves for when it knows the challenges drawn later.
//!
//! It stands between an honest prover and the sponge: it sees the honest messages, knows by how much the
//! verifier's claims differ from the honest ones, and sends other values where equations must hold. The
//! one message it solves for it holds back: a sponge that is deaf to it does not notice.

mod lie;
mod settle;

use aver_stark::field::{EF, EF_BYTES, from_coefficients, powers};
use aver_stark::gather::StackClaim;
use aver_stark::hash::{Cell, FiatShamir};
use aver_stark::layout::{LOG_MAX_ROWS, Layout};
use aver_stark::transcript::{Kind, Step, Transcript};
use aver_stark::value::{Element, Value};
use aver_stark::zerocheck::{Values, Weights, cubic, weights};
use p3_field::{Field, PrimeCharacteristicRing};

use crate::recorder::{Deaf, bytes_of};
use crate::toy::{Claim, Toy};
pub use settle::{at_point, vanishing};

/// The chip with multiplicities that are used for nothing else.
const COUNTS: usize = 1;

/// The prover who lies, as a transcript.
pub struct Liar<'a> {
    toy: &'a Toy,
    claim: &'a Claim,
    layout: Layout,
    sponge: FiatShamir,
    /// What is solved for, and whether the sponge is deaf to it.
    target: Deaf,
    is_deaf: bool,
    /// The one equation that is left broken, if nothing is solved for.
    broken: Option<Equation>,
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
    /// Challenges of the layer, or of the zerocheck's point, in the order of rounds: of rows, then of leaves
    /// (of chunks) from the last on.
    point: Vec<EF>,
    /// How many rounds are done.
    round: usize,
    at_r: Values,
    weights: Vec<Weights>,
    /// ρ, in the order of rounds.
    rho: Vec<EF>,
    values: Values,
    gammas: Vec<EF>,
    /// Where stacks are opened, but for the row: in the order of rounds.
    gathered: Vec<EF>,
    /// The honest value of all stacks.
    gathered_value: EF,
    /// Rounds of windows.
    windows: usize,
    before_whir: Option<BeforeWhir>,
    /// The last positions, as they were drawn; ξ; coordinates that the opening bound.
    positions: Vec<Cell>,
    xi: EF,
    bound: Vec<EF>,
}

/// Where the opening starts.
pub struct BeforeWhir {
    /// What was heard.
    pub sponge: FiatShamir,
    /// The proof so far.
    pub proof: Vec<u8>,
    /// What is opened.
    pub claim: StackClaim,
    /// By how much the value that is claimed differs from the honest one.
    pub error: EF,
}

/// An equation of the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equation {
    /// The tree's root is the claimed sum, less the verifier's messages.
    Sum,
    /// A layer's claim is that of its children; layers from the root.
    Children(usize),
    /// The leaves' numerators follow from the columns.
    Numerators,
    /// The leaves' denominators do.
    Denominators,
    /// The zerocheck ends in what the columns give.
    ZerocheckEnd,
    /// The value of all stacks is that of the columns.
    Gather,
    /// What weighs that value follows from rows.
    Windows,
    /// The last polynomial has the value that its sumcheck ends in.
    Final,
}

impl<'a> Liar<'a> {
    /// Lies in favour of `claim` by solving for `target`.
    pub fn new(toy: &'a Toy, claim: &'a Claim, target: Deaf, is_deaf: bool) -> Self {
        let layout = toy.layout();
        Self {
            toy,
            claim,
            layout,
            sponge: toy.transcript(),
            target,
            is_deaf,
            broken: None,
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
            round: 0,
            at_r: Vec::new(),
            weights: Vec::new(),
            rho: Vec::new(),
            values: Vec::new(),
            gammas: Vec::new(),
            gathered: Vec::new(),
            gathered_value: EF::ZERO,
            windows: 0,
            before_whir: None,
            positions: Vec::new(),
            xi: EF::ZERO,
            bound: Vec::new(),
        }
    }

    /// Lies in favour of `claim` so that all equations but one hold.
    pub fn breaking(toy: &'a Toy, claim: &'a Claim, broken: Equation) -> Self {
        let nothing = Deaf { label: "", nth: 0 };
        Self { broken: Some(broken), ..Self::new(toy, claim, nothing, false) }
    }

    /// Leaves the equation broken if it is the one: nothing is wrong from there on.
    fn breaks(&mut self, equation: Equation) -> bool {
        let is = self.broken == Some(equation);
        if is {
            self.error = EF::ZERO;
        }
        is
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

    /// Adds to an element of a message that was sent.
    fn patch(&mut self, at: usize, element: usize, by: EF) {
        let bytes = &mut self.sent[at][EF_BYTES * element..][..EF_BYTES];
        let value = EF::read(bytes).expect("an element") + by;
        let mut new = Vec::new();
        value.write(&mut new);
        bytes.copy_from_slice(&new);
    }

    /// Solves for element `element` of the target, on which the claim depends as `slope` says.
    fn solve(&mut self, element: usize) {
        if let Some(at) = self.held.take() {
            self.patch(at, element, -self.error * self.slope.inverse());
            self.error = EF::ZERO;
        }
    }

    /// Layers of the tree.
    pub fn layers(&self) -> usize {
        self.layout.log_chunk + self.layout.log_leaves()
    }

    /// Rounds that windows take: a bit more than places have, of places and of numbers of chunks.
    fn window_rounds(&self) -> usize {
        2 * (self.gathered.len() + 1)
    }

    /// Whether the error is in what weighs the stacks, rather than in their value.
    fn lies_about_weight(&self) -> bool {
        self.target.label == "windows/round" || self.broken == Some(Equation::Windows)
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
                // The first of all rows, or behind the last of all leaves.
                let is_row = self.point.len() < self.layout.log_chunk;
                self.point.insert(if is_row { 0 } else { self.layout.log_chunk }, x);
            }
            "zerocheck/lambda" => {
                self.round = 0;
                self.weights = weights(&self.toy.system, x);
                self.settle_columns_at_r();
                self.point = self.point_of_columns();
            }
            "zerocheck/x" => {
                let by = cubic([EF::ZERO, EF::ONE, EF::ZERO, EF::ZERO], x) * self.point[self.round].inverse();
                self.goes_on("zerocheck/round", by, cubic([EF::ZERO, EF::ZERO, EF::ZERO, EF::ONE], x));
                self.rho.push(x);
                if self.rho.len() == LOG_MAX_ROWS {
                    self.solve(2);
                }
            }
            "gather/gamma" => {
                self.gammas = powers(x, self.values.iter().map(Vec::len).sum());
                self.settle_columns();
            }
            "gather/x" => {
                self.gathered.push(x);
                self.goes_on("gather/round", x, x * x - x);
            }
            "windows/x" => {
                self.windows += 1;
                if self.lies_about_weight() {
                    self.goes_on("windows/round", x, x * x - x);
                }
                if self.windows == self.window_rounds() {
                    self.solve(1);
                }
            }
            "whir/xi" => self.xi = x,
            "whir/r" => {
                self.bound.push(x);
                self.goes_on("whir/round", x, x * x - x);
                if self.bound.len() == self.toy.params.log_height {
                    self.settle_opening();
                }
            }
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
}

impl Transcript for Liar<'_> {
    fn absorb(&mut self, step: Step, honest: &[Cell]) {
        let is_target = self.is_target(step);
        let cells = self.lie(step, honest, is_target);
        if !(is_target && self.is_deaf) {
            Transcript::absorb(&mut self.sponge, step, &cells);
        }
        if matches!(step.kind, Kind::Message | Kind::Work) {
            self.labels.push(step.label);
            self.sent.push(bytes_of(step, &cells));
            if is_target {
                self.held = Some(self.sent.len() - 1);
            }
        }
    }

    fn squeeze(&mut self, step: Step, out: &mut [Cell]) {
        Transcript::squeeze(&mut self.sponge, step, out);
        if let [cell] = *out {
            self.drawn(step, from_coefficients(cell));
        }
        if step.label == "windows/x" && self.windows == self.window_rounds() {
            let (sponge, proof, claim) = (self.sponge.clone(), self.sent.concat(), self.opened());
            self.before_whir = Some(BeforeWhir { sponge, proof, claim, error: self.error });
        }
        if step.label == "whir/positions" {
            self.positions = out.to_vec();
        }
    }

    fn hint(&mut self, step: Step, bytes: &[u8]) {
        self.labels.push(step.label);
        self.sent.push(bytes.to_vec());
    }
}
