//! What `aver doctor` says about building guests.

use crate::{
    Error, Toolchain,
    toolchain::{OLDEST, installed},
};
use std::path::Path;

const RUSTUP: &str = "rustup toolchain install nightly --component rust-src";
const DEBIAN: &str = "apt-get install rustc-web cargo-web rust-web-src libstd-rust-web-dev lld";

/// One thing looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub what: &'static str,
    pub ok: bool,
    /// What was found, or why it is not good enough.
    pub detail: String,
    /// The one command that mends it.
    pub fix: Option<String>,
}

/// Looks at what building a guest needs. All is well if every check is `ok`.
pub fn diagnose() -> Vec<Check> {
    let what = "guest toolchain";
    match Toolchain::find() {
        Ok(found) => vec![
            Check { what, ok: true, detail: found.describe(), fix: None },
            Check {
                what: "library sources",
                ok: true,
                detail: found.rust_src.display().to_string(),
                fix: None,
            },
            Check { what: "linker", ok: true, detail: found.linker.display().to_string(), fix: None },
        ],
        Err(Error::NoLinker) => vec![Check {
            what: "linker",
            ok: false,
            detail: Error::NoLinker.to_string(),
            fix: Some("apt-get install lld".into()),
        }],
        Err(error) => {
            let detail = match error {
                Error::NoToolchain(why) => {
                    format!("{why} (needed: rustc {}.{} or newer)", OLDEST.0, OLDEST.1)
                }
                other => other.to_string(),
            };
            vec![Check { what, ok: false, detail, fix: Some(fix()) }]
        }
    }
}

/// Rustup's way where rustup is; Debian's where only apt is.
fn fix() -> String {
    let rustup = !installed().is_empty();
    if !rustup && Path::new("/usr/bin/apt-get").exists() { DEBIAN } else { RUSTUP }.to_owned()
}
