//! `cargo aver`, as `crates/cli` makes it.

fn main() -> std::process::ExitCode {
    aver_cli::start(|| aver_cli::cargo_main(std::env::args_os()))
}
