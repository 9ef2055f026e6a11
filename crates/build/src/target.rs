//! The target file.
//!
//! Derived from the compiler's own description of `riscv64im-unknown-none-elf`: field names and the
//! data layout differ between compilers, and a file written for another one is refused.

use crate::{Error, Toolchain};
use serde_json::{Value, json};

const BASE: &str = "riscv64im-unknown-none-elf";

/// The target file for programs with or without `std`.
pub fn file(toolchain: &Toolchain, std: bool) -> Result<String, Error> {
    let refuse = |reason: String| Error::Target { target: BASE, rustc: toolchain.rustc.clone(), reason };
    let output = toolchain
        .command(&toolchain.rustc)
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["--print", "target-spec-json", "-Zunstable-options", "--target", BASE])
        .output()
        .map_err(|source| Error::Spawn { program: toolchain.rustc.clone(), source })?;
    if !output.status.success() {
        return Err(refuse(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let mut target: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| refuse(error.to_string()))?;
    let fields = target.as_object_mut().ok_or_else(|| refuse("not an object".into()))?;
    fields.remove("metadata");
    // One hart: a pass makes plain loads and stores of all atomics, so the compiler may use any.
    // Misaligned loads and stores are single instructions of the machine.
    fields.insert("atomic-cas".into(), json!(true));
    fields.insert("singlethread".into(), json!(true));
    fields.insert("features".into(), json!("+m,+unaligned-scalar-mem"));
    // A large frame touches every page of it, so that no input makes the stack jump over its guard.
    fields.insert("stack-probes".into(), json!({ "kind": "inline" }));
    fields.insert("vendor".into(), json!("aver"));
    if std {
        fields.insert("os".into(), json!("zkvm"));
    }
    serde_json::to_string_pretty(&target).map_err(|error| refuse(error.to_string()))
}
