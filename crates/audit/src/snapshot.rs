//! Texts that change on purpose only.

/// Compares with a file of a package, or writes it if there is none, or `UPDATE_SNAPSHOTS` is set.
///
/// # Panics
/// If the file says something else, or cannot be written.
pub fn snapshot(manifest_dir: &str, file: &str, text: &str) {
    let path = format!("{manifest_dir}/{file}");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() || !std::path::Path::new(&path).exists() {
        println!("NOTE: {path} is written: commit it");
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let changed = text.lines().filter(|line| !known.lines().any(|k| k == *line)).collect::<Vec<_>>();
    assert!(known == text, "{file} has other lines than these; UPDATE_SNAPSHOTS=1 renews it:\n{changed:#?}");
}
