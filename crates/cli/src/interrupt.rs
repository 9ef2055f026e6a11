//! What is left behind when the user interrupts: finished proofs, and nothing else.

use crate::terminal::say;
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, Once, PoisonError},
};

static TEMPORARY: Mutex<Option<PathBuf>> = Mutex::new(None);
static FILE: Mutex<Option<(PathBuf, Keep)>> = Mutex::new(None);
/// What shells say of a process that was interrupted.
const INTERRUPTED: i32 = 130;

/// What to do with a file of which the whole is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Worth nothing as it is.
    No,
    /// It has finished proofs.
    Yes,
}

/// A file that is removed as well then, and worth nothing as it is.
pub fn remove_on_interrupt(file: Option<&Path>) {
    *TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner) = file.map(Path::to_owned);
}

/// From now on, when the process is interrupted or told to end, removes `file`, or says that it (or the folder) was kept.
pub fn on_interrupt(file: Option<&Path>, keep: Keep) {
    static HANDLER: Once = Once::new();
    *FILE.lock().unwrap_or_else(PoisonError::into_inner) = file.map(|path| (path.to_owned(), keep));
    HANDLER.call_once(|| {
        // Without a handler the process ends all the same.
        let _ = ctrlc::set_handler(|| {
            if let Some(path) = TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
                drop(std::fs::remove_file(path));
            }
            match FILE.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
                Some((path, Keep::No)) => drop(std::fs::remove_file(path)),
                Some((path, Keep::Yes)) => say(&format!(
                    "interrupted; finished proofs are kept in {}: the same command goes on from them",
                    crate::outcome::path(path)
                )),
                None => {}
            }
            std::process::exit(INTERRUPTED)
        });
    });
}

/// The file has finished proofs now.
pub fn keep_on_interrupt() {
    if let Some((_, keep)) = FILE.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        *keep = Keep::Yes;
    }
}
