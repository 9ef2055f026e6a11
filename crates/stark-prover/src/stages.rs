//! How long the stages of proving take.

use std::time::{Duration, Instant};

/// Time spent by stage, summed over proofs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stages(pub Vec<(&'static str, Duration)>);

impl Stages {
    /// Adds the time of `stage`.
    pub fn add(&mut self, stage: &'static str, time: Duration) {
        match self.0.iter_mut().find(|s| s.0 == stage) {
            Some(s) => s.1 += time,
            None => self.0.push((stage, time)),
        }
    }

    /// Runs `work` as part of `stage`.
    pub fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.add(stage, start.elapsed());
        result
    }
}
