//! Files that change only on purpose.

use std::path::PathBuf;

/// The path of a file of this package.
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Whether committed files are to be written anew.
pub fn is_updating() -> bool {
    std::env::var_os("UPDATE_FIXTURES").is_some_and(|v| v == "1")
}

/// Demands that `bytes` are what is committed under `name`; or commits to them.
#[track_caller]
pub fn is_committed(name: &str, bytes: &[u8]) {
    let path = path(name);
    if is_updating() {
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("the folder is made");
        std::fs::write(&path, bytes).expect("the file is written");
    }
    let found = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    if found == bytes {
        return;
    }
    const WHY: &str = "the protocol or its encoding has changed; if it is meant, raise VERSION, run \
                       `UPDATE_FIXTURES=1 cargo test --profile fast -p aver-protocol-tests`, and commit";
    if let (Ok(found), Ok(new)) = (str::from_utf8(&found), str::from_utf8(bytes)) {
        let line = found.lines().zip(new.lines()).position(|(a, b)| a != b);
        let line = line.unwrap_or(found.lines().count().min(new.lines().count()));
        let at = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_string();
        panic!("{name}, line {}: `{}` is committed, `{}` is found. {WHY}", line + 1, at(found), at(new));
    }
    let at = found.iter().zip(bytes).take_while(|(a, b)| a == b).count();
    panic!("{name}: another byte at {at}, of {} committed and {} found. {WHY}", found.len(), bytes.len());
}
