//! Where proofs go, and that none is left half written.

use crate::common::*;
use std::{fs, fs::File};

#[test]
fn no_file_is_left_when_proving_fails() {
    let dir = folder("no-partial");
    fs::write(dir.join("faults.elf"), faults()).unwrap();
    fs::write(dir.join("endless.elf"), endless()).unwrap();
    fs::write(dir.join("bad.elf"), b"no program").unwrap();
    let before = files(&dir);
    for (elf, status) in [("faults.elf", 3), ("endless.elf", 2), ("bad.elf", 2), ("none.elf", 2)] {
        let said = aver_in(&dir, ["prove", elf, "--out", "p", "--max-cycles", "1000", "--json"]);
        said.error(status);
        assert_eq!(files(&dir), before, "{elf}");
    }
    // An older proof is not touched either.
    fs::write(dir.join("p"), b"older").unwrap();
    aver_in(&dir, ["prove", "faults.elf", "--out", "p", "--json"]).error(3);
    assert_eq!(fs::read(dir.join("p")).unwrap(), b"older");
    assert_eq!(files(&dir).len(), before.len() + 1);
}

#[test]
fn only_the_proof_is_left_when_it_is_done() {
    let dir = folder("only-proof");
    fs::write(dir.join("exits.elf"), exits()).unwrap();
    fs::write(dir.join("p"), b"older").unwrap();
    aver_in(&dir, ["prove", "--shards", "exits.elf", "--out", "p"]).done();
    assert_eq!(files(&dir), ["exits.elf", "p"]);
    aver_in(&dir, ["verify", "p", "--elf", "exits.elf"]).done();
}

#[test]
fn places_where_no_file_can_be() {
    let dir = folder("places");
    for out in ["no/such/folder/p", ".", "..", "/", ""] {
        let said = aver_in(
            &dir,
            ["prove", "--shards", ready().join("exits.elf").to_str().unwrap(), "--out", out, "--json"],
        );
        let (code, message) = said.error(2);
        assert!(code == "io" || code == "usage", "{out}: {code}");
        assert!(message.contains(out), "{message}");
    }
    assert_eq!(files(&dir), [""; 0]);
}

#[test]
fn files_that_are_not_there() {
    for args in [
        &["run", "none.elf"][..],
        &["run", "hello.elf", "--input", "none"],
        &["prove", "none.elf", "--out", "p"],
        &["prove", "hello.elf", "--input", "none", "--out", "p"],
        &["verify", "none", "--elf", "hello.elf"],
        &["verify", "hello.proof", "--elf", "none"],
        &["vk", "none.elf"],
        &["inspect", "none"],
    ] {
        let (code, message) = aver(args.iter().chain(&["--json"])).error(2);
        assert_eq!(code, "io", "{args:?}");
        assert!(message.contains("none"), "{message}");
    }
    let (code, message) = aver(["verify", "hello.proof", "--vk", "none", "--json"]).error(2);
    assert_eq!(code, "vk");
    assert!(message.contains("64 hexadecimal digits"), "{message}");
    assert_eq!(aver(["verify", "hello.proof", "--vk", "n", "--json"]).error(2).0, "vk");
    assert_eq!(aver(["verify", "hello.proof", "--vk", "hello.elf", "--json"]).error(2).0, "vk");
    assert_eq!(aver(["run", ".", "--json"]).error(2).0, "io");
    assert_eq!(aver(["verify", ".", "--elf", "hello.elf", "--json"]).error(2).0, "io");
    #[cfg(unix)]
    assert_eq!(aver(["inspect", "/dev/zero", "--json"]).error(2).0, "io");
    assert!(!files(ready()).contains(&"p".into()));
}

#[test]
fn an_input_too_large() {
    let dir = folder("too-large");
    // A hole: takes no place on the disk.
    File::create(dir.join("input")).unwrap().set_len(0x7000_0000).unwrap();
    fs::write(dir.join("exits.elf"), exits()).unwrap();
    for command in [&["run"][..], &["prove", "--out", "p"]] {
        let said = aver_in(&dir, command.iter().chain(&["exits.elf", "--input", "input", "--json"]));
        let (code, message) = said.error(2);
        assert_eq!(code, "input_too_large");
        assert!(message.contains("1879048184"), "{message}");
    }
    assert_eq!(files(&dir), ["exits.elf", "input"]);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let dir = folder("no-text");
    fs::write(dir.join("exits.elf"), exits()).unwrap();
    let name = OsStr::from_bytes(b"p\xff");
    let job = ["prove", "exits.elf", "--json", "--mock", "--out"].map(OsStr::new);
    assert_eq!(aver_in(&dir, job.into_iter().chain([name])).json()["proof"], "p\u{fffd}");
    assert_eq!(aver_in(&dir, [OsStr::new("inspect"), name, OsStr::new("--json")]).status, 0);
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing() {
    use std::{
        process::{Command, Stdio},
        thread::sleep,
        time::Duration,
    };
    let dir = folder("interrupt");
    fs::write(dir.join("endless.elf"), endless()).unwrap();
    let mut child = command()
        .args(["prove", "endless.elf", "--out", "p"])
        .current_dir(&dir)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..200 {
        sleep(Duration::from_millis(50));
        if files(&dir).len() > 1 {
            break;
        }
    }
    assert_eq!(files(&dir).len(), 2, "the temporary file is there");
    // The handler is set just after the file is made.
    sleep(Duration::from_millis(200));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    if !kill.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no `kill`");
        child.kill().unwrap();
        child.wait().unwrap();
        return;
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(files(&dir), ["endless.elf"]);
}
