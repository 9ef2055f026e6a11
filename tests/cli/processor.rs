//! The build that runs, and the processor it runs on.

use crate::common::*;
use aver_cpu::Level;
use std::{fs, path::Path, process::Command};

const AVER: &str = env!("CARGO_BIN_EXE_aver-under-test");

/// Not an illegal instruction: an error that says what to do. Skips, and says so, where there is no
/// `qemu-x86_64`, or where this build runs on any processor.
#[test]
fn a_processor_that_lacks_something_is_told_so() {
    if Level::of_code() < Level::V3 {
        return eprintln!("skipped: this build is for any processor");
    }
    for (processor, lacks) in [("Nehalem", "avx2"), ("SandyBridge", "avx2"), ("Haswell-noTSX,-bmi2", "bmi2")]
    {
        let Ok(output) = Command::new("qemu-x86_64").args(["-cpu", processor, AVER, "--version"]).output()
        else {
            return eprintln!("skipped: no qemu-x86_64");
        };
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{processor}: {stderr}");
        assert!(stderr.contains(&format!(" {lacks}")), "{processor}: {stderr}");
        assert!(stderr.contains("RUSTFLAGS"), "{processor}: {stderr}");
    }
}

/// What runs when the builds for these levels stand beside the command. A shell makes the files: those this
/// process writes may be held open by what other tests start, and then cannot be run.
#[cfg(unix)]
fn chosen(dir: &Path, beside: &[Level], at_most: Option<&str>) -> String {
    let _ = fs::remove_dir_all(dir);
    fs::create_dir_all(dir).unwrap();
    let mut script = format!("cp '{AVER}' aver");
    for level in beside {
        let file = format!("aver-{}-{level}", env!("CARGO_PKG_VERSION"));
        script += &format!("; printf '#!/bin/sh\\necho {level} \"$@\"\\n' > {file}; chmod +x {file}");
    }
    assert!(Command::new("sh").arg("-c").arg(script).current_dir(dir).status().unwrap().success());
    let mut command = Command::new(dir.join("aver"));
    command.env_remove("AVER_CPU").args(["--version"]);
    command.envs(at_most.map(|level| ("AVER_CPU", level)));
    let output = command.output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    said.trim().into()
}

#[cfg(unix)]
#[test]
fn the_best_build_for_the_processor_runs() {
    let dir = folder("processor");
    let own = format!("aver {}", env!("CARGO_PKG_VERSION"));
    let (code, machine) = (Level::of_code(), Level::of_machine());
    assert!(code <= machine, "or this would not run");
    assert_eq!(chosen(&dir, &[], None), own);
    for beside in [&[Level::V3][..], &[Level::V4], &[Level::V3, Level::V4]] {
        for at_most in [None, Some(Level::Baseline), Some(Level::V3), Some(Level::V4)] {
            let best = at_most.unwrap_or(Level::V4).min(machine);
            let best = beside.iter().filter(|level| **level > code && **level <= best).max();
            let expected = best.map_or(own.clone(), |level| format!("{level} --version"));
            let at_most = at_most.map(|level| level.to_string());
            assert_eq!(chosen(&dir, beside, at_most.as_deref()), expected, "{beside:?}, {at_most:?}");
        }
    }
    assert!(chosen(&dir, &[], Some("v3")).contains("it can be x86-64, x86-64-v3 or x86-64-v4"));
}
