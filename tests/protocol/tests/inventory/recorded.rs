//! Runs with what was asked of the transcript.

use std::sync::OnceLock;

use aver_machine::Systems;
use aver_protocol_tests::recorder::{Event, Log, What};
use aver_protocol_tests::run::Run;
use aver_stark::hash::Cell;
use aver_stark::params::Profile;
use aver_stark::value::Value;
use aver_verifier::Header;

/// A run with the verifier's logs.
pub struct Recorded {
    pub run: Run,
    pub header: Header,
    pub proofs: Vec<Vec<u8>>,
    pub logs: Vec<Log>,
    pub systems: Systems,
}

/// The runs of this file: proved once.
pub fn recorded(profile: Profile) -> &'static Recorded {
    static RUNS: [OnceLock<Recorded>; 2] = [OnceLock::new(), OnceLock::new()];
    RUNS[usize::from(profile == Profile::Bits100)].get_or_init(|| Recorded::new(profile))
}

impl Recorded {
    fn new(profile: Profile) -> Self {
        let run = Run::new(profile, 5);
        let (verified, logs) = run.recorded(&run.file);
        assert_eq!(verified.expect("an honest proof").shards, 3);
        let (header, proofs) = run.parts();
        assert_eq!((header.memory.len(), logs.len()), (1, 5));
        Self { run, header, proofs, logs, systems: Systems::new(Vec::new()).expect("the machine") }
    }

    /// What proof `i` adds to the run's log.
    pub fn own(&self, i: usize) -> &[Event] {
        let (run, part) = (&self.logs[0], &self.logs[i + 1]);
        assert_eq!(part[..run.len()], run[..], "proof {i} goes on from the run");
        &part[run.len()..]
    }
}

/// The cells absorbed at a step, each time.
pub fn absorbed<'a>(log: &'a [Event], label: &str) -> Vec<&'a [Cell]> {
    let is = |e: &&Event| e.what == What::Absorbed && e.step.label == label;
    log.iter().filter(is).map(|e| e.cells.as_slice()).collect()
}

pub fn cells<T: Value + ?Sized>(value: &T) -> Vec<Cell> {
    let mut out = Vec::new();
    value.absorbed(&mut out);
    out
}

pub fn position(log: &[Event], what: What, label: &str) -> usize {
    log.iter().position(|e| e.what == what && e.step.label == label).unwrap_or_else(|| panic!("no {label}"))
}
