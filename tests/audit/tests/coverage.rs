//! A chip without checks fails here: each chip of the machine, and each package under `coprocessors/`, has
//! all that the others have. What is missing is named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aver_audit::lint::{lint, machine};
use aver_audit::mutate::{Answers, Rng, Subject, every_cell};
use aver_audit_tests::spec;
use aver_isa::Program;
use aver_machine::machine::{MemoryChip, fixed_columns};
use aver_machine::{ShardChip, Systems};
use aver_stark::chip::Described;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Contents of the files of a folder with this extension; nothing if there is no such folder.
fn files(folder: &Path, extension: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let fits = entries.filter(|path| path.extension().is_some_and(|e| e == extension));
    fits.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Whether a line of `text` starts with this word.
fn has_line(text: &str, word: &str) -> bool {
    text.lines().any(|line| line.split_whitespace().next() == Some(word))
}

/// What a chip of the machine lacks.
fn missing(name: &str, is_table: bool, is_specified: bool) -> Vec<String> {
    let mut out = Vec::new();
    let mut need = |is_there: bool, what: &str| {
        if !is_there {
            out.push(format!("{name}: {what}"));
        }
    };
    for file in ["chips.snapshot.txt", "digests.snapshot.txt"] {
        need(has_line(&read(format!("crates/machine/{file}")), name), file);
    }
    let ranges = read("tests/audit/ranges.snapshot.txt");
    need(is_table || ranges.lines().any(|line| line == format!("# {name}")), "ranges.snapshot.txt");
    need(is_table || is_specified, "a specification in tests/audit/src/spec");
    let heading = |line: &str| line.contains("columns of") && line.contains(&format!("`{name}`"));
    let pages = files(&root().join("spec/chips"), "md");
    need(pages.iter().any(|page| page.lines().any(heading)), "its columns in a page under spec/chips");
    out
}

#[test]
fn every_chip_has_its_checks() {
    let systems = Systems::new(Vec::new()).unwrap();
    assert_eq!(
        (systems.shard.chips.len(), systems.memory.chips.len()),
        (ShardChip::COUNT, MemoryChip::COUNT)
    );
    let is_table = |chip: &Described| chip.widths[0] > 0;
    let shard = ShardChip::ALL.iter().map(|&chip| {
        let described = &systems.shard.described[chip as usize];
        missing(&described.name, is_table(described), spec::shard(chip).is_some())
    });
    let memory = MemoryChip::ALL.iter().map(|&chip| {
        let described = &systems.memory.described[chip as usize];
        missing(&described.name, is_table(described), spec::memory_proof(chip).is_some())
    });
    let missing: Vec<String> = shard.chain(memory).flatten().collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    for chip in systems.shard.described.iter().filter(|chip| is_table(chip)) {
        println!("NOTE: {}: no specification by SMT: crates/machine/tests/tables.rs has its rows", chip.name);
    }
}

/// The lint looks at every chip: what is wrong with any one of them is found there.
#[test]
fn every_chip_is_linted() {
    let rules = machine::rules(&[]).unwrap();
    let fixed = fixed_columns(&Systems::new(Vec::new()).unwrap(), &Program::default());
    let parts: [fn(&mut Systems) -> &mut aver_stark::layout::System; 2] =
        [|s| &mut s.shard, |s| &mut s.memory];
    for (part, fixed) in parts.into_iter().zip([&fixed.shard, &fixed.memory]) {
        let mut systems = Systems::new(Vec::new()).unwrap();
        for chip in &mut part(&mut systems).described {
            let again = chip.description.interactions[0].clone();
            chip.description.interactions.push(again);
        }
        let system = part(&mut systems);
        let found = lint(system, fixed, &rules);
        let twice = found.iter().filter(|finding| finding.rule == "bus/twice");
        let found: BTreeSet<&str> = twice.map(|finding| finding.chip.as_str()).collect();
        assert_eq!(found, system.described.iter().map(|chip| chip.name.as_str()).collect());
    }
}

/// Honest rows of every chip are there to be changed, and of no row can a cell be changed unseen, but for those
/// that the lint knows to be free. (What the program answers is compared with the honest row.)
#[test]
fn every_chip_has_its_cells_changed() {
    let systems = Systems::new(Vec::new()).unwrap();
    let mut fixed = fixed_columns(&systems, &Program::default());
    for chip in [ShardChip::Program, ShardChip::Target] {
        fixed.shard[chip as usize].clear();
    }
    for chip in [MemoryChip::Image, MemoryChip::Gap] {
        fixed.memory[chip as usize].clear();
    }
    let honest = spec::rows::honest();
    let parts =
        [(&systems.shard, &fixed.shard, &honest.shard), (&systems.memory, &fixed.memory, &honest.memory)];
    let mut free = false;
    for (system, fixed, rows) in parts {
        let answers = Answers::new(system, fixed.iter().map(Vec::as_slice));
        for (chip, described) in system.described.iter().enumerate().filter(|(_, chip)| chip.widths[0] == 0) {
            let name = &described.name;
            let is_free = |column: &str| {
                let free = machine::ALLOWED.iter().filter(|a| a.rule == "range/free" && a.chip == name);
                let starts: Vec<&str> = free.filter_map(|a| a.what.split(['*', ' ']).next()).collect();
                // Of the second word, whether it is text is no one's business either.
                starts.iter().any(|start| column.starts_with(start))
                    || (column == "text1" && starts.contains(&"mem1."))
            };
            let row = rows[chip].first().unwrap_or_else(|| panic!("{name}: no honest row to be changed"));
            let subject = Subject::new(system, chip, &answers, &row.publics);
            let (accepted, _) = every_cell(&subject, &row.cells, &row.cells, &[], &mut Rng::new(1));
            let unseen: Vec<String> = accepted
                .iter()
                .filter(|change| !change.columns.iter().all(|column| is_free(column)))
                .map(ToString::to_string)
                .collect();
            assert!(unseen.is_empty(), "{name}: {}", unseen.join("\n"));
            free |= !accepted.is_empty();
        }
    }
    assert!(free, "what is free is seen to be free");
}

/// What a coprocessor's package lacks.
fn missing_in_package(package: &Path) -> Vec<String> {
    let name = package.file_name().and_then(|name| name.to_str()).unwrap().to_string();
    let tests = files(&package.join("tests"), "rs");
    let sdk = read("crates/sdk/src/coprocessors.rs");
    let checks = [
        (
            tests.iter().any(|test| test.contains("aver_audit::coprocessor!(")),
            "aver_audit::coprocessor! in its tests",
        ),
        (package.join("coprocessor.snapshot.txt").exists(), "coprocessor.snapshot.txt"),
        (root().join(format!("spec/chips/{name}.md")).exists(), "a page under spec/chips"),
        (
            sdk.contains(&format!("aver_{}::", name.replace('-', "_"))),
            "a place among the SDK's standard coprocessors",
        ),
    ];
    checks.into_iter().filter(|check| !check.0).map(|check| format!("{name}: {}", check.1)).collect()
}

#[test]
fn every_coprocessor_has_its_checks() {
    assert!(read("Cargo.toml").contains("\"coprocessors/*\""), "coprocessors are members of the workspace");
    let folder = std::fs::read_dir(root().join("coprocessors")).unwrap();
    let packages: Vec<PathBuf> =
        folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    assert!(!packages.is_empty());
    let missing: Vec<String> = packages.iter().flat_map(|package| missing_in_package(package)).collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The above bites: a chip and a package that nobody has heard of lack everything.
#[test]
fn what_is_missing_is_named() {
    assert_eq!(missing("nobody", false, false).len(), 5);
    assert_eq!(missing("nobody", true, false).len(), 3);
    assert_eq!(missing_in_package(&root().join("coprocessors/nobody")).len(), 4);
}
