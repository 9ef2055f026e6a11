//! What `tools/verify.py`, a second verifier, says of roots.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use aver_stark::hash::Digest;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").unwrap();
        out
    })
}

/// The question whether a file is a root proof of this program, with this end, by this tree.
pub fn question(file: &[u8], vk: &Digest, exit_code: u32, tree: &Digest) -> String {
    let (file, vk, tree) = (hex(file), hex(vk), hex(tree));
    format!(r#"{{"file":"{file}","vk":"{vk}","exit_code":{exit_code},"tree":"{tree}"}}"#) + "\n"
}

/// Whether each is accepted. `None` without Python.
pub fn answers(questions: &str) -> Option<Vec<bool>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/verify.py");
    let child = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        println!("NOTE: no python3: roots are not verified by tools/verify.py");
        return None;
    };
    child.stdin.take().unwrap().write_all(questions.as_bytes()).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    Some(said.lines().map(|line| line == "accepted").collect())
}
