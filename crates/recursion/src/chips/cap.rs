//! `cap`: the digest at an index of a table, put there or looked up.
//!
//! Reads an index and a digest. An entry of a table is as often there as the prover says, for whoever looks it up. Entries and
//! tables are fixed; where a row looks, is not.
//!
//! | constraint | says |
//! |---|---|
//! | `cap/1` | what is no entry takes one, and a row of padding nothing |

use aver_stark::air::{Air, Builder, Bus};
use aver_stark::field::D;
use aver_stark::poseidon2::{DIGEST, Digest};

use super::node::cells;
use crate::port::{Port, Row, Shape, base};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "cap",
    real: true,
    ports: &[("index", Port::Read), ("digest0", Port::Read), ("digest1", Port::Read)],
    constants: &["first", "is_entry"],
    witness: &[("index", 1), ("digest", DIGEST), ("count", 1)],
};

/// Number of an entry among those of all tables, and its digest.
pub const ENTRY: Bus = Bus::local(2, 1 + DIGEST, "entry");

/// The chip.
pub struct Cap;

impl Air for Cap {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let [first, is_entry] = row.array();
        let index = row.one();
        let digest: Digest<_> = row.array();
        let count = row.one();
        b.assert_zero("cap/1", (count + ports.real) * (is_entry - 1));
        let [d0, d1, d2, d3, d4, d5, d6, d7, d8] = digest;
        b.message(ENTRY, count, &[first + index, d0, d1, d2, d3, d4, d5, d6, d7, d8]);
        let [low, high]: [[_; D]; 2] = cells(&digest);
        ports.connect(b, [base(index), low, high]);
    }
}
