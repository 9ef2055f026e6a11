//! Joins: two nodes that follow each other are one.
//!
//! Nothing is compared: that both have the same context and the same keys, that they meet in one place, and that their sums add
//! up is how their statements are made of the join's own.

use aver_recursion::{Builder, Circuit, Wire};

use crate::circuits::Machines;
use crate::keys::{Kind, member};
use crate::{Classes, Error, Statement};

impl Classes {
    /// The class of nodes of a kind.
    pub fn of(&self, kind: Kind) -> &crate::Class {
        match kind {
            Kind::Small => &self.small,
            Kind::Large => &self.large,
            Kind::Top => &self.top,
            Kind::Join => &self.join,
            Kind::Veil => &self.veil,
        }
    }
}

/// Records the verification of a node's proof.
pub fn node<'a>(
    b: &'a Builder,
    machines: &Machines,
    classes: &Classes,
    kind: Kind,
    statement: &Statement<Wire<'a>>,
) -> Result<(), Error> {
    let key = member(b, kind, &statement.keys);
    classes.of(kind).record(b, machines.of(kind), &key, &statement.cells())
}

/// The circuit that joins nodes of these kinds.
pub fn join(machines: &Machines, classes: &Classes, kinds: [Kind; 2]) -> Result<Circuit, Error> {
    let b = Builder::new();
    let parts = Statement::public(&b).split(&b);
    for (kind, statement) in kinds.into_iter().zip(parts) {
        node(&b, machines, classes, kind, &statement)?;
    }
    Ok(b.finish())
}
