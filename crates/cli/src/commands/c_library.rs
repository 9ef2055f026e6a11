//! `aver c-library`.

use crate::{
    args,
    failure::Failure,
    outcome::{self, Outcome, Table},
    terminal,
};
use aver_sdk::build;
use serde_json::json;
use std::{fs, path::Path};

/// Of the archive: `-lzkvm` finds it.
const ARCHIVE: &str = "libzkvm.a";
const SCRIPT: &str = "link.ld";
const HEADERS: [&str; 2] = ["zkvm_accelerators.h", "aver.h"];

pub fn run(args: &args::CLibrary) -> Result<Outcome, Failure> {
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guest");
    let source = guest.join("accelerators");
    if !source.is_dir() {
        let why =
            "the source tree that this command was built from is gone, and with it the library's source";
        return Err(Failure::usage(why.to_owned()));
    }
    let options = build::Options {
        locked: true,
        target_dir: args.target_dir.clone(),
        progress: Some(terminal::say),
        ..build::Options::default()
    };
    let toolchain = build::Toolchain::find().map_err(aver_sdk::Error::from)?;
    let library = build::build_library(&toolchain, &source, &options).map_err(aver_sdk::Error::from)?;

    fs::create_dir_all(&args.out).map_err(|error| Failure::io(&args.out, &error))?;
    let copy = |from: &Path, name: &str| {
        fs::copy(from, args.out.join(name)).map_err(|error| Failure::io(&args.out.join(name), &error))
    };
    copy(&library.archive, ARCHIVE)?;
    for header in HEADERS {
        copy(&guest.join("c").join(header), header)?;
    }
    let script = args.out.join(SCRIPT);
    fs::write(&script, build::LINKER_SCRIPT).map_err(|error| Failure::io(&script, &error))?;

    let shown = outcome::path(&args.out);
    let mut table = Table::default();
    table.line("folder", &shown).line("built by", &library.toolchain).note(&format!(
        "riscv64-unknown-elf-gcc -march=rv64im -mabi=lp64 -mcmodel=medany -O2 -ffreestanding -nostdlib -static \\\n    \
         -Wl,--gc-sections -T {shown}/{SCRIPT} -I {shown} program.c -L {shown} -lzkvm -o program.elf"
    ));
    let json = json!({ "out": args.out.display().to_string(), "toolchain": library.toolchain });
    Ok(Outcome::new(json, table.finish()))
}
