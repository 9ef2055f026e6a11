//! The checks of a coprocessor, whoever wrote it, in one line of its tests:
//!
//! ```ignore
//! aver_audit::coprocessor!(Sha256, Usage { a0: Argument::Words(4), a1: Argument::Words(8), .. });
//! ```
//!
//! | test | asks |
//! |---|---|
//! | `interface` | do the halves agree on number and address, and is this the interface's; does one chip, and only one, take its calls |
//! | `lint` | do the chips keep all rules of [`crate::lint`], in a machine with no other coprocessor |
//! | `sizes` | are sizes and digest those of `coprocessor.snapshot.txt`, beside the crate's manifest |
//! | `calls` | do honest calls, with pointers at every distance and at all ends of memory, satisfy the machine, with no more rows than `rows()`; are others faults |
//! | `cost` | does a call cost what the prover's model says of its rows and words |
//! | `cells` | is every changed cell of an honest row noticed |
//! | `proof` | is a run of calls proved and verified, and refused where the coprocessor is not mounted |
//!
//! What the chip computes is for the author's own tests and for a specification ([`Meaning`]).

use std::collections::BTreeMap;
use std::fmt::Write;

use aver_isa::calls::{ADDRESS_DIGITS, of_coprocessor};
use aver_machine::Systems;
use aver_machine::buses::EXEC;
use aver_machine::digest::of_chip;
use aver_machine::machine::fixed_columns;
use aver_stark::field::F;
use sha2::Digest;

use crate::lint::{self, Allow, judge, machine};
use crate::mutate::Free;

mod calls;
mod cells;
mod objections;
mod proof;
mod words;

pub use calls::{Trace, calls, cost};
pub use cells::cells;
pub use objections::Objections;
pub use proof::proof;
pub use words::Words;

/// All that a coprocessor consists of.
pub trait Coprocessor:
    aver_machine::coprocessor::Coprocessor + aver_exec::Coprocessor + aver_trace::CoprocessorTables
{
}

impl<T> Coprocessor for T where
    T: aver_machine::coprocessor::Coprocessor + aver_exec::Coprocessor + aver_trace::CoprocessorTables
{
}

/// What a call has in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Any number, or nothing.
    Number,
    /// A pointer to so many words, all of which are accessed.
    Words(u32),
}

/// How what the chips compute is known to be what `execute` computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// By SMT: the file with the specification.
    Specified(&'static str),
    /// Otherwise: how. It is printed.
    Argued(&'static str),
}

/// How a coprocessor is called, and what about it is as it should be.
pub struct Usage {
    /// The text that says what its calls do; its first line is the name. Its SHA-256 is in the address.
    pub interface: &'static str,
    /// Register a0.
    pub a0: Argument,
    /// Register a1.
    pub a1: Argument,
    /// Names of its columns that are flags, beside the machine's, numbers at their ends aside.
    pub flags: &'static [&'static str],
    /// Findings of the lint that are as they should be.
    pub allowed: &'static [Allow],
    /// Cells that are the prover's choice.
    pub free: &'static [Free],
    /// What shows that it computes what it should.
    pub meaning: Meaning,
}

/// The two halves agree, and one chip takes the calls.
pub fn interface(c: &dyn Coprocessor, usage: &Usage) {
    let halves = [aver_exec::Coprocessor::call(c), aver_trace::CoprocessorTables::call(c)];
    let call = aver_machine::coprocessor::Coprocessor::call(c);
    assert_eq!(halves, [call; 2], "the halves have other numbers");
    let name = aver_machine::coprocessor::Coprocessor::name(c);
    assert_eq!(name, aver_exec::Coprocessor::name(c), "the halves have other names");
    assert_eq!(of_coprocessor(name), Some(call), "{name:?} is no address, or that of another call");
    let (short, _) = name.split_once('@').unwrap_or_default();
    assert_eq!(usage.interface.lines().next(), Some(short), "the first line of the interface is the name");
    let digest =
        sha2::Sha256::digest(usage.interface).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(name, format!("{short}@{}", &digest[..ADDRESS_DIGITS]), "the address of another interface");
    let own = chips(c);
    assert!(own.iter().all(|chip| chip.widths[0] == 0), "a chip has fixed columns");
    let taking: Vec<Option<u32>> = own.iter().filter(takes_hart).map(lint::cpu::number_of_call).collect();
    assert_eq!(taking, [Some(call)], "numbers of calls its chips take");
}

fn takes_hart(chip: &&aver_stark::chip::Described) -> bool {
    chip.description.interactions.iter().any(|i| i.bus == EXEC)
}

fn chips(c: &dyn Coprocessor) -> Vec<aver_stark::chip::Described> {
    let described = c.chips().iter().map(|chip| aver_stark::chip::Described::new(chip.as_ref())).collect();
    let described: Result<Vec<_>, _> = described;
    described.unwrap_or_else(|error| panic!("{error}"))
}

