//! What a program does in software that a coprocessor could do.
//!
//! `aver run` knows from the names of functions and the cycles spent in them; `aver doctor` from the crates a guest
//! depends on.

mod known;

use crate::outcome::count;
use aver_sdk::FunctionCycles;
use known::{KNOWN, Work};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};

/// Of less than this share of the cycles nothing is said.
const LEAST_PERCENT: f64 = 2.0;

/// Cycles that a crate spent on work that a coprocessor could do.
pub struct Hint {
    work: &'static Work,
    name: &'static str,
    versions: Vec<String>,
    /// Cycles, and of how many.
    spent: Option<(u64, u64)>,
}

impl Hint {
    pub fn text(&self) -> String {
        let Self { work, name, versions, spent } = self;
        let version = if versions.is_empty() { String::new() } else { format!(" {}", versions.join(" or ")) };
        let who = match *spent {
            Some((cycles, all)) => format!(
                "{:.0} % of the cycles ({}) are in {name}{version}, which does {} in software",
                percent(cycles, all),
                count(cycles),
                work.what
            ),
            None => format!("{name}{version} does {} in software", work.what),
        };
        let faster = work.times.map_or(String::new(), |times| format!(", about {times} times faster"));
        format!("hint: {who}; the coprocessor {} does that{faster}: {}", work.coprocessor, work.how)
    }

    pub fn json(&self) -> Value {
        json!({
            "coprocessor": self.work.coprocessor,
            "crate": self.name,
            "versions": self.versions,
            "cycles": self.spent.map(|(cycles, _)| cycles),
            "times_faster": self.work.times,
            "how": self.work.how,
        })
    }
}

fn percent(cycles: u64, all: u64) -> f64 {
    100.0 * cycles as f64 / all.max(1) as f64
}

/// Of a run: where its cycles were spent, most first. `mounted` are the addresses of the program's coprocessors, `versions` what is
/// known of its crates.
pub fn of_run(functions: &[FunctionCycles], mounted: &[String], versions: &Versions) -> Vec<Hint> {
    let all: u64 = functions.iter().map(|function| function.cycles).sum();
    let mut spent = BTreeMap::new();
    for function in functions {
        let path = demangled(&function.symbol);
        let of_function = entries().enumerate().find(|(_, (_, (_, prefix)))| is_in(&path, prefix));
        if let Some((entry, _)) = of_function {
            *spent.entry(entry).or_insert(0) += function.cycles;
        }
    }
    let mut hints: Vec<Hint> = entries()
        .enumerate()
        .filter_map(|(entry, (work, (name, _)))| {
            let cycles = *spent.get(&entry)?;
            let is_used = mounted.iter().any(|address| address.split('@').next() == Some(work.coprocessor));
            let is_worth_it = percent(cycles, all) >= LEAST_PERCENT && !(is_used && work.shared);
            is_worth_it.then(|| Hint { work, name, versions: versions.of(name), spent: Some((cycles, all)) })
        })
        .collect();
    hints.sort_by_key(|hint| std::cmp::Reverse(hint.spent));
    hints
}

/// Of a guest that was not run: the crates it depends on, and the features of `aver-guest` it has.
pub fn of_crates(crates: &Versions, features: &[String]) -> Vec<Hint> {
    let missing = entries().filter(|(work, (name, _))| {
        let feature = format!("{}-coprocessor", work.coprocessor);
        *name != "aver-guest" && !crates.of(name).is_empty() && !features.contains(&feature)
    });
    missing.map(|(work, (name, _))| Hint { work, name, versions: crates.of(name), spent: None }).collect()
}

fn entries() -> impl Iterator<Item = (&'static Work, (&'static str, &'static str))> {
    KNOWN.iter().flat_map(|work| work.crates.iter().map(move |&of| (work, of)))
}

/// The name of a function as in its source, without hashes.
pub fn demangled(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}

/// Whether a path in a function's name, or in the types it is made for, begins so.
fn is_in(function: &str, prefix: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    function
        .match_indices(prefix)
        .any(|(at, _)| function[at + prefix.len()..].starts_with("::") && !function[..at].ends_with(is_part))
}

/// Versions of crates by name.
#[derive(Default)]
pub struct Versions(BTreeMap<String, Vec<String>>);

impl Versions {
    /// From the Cargo.lock of the guest that an ELF file lies in; none if it lies elsewhere.
    pub fn near(elf: &Path) -> Self {
        let Ok(elf) = elf.canonicalize() else { return Self::default() };
        let locks = elf.ancestors().skip(1).filter_map(|dir| fs::read_to_string(dir.join("Cargo.lock")).ok());
        let mut versions = locks.map(|text| Self::of_lock(&text));
        versions.find(|versions| versions.0.contains_key("aver-guest")).unwrap_or_default()
    }

