//! Fields of proof files and keys, each with the bytes it stands in.

use std::ops::Range;

use crate::recorder::Log;

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What its elements are.
    pub unit: &'static str,
    /// Its bytes.
    pub bytes: Range<usize>,
    /// Lengths and counts in front of it that count it: where they stand, and bytes of what they count.
    pub counted_by: Vec<(usize, usize)>,
}

impl Field {
    /// Bytes of one of its elements.
    pub fn element(&self) -> usize {
        match self.unit {
            "u8" => 1,
            "u32" | "F" => 4,
            "u64" => 8,
            "digest" => 36,
            "32 bytes" => 32,
            "E" => 20,
            unit => panic!("no field is of {unit}"),
        }
    }

    /// A line of a manifest.
    pub fn line(&self) -> String {
        format!("{:28}{}", self.name, if self.unit == "u8" { "bytes" } else { self.unit })
    }
}

/// Walks over bytes and names them.
struct Walk<'a> {
    file: &'a [u8],
    at: usize,
    counted_by: Vec<(usize, usize)>,
    fields: Vec<Field>,
}

impl Walk<'_> {
    fn take(&mut self, name: &str, unit: &'static str, len: usize) {
        let (bytes, counted_by) = (self.at..self.at + len, self.counted_by.clone());
        self.at += len;
        if len > 0 {
            self.fields.push(Field { name: name.into(), unit, bytes, counted_by });
        }
    }

    fn number(&mut self, name: &str) -> usize {
        let bytes = self.file[self.at..self.at + 4].try_into().expect("four bytes");
        self.take(name, "u32", 4);
        u32::from_le_bytes(bytes) as usize
    }

    fn bytes(&mut self, name: &str) {
        self.behind(&format!("{name}: length"), 1, |walk, len| walk.take(name, "u8", len));
    }

    fn numbers(&mut self, name: &str) {
        self.behind(&format!("{name}: count"), 4, |walk, count| {
            (0..count).for_each(|_| _ = walk.number(name));
        });
    }

    /// Things behind their count.
    fn behind(&mut self, count: &str, unit: usize, walk: impl FnOnce(&mut Self, usize)) {
        let at = self.at;
        let count = self.number(count);
        self.counted_by.push((at, unit));
        walk(self, count);
        self.counted_by.pop();
    }

    fn root(&mut self, name: &str) {
        let is_some = self.file[self.at] == 1;
        self.take(&format!("{name}: is there"), "u8", 1);
        if is_some {
            self.take(name, "digest", 36);
        }
    }

    /// Bytes behind a length that are walked over themselves.
    fn within(&mut self, name: &str, walk: impl FnOnce(&mut Self)) {
        self.behind(&format!("{name}: length"), 1, |walker, len| {
            let end = walker.at + len;
            walk(walker);
            assert_eq!(walker.at, end, "{name} is as long as it says");
        });
    }

    fn key(&mut self) {
        self.number("version of the key");
        self.take("profile", "u8", 1);
        self.take("log_height", "u8", 1);
        self.number("entry");
        for _ in 0..self.number("coprocessors: count") {
            self.number("coprocessor: call");
            self.bytes("coprocessor: name");
        }
        self.take("machine", "32 bytes", 32);
        for kind in ["shard", "memory"] {
            self.root(&format!("fixed root, {kind}"));
            self.numbers(&format!("fixed rows, {kind}"));
        }
    }

    fn file(&mut self, logs: &[Log]) {
        self.take("magic", "u8", 8);
        self.number("version");
        self.take("kind", "u8", 1);
        self.within("key", Self::key);
        self.number("exit code");
        self.bytes("output");
        self.take("output digest", "32 bytes", 32);
        self.behind("assumptions: count", 68, |walk, count| {
            for _ in 0..count {
                walk.take("assumption: key", "32 bytes", 32);
                walk.number("assumption: exit code");
                walk.take("assumption: output digest", "32 bytes", 32);
            }
        });
        let memory = self.number("memory proofs: count");
        let shards = self.number("shards: count");
        self.bytes("work");
        self.take("salt", "digest", 36);
        for _ in 0..memory {
            self.root("boundary root");
            self.numbers("boundary rows");
            ["log2 of a chunk", "last key"].iter().for_each(|name| _ = self.number(name));
        }
        for _ in 0..shards {
            self.root("boundary root");
            self.numbers("boundary rows");
            let numbers = ["log2 of a chunk", "start", "end", "end time"];
            numbers.iter().for_each(|name| _ = self.number(name));
        }
        assert_eq!(logs.len(), memory + shards);
        for log in logs {
            self.within("proof", |walk| walk.proof(log));
        }
        assert_eq!(self.at, self.file.len(), "nothing stands behind the proofs");
    }

    fn proof(&mut self, log: &Log) {
        for event in log.iter().filter(|e| e.is_in_proof()) {
            self.take(event.step.label, event.step.unit, event.bytes.len());
        }
    }
}

fn walk(file: &[u8], walk: impl FnOnce(&mut Walk<'_>)) -> Vec<Field> {
    let mut walker = Walk { file, at: 0, counted_by: Vec::new(), fields: Vec::new() };
    walk(&mut walker);
    walker.fields
}

/// Fields of a key.
pub fn of_key(key: &[u8]) -> Vec<Field> {
    let fields = walk(key, |w| w.key());
    assert_eq!(fields.last().map(|f| f.bytes.end), Some(key.len()));
    fields
}

/// Fields of a proof file whose proofs have these logs, without what came before them.
pub fn of_file(file: &[u8], logs: &[Log]) -> Vec<Field> {
    walk(file, |w| w.file(logs))
}

/// Fields of one proof.
pub fn of_proof(proof: &[u8], log: &Log) -> Vec<Field> {
    walk(proof, |w| w.proof(log))
}

/// The file with a field's bytes replaced, and what counts them put right.
pub fn replaced(file: &[u8], field: &Field, bytes: &[u8]) -> Vec<u8> {
    let mut out = file.to_vec();
    out.splice(field.bytes.clone(), bytes.iter().copied());
    for &(at, unit) in &field.counted_by {
        let count = u32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes"));
        let count = count as usize + bytes.len() / unit - field.bytes.len() / unit;
        out[at..at + 4].copy_from_slice(&(count as u32).to_le_bytes());
    }
    out
}
