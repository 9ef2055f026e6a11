//! Why a program cannot be run or proved.

/// What went wrong; says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The ELF file is not a program for this machine.
    #[error(transparent)]
    Program(#[from] aver_isa::Error),
    /// The program faulted, or a limit was reached.
    #[error(transparent)]
    Exec(#[from] aver_exec::Error),
    /// Coprocessors whose chips the proof system cannot express, or that do not go together.
    #[error("coprocessors cannot be proved: {0}")]
    Mount(#[from] aver_machine::systems::MountError),
    /// A limit of the proof system.
    #[error("cannot be proved: {0}")]
    Prove(#[from] aver_stark_prover::prove::ProveError),
    /// Parameters out of range.
    #[error("parameters: {0}")]
    Params(#[from] aver_stark::error::Error),
    /// The program needs a coprocessor that is not mounted, or is mounted twice.
    #[error("{0}")]
    Coprocessor(#[from] aver_machine::coprocessor::SelectError),
    /// The output the host got is not what the program committed to.
    #[error(
        "the program handed over another digest than that of its assumptions and output; it does not use Aver's runtime to write \
         them"
    )]
    Digest,
    /// More assumptions than a proof file has.
    #[error("the program verifies more than {limit} claims, the limit of a run")]
    Assumptions {
        /// The limit.
        limit: usize,
    },
    /// The budget is too small for this program.
    #[error(
        "a memory budget of {} MiB is too small for this program: it takes {} MiB at least",
        budget >> 20,
        needed.div_ceil(1 << 20)
    )]
    Memory {
        /// Bytes that were allowed.
        budget: u64,
        /// Bytes that are needed.
        needed: u64,
    },
    /// The proof could not be written.
    #[error("writing the proof: {0}")]
    Io(#[from] std::io::Error),
}
