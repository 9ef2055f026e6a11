//! Wall time, and the processor's time of all threads: where other programs run beside, the latter tells
//! more.

use std::fs;
use std::time::Instant;

/// In seconds.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    /// By the clock.
    pub wall: f64,
    /// Of all threads; zero where the system does not tell.
    pub cpu: f64,
}

impl Time {
    /// Longer than anything.
    pub const MAX: Self = Self { wall: f64::INFINITY, cpu: f64::INFINITY };

    /// The shorter of each.
    pub fn min(self, other: Self) -> Self {
        Self { wall: self.wall.min(other.wall), cpu: self.cpu.min(other.cpu) }
    }
}

/// Times `work`.
pub fn time<T>(work: impl FnOnce() -> T) -> (Time, T) {
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let result = work();
    (Time { wall: wall.elapsed().as_secs_f64(), cpu: cpu_seconds() - cpu }, result)
}

/// Time all threads of this process have run, by Linux' scheduler.
fn cpu_seconds() -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = |thread: fs::DirEntry| -> Option<f64> {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse().ok()
    };
    threads.filter_map(nanoseconds).sum::<f64>() * 1e-9
}
