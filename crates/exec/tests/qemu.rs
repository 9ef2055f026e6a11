//! Against another emulator: random programs, and compiled C. Skipped where the tools are absent.

mod common;

use std::{fs, path::PathBuf, process::Command};

use aver_isa::{Program, testing::random_program};
use common::check;

fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: {tool} is not installed");
    }
    found
}

fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// Standard output and exit code.
fn qemu(file: &PathBuf) -> (Vec<u8>, i32) {
    let output = Command::new("qemu-riscv64").arg(file).output().unwrap();
    (output.stdout, output.status.code().unwrap_or(-1))
}

#[cfg(unix)]
fn executable(file: &PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn random_programs() {
    if !has("qemu-riscv64") {
        return;
    }
    for seed in 0..120 {
        let random = random_program(seed, 400 + 20 * seed as usize);
        let file = scratch(&format!("random-{}", std::process::id()));
        fs::write(&file, &random.elf).unwrap();
        executable(&file);
        let program = Program::from_elf(&random.elf).unwrap();
        let (run, printed) = check(&program, &[], &[]);
        let (expected, code) = qemu(&file);
        assert_eq!(expected.len() as u64, random.output_bytes, "seed {seed}");
        assert_eq!(run.exit_code as i32, code);
        let ours = &printed.0[&1];
        let wrong = ours.iter().zip(&expected).position(|(a, b)| a != b);
        assert_eq!(wrong.map(|byte| byte / 8), None, "seed {seed}: first wrong word of the dump");
        fs::remove_file(&file).unwrap();
    }
}

#[test]
fn compiled_c() {
    if !has("qemu-riscv64") || !has("riscv64-unknown-elf-gcc") {
        return;
    }
    let sources = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    for name in ["arithmetic", "memory", "recursion"] {
        for level in ["-O0", "-O2"] {
            let file = scratch(&format!("{name}{level}-{}", std::process::id()));
            let built = Command::new("riscv64-unknown-elf-gcc")
                .args(["-march=rv64ima", "-mabi=lp64", "-mcmodel=medany", "-nostdlib", "-static"])
                .args(["-ffreestanding", "-fno-builtin", level, "-o"])
                .arg(&file)
                .arg(sources.join(format!("{name}.c")))
                .output()
                .unwrap();
            assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
            let program = Program::from_elf(&fs::read(&file).unwrap()).unwrap();
            let (run, printed) = check(&program, &[], &[]);
            let (expected, code) = qemu(&file);
            assert!(!expected.is_empty());
            assert_eq!((&printed.0[&1], run.exit_code as i32), (&expected, code), "{name} {level}");
            assert!(program.symbol_at(program.ops[program.entry as usize].pc).is_some());
            fs::remove_file(&file).unwrap();
        }
    }
}
