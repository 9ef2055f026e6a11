//! Programs that are none, and programs that fault.

use crate::common::*;
use aver_isa::testing::{Asm, ElfBuilder, SegmentBytes};
use std::fs;

#[test]
fn faults_say_where() {
    let dir = folder("faults");
    fs::write(dir.join("faults.elf"), faults()).unwrap();
    for command in [&["run"][..], &["prove", "--out", "p"]] {
        let (code, message) = aver_in(&dir, command.iter().chain(&["faults.elf", "--json"])).error(3);
        assert_eq!(code, "fault");
        for part in ["0x10", "pc 0x10004", "reads_null+0x4", "ld", "null pointer"] {
            assert!(message.contains(part), "{message}");
        }
        let said = aver_in(&dir, command.iter().chain(&["faults.elf"]));
        assert_eq!((said.status, said.stdout.as_str()), (3, ""));
        assert!(said.stderr.contains("reads_null"), "{said:?}");
    }
}

#[test]
fn a_program_that_does_not_end_can_be_stopped() {
    let dir = folder("endless");
    fs::write(dir.join("endless.elf"), endless()).unwrap();
    let (code, message) = aver_in(&dir, ["run", "endless.elf", "--max-cycles", "5000", "--json"]).error(2);
    assert_eq!(code, "execute");
    assert!(message.contains("5000 cycles"), "{message}");
}

#[test]
fn a_terminal_obeys_no_program() {
    // A symbol with an escape sequence in its name.
    let dir = folder("escape");
    let mut asm = Asm::new();
    asm.ebreak();
    let elf = ElfBuilder {
        segments: vec![SegmentBytes::text(asm.start, asm.bytes())],
        symbols: vec![(asm.start.into(), "red\x1b[31m")],
        ..ElfBuilder::default()
    };
    fs::write(dir.join("p.elf"), elf.build()).unwrap();
    let said = aver_in(&dir, ["run", "p.elf"]);
    assert_eq!(said.status, 3, "{said:?}");
    assert!(said.stderr.contains("red") && !said.stderr.contains('\x1b'), "{said:?}");
}

#[test]
fn foreign_files() {
    let dir = folder("foreign");
    let segments = || vec![SegmentBytes::text(0x1_0000, vec![0x13, 0, 0, 0])];
    let good = ElfBuilder { segments: segments(), ..ElfBuilder::default() };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", vec![], "not an ELF file"),
        ("text", b"#!/bin/sh\n".to_vec(), "not an ELF file"),
        ("no segments", ElfBuilder::default().build(), "no executable segment"),
        (
            "x86",
            ElfBuilder { machine: 62, segments: segments(), ..ElfBuilder::default() }.build(),
            "not RISC-V",
        ),
        ("32 bits", ElfBuilder { class: 1, segments: segments(), ..ElfBuilder::default() }.build(), "32-bit"),
        (
            "pie",
            ElfBuilder { elf_type: 3, segments: segments(), ..ElfBuilder::default() }.build(),
            "fixed address",
        ),
        (
            "compressed",
            ElfBuilder { flags: 1, segments: segments(), ..ElfBuilder::default() }.build(),
            "rv64im",
        ),
        ("floats", ElfBuilder { flags: 4, segments: segments(), ..ElfBuilder::default() }.build(), "lp64"),
        (
            "entry",
            ElfBuilder { entry: 0x2_0000, segments: segments(), ..ElfBuilder::default() }.build(),
            "entry point",
        ),
        ("cut", good.build()[..100].to_vec(), "truncated"),
    ];
    for (name, elf, part) in cases {
        fs::write(dir.join("p.elf"), elf).unwrap();
        for command in [&["run"][..], &["prove", "--out", "p"], &["vk"]] {
            let (code, message) = aver_in(&dir, command.iter().chain(&["p.elf", "--json"])).error(2);
            assert_eq!(code, "program", "{name}");
            assert!(message.contains(part), "{name}: {message}");
        }
        assert_eq!(files(&dir), ["p.elf"], "{name}");
    }
    // Other files that lie about.
    let (code, _) = aver(["run", "hello.proof", "--json"]).error(2);
    assert_eq!(code, "program");
}

#[test]
fn a_coprocessor_nobody_has_is_named() {
    let dir = folder("coprocessor");
    let mut asm = Asm::new();
    asm.exit(0);
    let elf = ElfBuilder {
        segments: vec![SegmentBytes::text(asm.start, asm.bytes())],
        note: Some(ElfBuilder::note(&["nobody-has-it@0000fff0000000000000000000000000"])),
        ..ElfBuilder::default()
    };
    fs::write(dir.join("p.elf"), elf.build()).unwrap();
    for command in [&["run"][..], &["prove", "--out", "p"], &["vk"]] {
        let (code, message) = aver_in(&dir, command.iter().chain(&["p.elf", "--json"])).error(2);
        assert_eq!(code, "coprocessor");
        assert!(message.contains("nobody-has-it@"), "{message}");
    }
}

#[test]
fn cut_and_altered_programs_are_run_or_refused() {
    let dir = folder("altered");
    let elf = counts();
    let run = |bytes: &[u8], what: &str| {
        fs::write(dir.join("p.elf"), bytes).unwrap();
        let said = aver_in(&dir, ["run", "p.elf", "--max-cycles", "10000", "--json"]);
        assert!([0, 2, 3].contains(&said.status), "{what}: {said:?}");
        if said.status != 0 {
            assert_ne!(said.error(said.status).0, "bug", "{what}");
        }
    };
    for len in (0..elf.len()).step_by(29) {
        run(&elf[..len], &format!("first {len} bytes"));
    }
    for at in (0..elf.len()).step_by(5) {
        let mut altered = elf.clone();
        altered[at] ^= 1 << (at % 8) | 0x80;
        run(&altered, &format!("byte {at}"));
    }
}
