//! Why nothing is measured.

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Building a prover, proving, or verifying.
    #[error(transparent)]
    Sdk(#[from] aver_sdk::Error),
    /// The input cannot be made.
    #[error("the input of {program}: {why}")]
    Input {
        /// The program.
        program: &'static str,
        /// Why.
        why: String,
    },
    /// Guest and host disagree.
    #[error("{program}: the guest's output is not what the same function gives on this computer")]
    Output {
        /// The program.
        program: &'static str,
    },
    /// No thread to measure on.
    #[error("no thread can be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}
