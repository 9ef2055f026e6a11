//! `aver new`.

use crate::{
    args,
    failure::Failure,
    outcome::{self, Outcome},
};
use serde_json::json;
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

pub fn run(args: &args::New) -> Result<Outcome, Failure> {
    let root = &args.name;
    let name = root.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    check(name).map_err(Failure::usage)?;
    if fs::symlink_metadata(root).is_ok() {
        return Err(Failure::usage(format!("{} is there already", root.display())));
    }
    let (guest, sdk) = (dependency("guest/aver-guest"), dependency("crates/sdk"));
    for (to, text) in TEMPLATES {
        let path = root.join(to);
        let text =
            text.replace("{{name}}", name).replace("{{aver-guest}}", &guest).replace("{{aver-sdk}}", &sdk);
        write(&path, &text)?;
    }
    let shown = outcome::path(root);
    let text = format!("made {shown}; now: cd {shown}/host && cargo run --release");
    Ok(Outcome::new(json!({ "path": root.display().to_string(), "name": name }), text))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
    fs::write(path, text).map_err(|error| Failure::io(path, &error))
}

/// What Cargo demands of a package's name, and a little more.
fn check(name: &str) -> Result<(), String> {
    const TAKEN: [&str; 12] = [
        "aver-sdk",
        "aver-guest",
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
    if TAKEN.contains(&name) || KEYWORDS.contains(&name) {
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
        for bad in ["", "2h", "-x", "a b", "ä", "a/b", "fn", "test", "a.b", "aver-sdk", "\u{1b}"] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }
}
