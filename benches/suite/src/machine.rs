//! What figures mean nothing without.

use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// The computer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's name.
    pub cpu: String,
    /// Its threads that this process may use.
    pub cores: usize,
    /// What the prover was compiled for.
    pub features: String,
    /// Bytes of memory.
    pub memory_bytes: Option<u64>,
    /// How busy it was before: the mean number of running threads in the last minute.
    pub load: Option<f64>,
}

impl Machine {
    /// This one, now.
    pub fn describe() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let field = |text: &str, key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal");
        let kibibytes = memory.and_then(|m| m.strip_suffix(" kB")?.parse::<u64>().ok());
        Self {
            cpu: field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| std::env::consts::ARCH.into()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            features: features().into(),
            memory_bytes: kibibytes.map(|k| k << 10),
            load: read("/proc/loadavg").split(' ').next().and_then(|load| load.parse().ok()),
        }
    }
}

fn features() -> &'static str {
    if cfg!(target_feature = "avx512f") {
        "AVX-512"
    } else if cfg!(target_feature = "avx2") {
        "AVX2"
    } else if cfg!(target_feature = "neon") {
        "NEON"
    } else {
        "portable"
    }
}

/// The commit that is checked out where the command runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Commit {
    /// Its short name; with `-dirty` if files differ from it.
    #[serde(rename = "commit")]
    pub name: String,
    /// Its day, as in 2026-11-21.
    pub date: String,
    /// Seconds since 1970.
    pub time: u64,
}

impl Commit {
    /// `None` outside a repository, or without Git.
    pub fn find() -> Option<Self> {
        let about = git(&["show", "--no-patch", "--format=%cs %ct", "HEAD"])?;
        let (date, time) = about.split_once(' ')?;
        let name = git(&["describe", "--always", "--dirty", "--exclude", "*"])?;
        Some(Self { name, date: date.into(), time: time.parse().ok()? })
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
