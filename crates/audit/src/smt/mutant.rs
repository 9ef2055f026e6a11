//! Chips with something wrong: each constraint and message left out, weakened, or changed a little.

use aver_stark::field::F;
use aver_stark::symbolic::{Affine, Constraint, Description, Node};
use p3_field::PrimeCharacteristicRing;

/// In what way a chip is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A constraint or a message is not there, or not for one flag.
    LeftOut,
    /// A constraint allows a value more.
    Weakened,
    /// A constant or a message is another.
    Other,
}

/// A changed chip.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What is changed.
    pub label: String,
    /// In what way.
    pub kind: Change,
    /// What the chip says now.
    pub description: Description,
}

/// All mutants of a chip: first those with something left out.
pub fn mutants(description: &Description) -> Vec<Mutant> {
    let mut all = Vec::new();
    let mut add = |label: String, kind: Change, change: &dyn Fn(&mut Description)| {
        let mut description = description.clone();
        change(&mut description);
        all.push(Mutant { label, kind, description });
    };
    for (i, Constraint { label, node, .. }) in description.constraints.iter().enumerate() {
        let name = format!("constraint {i} ({label})");
        add(format!("{name} left out"), Change::LeftOut, &|d| _ = d.constraints.remove(i));
        // a · b may be zero by b = 1 too: a boolean may be 2.
        add(format!("{name} weakened"), Change::Weakened, &|d| {
            let factor = if let Node::Mul(_, factor) = d.nodes[*node as usize] { factor } else { *node };
            let at = d.nodes.len() as u32;
            d.nodes.extend([Node::Constant(F::ONE), Node::Sub(factor, at), Node::Mul(*node, at + 1)]);
            d.constraints[i].node = at + 2;
        });
        for constant in constants(description, *node) {
            add(format!("{name}, constant {constant} one more"), Change::Other, &|d| {
                if let Node::Constant(value) = &mut d.nodes[constant as usize] {
                    *value += F::ONE;
                }
            });
        }
    }
    for (i, interaction) in description.interactions.iter().enumerate() {
        let name = format!("message {i} ({})", interaction.bus.name);
        add(format!("{name} left out"), Change::LeftOut, &|d| _ = d.interactions.remove(i));
        let weight = &interaction.multiplicity.columns;
        for at in (0..weight.len()).filter(|_| weight.len() > 1) {
            let column = description.columns.name(weight[at].0);
            add(format!("{name} not if {column}"), Change::LeftOut, &|d| {
                _ = d.interactions[i].multiplicity.columns.remove(at);
            });
        }
        for (field, form) in interaction.values.iter().enumerate() {
            let name = format!("{name}, field {field}");
            add(format!("{name} one more"), Change::Other, &|d| {
                d.interactions[i].values[field].constant += F::ONE;
            });
            for at in 0..form.columns.len() {
                let column = description.columns.name(form.columns[at].0);
                let value = move |d: &mut Description, change: fn(&mut Affine, usize)| {
                    change(&mut d.interactions[i].values[field], at);
                };
                add(format!("{name} without {column}"), Change::Other, &|d| {
                    value(d, |form, at| _ = form.columns.remove(at));
                });
            }
        }
    }
    all.sort_by_key(|mutant| mutant.kind);
    all
}

/// Constants that a node is made of.
fn constants(description: &Description, node: u32) -> Vec<u32> {
    let (mut open, mut found) = (vec![node], Vec::new());
    while let Some(node) = open.pop() {
        match description.nodes[node as usize] {
            Node::Constant(_) => found.push(node),
            Node::Column(_) | Node::Public(_) => {}
            Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) => open.extend([a, b]),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
