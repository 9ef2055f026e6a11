//! What can go wrong, each with what to do about it.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "no toolchain for guests: {0}. `rustup toolchain install nightly --component rust-src` installs one"
    )]
    NoToolchain(String),
    #[error("no linker: neither the toolchain's rust-lld nor ld.lld was found; install the package `lld`")]
    NoLinker,
    #[error("{program}: {source}")]
    Spawn { program: PathBuf, source: std::io::Error },
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("the target {target}, as {rustc} describes it: {reason}")]
    Target { target: &'static str, rustc: PathBuf, reason: String },
    #[error("{manifest}: {reason}")]
    Package { manifest: PathBuf, reason: String },
    #[error("the guest {name} does not build:\n{stderr}")]
    Compile { name: String, stderr: String },
    #[error("the guest {name} has no program {wanted}; it has: {found}")]
    NoProgram { name: String, wanted: String, found: String },
    #[error("{library} is no static library")]
    NoLibrary { library: String },
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
