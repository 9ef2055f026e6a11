//! What `tools/verify.py`, a second verifier, says of roots.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use aver_stark::hash::Node;
use aver_tree::TreeKey;
use aver_verifier::VerifyingKey;
use aver_verifier::verify::Claim;
use p3_field::PrimeField32;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").unwrap();
        out
    })
}

fn elements(node: &Node) -> Vec<u32> {
    node.0.iter().map(|e| e.as_canonical_u32()).collect()
}

/// The question whether a root's proof shows a claim of the program with this key.
pub fn question(key: &TreeKey, vk: &VerifyingKey, claim: &Claim, proof: &[u8]) -> String {
    let (runs, params) = (&key.runs, &key.class.params);
    format!(
        concat!(
            r#"{{"runs":{{"profile":{},"log_height":{},"machine":"{}"}},"profile":{},"log_height":{},"#,
            r#""rows":{:?},"root":{:?},"keys":{:?},"vk":"{}","exit_code":{},"output":"{}","proof":"{}"}}"#,
            "\n"
        ),
        runs.params.profile.bits(),
        runs.params.log_height,
        hex(&runs.machine),
        params.profile.bits(),
        params.log_height,
        key.class.rows,
        elements(&key.root),
        elements(&key.keys),
        hex(&vk.encode()),
        claim.exit_code,
        hex(&claim.output_digest),
        hex(proof),
    )
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
