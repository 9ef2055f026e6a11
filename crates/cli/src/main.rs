//! `aver`.

fn main() -> std::process::ExitCode {
    aver_cli::start(|| aver_cli::main(std::env::args_os()))
}
