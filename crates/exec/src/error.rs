//! What can go wrong besides, and including, faults.

use crate::Fault;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the program faulted: {0}")]
    Fault(Box<Fault>),
    #[error("the input has {bytes} bytes; at most {limit} fit")]
    InputTooLarge { bytes: u64, limit: u64 },
    #[error("{}", aver_isa::calls::NotMounted(name))]
    CoprocessorMissing { call: u32, name: String },
    #[error("two coprocessors answer to call {call:#x}")]
    CoprocessorTwice { call: u32 },
    #[error("stopped after {cycles} cycles, the limit")]
    CycleLimit { cycles: u64 },
    #[error("the program wrote more than {limit} bytes to its output, the limit")]
    OutputLimit { limit: u64 },
    #[error("more than {limit} shards; raise the cost of a shard")]
    TooManyShards { limit: u32 },
    #[error("tracing: the plan of shard {shard} does not fit its execution: {what}")]
    PlanMismatch { shard: u32, what: String },
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Error::Fault(Box::new(fault))
    }
}
