//! `cargo aver`: Cargo runs `cargo-aver aver …`.

fn main() -> std::process::ExitCode {
    aver_cli::start(|| aver_cli::cargo_main(std::env::args_os()))
}
