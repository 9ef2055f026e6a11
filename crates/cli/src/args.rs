//! The command line.

use aver_sdk::{MAX_PROOFS, Profile, Prover, ProverBuilder};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Prove that a program ran.
///
/// Exit status: 0 done, or the proof is accepted; 1 the proof is rejected; 2 wrong usage, or a file
/// that cannot be read, written or used; 3 the program faulted.
#[derive(Debug, Parser)]
#[command(name = "aver", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Print one JSON object on standard output and nothing else.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a guest and a host crate, or a coprocessor, that work as they are
    New(New),
    /// Compile a guest to an ELF file; print its path and verifying key
    Build(Build),
    /// Write the library that programs in C link, with its headers and linker script
    CLibrary(CLibrary),
    /// Execute a program without proving: output, cycles, and what proving would take
    Run(Run),
    /// Prove a run of a program: one small proof, whose size does not depend on the length of the run
    Prove(Prove),
    /// Make one small proof of the shard proofs that `prove --shards` or `prove --zk-shards` made
    Compress(Compress),
    /// Print the key of the tree that compresses proofs of a program, and of all others with the same coprocessors
    TreeKey(TreeKey),
    /// Make one proof of several compressed proofs, of the same or of different programs
    Aggregate(Aggregate),
    /// Check a proof, compressed or not, or an aggregate, and print what is claimed
    Verify(Verify),
    /// Print a program's verifying key
    Vk(Vk),
    /// Say what a proof file holds, without checking it
    Inspect(Inspect),
    /// Provable bits of security, term by term
    Security(Terms),
    /// Say what this machine lacks to build guests, and the command that mends it; of a guest, what coprocessors could do for it
    Doctor(Doctor),
    /// Prove and verify a program that comes with this command
    Demo(Demo),
    /// Measure proving on a set of programs that come with this command, stage by stage
    #[cfg(feature = "bench")]
    Bench(Bench),
}

#[derive(Debug, Args)]
pub struct New {
    /// Folder to make; its last part is the project's name
    pub name: PathBuf,
    /// Make a coprocessor instead: a crate with its chip, execution, guest function and tests, that passes as it is
    #[arg(long)]
    pub coprocessor: bool,
}

#[derive(Debug, Args)]
pub struct Build {
    /// Folder of the guest crate, or one with the guest in `guest/`
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Cargo features of the guest, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub features: Vec<String>,
    /// Which program of the package, if it has several
    #[arg(long, value_name = "NAME")]
    pub bin: Option<String>,
    /// Fail rather than change the guest's Cargo.lock
    #[arg(long)]
    pub locked: bool,
    /// Where Cargo works and the ELF file goes [default: $AVER_TARGET_DIR, or target/aver in the guest's folder]
    #[arg(long, value_name = "DIR")]
    pub target_dir: Option<PathBuf>,
    #[command(flatten)]
    pub security: Security,
}

#[derive(Debug, Args)]
pub struct Doctor {
    /// Folder of a guest crate, of which it is said what it does in software that a coprocessor could do
    pub dir: Option<PathBuf>,
    /// Cargo features of the guest, separated by commas
    #[arg(long, value_delimiter = ',', requires = "dir")]
    pub features: Vec<String>,
}

#[derive(Debug, Args)]
pub struct CLibrary {
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Where Cargo works [default: target/aver in the library's folder]
    #[arg(long, value_name = "DIR")]
    pub target_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    pub job: Job,
    /// Say in which functions the most cycles were spent: so many of them
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "20")]
    pub functions: Option<usize>,
}

#[derive(Debug, Args)]
pub struct Prove {
    #[command(flatten)]
    pub job: Job,
    /// Where the proof goes
    #[arg(long, value_name = "P")]
    pub out: PathBuf,
    /// Keep the proofs of the run's shards, rather than make one of them: larger, and sooner there
    #[arg(long, conflicts_with_all = ["to_aggregate", "small"])]
    pub shards: bool,
    /// Make proofs of the run's shards that hide its input, for a machine that need not be trusted: there, `compress` makes one
    /// proof of them
    #[arg(long, conflicts_with_all = ["shards", "to_aggregate", "small", "mock"])]
    pub zk_shards: bool,
    #[command(flatten)]
    pub root: Root,
    /// Start over, and drop what an interrupted run left in the file P.partial and the folder P.nodes
    #[arg(long)]
    pub fresh: bool,
    /// Execute only, and write what looks like a proof but shows nothing; `verify` refuses it
    #[arg(long)]
    pub mock: bool,
}