    /// From a Cargo.lock: `version` follows upon `name`.
    fn of_lock(text: &str) -> Self {
        let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.trim_matches('"').to_owned());
        let lines: Vec<&str> = text.lines().collect();
        let packages = lines
            .windows(2)
            .filter_map(|pair| Some((value(pair[0], "name = ")?, value(pair[1], "version = ")?)));
        packages.collect()
    }

    fn of(&self, name: &str) -> Vec<String> {
        self.0.get(name).cloned().unwrap_or_default()
    }
}

impl FromIterator<(String, String)> for Versions {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(packages: T) -> Self {
        let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, version) in packages {
            versions.entry(name).or_default().push(version);
        }
        Self(versions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(symbol: &str, cycles: u64) -> FunctionCycles {
        FunctionCycles { symbol: symbol.into(), cycles }
    }

    fn versions() -> Versions {
        let lock = "version = 4\n\n[[package]]\nname = \"sha2\"\nversion = \"0.10.9\"\nsource = \"registry\"\n\n\
                    [[package]]\nname = \"k256\"\nversion = \"0.13.4\"\n\n\
                    [[package]]\nname = \"sha2\"\nversion = \"0.11.1\"\n";
        Versions::of_lock(lock)
    }

    #[test]
    fn cycles_are_put_down_to_crates() {
        let functions = [
            // sha2::sha256::soft::compress, and sha2::sha512::soft::compress
            function("_RNvNtNtCs1234_4sha26sha2564soft8compress", 400),
            function("_RNvNtNtCs1234_4sha26sha5124soft8compress", 250),
            // <k256::arithmetic::scalar::Scalar as core::ops::arith::Mul>::mul, in the older way
            function(
                "_ZN74_$LT$k256..arithmetic..scalar..Scalar$u20$as$u20$core..ops..arith..Mul$GT$3mul17h0123456789abcdefE",
                300,
            ),
            function("memcpy", 30),
            // aver_guest::keccak::permute is no software
            function("_RNvNtCs1234_10aver_guest6keccak7permute", 10),
            function("_RNvNtCs1234_6ripemd4c1608compress", 10),
        ];
        let hints = of_run(&functions, &[], &versions());
        let said: Vec<String> = hints.iter().map(Hint::text).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        let sha256 = "hint: 40 % of the cycles (400) are in sha2 0.10.9 or 0.11.1, which does SHA-256 in software; \
                      the coprocessor sha256 does that, about 20 times faster: aver-guest's feature sha256-coprocessor";
        assert!(said[0].starts_with(sha256), "{}", said[0]);
        assert!(said[1].starts_with("hint: 30 % of the cycles (300) are in k256 0.13.4,"), "{}", said[1]);
        assert_eq!(hints[0].json()["cycles"], 400);

        // A hash is left in software by mistake, a curve's scalars are not.
        let mounted = ["sha256@01".to_owned(), "secp256k1@02".to_owned()];
        let hints = of_run(&functions, &mounted, &Versions::default());
        assert_eq!(hints.iter().map(|hint| hint.work.coprocessor).collect::<Vec<_>>(), ["sha256"]);
        assert!(hints[0].text().contains("are in sha2, which"));
    }

    #[test]
    fn crates_without_their_coprocessor() {
        let of = |features: &[&str]| {
            let features: Vec<String> = features.iter().map(ToString::to_string).collect();
            of_crates(&versions(), &features).iter().map(Hint::text).collect::<Vec<_>>()
        };
        assert_eq!(of(&[]).len(), 2);
        assert!(
            of(&[])[0].starts_with("hint: sha2 0.10.9 or 0.11.1 does SHA-256 in software; the coprocessor")
        );
        assert!(of(&["sha256-coprocessor"])[0].starts_with("hint: k256 0.13.4 does"));
        assert!(of(&["sha256-coprocessor", "secp256k1-coprocessor"]).is_empty());
    }

    #[test]
    fn paths() {
        assert!(is_in("keccak::keccak_p", "keccak") && is_in("<keccak::Keccak as x>::y", "keccak"));
        assert!(is_in("<a::Fp<ark_bn254::Fq, 4> as b::C>::d", "ark_bn254"));
        for other in ["tiny_keccak::f", "aver_guest::keccak::permute", "keccak_asm::f", "keccak"] {
            assert!(!is_in(other, "keccak"), "{other}");
        }
    }
}
