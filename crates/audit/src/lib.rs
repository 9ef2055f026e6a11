//! Checks that every chip must pass, whoever wrote it.
//!
//! All of them start from what a chip's `eval` says ([`aver_stark::symbolic::Description`]): there is no
//! second description of a chip.
//!
//! | module | question |
//! |---|---|
//! | [`lint`] | is a column bound by nothing, a weight not a boolean, a padding row alive, a bus ambiguous? |
//! | [`mutate`] | does a changed cell of an honest trace pass? |
//! | [`coprocessor`] | all of these for a coprocessor, in one line of its tests |
//! | [`smt`] | do inputs determine outputs, and are the outputs those of the specification? |

pub mod coprocessor;
pub mod lint;
pub mod mutate;
pub mod smt;
pub mod snapshot;
