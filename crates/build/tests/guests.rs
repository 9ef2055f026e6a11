//! Builds the examples' guests and looks at the result. Skips, and says so, where no guest toolchain
//! is installed.

use aver_build::{Error, Options, Toolchain, build_with, diagnose};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

fn toolchain() -> Option<Toolchain> {
    let found = Toolchain::find();
    if let Err(error) = &found {
        eprintln!("skipped: {error}");
    }
    found.ok()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A fresh copy of the guest crates and one example's guest; returns the example's guest.
fn copy(example: &str, to: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(to);
    let _ = fs::remove_dir_all(&root);
    let guest = format!("examples/{example}/guest");
    for folder in ["guest/aver-guest", &guest] {
        copy_folder(&repository().join(folder), &root.join(folder));
    }
    root.join(guest)
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten().filter(|entry| entry.file_name() != "target") {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// Options with which nothing is shared with other guests.
fn own(guest: &Path) -> Options {
    Options { target_dir: Some(guest.join("target/aver")), ..Options::default() }
}

/// Options with which what is compiled of libraries is shared with the guests of other tests.
fn shared() -> Options {
    Options { target_dir: Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("guest")), ..Options::default() }
}

/// Runs a program for Linux under qemu; nothing where there is no qemu.
fn qemu(elf: &Path, input: &[u8]) -> Option<(i32, Vec<u8>)> {
    let mut command = Command::new("qemu-riscv64");
    command.arg(elf).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("not run: no qemu-riscv64");
        return None;
    };
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.code().unwrap_or(-1), output.stdout))
}

/// What it makes of the guest in this folder, of which none of the computer's paths are in it.
fn builds(toolchain: &Toolchain, guest: &Path, options: &Options, std: bool) -> Vec<u8> {
    let built = build_with(toolchain, guest, options).unwrap();
    assert_eq!(built.std, std);
    let bytes = fs::read(&built.elf).unwrap();
    for place in [env!("CARGO_TARGET_TMPDIR"), "/.cargo/", "/rustlib/"] {
        assert!(
            !bytes.windows(place.len()).any(|window| window == place.as_bytes()),
            "{place} is in the program"
        );
    }
    bytes
}

#[test]
fn a_program_without_std() {
    let Some(toolchain) = toolchain() else { return };
    // In two folders, libraries too: the same bytes.
    let [guest, deep] = ["fibonacci-a", "fibonacci/deep/er-b"].map(|to| copy("fibonacci", to));
    let first = builds(&toolchain, &guest, &shared(), false);
    assert!(first == builds(&toolchain, &deep, &own(&deep), false));

    let options = Options { linux: true, ..shared() };
    let built = build_with(&toolchain, &guest, &options).unwrap();
    if let Some(result) = qemu(&built.elf, &90u64.to_le_bytes()) {
        assert_eq!(result, (0, 2880067194370816120u64.to_le_bytes().to_vec()));
        assert_eq!(qemu(&built.elf, b"short").unwrap(), (101, vec![]));
    }

    fs::write(guest.join("src/main.rs"), "#![no_std]\nfn main() -> u32 { \"text\" }").unwrap();
    match build_with(&toolchain, &guest, &shared()) {
        Err(Error::Compile { name, stderr }) => {
            assert_eq!(name, "fibonacci-guest");
            assert!(stderr.contains("mismatched types"), "{stderr}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_program_with_std() {
    let Some(toolchain) = toolchain() else { return };
    let guest = copy("word-count", "word-count");
    builds(&toolchain, &guest, &shared(), true);
    let built = build_with(&toolchain, &guest, &Options { linux: true, ..shared() }).unwrap();
    if let Some((code, output)) = qemu(&built.elf, "Öl, oil; öl".as_bytes()) {
        assert_eq!(code, 0);
        assert_eq!(String::from_utf8_lossy(&output), "counted 3 words\n3 words\n2 distinct\n2 öl\n1 oil\n");
    }
}

#[test]
fn the_runtime_checks_itself() {
    let Some(toolchain) = toolchain() else { return };
    let options = Options { linux: true, ..shared() };
    let built = build_with(&toolchain, &repository().join("crates/build/tests/runtime"), &options).unwrap();
    // 300, "hello", Point { x: -2, y: Some(7) }
    let values = b"\xac\x02\x05hello\x03\x01\x07";
    if let Some((code, output)) = qemu(&built.elf, values) {
        let console = "300 hello Point { x: -2, y: Some(7) }\n";
        assert_eq!((code, output), (0, [console.as_bytes(), values].concat()));
        assert_eq!(qemu(&built.elf, &[values, &b"more"[..]].concat()).unwrap().0, 1);
        assert_eq!(qemu(&built.elf, b"\xac\x02\x05hell").unwrap().0, 101);
    }
}

#[test]
fn no_toolchain_is_an_error_that_says_what_to_install() {
    let error = Toolchain::find_named(Some("no-such-toolchain")).unwrap_err().to_string();
    assert!(error.contains("no-such-toolchain"), "{error}");
    assert!(error.contains("rustup toolchain install nightly --component rust-src"), "{error}");
    for check in diagnose() {
        assert_eq!(check.ok, check.fix.is_none(), "{check:?}");
    }
}

#[test]
fn a_folder_without_a_guest_is_an_error() {
    let Some(toolchain) = toolchain() else { return };
    let build = |folder: &str| build_with(&toolchain, &repository().join(folder), &Options::default());
    assert!(matches!(build("guest/c"), Err(Error::Package { .. })));
    assert!(matches!(build("crates/build"), Err(Error::Package { .. })));
}
