//! Texts that change on purpose only.

/// As [`snapshot`], but writes a file that is not there: of a new coprocessor. One that is lost is noticed by
/// `every_coprocessor_has_its_checks` for those that come with Aver.
///
/// # Panics
/// As [`snapshot`].
pub fn snapshot_or_first(manifest_dir: &str, file: &str, text: &str) {
    let path = format!("{manifest_dir}/{file}");
    if !std::path::Path::new(&path).exists() {
        write(&path, text);
    }
    snapshot(manifest_dir, file, text);
}

fn write(path: &str, text: &str) {
    println!("NOTE: {path} is written: commit it");
    std::fs::write(path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
}

/// Compares with a file of a package, or writes it if `UPDATE_SNAPSHOTS` is set.
///
/// # Panics
/// If the file says something else, is not there, or cannot be written.
pub fn snapshot(manifest_dir: &str, file: &str, text: &str) {
    let path = format!("{manifest_dir}/{file}");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        write(&path, text);
    }
    let known = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let changed = text.lines().filter(|line| !known.lines().any(|k| k == *line)).collect::<Vec<_>>();
    assert!(known == text, "{file} has other lines than these; UPDATE_SNAPSHOTS=1 renews it:\n{changed:#?}");
}

#[cfg(test)]
mod tests {
    use super::{snapshot, snapshot_or_first};

    #[test]
    fn what_is_missing_is_no_snapshot() {
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            return;
        }
        let folder = std::env::temp_dir().join(format!("aver-snapshot-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let at = folder.to_str().unwrap();
        let passes = |check: fn(&str, &str, &str), text: &str| {
            std::panic::catch_unwind(|| check(at, "s.txt", text)).is_ok()
        };
        assert!(!passes(snapshot, "a\n") && !passes(snapshot, ""));
        assert!(!folder.join("s.txt").exists());
        assert!(passes(snapshot_or_first, "a\n"));
        assert!(passes(snapshot, "a\n"));
        assert!(!passes(snapshot_or_first, "b\n"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
