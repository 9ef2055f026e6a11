//! Runs Cargo on a guest.

use crate::{Error, Toolchain, package, target};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

/// How to build a guest.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Cargo features of the guest.
    pub features: Vec<String>,
    /// Which program of the guest's package, if it has several.
    pub bin: Option<String>,
    /// A program for Linux on RISC-V instead, with the runtime's feature `linux`.
    pub linux: bool,
    /// Fail rather than change the guest's `Cargo.lock`.
    pub locked: bool,
    /// Where Cargo works and the ELF file goes; if none, the folder that `AVER_TARGET_DIR` names, or `target/aver` in the guest's.
    /// Guests in one folder share what is compiled of their libraries.
    pub target_dir: Option<PathBuf>,
    /// Receives each line Cargo and the compiler print, as it comes.
    pub progress: Option<fn(&str)>,
}

impl Options {
    pub(crate) fn apply(&self, command: &mut Command) {
        let mut features = self.features.clone();
        if self.linux {
            features.push("aver-guest/linux".into());
        }
        if !features.is_empty() {
            command.arg("--features").arg(features.join(","));
        }
        if self.locked {
            command.arg("--locked");
        }
    }
}

/// A built guest.
#[derive(Clone, Debug)]
pub struct Built {
    /// The ELF file: `<name>.elf`, or `<name>.linux.elf`.
    pub elf: PathBuf,
    /// What built it.
    pub toolchain: String,
    /// Whether it has `std`.
    pub std: bool,
}

/// A built library.
#[derive(Clone, Debug)]
pub struct Library {
    /// The archive.
    pub archive: PathBuf,
    /// What built it.
    pub toolchain: String,
}

/// The linker script of programs.
pub const LINKER_SCRIPT: &str = include_str!("link.ld");

/// Builds the guest in the folder `dir` with the toolchain that is found.
pub fn build(dir: &Path, options: &Options) -> Result<Built, Error> {
    build_with(&Toolchain::find()?, dir, options)
}

/// Builds the guest in the folder `dir`.
///
/// Optimised, with symbols but no debug information, and so that neither `dir` nor any other path of
/// this computer is in the file.
pub fn build_with(toolchain: &Toolchain, dir: &Path, options: &Options) -> Result<Built, Error> {
    let Compiled { package, out, artifacts } = compile(toolchain, dir, options)?;
    let programs: Vec<(&str, &str)> = artifacts
        .iter()
        .filter_map(|artifact| Some((artifact["target"]["name"].as_str()?, artifact["executable"].as_str()?)))
        .collect();
    let wanted = options.bin.as_deref().unwrap_or(&package.name);
    let program = programs.iter().find(|(name, _)| *name == wanted);
    let only = (programs.len() == 1 && options.bin.is_none()).then(|| &programs[0]);
    let Some((name, path)) = program.or(only) else {
        let found = programs.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        return Err(Error::NoProgram { wanted: wanted.into(), name: package.name.clone(), found });
    };
    let elf = out.join(format!("{name}{}.elf", if options.linux { ".linux" } else { "" }));
    fs::copy(path, &elf).map_err(Error::io(&elf))?;
    Ok(Built { elf, toolchain: toolchain.describe(), std: package.std })
}

/// Builds the static library in the folder `dir`, which is no whole program: others link it, with
/// [`LINKER_SCRIPT`].
pub fn build_library(toolchain: &Toolchain, dir: &Path, options: &Options) -> Result<Library, Error> {
    let Compiled { package, artifacts, .. } = compile(toolchain, dir, options)?;
    let files = artifacts.iter().flat_map(|artifact| artifact["filenames"].as_array().into_iter().flatten());
    let archive = files.filter_map(Value::as_str).find(|file| file.ends_with(".a"));
    let archive = archive.ok_or(Error::NoLibrary { library: package.name })?.into();
    Ok(Library { archive, toolchain: toolchain.describe() })
}

struct Compiled {
    package: package::Package,
    /// Where Cargo worked.
    out: PathBuf,
    /// What it says of each thing it made.
    artifacts: Vec<Value>,
}

