//! Veils: what a leaf says, of places with other masks and salts, in a proof that hides its witness.
//!
//! So whoever has a veil knows no more of the part than what its statement says: a sum that is masked, and digests of places
//! with salts in them.

use alloc::vec::Vec;

use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Circuit, Wire};

use crate::circuits::Machines;
use crate::join::node;
use crate::keys::Kind;
use crate::statement::{Place, assert_digest};
use crate::{Classes, Error, Statement};

/// The circuit that hides a node of this kind, whose places have no masks and salts.
pub fn veil(machines: &Machines, classes: &Classes, kind: Kind) -> Result<Circuit, Error> {
    let b = Builder::new();
    let own = Statement::public(&b);
    let [(before, first), (after, last)] = [own.before, own.after].map(|digest| {
        let [link, at] = [(); 2].map(|()| [b.hint(), b.hint()]);
        let hidden = Place { link, at, mask: b.hint(), salt: [b.hint(), b.hint()] };
        assert_digest(&b, &hidden.digest(&b), &digest);
        let shown = Place { mask: Wire::ZERO, salt: [Wire::ZERO; 2], ..hidden };
        (shown.digest(&b), hidden.mask)
    });
    let below = Statement { before, after, sum: own.sum - last + first, ..own };
    node(&b, machines, classes, kind, &below)?;
    Ok(b.finish())
}

/// The hints of a veil, before those of its node: both places, as they are hidden.
pub fn veil_hints(before: &Place, after: &Place) -> Vec<Cell> {
    let cells = |&Place { link: [l0, l1], at: [a0, a1], mask, salt: [s0, s1] }: &Place| {
        [l0, l1, a0, a1, mask, s0, s1]
    };
    [before, after].into_iter().flat_map(cells).collect()
}
