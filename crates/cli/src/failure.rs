//! How a command fails.

use crate::{outcome, terminal};
use aver_sdk::Error;
use serde_json::json;
use std::process::ExitCode;

pub const REJECTED: u8 = 1;
pub const USAGE: u8 = 2;
pub const FAULT: u8 = 3;

#[derive(Debug)]
pub struct Failure {
    /// A short name that stays the same between releases.
    code: &'static str,
    message: String,
    exit: u8,
}

impl Failure {
    pub fn memory(message: String) -> Self {
        Self { code: "memory", message, exit: USAGE }
    }

    pub fn usage(message: impl Into<String>) -> Self {
        let message = message.into();
        let message = message.strip_prefix("error: ").unwrap_or(&message).trim().into();
        Self { code: "usage", message, exit: USAGE }
    }

    pub fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self { code: "io", message: format!("{}: {error}", path.display()), exit: USAGE }
    }

    #[cfg(feature = "bench")]
    pub fn bench(message: impl std::fmt::Display) -> Self {
        Self { code: "bench", message: message.to_string(), exit: USAGE }
    }

    pub fn panic() -> Self {
        let message = "this is a bug in aver; please report it with what was printed above".into();
        Self { code: "bug", message, exit: USAGE }
    }

    /// The same failure, with more to say.
    pub fn hint(mut self, text: &str) -> Self {
        self.message = format!("{}; {text}", self.message);
        self
    }

    /// The same failure, of something in a file.
    pub fn within(mut self, path: &std::path::Path) -> Self {
        self.message = format!("{}: {}", path.display(), self.message);
        self
    }

    pub fn show(&self, json: bool) -> ExitCode {
        if json {
            outcome::print(&json!({ "error": { "code": self.code, "message": self.message } }).to_string());
        } else {
            terminal::say(&format!("error: {}", terminal::printable(&self.message)));
        }
        ExitCode::from(self.exit)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::Rejected(_) | Error::RejectedRoot(_) => REJECTED,
            Error::Fault(_) => FAULT,
            _ => USAGE,
        };
        Self { code: error.code(), message: error.to_string(), exit }
    }
}
