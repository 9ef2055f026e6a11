//! `cargo aver`: Cargo runs `cargo-aver aver …`.

fn main() -> std::process::ExitCode {
    let args = std::env::args_os();
    aver_cli::main(args.enumerate().filter(|(i, arg)| !(*i == 1 && arg == "aver")).map(|(_, arg)| arg))
}
