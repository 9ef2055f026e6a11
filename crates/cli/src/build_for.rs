//! The build that suits the processor: this one, or a better one beside it.
//!
//! Kernels are chosen when Aver is compiled, so a release has several builds in one folder: `aver`, which
//! is started, and `aver-VERSION-x86-64-v3` and the like. What is started hands over to the best of them.

use crate::{failure::Failure, failure::USAGE};
use aver_cpu::Level;
use std::{
    env,
    ffi::OsString,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The best level to use, whatever the processor has.
const AT_MOST: &str = "AVER_CPU";

/// Runs `command`, unless this build uses instructions that the processor does not have.
///
/// All of Aver may have been compiled for them: what is called before they are known to be there is
/// `std`, which is not, and little code that a test runs without them.
pub fn start(command: fn() -> ExitCode) -> ExitCode {
    if aver_cpu::fits() {
        return command();
    }
    say("error: this build of aver needs a processor with");
    for name in aver_cpu::missing() {
        say(" ");
        say(name);
    }
    say(", which this one lacks; build one for any: \
         RUSTFLAGS=\"-C target-cpu=x86-64\" cargo install --path crates/cli\n");
    ExitCode::from(USAGE)
}

#[inline(never)]
fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Becomes the best build there is for this machine, if that is not the one that runs.
pub fn hand_over(args: &[OsString]) -> Result<(), Failure> {
    let at_most = match env::var_os(AT_MOST) {
        None => Level::V4,
        Some(name) => level(&name)?,
    };
    let best = Level::of_machine().min(at_most);
    let Some(path) = env::current_exe().ok().and_then(|own| better(&own, best)) else { return Ok(()) };
    become_it(&path, args);
    Ok(())
}

fn level(name: &OsString) -> Result<Level, Failure> {
    let levels = [Level::Baseline].into_iter().chain(Level::ABOVE);
    let of_name = |level: &Level| *name == *level.to_string();
    let wrong = || format!("{AT_MOST} is {name:?}; it can be x86-64, x86-64-v3 or x86-64-v4");
    levels.into_iter().find(of_name).ok_or_else(|| Failure::usage(wrong()))
}

/// A build beside `own` for more than this code is, and `best` at most.
fn better(own: &Path, best: Level) -> Option<PathBuf> {
    let path = |level| own.with_file_name(format!("aver-{}-{level}", env!("CARGO_PKG_VERSION")));
    let suits = |level: &Level| *level > Level::of_code() && *level <= best;
    // One that is not what its name says would hand over to itself, for ever.
    Level::ABOVE.into_iter().filter(suits).map(path).find(|path| path != own && path.is_file())
}

/// Returns if it cannot be started.
#[cfg(unix)]
fn become_it(path: &Path, args: &[OsString]) {
    use std::os::unix::process::CommandExt;
    let (name, rest) = args.split_first().map_or((None, args), |(name, rest)| (Some(name), rest));
    let mut command = std::process::Command::new(path);
    command.args(rest).arg0(name.map_or("aver".as_ref(), OsString::as_os_str));
    let _ = command.exec();
}

#[cfg(not(unix))]
fn become_it(_: &Path, _: &[OsString]) {}