/// A program and what it runs on.
#[derive(Debug, Args)]
pub struct Job {
    /// The program
    pub elf: PathBuf,
    /// Its private input; `-` is standard input [default: no bytes]
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    #[command(flatten)]
    pub resources: Resources,
    #[command(flatten)]
    pub security: Security,
}

#[derive(Debug, Args)]
pub struct Compress {
    /// The proof, or what `prove --zk-shards` made
    pub proof: PathBuf,
    /// Where the compressed proof goes [default: the proof's name with .root behind it]
    #[arg(short, long, value_name = "P")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub root: Root,
    #[command(flatten)]
    pub threads: Threads,
}

#[derive(Debug, Args)]
pub struct Aggregate {
    /// Compressed proofs, two or more, in the order they will have; what one assumes comes to stand behind it
    #[arg(required = true, num_args = 2.., value_name = "PROOF")]
    pub proofs: Vec<PathBuf>,
    /// Where the aggregate goes
    #[arg(short, long, value_name = "P")]
    pub out: PathBuf,
    #[command(flatten)]
    pub threads: Threads,
}

#[derive(Debug, Args)]
pub struct TreeKey {
    /// A program, or a proof, compressed or not, or an aggregate: of that, the key of aggregates
    pub file: PathBuf,
    #[command(flatten)]
    pub root: Root,
    #[command(flatten)]
    pub threads: Threads,
    #[command(flatten)]
    pub security: Security,
}

/// Which compressed proof, if not the usual one: each is of another tree.
#[derive(Clone, Copy, Debug, Args)]
pub struct Root {
    /// A compressed proof that `aver aggregate` takes: larger, and of another tree
    #[arg(long)]
    pub to_aggregate: bool,
    /// A compressed proof that is smaller, and takes more time and memory: of another tree
    #[arg(long, conflicts_with = "to_aggregate")]
    pub small: bool,
}

#[derive(Clone, Copy, Debug, Args)]
pub struct Threads {
    /// Threads that prove [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// The proof
    pub proof: PathBuf,
    #[command(flatten)]
    pub program: WhichProgram,
    /// Of a compressed proof, the key of the tree it must be of: 64 hexadecimal digits, as `aver tree-key` prints them
    /// [default: as kept on this machine by an earlier command, or makes the circuits, which takes seconds]. Of an aggregate, those of all trees: once for each
    #[arg(long, value_name = "KEY")]
    pub tree: Vec<aver_sdk::TreeKey>,
    /// Of an aggregate, the key of its circuits, as `aver aggregate` and `aver tree-key` print it [default: as of --tree]
    #[arg(long, value_name = "KEY")]
    pub aggregate: Option<aver_sdk::TreeKey>,
    /// The exit code the program must have halted with; of an aggregate, all of them
    #[arg(long, value_name = "N", default_value = "0", allow_negative_numbers = true, value_parser = exit_code)]
    pub exit_code: u32,
    /// Accept what `prove --mock` made, of which nothing is proved
    #[arg(long)]
    pub allow_mock: bool,
    #[command(flatten)]
    pub security: Security,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct WhichProgram {
    /// The program that must have run
    #[arg(long, value_name = "ELF")]
    pub elf: Option<PathBuf>,
    /// Its verifying key: 64 hexadecimal digits, or a file with them. Of an aggregate, once for each program
    #[arg(long, value_name = "VK")]
    pub vk: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Vk {
    /// The program
    pub elf: PathBuf,
    #[command(flatten)]
    pub security: Security,
}

#[derive(Debug, Args)]
pub struct Inspect {
    /// The proof
    pub proof: PathBuf,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Where the proof goes [default: nowhere]
    #[arg(long, value_name = "P")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub resources: Resources,
    #[command(flatten)]
    pub security: Security,
}

#[cfg(feature = "bench")]
#[derive(Debug, Args)]
pub struct Bench {
    /// Small inputs: about a minute instead of several
    #[arg(long)]
    pub quick: bool,
    /// Inputs of 6 to 9 million cycles, proved as with `--memory 9G --log-height 20`: the largest shards, which are cheapest to compress
    #[arg(long, conflicts_with = "quick")]
    pub large: bool,
    /// What is compared with one thread [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// Only these programs
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub only: Vec<String>,
    /// Keep the results in this folder, in a file named after the commit [default: benches/results]
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "benches/results")]
    pub save: Option<PathBuf>,
    /// Measure one program in this process: what the command calls itself with
    #[arg(long, hide = true, conflicts_with_all = ["only", "save"])]
    pub worker: Option<String>,
}

