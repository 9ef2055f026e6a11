//! Claims put to solvers.

use std::time::Duration;

use crate::smt::row::{Closed, Result};
use crate::smt::solver::{Answer, Kind, Solver};
use crate::smt::term::{Script, Term};

/// A chip that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It cannot be checked.
    #[error("{case}: {why}")]
    Closed {
        /// Where.
        case: String,
        /// Why.
        why: Closed,
    },
    /// A row satisfies everything and breaks a claim.
    #[error("{case}: by {solver:?}, not so: {claims}; with\n{row}")]
    Wrong {
        /// Where.
        case: String,
        /// Who found it.
        solver: Kind,
        /// What is claimed.
        claims: String,
        /// The row.
        row: String,
    },
    /// A solver did not finish.
    #[error("{case}: {solver:?} does not know: {why}")]
    Unknown {
        /// Where.
        case: String,
        /// Who.
        solver: Kind,
        /// What it says.
        why: String,
    },
    /// An honest row does not satisfy.
    #[error("{case}: by {solver:?}, an honest row does not satisfy")]
    Vacuous {
        /// Where.
        case: String,
        /// Who.
        solver: Kind,
    },
}

/// A row written down: what is so, and what must be.
pub(crate) struct Written {
    pub facts: Vec<Term>,
    pub claims: Vec<(String, Term)>,
}

/// Asks all solvers, of those that share queries whose it is, whether the facts leave a claim open.
pub(crate) fn prove(
    case: &str,
    written: Result<Written>,
    is_stepwise: bool,
    solvers: &mut [Solver],
) -> std::result::Result<(), Box<Failure>> {
    let case = case.to_string();
    let written = match written {
        Ok(written) => written,
        Err(why) => return Err(Box::new(Failure::Closed { case, why })),
    };
    if written.claims.is_empty() {
        return Ok(());
    }
    let query = script(&written.facts, &written.claims);
    for solver in solvers {
        if !solver.is_asked(&query) {
            continue;
        }
        // All at once is quick as a rule; where it is not, one after the other, with those before as facts.
        let mut at_once = || refute(&written.facts, &written.claims, solver, solver.limit() / 4);
        let mut answer = if is_stepwise { Answer::Unknown(String::new()) } else { at_once() };
        if matches!(answer, Answer::Unknown(_)) {
            let mut facts = written.facts.clone();
            answer = Answer::Unsat;
            for claim in &written.claims {
                answer = refute(&facts, std::slice::from_ref(claim), solver, solver.limit());
                if answer != Answer::Unsat {
                    break;
                }
                facts.push(claim.1.clone());
            }
        }
        let solver = solver.kind();
        match answer {
            Answer::Unsat => {}
            Answer::Sat(model) => {
                let (claims, row): (Vec<_>, Vec<_>) = model.lines().partition(|line| line.contains(CLAIM));
                let is_broken = |line: &&&str| line.trim_end_matches(')').ends_with(['0']);
                let claims: Vec<_> = claims.iter().filter(is_broken).copied().collect();
                let (claims, row) = (claims.join("; "), row.join("\n"));
                return Err(Box::new(Failure::Wrong { case, solver, claims, row }));
            }
            Answer::Unknown(why) => return Err(Box::new(Failure::Unknown { case, solver, why })),
        }
    }
    Ok(())
}

/// What names of claims begin with.
const CLAIM: &str = "claim";

/// Looks for a row that breaks one of the claims.
fn refute(facts: &[Term], claims: &[(String, Term)], solver: &mut Solver, limit: Duration) -> Answer {
    solver.check_within(&script(facts, claims), limit)
}

fn script(facts: &[Term], claims: &[(String, Term)]) -> Script {
    let mut script = Script::default();
    facts.iter().filter(|fact| !fact.is_true()).for_each(|fact| script.assert(fact));
    // By name, so that a solution says which are broken.
    let name = |(i, claim): (usize, &(String, Term))| {
        let truth = Term::variable(1, format!("{CLAIM} {i}: {}", claim.0));
        script.assert(&truth.equals(&claim.1));
        truth
    };
    let all: Vec<_> = claims.iter().enumerate().map(name).collect();
    script.assert(&!&Term::all(&all));
    script
}
