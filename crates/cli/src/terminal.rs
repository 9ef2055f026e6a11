//! Standard error: warnings, progress, and what the guest prints.

use crate::interrupt::keep_on_interrupt;
use aver_sdk::{Compressing, Compressor, Progress, ProverBuilder};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{IsTerminal, Write, stderr},
    time::Duration,
};

/// A line. Standard error may be closed.
pub fn say(text: &str) {
    let _ = writeln!(stderr().lock(), "{text}");
}

/// The text without what a terminal would obey.
pub fn printable(text: &str) -> String {
    let keep = |c: char| !c.is_control() || c == '\n' || c == '\t';
    text.chars().map(|c| if keep(c) { c.to_string() } else { c.escape_default().to_string() }).collect()
}

/// Bytes of the guest's console: as they are to a file, but nothing a terminal would obey to one.
fn console(bytes: &[u8]) {
    let mut stderr = stderr().lock();
    let _ = match stderr.is_terminal() {
        true => stderr.write_all(printable(&String::from_utf8_lossy(bytes)).as_bytes()),
        false => stderr.write_all(bytes),
    };
}

/// A prover's bar over shards, where standard error is a terminal.
pub struct Bar(ProgressBar);

impl Bar {
    pub fn new() -> Self {
        let bar = ProgressBar::new_spinner().with_message("executing");
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    /// Has `prover` move this bar, and print the guest's console above it.
    pub fn watch(&self, prover: ProverBuilder) -> ProverBuilder {
        let (bar, above) = (self.0.clone(), self.0.clone());
        prover
            .on_console(move |_, bytes| above.suspend(|| console(bytes)))
            .on_progress(move |progress| show(&bar, progress))
    }
}

impl Bar {
    /// Shows how far a compression is.
    pub fn watch_compressor(&self, compressor: Compressor) -> Compressor {
        let bar = self.0.clone();
        compressor.on_progress(move |progress| match progress {
            Compressing::Circuits => bar.set_message("making circuits"),
            Compressing::Hidden { done, of } => {
                set_style(&bar);
                bar.set_message("hiding");
                bar.set_length(of as u64);
                bar.set_position(done as u64);
            }
            Compressing::Joined { done, of } => {
                keep_on_interrupt();
                set_style(&bar);
                bar.set_message("compressing");
                bar.set_length(of as u64);
                bar.set_position(done as u64);
            }
        })
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn set_style(bar: &ProgressBar) {
    const STYLE: &str = "{msg} {wide_bar} {pos}/{len}, {elapsed} (about {eta} left)";
    // The template is a constant; the plain bar would do as well.
    bar.set_style(ProgressStyle::with_template(STYLE).unwrap_or_else(|_| ProgressStyle::default_bar()));
}

fn show(bar: &ProgressBar, progress: Progress) {
    if matches!(progress, Progress::Proved { .. } | Progress::Reused { .. }) {
        keep_on_interrupt();
    }
    match progress {
        Progress::Executed { cycles, shards } => {
            set_style(bar);
            bar.set_length(shards as u64);
            bar.set_message(format!("{} cycles: proving", crate::outcome::count(cycles)));
        }
        Progress::Reused { done, of } => {
            bar.suspend(|| say(&format!("{done} of {of} proofs were finished earlier, and are reused")));
            bar.set_length(of as u64);
            bar.set_position(done as u64);
            // The rest takes as long as if there had been nothing.
            bar.reset_eta();
        }
        Progress::Proved { done, of } => {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
    }
}
