//! Proofs that hide their witness.
//!
//! | | |
//! |---|---|
//! | `toy` | a machine, proved and verified |
//! | `fixed` | a transcript that draws the same whatever is sent |
//! | `honest` | proofs are accepted, for their claim alone; heights that are too small are refused |
//! | `lies` | messages that are not what the masks make of them |
//! | `lists` | words that are decoded to lists |
//! | `hidden` | what is seen of a witness, with masks and without |

mod fixed;
mod hidden;
mod honest;
mod lies;
mod lists;
mod toy;
