//! Writes the seeds to `fuzz/corpus`.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (target, seed) in aver_fuzz_targets::seeds::all() {
        let place = places.entry(target).or_default();
        fs::create_dir_all(corpus.join(target))?;
        fs::write(corpus.join(target).join(format!("{place:02}")), seed)?;
        *place += 1;
    }
    Ok(())
}