#[derive(Debug, Args)]
pub struct Terms {
    /// Of this proof file, rather than of the largest run there is
    #[arg(long, value_name = "P", conflicts_with_all = ["log_height", "profile"])]
    pub proof: Option<PathBuf>,
    /// Of a run of so many proofs: its shards and memory proofs. A compressed proof does not say how many it was made of
    /// [default: 1; of a compressed proof, the most there can be]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_PROOFS))]
    pub proofs: Option<u64>,
    /// Of a compressed proof of that run: of all proofs it stands for
    #[arg(long, conflicts_with = "proof")]
    pub tree: bool,
    /// The same of one made with --small
    #[arg(long, requires = "tree")]
    pub small: bool,
    #[command(flatten)]
    pub security: Security,
}

/// Part of the verifying key.
#[derive(Clone, Copy, Debug, Args)]
pub struct Security {
    /// Provable bits of security
    #[arg(long, value_enum, default_value = "128")]
    pub profile: ProfileArg,
    /// log2 of the height of a stack of columns: 20 makes compressing cheaper where shards are long, as with --memory 4G and more
    /// [default: 18]
    #[arg(long, value_name = "H", value_parser = clap::value_parser!(u8).range(1..=21))]
    pub log_height: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileArg {
    #[value(name = "128")]
    Bits128,
    #[value(name = "100")]
    Bits100,
}

impl Security {
    pub fn profile(self) -> Profile {
        match self.profile {
            ProfileArg::Bits128 => Profile::Bits128,
            ProfileArg::Bits100 => Profile::Bits100,
        }
    }

    pub fn prover(self) -> ProverBuilder {
        let prover = Prover::builder().profile(self.profile());
        match self.log_height {
            Some(height) => prover.log_height(height.into()),
            None => prover,
        }
    }
}

#[derive(Clone, Debug, Args)]
pub struct Resources {
    /// Threads that prove [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// Memory that proving may take, such as 200M or 2G: the program's own apart; more means longer shards [default: 1536M]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub memory: Option<u64>,
    /// Stop a program that runs longer
    #[arg(long, value_name = "N")]
    pub max_cycles: Option<u64>,
    /// Cut shards after so many cycles even where memory allows more
    #[arg(long, value_name = "N", hide = true, value_parser = clap::value_parser!(u64).range(1..))]
    pub max_shard_cycles: Option<u64>,
}

impl Resources {
    pub fn threads(&self) -> Threads {
        Threads { threads: self.threads }
    }

    pub fn prover(&self, security: Security) -> ProverBuilder {
        let mut prover = security.prover();
        if let Some(threads) = self.threads {
            prover = prover.threads(threads as usize);
        }
        if let Some(bytes) = self.memory {
            prover = prover.memory(bytes);
        }
        if let Some(cycles) = self.max_cycles {
            prover = prover.max_cycles(cycles);
        }
        if let Some(cycles) = self.max_shard_cycles {
            prover = prover.max_shard_cycles(cycles);
        }
        prover
    }
}

/// Bytes, with K, M, G or T (powers of 1024), and `B` or `iB` behind it.
fn size(text: &str) -> Result<u64, String> {
    let upper = text.trim().to_ascii_uppercase();
    let number = upper.strip_suffix("IB").or_else(|| upper.strip_suffix('B')).unwrap_or(&upper);
    let shift = match number.chars().last() {
        Some('K') => 10,
        Some('M') => 20,
        Some('G') => 30,
        Some('T') => 40,
        _ => 0,
    };
    let digits = number.trim_end_matches(['K', 'M', 'G', 'T']);
    let more = number.len() - digits.len() > 1;
    match digits.trim().parse::<u64>() {
        Ok(value) if value > 0 && value <= u64::MAX >> shift && !more => Ok(value << shift),
        _ => Err("a size is a number of bytes, or one with K, M, G or T, such as 200M".into()),
    }
}

/// The low 32 bits of what a program halts with.
fn exit_code(text: &str) -> Result<u32, String> {
    let value = text.parse::<i64>().map_err(|error| error.to_string())?;
    let low = u32::try_from(value).or_else(|_| i32::try_from(value).map(|code| code as u32));
    low.map_err(|_| "an exit code has 32 bits".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("1", 1),
            ("200M", 200 << 20),
            ("2g", 2 << 30),
            ("512MiB", 512 << 20),
            ("3 KB", 3072),
            ("1t", 1 << 40),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "0", "M", "-1", "1.5G", "2MM", "99999999999T", "18446744073709551616", "1X"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn exit_codes() {
        assert_eq!(exit_code("101"), Ok(101));
        assert_eq!(exit_code("-1"), Ok(u32::MAX));
        assert_eq!(exit_code("4294967295"), Ok(u32::MAX));
        assert!(exit_code("4294967296").is_err() && exit_code("x").is_err());
    }
}
