//! `verify.c` says of every file what it should, with either library.

use std::path::Path;
use std::process::Command;

use crate::files::{CODE, EXIT_CODE, FILES, Files, OTHER_PROGRAM, OUTPUT, SHARDS, VERIFIED};
use crate::files::{OTHER_TREE, files, repository, run, target};
use crate::roots::{ROOTS, roots};

/// Compiles `verify.c` with these arguments for the library.
fn compile(name: &str, library: &[String]) -> Command {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"]).arg(here.join("include"));
    cc.arg(here.join("tests/elsewhere/verify.c")).arg("-o").arg(&program).args(library);
    run(cc.args(["-lpthread", "-ldl", "-lm"]));
    let mut command = Command::new(program);
    command.env("LD_LIBRARY_PATH", target().join("fast"));
    command
}

/// Runs the program on a file.
fn verify(program: &Command, files: &Files, name: &str, vk: &str, code: u32, status: u32) -> String {
    run(&mut command(program, files, name, vk, code, status))
}

/// The same on a compressed proof, of this tree.
fn verify_root(program: &Command, name: &str, vk: &str, code: u32, tree: &str, status: u32) -> String {
    run(command(program, &roots().0, name, vk, code, status).arg(tree))
}

fn command(program: &Command, files: &Files, name: &str, vk: &str, code: u32, status: u32) -> Command {
    let mut command = Command::new(program.get_program());
    for (variable, value) in program.get_envs() {
        command.env(variable, value.unwrap());
    }
    command.arg(files.folder.join(name)).args([vk, &code.to_string(), &status.to_string()]);
    command
}

#[test]
fn c_programs_verify_proofs() {
    // Alone: with other packages, this one's dependencies get features that only those ask for.
    let mut cargo = Command::new(env!("CARGO"));
    run(cargo
        .args(["build", "--profile", "fast", "-p", "aver-c"])
        .current_dir(repository())
        .env("CARGO_TARGET_DIR", target()));
    let libraries = target().join("fast");
    let fixed = compile("verify-static", &[libraries.join("libaver.a").display().to_string()]);
    let shared = compile("verify-shared", &[format!("-L{}", libraries.display()), "-laver".into()]);
    let files = files();
    let said = format!("{}\n{SHARDS}\n", String::from_utf8_lossy(OUTPUT));
    assert_eq!(verify(&shared, files, "good", &files.vk, CODE, VERIFIED), said);
    for file in FILES {
        let found = verify(&fixed, files, file.name, &files.vk, CODE, file.status);
        match file.status {
            VERIFIED => assert_eq!(found, said),
            _ => assert!(found.contains(file.words), "{}: {found}", file.name),
        }
    }
    let other = "0".repeat(64);
    assert!(verify(&fixed, files, "good", &other, CODE, OTHER_PROGRAM).contains(&files.vk));
    assert!(verify(&fixed, files, "good", &files.vk, 0, EXIT_CODE).contains("exit code 7"));

    let (Files { vk, .. }, tree) = roots();
    for file in ROOTS {
        let found = verify_root(&fixed, file.name, vk, CODE, tree, file.status);
        match file.status {
            VERIFIED => assert_eq!(found, format!("{}\n0\n", String::from_utf8_lossy(OUTPUT))),
            _ => assert!(found.contains(file.words), "{}: {found}", file.name),
        }
    }
    let good = |vk, code, tree, status| verify_root(&shared, "good.root", vk, code, tree, status);
    good(vk, CODE, tree, VERIFIED);
    assert!(good(&other, CODE, tree, OTHER_PROGRAM).contains(vk));
    assert!(good(vk, 0, tree, EXIT_CODE).contains("exit code 7"));
    assert!(good(vk, CODE, &other, OTHER_TREE).contains(tree));
}