/// The chips keep the rules.
pub fn lint(c: &dyn Coprocessor, usage: &Usage) {
    let mut rules = machine::rules(&c.chips()).unwrap_or_else(|error| panic!("{error}"));
    rules.flags.extend(usage.flags);
    let own: Vec<String> = c.chips().iter().map(|chip| chip.name().to_string()).collect();
    let found = machine::findings_with(&aver_isa::Program::default(), c.chips(), &rules, |_| true);
    let mut found = found.unwrap_or_else(|error| panic!("{error}"));
    // The machine's own chips are for the machine's tests.
    found.retain(|finding| own.contains(&finding.chip) || !finding.rule.starts_with("allow"));
    let machines = |finding: &lint::Finding| machine::ALLOWED.iter().any(|allow| allow.covers(finding));
    found.retain(|finding| own.contains(&finding.chip) || !machines(finding));
    let report: Vec<String> = judge(found, usage.allowed).iter().map(ToString::to_string).collect();
    assert!(report.is_empty(), "{}", report.join("\n"));
}

/// Sizes and digests of the chips, and how many of their columns have which range, in a file of the crate.
pub fn sizes(c: &dyn Coprocessor, manifest_dir: &str) {
    let mut text = String::new();
    let rules = machine::rules(&c.chips()).unwrap_or_else(|error| panic!("{error}"));
    let systems = systems(c);
    let fixed = fixed_columns(&systems, &aver_isa::Program::default());
    let tables = lint::ranges::Tables::new(&systems.shard, &fixed.shard, &rules);
    for chip in chips(c) {
        let d = &chip.description;
        let degree = d.constraints.iter().map(|c| c.degree).max().unwrap_or(0);
        let digest = of_chip(&chip).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let (name, width) = (&chip.name, chip.width());
        let (messages, constraints) = (d.interactions.len(), d.constraints.len());
        let _ = writeln!(
            text,
            "{name}: {width} columns, {messages} messages, {constraints} constraints of degree {degree}\n{digest}"
        );
        let mut ranges: BTreeMap<String, usize> = BTreeMap::new();
        for column in lint::ranges::snapshot(&lint::facts::Facts::new(&chip), &rules, &tables) {
            let range = column.split_once(' ').map_or("", |(_, range)| range);
            *ranges.entry(range.into()).or_default() += 1;
        }
        for (range, count) in ranges {
            let _ = writeln!(text, "{range}: {count}");
        }
    }
    crate::snapshot::snapshot_or_first(manifest_dir, "coprocessor.snapshot.txt", &text);
}

/// Prints on what the meaning of the chips rests, if not on a specification.
pub fn meaning(c: &dyn Coprocessor, usage: &Usage, manifest_dir: &str) {
    match usage.meaning {
        Meaning::Specified(file) => {
            assert!(std::path::Path::new(manifest_dir).join(file).exists(), "{file} is not there");
        }
        Meaning::Argued(why) => {
            println!("NOTE: {}: no specification by SMT: {why}", aver_exec::Coprocessor::name(c));
        }
    }
}

/// The systems of the machine with the coprocessor alone.
fn systems(c: &dyn Coprocessor) -> Systems {
    Systems::new(c.chips()).unwrap_or_else(|error| panic!("{error}"))
}

/// A small generator of numbers, the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// Columns of a table, row by row.
type Rows = Vec<Vec<F>>;

/// Tests of a coprocessor: an expression of it, and its [`Usage`].
#[macro_export]
macro_rules! coprocessor {
    ($coprocessor:expr, $usage:expr $(,)?) => {
        #[test]
        fn interface() {
            $crate::coprocessor::interface(&$coprocessor, &$usage);
        }
        #[test]
        fn lint() {
            $crate::coprocessor::lint(&$coprocessor, &$usage);
        }
        #[test]
        fn sizes() {
            $crate::coprocessor::sizes(&$coprocessor, env!("CARGO_MANIFEST_DIR"));
        }
        #[test]
        fn calls() {
            $crate::coprocessor::calls(&$coprocessor, &$usage);
        }
        #[test]
        fn cost() {
            $crate::coprocessor::cost(&$coprocessor, &$usage);
        }
        #[test]
        fn cells() {
            $crate::coprocessor::cells(&$coprocessor, &$usage);
        }
        #[test]
        fn proof() {
            $crate::coprocessor::proof(std::sync::Arc::new($coprocessor), &$usage);
        }
        #[test]
        fn meaning() {
            $crate::coprocessor::meaning(&$coprocessor, &$usage, env!("CARGO_MANIFEST_DIR"));
        }
    };
}
