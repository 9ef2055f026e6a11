//! A transcript that writes down what is asked of it, and may be deaf to one message.

use std::cell::RefCell;
use std::rc::Rc;

use aver_stark::field::{D, from_coefficients};
use aver_stark::hash::{Cell, FiatShamir, NODE};
use aver_stark::transcript::{Kind, Step, Transcript};
use aver_stark::value::Value;
use p3_field::PrimeField32;

/// What happened at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Cells were absorbed.
    Absorbed,
    /// Cells were drawn.
    Drawn,
    /// Bytes of the proof were read and not absorbed.
    Hinted,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub what: What,
    /// At which step.
    pub step: Step,
    /// With which cells; none are hinted.
    pub cells: Vec<Cell>,
    /// The bytes that stand in the proof.
    pub bytes: Vec<u8>,
}

impl Event {
    /// Whether its bytes stand in the proof.
    pub fn is_in_proof(&self) -> bool {
        match self.what {
            What::Absorbed => matches!(self.step.kind, Kind::Message | Kind::Work),
            What::Drawn => false,
            What::Hinted => true,
        }
    }
}

/// The steps of one transcript, from its beginning.
pub type Log = Vec<Event>;

/// A message that is not absorbed: the `nth` with this label, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deaf {
    /// Its label.
    pub label: &'static str,
    /// Which.
    pub nth: usize,
}

/// The bytes in a proof of a message, or of a nonce, with these cells.
pub fn bytes_of(step: Step, cells: &[Cell]) -> Vec<u8> {
    let mut out = Vec::new();
    match step.unit {
        "u32" => cells
            .iter()
            .for_each(|c| (c[0].as_canonical_u32() | c[1].as_canonical_u32() << 16).write(&mut out)),
        "F" => cells.iter().for_each(|c| c[0].write(&mut out)),
        "E" => cells.iter().for_each(|&c| from_coefficients(c).write(&mut out)),
        "digest" => {
            cells.chunks_exact(NODE.div_ceil(D)).for_each(|c| c.as_flattened()[..NODE].write(&mut out))
        }
        unit => panic!("no message is of {unit}"),
    }
    out
}

/// A transcript that writes down. A clone writes a log of its own, which begins with what was before.
pub struct Recorder {
    sponge: FiatShamir,
    logs: Logs,
    own: usize,
    deaf: Option<Deaf>,
}

/// Logs that are being written.
#[derive(Clone)]
pub struct Logs(Rc<RefCell<Vec<Log>>>);

impl Default for Logs {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(vec![Log::new()])))
    }
}

impl Logs {
    /// All of them so far.
    pub fn all(&self) -> Vec<Log> {
        self.0.borrow().clone()
    }

    /// The first one so far.
    pub fn first(&self) -> Log {
        self.0.borrow()[0].clone()
    }
}

impl Recorder {
    /// One that goes on from a transcript.
    pub fn new(sponge: FiatShamir, deaf: Option<Deaf>) -> Self {
        Self { sponge, logs: Logs::default(), own: 0, deaf }
    }

    /// Where it writes: its own log, then its clones'.
    pub fn logs(&self) -> Logs {
        self.logs.clone()
    }

    fn push(&self, event: Event) {
        self.logs.0.borrow_mut()[self.own].push(event);
    }

    fn is_deaf(&self, step: Step) -> bool {
        let heard = |e: &&Event| e.what == What::Absorbed && e.step.label == step.label;
        let nth = || self.logs.0.borrow()[self.own].iter().filter(heard).count();
        self.deaf.is_some_and(|deaf| deaf.label == step.label && deaf.nth == nth())
    }
}

impl Clone for Recorder {
    fn clone(&self) -> Self {
        let mut logs = self.logs.0.borrow_mut();
        let log = logs[self.own].clone();
        logs.push(log);
        let own = logs.len() - 1;
        drop(logs);
        Self { sponge: self.sponge.clone(), logs: self.logs.clone(), own, deaf: self.deaf }
    }
}

impl Transcript for Recorder {
    fn absorb(&mut self, step: Step, cells: &[Cell]) {
        if !self.is_deaf(step) {
            Transcript::absorb(&mut self.sponge, step, cells);
        }
        let is_in_proof = matches!(step.kind, Kind::Message | Kind::Work);
        let bytes = if is_in_proof { bytes_of(step, cells) } else { Vec::new() };
        self.push(Event { what: What::Absorbed, step, cells: cells.to_vec(), bytes });
    }

    fn squeeze(&mut self, step: Step, out: &mut [Cell]) {
        Transcript::squeeze(&mut self.sponge, step, out);
        self.push(Event { what: What::Drawn, step, cells: out.to_vec(), bytes: Vec::new() });
    }

    fn hint(&mut self, step: Step, bytes: &[u8]) {
        self.push(Event { what: What::Hinted, step, cells: Vec::new(), bytes: bytes.to_vec() });
    }
}

/// What a transcript draws when it is given a log's absorbs.
pub fn replay(mut sponge: FiatShamir, log: &[Event]) -> Vec<Vec<Cell>> {
    let mut drawn = Vec::new();
    for event in log {
        match event.what {
            What::Absorbed => Transcript::absorb(&mut sponge, event.step, &event.cells),
            What::Drawn => {
                let mut out = vec![Cell::default(); event.cells.len()];
                Transcript::squeeze(&mut sponge, event.step, &mut out);
                drawn.push(out);
            }
            What::Hinted => {}
        }
    }
    drawn
}
