//! Builds the guest in the folder given first; `--linux` for qemu, other arguments are features.

fn main() {
    let mut args = std::env::args().skip(1);
    let dir = args.next().expect("usage: build-guest <folder> [--linux] [feature]...");
    let (linux, features): (Vec<_>, Vec<_>) = args.partition(|arg| arg == "--linux");
    let options = aver_build::Options {
        linux: !linux.is_empty(),
        features,
        progress: Some(|line| eprintln!("{line}")),
        ..Default::default()
    };
    match aver_build::build(dir.as_ref(), &options) {
        Ok(built) => println!("{} ({})", built.elf.display(), built.toolchain),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1)
        }
    }
}
