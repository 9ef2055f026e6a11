//! What a command has to say, as JSON and as text.

use crate::terminal::printable;
use aver_sdk::Claim;
use serde_json::{Map, Value, json};
use std::{fmt::Write as _, io::Write as _, process::ExitCode};

#[derive(Debug)]
pub struct Outcome {
    pub json: Value,
    pub text: String,
    /// Exit status.
    pub exit: u8,
}

impl Outcome {
    pub fn new(json: Value, text: impl Into<String>) -> Self {
        Self { json, text: text.into(), exit: 0 }
    }

    pub fn show(&self, json: bool) -> ExitCode {
        print(if json { self.json.to_string() } else { self.text.clone() }.trim_end());
        ExitCode::from(self.exit)
    }
}

/// A line, or several, on standard output. Whoever reads it may have gone.
pub fn print(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Lines of a name and a value.
#[derive(Default)]
pub struct Table(String);

impl Table {
    pub fn line(&mut self, name: &str, value: impl std::fmt::Display) -> &mut Self {
        // A string takes everything.
        let _ = writeln!(self.0, "{name:<12} {value}");
        self
    }

    /// What a run assumed, a line each.
    pub fn assumptions(&mut self, claims: &[Claim]) -> &mut Self {
        for Claim { vk, exit_code, output_digest } in claims {
            let output = hex(output_digest);
            self.line("assumes", format!("{vk}, exit code {exit_code}, an output with the digest {output}"));
        }
        self
    }

    /// A line that explains.
    pub fn note(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self.0.push('\n');
        self
    }

    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

pub const HIDING: &str =
    "This proof hides the input: it shows the claim, and of the run roughly what size it has.";
pub const NOT_HIDING: &str = "This proof does not hide the input: who has it may learn about it.";

pub const HIDDEN: &str = "It hides the input but for the number of shards and which are small: `aver compress` makes one proof of it, on any machine.";

pub const CONDITIONAL: &str =
    "It shows this only if what it assumes holds: `aver aggregate` makes one proof of it and those of that.";

/// Whether a proof hides the input.
pub fn hiding(hides: bool) -> &'static str {
    if hides { HIDING } else { NOT_HIDING }
}

/// The same of an aggregate.
pub fn hiding_inputs(hides: bool) -> &'static str {
    if hides { "It hides the inputs, as its proofs do." } else { "It does not hide the inputs." }
}

/// What a run assumed.
pub fn assumptions(claims: &[Claim]) -> Vec<Value> {
    let json = |claim: &Claim| {
        json!({
            "vk": claim.vk.to_string(),
            "exit_code": claim.exit_code,
            "output_digest": hex(&claim.output_digest),
        })
    };
    claims.iter().map(json).collect()
}

/// What an object has.
pub fn fields(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A program's output for people: text if it is, else hexadecimal; its start, if it is long.
pub fn output(bytes: &[u8]) -> String {
    const SHOWN: usize = 1024;
    let cut = &bytes[..bytes.len().min(SHOWN)];
    let more = if bytes.len() > SHOWN { " … (--json prints all of it)" } else { "" };
    let head = match bytes.len() {
        0 => return "none".into(),
        1 => "1 byte".into(),
        n => format!("{} bytes", count(n as u64)),
    };
    let is_text = |text: &str| text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t');
    match std::str::from_utf8(bytes) {
        Ok(text) if is_text(text) => {
            let text = String::from_utf8_lossy(cut);
            let lines: Vec<&str> = text.trim_end().trim_end_matches('\u{fffd}').lines().collect();
            match lines[..] {
                [line] => format!("{head}: {line}{more}"),
                _ => format!("{head}:\n  {}{more}", lines.join("\n  ")),
            }
        }
        _ => format!("{head}: {}{more}", hex(cut)),
    }
}

/// With thin groups of three digits.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let start = digits.len() % 3;
    let groups = digits.as_bytes()[start..].chunks(3).map(|g| String::from_utf8_lossy(g).into_owned());
    let head = (start > 0).then(|| digits[..start].to_owned());
    head.into_iter().chain(groups).collect::<Vec<_>>().join(" ")
}

/// `1 shard`, `2 shards`.
pub fn plural(n: usize, what: &str) -> String {
    format!("{} {what}{}", count(n as u64), if n == 1 { "" } else { "s" })
}

/// `3.4 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// `12.3 s`.
pub fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 0.01 => format!("{:.2} ms", s * 1e3),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.1} s"),
        s => format!("{:.0} min {:.0} s", (s / 60.0).floor(), s % 60.0),
    }
}

/// Names of files and symbols are whatever somebody made them.
pub fn path(path: &std::path::Path) -> String {
    printable(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs() {
        assert_eq!(output(b""), "none");
        assert_eq!(output(b"x"), "1 byte: x");
        assert_eq!(output("zwölf\n".as_bytes()), "7 bytes: zwölf");
        assert_eq!(output(b"a\nb\n"), "4 bytes:\n  a\n  b");
        assert_eq!(output(b"\x1b[31m"), "5 bytes: 1b5b33316d");
        assert_eq!(output(&[0xff, 0]), "2 bytes: ff00");
        assert_eq!(output(b"\n"), "1 byte:\n  ");
        assert!(output(&[b'a'; 2000]).ends_with("… (--json prints all of it)"));
    }

    #[test]
    fn numbers() {
        assert_eq!([count(0), count(999), count(1000), count(1234567)], ["0", "999", "1 000", "1 234 567"]);
        assert_eq!([size(999), size(3_400_000)], ["999 B", "3.4 MB"]);
        assert_eq!(
            [seconds(0.25), seconds(0.00123), seconds(12.34), seconds(150.0)],
            ["250 ms", "1.23 ms", "12.3 s", "2 min 30 s"]
        );
    }
}