fn compile(toolchain: &Toolchain, dir: &Path, options: &Options) -> Result<Compiled, Error> {
    let dir = dir.canonicalize().map_err(Error::io(dir))?;
    let package = package::read(toolchain, &dir, options)?;
    let shared =
        || std::env::var_os("AVER_TARGET_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let out = options.target_dir.clone().or_else(shared).unwrap_or_else(|| dir.join("target/aver"));
    fs::create_dir_all(&out).map_err(Error::io(&out))?;
    let out = out.canonicalize().map_err(Error::io(&out))?;

    let triple = if package.std { "riscv64im-aver-zkvm-elf" } else { "riscv64im-aver-none-elf" };
    let target = out.join(format!("{triple}.json"));
    write(&target, &target::file(toolchain, package.std)?)?;
    let script = out.join("link.ld");
    write(&script, LINKER_SCRIPT)?;

    let mut command = toolchain.command(&toolchain.cargo);
    command.current_dir(&dir).args(["build", "--release", "--message-format=json-render-diagnostics"]);
    // No features of the library: memcpy and its kin are the runtime's.
    command.args(["-Zjson-target-spec", "-Zbuild-std-features="]);
    command.arg(if package.std { "-Zbuild-std=std,panic_abort" } else { "-Zbuild-std=core,alloc" });
    command.arg("--target").arg(&target).arg("--target-dir").arg(out.join("build"));
    if let Some(bin) = &options.bin {
        command.arg("--bin").arg(bin);
    }
    options.apply(&mut command);
    let remaps = remaps(toolchain, &package, &out);
    let mut flags = flags(toolchain, &script);
    if cfg!(unix) {
        command.env("RUSTC_WRAPPER", wrapper(&out)?).env("AVER_REMAP", remaps.join("\n"));
    } else {
        flags.extend(remaps.iter().map(|map| format!("--remap-path-prefix={map}")));
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    for (setting, value) in PROFILE {
        command.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    let artifacts = run(command, toolchain, &package.name, options)?;
    Ok(Compiled { package, out, artifacts })
}

const PROFILE: [(&str, &str); 7] = [
    ("OPT_LEVEL", "3"),
    ("LTO", "fat"),
    ("CODEGEN_UNITS", "1"),
    ("PANIC", "abort"),
    ("DEBUG", "false"),
    ("STRIP", "debuginfo"),
    ("INCREMENTAL", "false"),
];

fn flags(toolchain: &Toolchain, script: &Path) -> Vec<String> {
    let options = [
        "passes=lower-atomic".into(),
        "force-unwind-tables=no".into(),
        format!("linker={}", toolchain.linker.display()),
        "linker-flavor=ld.lld".into(),
        format!("link-arg=-T{}", script.display()),
    ];
    options.into_iter().flat_map(|option| ["-C".into(), option]).collect()
}

/// What paths become in the program. Of several that match, the last counts: from the general to the
/// particular.
fn remaps(toolchain: &Toolchain, package: &package::Package, out: &Path) -> Vec<String> {
    let map = |from: &Path, to: &str| format!("{}={to}", from.display());
    let outside = package.local.iter().filter(|(_, folder)| !folder.starts_with(&package.workspace));
    let mut maps = vec![
        map(&cargo_home(), "/cargo"),
        map(&toolchain.rust_src, "/rust/library"),
        // Debian's folder is a link, and the compiler sees both its names.
        map(&toolchain.rust_src.canonicalize().unwrap_or_default(), "/rust/library"),
        map(&package.workspace, "/guest"),
    ];
    maps.extend(outside.map(|(name, folder)| map(folder, &format!("/{name}"))));
    maps.push(map(out, "/target"));
    maps
}

fn cargo_home() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo");
    std::env::var_os("CARGO_HOME").map(PathBuf::from).unwrap_or_else(home)
}

/// The program that Cargo calls instead of rustc; see there.
fn wrapper(out: &Path) -> Result<PathBuf, Error> {
    let path = out.join("rustc.sh");
    write(&path, include_str!("wrapper.sh"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(Error::io(&path))?;
    }
    Ok(path)
}

/// Writes a file unless it says that already: Cargo rebuilds when files change.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(Error::io(path))
}

/// Runs Cargo and returns what it says it made.
fn run(
    mut command: Command,
    toolchain: &Toolchain,
    name: &str,
    options: &Options,
) -> Result<Vec<Value>, Error> {
    let failed = |source| Error::Spawn { program: toolchain.cargo.clone(), source };
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let progress = options.progress;
    let log = thread::spawn(move || {
        let mut log = String::new();
        for line in stderr.into_iter().flat_map(|pipe| BufReader::new(pipe).lines()).map_while(Result::ok) {
            if let Some(progress) = progress {
                progress(&line);
            }
            log.push_str(&line);
            log.push('\n');
        }
        log
    });
    let mut messages = String::new();
    if let Some(mut pipe) = stdout {
        pipe.read_to_string(&mut messages).map_err(failed)?;
    }
    let status = child.wait().map_err(failed)?;
    let stderr = log.join().unwrap_or_default();
    if !status.success() {
        return Err(Error::Compile { name: name.into(), stderr });
    }
    Ok(messages.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}
