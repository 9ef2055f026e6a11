//! Finds a compiler that can build `core` from source, the sources, and a linker.

use crate::Error;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The oldest compiler guests are built with: (major, minor).
pub(crate) const OLDEST: (u32, u32) = (1, 95);

/// Where a toolchain comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One of rustup's, by name.
    Rustup(String),
    /// `/usr/bin/rustc`, with the distribution's sources.
    System,
    /// The folder that `AVER_TOOLCHAIN` names.
    Folder(PathBuf),
}

/// A compiler, its Cargo, its library's sources, and a linker.
#[derive(Clone, Debug)]
pub struct Toolchain {
    pub kind: Kind,
    pub cargo: PathBuf,
    pub rustc: PathBuf,
    /// The folder `library` of the compiler's sources.
    pub rust_src: PathBuf,
    pub linker: PathBuf,
    /// `1.96.0 (ac68faa20 2026-05-25)`.
    pub version: String,
    /// Whether unstable options need no permission.
    pub nightly: bool,
}

impl Toolchain {
    /// The toolchain that `AVER_TOOLCHAIN` names (one of rustup's, `system`, or a folder with
    /// `bin/rustc`); else rustup's newest nightly, then any other of rustup's, then the system's.
    /// Only one with the library's sources is found.
    pub fn find() -> Result<Self, Error> {
        Self::find_named(env::var("AVER_TOOLCHAIN").ok().filter(|name| !name.is_empty()).as_deref())
    }

    /// [`find`](Self::find), with the value of `AVER_TOOLCHAIN` given.
    pub fn find_named(name: Option<&str>) -> Result<Self, Error> {
        let mut refused = Vec::new();
        for kind in candidates(name) {
            match Self::open(kind.clone()) {
                Ok(toolchain) => return Ok(toolchain),
                Err(Error::NoToolchain(why)) => refused.push(why),
                Err(other) => return Err(other),
            }
        }
        Err(Error::NoToolchain(match (name, refused.is_empty()) {
            (Some(name), true) => {
                format!("AVER_TOOLCHAIN is `{name}`, which is neither rustup's nor a folder")
            }
            (None, true) => "neither rustup's toolchains nor /usr/bin/rustc are there".into(),
            _ => refused.join("; "),
        }))
    }

    fn open(kind: Kind) -> Result<Self, Error> {
        let bin = match &kind {
            Kind::Rustup(name) => toolchains().unwrap_or_default().join(name).join("bin"),
            Kind::System => PathBuf::from("/usr/bin"),
            Kind::Folder(folder) => folder.join("bin"),
        };
        let exe = |name| bin.join(format!("{name}{}", env::consts::EXE_SUFFIX));
        let (rustc, cargo) = (exe("rustc"), exe("cargo"));
        let no = |why: &str| Error::NoToolchain(format!("{kind}: {why}"));
        if !rustc.exists() || !cargo.exists() {
            return Err(no("no rustc and cargo in its bin folder"));
        }
        let about = ask(&rustc, &["-vV"])?;
        let line = |key: &str| about.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("");
        let version = line("rustc ").to_owned();
        let mut parts = line("release: ").split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
        if (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) < OLDEST {
            return Err(no(&format!("rustc {version} is older than {}.{}", OLDEST.0, OLDEST.1)));
        }
        let sysroot = PathBuf::from(ask(&rustc, &["--print", "sysroot"])?.trim());
        let rust_src = sysroot.join("lib/rustlib/src/rust/library");
        if !rust_src.join("core/Cargo.toml").exists() {
            return Err(no("without the sources of its standard library"));
        }
        let linker = linker(&sysroot, line("host: ")).ok_or(Error::NoLinker)?;
        let nightly = line("release: ").contains("nightly") || line("release: ").contains("dev");
        Ok(Self { kind, cargo, rustc, rust_src, linker, version, nightly })
    }

    /// The toolchain in a line, for people and for records of what built a program.
    pub fn describe(&self) -> String {
        format!("rustc {} ({})", self.version, self.kind)
    }

    /// A command of this toolchain, in an environment free of what an outer Cargo or a user's
    /// settings would change.
    pub(crate) fn command(&self, program: &Path) -> Command {
        const KEPT: [&str; 7] = ["HOME", "HTTP", "NET", "REGISTRIES", "REGISTRY", "TERM", "BUILD_JOBS"];
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            let cargos =
                name.strip_prefix("CARGO_").is_some_and(|rest| !KEPT.iter().any(|k| rest.starts_with(k)));
            if cargos || name.starts_with("RUST") && !name.starts_with("RUSTUP_HOME") || name == "CARGO" {
                command.env_remove(&*name);
            }
        }
        command.env("RUSTC", &self.rustc);
        if !self.nightly {
            command.env("RUSTC_BOOTSTRAP", "1");
        }
        command
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Rustup(name) => write!(f, "rustup's {name}"),
            Self::System => f.write_str("/usr/bin/rustc"),
            Self::Folder(folder) => write!(f, "{}", folder.display()),
        }
    }
}

/// What to try, best first.
fn candidates(name: Option<&str>) -> Vec<Kind> {
    let rustup = installed();
    match name {
        Some("system") => vec![Kind::System],
        Some(name) if Path::new(name).join("bin").is_dir() => vec![Kind::Folder(name.into())],
        Some(name) => rustup
            .into_iter()
            .filter(|i| i == name || i.starts_with(&format!("{name}-")))
            .map(Kind::Rustup)
            .collect(),
        None => {
            let (nightly, other): (Vec<_>, Vec<_>) =
                rustup.into_iter().partition(|name| name.starts_with("nightly"));
            let system = Path::new("/usr/bin/rustc").exists().then_some(Kind::System);
            nightly.into_iter().chain(other).map(Kind::Rustup).chain(system).collect()
        }
    }
}

fn toolchains() -> Option<PathBuf> {
    let home = env::var_os("RUSTUP_HOME").map(PathBuf::from);
    home.or_else(|| {
        Some(PathBuf::from(env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"))?).join(".rustup"))
    })
    .map(|home| home.join("toolchains"))
}

/// Rustup's toolchains, sorted: `nightly-x86_64…` comes after dated ones, so backwards.
pub(crate) fn installed() -> Vec<String> {
    let entries = toolchains().and_then(|folder| fs::read_dir(folder).ok());
    let mut names: Vec<String> =
        entries.into_iter().flatten().flatten().filter_map(|e| e.file_name().into_string().ok()).collect();
    names.sort_by(|a, b| b.cmp(a));
    names
}

/// The compiler's own rust-lld, else LLVM's linker from the system.
fn linker(sysroot: &Path, host: &str) -> Option<PathBuf> {
    let own = sysroot
        .join("lib/rustlib")
        .join(host)
        .join("bin")
        .join(format!("rust-lld{}", env::consts::EXE_SUFFIX));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = || env::split_paths(&path).map(|folder| folder.join("ld.lld")).find(|file| file.exists());
    own.exists().then_some(own).or_else(on_path)
}

fn ask(program: &Path, args: &[&str]) -> Result<String, Error> {
    let output = Command::new(program)
        .args(args)
        .output()
        .map_err(|source| Error::Spawn { program: program.into(), source })?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
