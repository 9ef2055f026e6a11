//! Proves the most frequent words of a text: `cargo run --release -p word-count-host [FILE]`.

use aver_sdk::{Input, Program, Prover};
use std::{error::Error, io::Write};

fn main() -> Result<(), Box<dyn Error>> {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let file = std::env::args().nth(1).unwrap_or_else(|| readme.into());
    let program = Program::build(concat!(env!("CARGO_MANIFEST_DIR"), "/../guest"))?;
    // What the guest prints, and not what it outputs; a panic's message, for one.
    let console = |_, text: &[u8]| drop(std::io::stderr().write_all(text));
    let prover = Prover::builder().on_console(console).build(&program)?;
    let proof = prover.prove(&Input::open(&file)?)?;

    let verified = proof.verify(&prover.vk()?)?;
    print!("proved of a text ({file}):\n{}", String::from_utf8(verified.output)?);
    Ok(())
}
