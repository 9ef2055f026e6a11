//! Leaves no partial file behind when the user interrupts.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, Once, PoisonError},
};

static TEMPORARY: Mutex<Option<PathBuf>> = Mutex::new(None);
/// What shells say of a process that was interrupted.
const INTERRUPTED: i32 = 130;

/// Removes the file `temporary` when the process is interrupted or told to end.
pub fn remove_on_interrupt(temporary: Option<&Path>) {
    static HANDLER: Once = Once::new();
    *TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner) = temporary.map(Path::to_owned);
    HANDLER.call_once(|| {
        // Without a handler the process ends all the same.
        let _ = ctrlc::set_handler(|| {
            if let Some(path) = TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
                let _ = std::fs::remove_file(path);
            }
            std::process::exit(INTERRUPTED)
        });
    });
}
