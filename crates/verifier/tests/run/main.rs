//! What the verifier of a run checks before it looks at a proof: each of its checks is the only one against
//! some header. No proof follows these headers, so those that pass are refused for that.
//!
//! | | |
//! |---|---|
//! | `header` | a header that passes, and what is said of others |
//! | `claim` | program, exit code, output, machine, what the transcript absorbs |
//! | `limits` | chain and numbers at their edges |
//! | `format` | bytes of header and key |
//! | `machine` | the digest of a machine depends on everything its chips say |

mod claim;
mod format;
mod header;
mod limits;
mod machine;
