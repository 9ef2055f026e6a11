//! The bundled program is what its source gives, and does what the demo says.

use aver_build::{Options, Toolchain, build_with};
use aver_sdk::{Input, Program, Prover};
use std::{fs, path::Path};

const ELF: &[u8] = include_bytes!("../demo/sha256-chain.elf");
const BUILT_BY: &str = include_str!("../demo/toolchain");
const LARGEST: usize = 64 << 10;

#[test]
fn it_hashes() {
    assert!(ELF.len() < LARGEST);
    let prover = Prover::new(&Program::from_elf(ELF).unwrap()).unwrap();
    let hash = |times: u64| prover.execute(&Input::from(&times.to_le_bytes()[..])).unwrap().output;
    assert_eq!(hash(0), [0; 32]);
    // SHA-256 of 32 zero bytes.
    let once = aver_sdk::Vk(hash(1).try_into().unwrap()).to_string();
    assert_eq!(once, "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
}

#[test]
fn it_is_built_from_the_example() {
    let toolchain = match Toolchain::find() {
        Ok(toolchain) if toolchain.version == BUILT_BY.trim() => toolchain,
        Ok(other) => {
            return eprintln!("not compared: built by rustc {BUILT_BY}, and here is {}", other.version);
        }
        Err(error) => return eprintln!("not compared: {error}"),
    };
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sha256-chain/guest");
    let target_dir = Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("guest"));
    let options = Options { locked: true, target_dir, ..Options::default() };
    let built = build_with(&toolchain, &guest, &options).unwrap();
    let bytes = fs::read(built.elf).unwrap();
    assert!(bytes == ELF, "the example or the guest runtime has changed: see crates/cli/demo/README.md");
}
