//! `aver build`.

use crate::{args, failure::Failure, outcome, outcome::Outcome, outcome::Table, terminal};
use aver_sdk::{Program, build};
use serde_json::json;

pub fn run(args: &args::Build) -> Result<Outcome, Failure> {
    let inner = args.dir.join("guest");
    let is_project = !args.dir.join("Cargo.toml").exists() && inner.join("Cargo.toml").exists();
    let dir = if is_project { &inner } else { &args.dir };
    let options = build::Options {
        features: args.features.clone(),
        bin: args.bin.clone(),
        locked: args.locked,
        target_dir: args.target_dir.clone(),
        progress: Some(terminal::say),
        ..build::Options::default()
    };
    let built = build::build(dir, &options).map_err(aver_sdk::Error::from)?;
    let program = Program::open(&built.elf)?;
    let vk = args.security.prover().build(&program)?.vk()?.to_string();
    let text = Table::default()
        .line("elf", outcome::path(&built.elf))
        .line("vk", &vk)
        .line("built by", &built.toolchain)
        .finish();
    let json = json!({ "elf": built.elf.display().to_string(), "vk": vk, "toolchain": built.toolchain, "std": built.std });
    Ok(Outcome::new(json, text))
}
