//! `aver vk`.

use crate::{args, failure::Failure, outcome::Outcome};
use aver_sdk::Program;
use serde_json::json;

pub fn run(args: &args::Vk) -> Result<Outcome, Failure> {
    let program = Program::open(&args.elf)?;
    let vk = args.security.prover().build(&program)?.vk()?.to_string();
    Ok(Outcome::new(json!({ "vk": vk }), vk))
}
