//! What figures mean nothing without.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

/// Processor, number of its threads, memory, how busy it was before, compiler and commit.
pub fn describe() -> Value {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_once(':').map_or("", |(_, value)| value).trim().to_owned()
    };
    let cpu = read("/proc/cpuinfo");
    json!({
        "processor": field(&cpu, "model name"),
        "processor_threads": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": field(&read("/proc/meminfo"), "MemTotal"),
        "load_before": read("/proc/loadavg").split(' ').next().unwrap_or_default(),
        "features": if cfg!(target_feature = "avx512f") { "AVX-512" } else if cfg!(target_feature = "avx2") { "AVX2" } else { "none" },
        "rustc": say("rustc", &["--version"]),
        "commit": say("git", &["describe", "--always", "--dirty", "--exclude", "*"]),
    })
}

fn say(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or(String::new(), |o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
}
