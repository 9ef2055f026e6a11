//! Determinism and meaning by SMT.
//!
//! A chip's description, the one its proofs use, is written down as a query in bit-vectors (logic QF_BV), and
//! solvers are asked for a row that satisfies every constraint and lookup and yet says something that the
//! chip's specification does not. There must be none. Since a specification says what every message is in
//! terms of inputs, two rows with the same inputs then have the same outputs.
//!
//! - [`term`]: bit-vectors, in which specifications are written; they can be executed too;
//! - [`poly`]: equations modulo p as equations between integers;
//! - [`row`], [`message`]: a row and its messages, as a specification sees them;
//! - `bounds`, `facts`, `equation`: what constraints and lookups say; [`product`]: of wide products;
//! - [`check`]: the questions; [`solver`]: who answers; [`slice`]: rows too wide for one query;
//! - [`mutant`]: chips with a constraint or message less, which the questions must tell from the chip.

mod ask;
mod bounds;
pub mod check;
mod equation;
mod facts;
pub mod forms;
pub mod message;
pub mod mutant;
pub mod poly;
pub mod product;
pub mod row;
mod script;
pub mod slice;
pub mod solver;
pub mod table;
pub mod term;

pub use check::{Failure, Meaning, Spec, Subject};
pub use message::Message;
pub use mutant::Mutant;
pub use row::{Closed, Result, Row, closed};
pub use solver::{Answer, Kind, Solver};
pub use table::Table;
pub use term::Term;
