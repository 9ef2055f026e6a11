//! How much memory this process has used.

/// The most bytes that were resident at once; `None` where the system does not say.
pub fn peak_rss() -> Option<u64> {
    // Not getrusage: there Linux counts what the process was before it became this program.
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
        Some(kibibytes << 10)
    }
    #[cfg(all(unix, not(target_os = "linux")))]
    {
        use nix::sys::resource::{UsageWho, getrusage};
        let most = u64::try_from(getrusage(UsageWho::RUSAGE_SELF).ok()?.max_rss()).ok()?;
        // macOS counts bytes, the others kibibytes.
        Some(if cfg!(target_vendor = "apple") { most } else { most << 10 })
    }
    #[cfg(not(unix))]
    None
}

#[cfg(all(test, unix))]
#[test]
fn more_than_a_megabyte() {
    assert!(super::memory::peak_rss().unwrap() > 1 << 20);
}
