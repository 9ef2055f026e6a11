//! The stack ends in a fault, whatever a program's frames. Skips, and says so, where no guest toolchain is
//! installed.

use crate::common::*;
use aver_build::{Options, Toolchain, build_with};
use std::{fs, path::Path};

/// Words of frames that the guest has.
const SIZES: [u32; 6] = [500, 1_000, 5_000, 7_000, 20_000, 300_000];

/// The guest's input: depth, in the encoding of `read`, and which size.
fn input(depth: u32, size: usize) -> [u8; 4] {
    [depth as u8 | 128, (depth >> 7) as u8 | 128, (depth >> 14) as u8, size as u8]
}

/// Frames that are not touched would step over the guard into the heap: then the input, which the prover
/// chooses, could make a program without unsafe code write where its source does not.
#[test]
fn no_frame_steps_over_the_guard() {
    let toolchain = match Toolchain::find() {
        Ok(toolchain) => toolchain,
        Err(error) => return eprintln!("skipped: {error}"),
    };
    let dir = folder("stack");
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/guests/deep");
    let options = Options { locked: true, target_dir: Some(guest_target()), ..Options::default() };
    let elf = build_with(&toolchain, &guest, &options).unwrap().elf;
    let run = |depth: u32, size: usize| {
        fs::write(dir.join("input"), input(depth, size)).unwrap();
        aver_in(&dir, ["run", elf.to_str().unwrap(), "--input", "input", "--json"])
    };
    for (size, words) in SIZES.into_iter().enumerate() {
        assert_eq!(run(10, size).status, 0);
        // One frame more than the stack's 255 MiB have room for, guard included.
        let (_, message) = run((1 << 28) / (8 * words) + 1, size).error(3);
        assert!(message.contains("stack overflow"), "{words}: {message}");
    }
}
