//! The other emulator: `qemu-riscv64`, which runs test programs as Linux programs.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Standard output and exit code of a program; `None`, with a message, where the emulator is not installed.
pub fn run(elf: &[u8], name: &str) -> Option<(Vec<u8>, u32)> {
    let file = scratch(name);
    fs::write(&file, elf).expect("the scratch folder can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(&file, fs::Permissions::from_mode(0o755));
    }
    let output = Command::new("qemu-riscv64").arg(&file).stdin(Stdio::null()).output();
    let _ = fs::remove_file(&file);
    match output {
        Ok(output) => {
            let code = output.status.code();
            let code = code.unwrap_or_else(|| panic!("{name} under qemu: {:?}", output.status));
            Some((output.stdout, code as u32))
        }
        Err(error) => {
            eprintln!("skipped: nothing is compared with qemu-riscv64 ({error})");
            None
        }
    }
}

fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("aver-{}-{name}.elf", std::process::id()))
}
