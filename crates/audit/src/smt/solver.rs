//! Solvers as processes that answer one query after the other.
//!
//! `z3` is the program of that name; bitwuzla is Python's module of that name, since it is that which package
//! registries have. Both are looked for in the environment that `test.sh` makes, `$CARGO_TARGET_DIR/solvers`
//! (or `AVER_SOLVERS`).

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::smt::term::Script;

/// Which solver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Z3.
    Z3,
    /// Bitwuzla.
    Bitwuzla,
}

/// What a solver says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// There is no solution.
    Unsat,
    /// There is one: variables and their values.
    Sat(String),
    /// It gave up, or could not be asked.
    Unknown(String),
}

/// Reads queries "milliseconds, length" and the text; says `sat` and values, `unsat` or `unknown`, and `done`.
const BITWUZLA: &str = r#"
import sys
from bitwuzla import Option, Options, Parser, Result, TermManager
while line := sys.stdin.buffer.readline():
    limit, length = map(int, line.split())
    text = sys.stdin.buffer.read(length).decode()
    try:
        options = Options()
        options.set(Option.TIME_LIMIT_PER, limit)
        options.set(Option.PRODUCE_MODELS, True)
        parser = Parser(TermManager(), options)
        parser.parse(text, True, False)
        result = parser.bitwuzla().check_sat()
        if result == Result.SAT:
            print("sat")
            for term in parser.get_declared_funs():
                print(term.symbol(), int(parser.bitwuzla().get_value(term).value(10)))
        else:
            print("unsat" if result == Result.UNSAT else "unknown")
    except Exception as error:
        print("error", str(error).replace("\n", " "))
    print("done", flush=True)
"#;

/// A solver that runs.
pub struct Solver {
    kind: Kind,
    folder: PathBuf,
    limit: Duration,
    process: Option<Process>,
    /// Hashes of scripts without solutions, if they are to be remembered.
    unsat: Option<HashSet<u64>>,
    /// It is asked about one query in so many.
    share: u8,
    /// How many it was asked about.
    asked: usize,
}

struct Process {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(kind: Kind, folder: &Path) -> std::io::Result<Self> {
        let mut command = match kind {
            Kind::Z3 => Command::new(folder.join("bin/z3")),
            Kind::Bitwuzla => Command::new(folder.join("bin/python3")),
        };
        match kind {
            Kind::Z3 => command.args(["-in", "-smt2"]),
            Kind::Bitwuzla => command.args(["-c", BITWUZLA]),
        };
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(std::io::Error::other("no pipes"));
        };
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, input, lines })
    }

    /// Lines up to `done`.
    fn ask(&mut self, text: &str, limit: Duration) -> Result<Vec<String>, String> {
        self.input.write_all(text.as_bytes()).map_err(|e| e.to_string())?;
        self.input.flush().map_err(|e| e.to_string())?;
        let mut lines = Vec::new();
        loop {
            // The solver's own limit comes first; this is for one that does not keep it.
            let line =
                self.lines.recv_timeout(limit * 2 + Duration::from_secs(5)).map_err(|e| e.to_string())?;
            if line.trim_matches('"') == "done" {
                return Ok(lines);
            }
            lines.push(line);
        }
    }
}

impl Solver {
    /// A solver that gives up on a query after `limit`.
    pub fn new(kind: Kind, folder: &Path, limit: Duration) -> Self {
        Self { kind, folder: folder.into(), limit, process: None, unsat: None, share: 1, asked: 0 }
    }
    /// Which it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How long a query may take.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Remembers what has no solution: for chips that differ little.
    pub fn remembering(self) -> Self {
        Self { unsat: Some(HashSet::new()), ..self }
    }

    /// Is asked about one query in `share`, by the query's digest, where others are asked about all.
    pub fn sharing(self, share: u8) -> Self {
        Self { share, ..self }
    }

    /// Whether it is to be asked.
    pub(crate) fn is_asked(&mut self, script: &Script) -> bool {
        let is_asked = self.share <= 1 || Sha256::digest(script.text())[0] % self.share == 0;
        self.asked += usize::from(is_asked);
        is_asked
    }

    /// About how many questions it was asked of those put to all.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// Asks whether the script's assertions are satisfiable.
    pub fn check(&mut self, script: &Script) -> Answer {
        self.check_within(script, self.limit)
    }

    /// The same, giving up after `limit`.
    pub fn check_within(&mut self, script: &Script, limit: Duration) -> Answer {
        let text = script.text();
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        if self.unsat.as_ref().is_some_and(|unsat| unsat.contains(&hash)) {
            return Answer::Unsat;
        }
        let time = limit;
        let limit = limit.as_millis();
        let query = match self.kind {
            Kind::Z3 => {
                let values = script.variables().join(" ");
                let values = if values.is_empty() { values } else { format!("(get-value ({values}))") };
                format!(
                    "(reset)\n(set-option :timeout {limit})\n{text}(check-sat)\n{values}\n(echo \"done\")\n"
                )
            }
            Kind::Bitwuzla => format!("{limit} {}\n{text}", text.len()),
        };
        let asked = match &mut self.process {
            Some(process) => process.ask(&query, time),
            None => match Process::start(self.kind, &self.folder) {
                Ok(process) => self.process.insert(process).ask(&query, time),
                Err(error) => Err(error.to_string()),
            },
        };
        match asked {
            Ok(lines) => {
                let answer = read(&lines);
                if let (Answer::Unsat, Some(unsat)) = (&answer, &mut self.unsat) {
                    unsat.insert(hash);
                }
                answer
            }
            Err(error) => {
                self.process = None;
                Answer::Unknown(error)
            }
        }
    }
}

fn read(lines: &[String]) -> Answer {
    match lines {
        [] => Answer::Unknown("no answer".into()),
        [first, ..] if first == "unsat" => Answer::Unsat,
        [first, rest @ ..] if first == "sat" => Answer::Sat(rest.join("\n")),
        all => Answer::Unknown(all.join(" ").chars().take(300).collect()),
    }
}

/// Where solvers are: `AVER_SOLVERS`, or beside what is built; `None` if there are none.
pub fn installed(target: &Path) -> Option<PathBuf> {
    let folder = std::env::var_os("AVER_SOLVERS").map_or_else(|| target.join("solvers"), PathBuf::from);
    (folder.join("bin/z3").exists() && folder.join("bin/python3").exists()).then_some(folder)
}
