//! `aver new`: a project, or a coprocessor.

use crate::{
    args,
    failure::Failure,
    outcome::{self, Outcome},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

macro_rules! templates {
    ($($to:literal: $from:literal,)*) => {
        &[$(($to, include_str!(concat!("../../templates/", $from))),)*]
    };
}

/// Where each goes, and its text.
const TEMPLATES: &[(&str, &str)] = templates! {
    "README.md": "project.md.tmpl",
    ".gitignore": "gitignore.tmpl",
    ".cargo/config.toml": "cargo-config.toml.tmpl",
    "guest/Cargo.toml": "guest/Cargo.toml.tmpl",
    "guest/src/main.rs": "guest/src/main.rs.tmpl",
    "host/Cargo.toml": "host/Cargo.toml.tmpl",
    "host/src/main.rs": "host/src/main.rs.tmpl",
};

const COPROCESSOR: &[(&str, &str)] = templates! {
    "README.md": "coprocessor/README.md.tmpl",
    ".gitignore": "gitignore.tmpl",
    ".cargo/config.toml": "cargo-config.toml.tmpl",
    "Cargo.toml": "coprocessor/Cargo.toml.tmpl",
    "src/interface.txt": "coprocessor/src/interface.txt.tmpl",
    "src/lib.rs": "coprocessor/src/lib.rs.tmpl",
    "src/chip.rs": "coprocessor/src/chip.rs.tmpl",
    "src/execute.rs": "coprocessor/src/execute.rs.tmpl",
    "src/fill.rs": "coprocessor/src/fill.rs.tmpl",
    "guest/Cargo.toml": "coprocessor/guest/Cargo.toml.tmpl",
    "guest/src/lib.rs": "coprocessor/guest/src/lib.rs.tmpl",
    "program/Cargo.toml": "coprocessor/program/Cargo.toml.tmpl",
    "program/src/main.rs": "coprocessor/program/src/main.rs.tmpl",
    "tests/audit.rs": "coprocessor/tests/audit.rs.tmpl",
    "tests/prove.rs": "coprocessor/tests/prove.rs.tmpl",
};

/// The text that says what the coprocessor does.
const INTERFACE: &str = include_str!("../../templates/coprocessor/src/interface.txt.tmpl");
/// The longest name in an address.
const MAX_NAME: usize = 27;

/// Crates of Aver that projects depend on, and where they are in the source tree.
const CRATES: [(&str, &str); 9] = [
    ("aver-guest", "guest/aver-guest"),
    ("aver-sdk", "crates/sdk"),
    ("aver-isa", "crates/isa"),
    ("aver-machine", "crates/machine"),
    ("aver-stark", "crates/stark"),
    ("aver-exec", "crates/exec"),
    ("aver-stark-prover", "crates/stark-prover"),
    ("aver-trace", "crates/trace"),
    ("aver-audit", "crates/audit"),
];

pub fn run(args: &args::New) -> Result<Outcome, Failure> {
    let root = &args.name;
    let name = root.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    check(name).map_err(Failure::usage)?;
    if fs::symlink_metadata(root).is_ok() {
        return Err(Failure::usage(format!("{} is there already", root.display())));
    }
    if args.coprocessor && name.len() > MAX_NAME {
        return Err(Failure::usage(format!("a coprocessor's name has {MAX_NAME} characters at most")));
    }
    let digest = Sha256::digest(INTERFACE.replace("{{name}}", name));
    let digest: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    for (to, text) in if args.coprocessor { COPROCESSOR } else { TEMPLATES } {
        let text = text.replace("{{name}}", name).replace("{{crate}}", &name.replace('-', "_"));
        let text = text.replace("{{digest}}", &digest);
        let text = CRATES
            .iter()
            .fold(text, |text, (name, folder)| text.replace(&format!("{{{{{name}}}}}"), &dependency(folder)));
        write(&root.join(to), &text)?;
    }
    let shown = outcome::path(root);
    let text = match args.coprocessor {
        true => format!("made {shown}; now: cd {shown} && cargo test --release"),
        false => format!("made {shown}; now: cd {shown}/host && cargo run --release"),
    };
    Ok(Outcome::new(json!({ "path": root.display().to_string(), "name": name }), text))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
    fs::write(path, text).map_err(|error| Failure::io(path, &error))
}

/// What Cargo demands of a package's name, and a little more.
fn check(name: &str) -> Result<(), String> {
    // `aver`: a coprocessor's guest crate would be `aver-guest`. What projects depend on is in `CRATES`.
    const TAKEN: [&str; 11] = [
        "aver",
        "test",
        "core",
        "std",
        "alloc",
        "proc_macro",
        "build",
        "deps",
        "examples",
        "incremental",
        "self",
    ];
    // Those of the language that a crate could be tempted to be called.
    const KEYWORDS: [&str; 52] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
        "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "Self",
        "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
        "virtual", "where", "while", "yield", "union",
    ];
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !starts_well || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Err(format!("{name:?} is no name for a crate: letters, digits, - and _, a letter first"));
    }
    if TAKEN.contains(&name) || CRATES.iter().any(|(taken, _)| *taken == name) || KEYWORDS.contains(&name) {
        return Err(format!("{name:?} means something else to Rust or Aver; take another name"));
    }
    Ok(())
}

/// Where the project finds one of Aver's crates, as inline TOML: the source tree this command was built
/// from while it is there, else the registry.
fn dependency(folder: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    match path.canonicalize().ok().filter(|path| path.join("Cargo.toml").exists()) {
        Some(path) => {
            let quoted = path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
            format!("path = \"{quoted}\"")
        }
        None => format!("version = \"{}\"", env!("CARGO_PKG_VERSION")),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn names() {
        for good in ["hello", "hello-world", "h2", "Hello_1"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["", "2h", "-x", "a b", "ä", "a/b", "fn", "test", "a.b", "aver", "\u{1b}"] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        for (name, _) in super::CRATES {
            assert!(check(name).is_err(), "{name}");
        }
    }
}
