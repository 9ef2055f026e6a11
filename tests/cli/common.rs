//! Runs the command, and makes tiny programs for it.

use aver_isa::{
    calls::HALT,
    testing::{Asm, ElfBuilder, SegmentBytes, reg::*},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// What the command said.
#[derive(Debug)]
pub struct Said {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The command, which keeps what it keeps for the user in a folder of the tests.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aver-under-test"));
    command.env("XDG_CACHE_HOME", caches());
    command
}

/// A folder that stays from test to test.
pub fn caches() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("caches")
}

/// Runs the command in a folder.
pub fn aver_in<S: AsRef<OsStr>>(dir: &Path, args: impl IntoIterator<Item = S>) -> Said {
    let output = command().current_dir(dir).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let said = Said {
        status: output.status.code().expect("no signal"),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    };
    assert!(!said.stderr.contains("panicked at crates"), "{said:?}");
    said
}

impl Said {
    /// That all is well, and what was printed.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(self.status, 0, "{self:?}");
        self.stdout
    }

    /// That standard output is one JSON object.
    #[track_caller]
    pub fn json(&self) -> Value {
        let value: Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(value.is_object(), "{self:?}");
        value
    }

    /// That it failed with this status, and the code and message of the error.
    #[track_caller]
    pub fn error(&self, status: i32) -> (String, String) {
        assert_eq!(self.status, status, "{self:?}");
        let json = self.json();
        let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["error"], "{self:?}");
        let text = |key: &str| json["error"][key].as_str().unwrap().to_owned();
        assert!(!text("message").is_empty());
        (text("code"), text("message"))
    }
}

/// An empty folder of this name.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The files of a folder.
pub fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A folder with everything that only needs to be there: programs, keys, and a proof in one shard and
/// in several.
pub fn ready() -> &'static Path {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    READY.get_or_init(|| {
        let dir = folder("ready");
        for (name, elf) in [("hello.elf", hello()), ("exits.elf", exits()), ("counts.elf", counts())] {
            fs::write(dir.join(name), elf).unwrap();
        }
        fs::write(dir.join("n"), 300u32.to_le_bytes()).unwrap();
        for program in ["hello", "counts"] {
            let vk = aver_in(&dir, ["vk", &format!("{program}.elf")]).done();
            fs::write(dir.join(format!("{program}.vk")), vk).unwrap();
        }
        aver_in(&dir, ["prove", "--shards", "hello.elf", "--out", "hello.proof", "--threads", "2"]).done();
        let small = ["--max-shard-cycles", "400", "--threads", "2"];
        let args = ["prove", "--shards", "counts.elf", "--input", "n", "--out", "counts.proof"];
        aver_in(&dir, args.iter().chain(&small)).done();
        dir
    })
}

/// Runs the command in the folder with everything.
pub fn aver<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Said {
    aver_in(ready(), args)
}

/// Where guests are built: the standard library only once.
pub fn guest_target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("guest")
}

pub fn output_of_hello() -> &'static [u8] {
    b"hello, world"
}

/// Prints "this is no output", hands over "hello, world", and halts with 0.
pub fn hello() -> Vec<u8> {
    let (output, console) = (output_of_hello(), b"this is no output\n");
    let at = Asm::DATA + 32;
    let mut asm = Asm::new();
    asm.write(1, at + 16, console.len() as u64).write(3, at, output.len() as u64);
    asm.li(A0, 0).li(A1, Asm::DATA.into()).call(HALT);
    let mut data = Sha256::digest(output).to_vec();
    data.extend_from_slice(output);
    data.resize(48, 0);
    data.extend_from_slice(console);
    asm.elf(&data, 96)
}

/// Halts with the first byte of its input as exit code.
pub fn exits() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(S0, 0x8000_0000).lbu(A0, S0, 8).call(93);
    asm.elf(&[], 0)
}

/// Counts down from the number (4 bytes) in its input, and stores as it goes.
pub fn counts() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(S0, 0x8000_0000).ld(S1, S0, 8).li(T0, Asm::DATA.into());
    let start = asm.pc() as i32;
    asm.ld(T1, T0, 0).add(T1, T1, S1).sd(T1, T0, 0).sb(S1, T0, 13).addi(S1, S1, -1);
    let back = start - asm.pc() as i32;
    asm.bne(S1, 0, back).exit(0);
    asm.elf(&[1], 64)
}

/// Loads from address 16, in a function called `reads_null`.
pub fn faults() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(A0, 16).ld(A1, A0, 0);
    ElfBuilder {
        segments: vec![SegmentBytes::text(asm.start, asm.bytes())],
        symbols: vec![(asm.start.into(), "reads_null")],
        ..ElfBuilder::default()
    }
    .build()
}

/// Never halts.
pub fn endless() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.jal(0, 0);
    asm.elf(&[], 0)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
