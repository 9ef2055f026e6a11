//! A transcript that writes down what is asked of it, and may be deaf to one message.

use std::cell::RefCell;
use std::rc::Rc;

use aver_stark::hash::Sponge;
use aver_stark::transcript::{Kind, Step, Transcript};

/// What happened at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Bytes were absorbed.
    Absorbed,
    /// Bytes were drawn.
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
    /// With which bytes.
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

/// A [`Sponge`] that writes down. A clone writes a log of its own, which begins with what was before.
pub struct Recorder {
    sponge: Sponge,
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
    /// One that has heard nothing but the domain.
    pub fn new(domain: &str, deaf: Option<Deaf>) -> Self {
        Self::from(Sponge::new(domain), deaf)
    }

    /// One that goes on from a sponge.
    pub fn from(sponge: Sponge, deaf: Option<Deaf>) -> Self {
        Self { sponge, logs: Logs::default(), own: 0, deaf }
    }

    /// Where it writes: its own log, then its clones'.
    pub fn logs(&self) -> Logs {
        self.logs.clone()
    }

    fn push(&self, what: What, step: Step, bytes: &[u8]) {
        self.logs.0.borrow_mut()[self.own].push(Event { what, step, bytes: bytes.to_vec() });
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
    fn absorb(&mut self, step: Step, bytes: &[u8]) {
        if !self.is_deaf(step) {
            Transcript::absorb(&mut self.sponge, step, bytes);
        }
        self.push(What::Absorbed, step, bytes);
    }

    fn squeeze(&mut self, step: Step, out: &mut [u8]) {
        Transcript::squeeze(&mut self.sponge, step, out);
        self.push(What::Drawn, step, out);
    }

    fn hint(&mut self, step: Step, bytes: &[u8]) {
        self.push(What::Hinted, step, bytes);
    }
}

/// What a sponge draws when it is given a log's absorbs.
pub fn replay(domain: &str, log: &[Event]) -> Vec<Vec<u8>> {
    let mut sponge = Sponge::new(domain);
    let mut drawn = Vec::new();
    for event in log {
        match event.what {
            What::Absorbed => Transcript::absorb(&mut sponge, event.step, &event.bytes),
            What::Drawn => {
                let mut out = vec![0; event.bytes.len()];
                Transcript::squeeze(&mut sponge, event.step, &mut out);
                drawn.push(out);
            }
            What::Hinted => {}
        }
    }
    drawn
}
