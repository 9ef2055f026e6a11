//! Trees over runs, toy and real.

mod honest;
mod toy;
