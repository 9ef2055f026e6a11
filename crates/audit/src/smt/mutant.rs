//! Chips with something wrong: each constraint and message left out, weakened, or changed a little.

use aver_stark::field::F;
use aver_stark::symbolic::{Affine, Constraint, Description, Node};
use p3_field::PrimeCharacteristicRing;

/// A changed chip.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What is changed.
    pub label: String,
    /// Whether something is left out or weaker, rather than just different.
    pub is_weaker: bool,
    /// What the chip says now.
    pub description: Description,
}

/// All mutants of a chip: first those that are weaker.
pub fn mutants(description: &Description) -> Vec<Mutant> {
    let mut all = Vec::new();
    let mut add = |label: String, is_weaker: bool, change: &dyn Fn(&mut Description)| {
        let mut description = description.clone();
        change(&mut description);
        all.push(Mutant { label, is_weaker, description });
    };
    for (i, Constraint { label, node, .. }) in description.constraints.iter().enumerate() {
        let name = format!("constraint {i} ({label})");
        add(format!("{name} left out"), true, &|d| _ = d.constraints.remove(i));
        add(format!("{name} may be 1"), true, &|d| {
            let at = d.nodes.len() as u32;
            d.nodes.extend([Node::Constant(F::ONE), Node::Sub(*node, at), Node::Mul(*node, at + 1)]);
            d.constraints[i].node = at + 2;
        });
        for constant in constants(description, *node) {
            add(format!("{name}, constant {constant} one more"), false, &|d| {
                if let Node::Constant(value) = &mut d.nodes[constant as usize] {
                    *value += F::ONE;
                }
            });
        }
    }
    for (i, interaction) in description.interactions.iter().enumerate() {
        let name = format!("message {i} ({})", interaction.bus.name);
        add(format!("{name} left out"), true, &|d| _ = d.interactions.remove(i));
        let weight = &interaction.multiplicity.columns;
        for at in (0..weight.len()).filter(|_| weight.len() > 1) {
            let column = description.columns.name(weight[at].0);
            add(format!("{name} not if {column}"), true, &|d| {
                _ = d.interactions[i].multiplicity.columns.remove(at);
            });
        }
        for (field, form) in interaction.values.iter().enumerate() {
            let name = format!("{name}, field {field}");
            add(format!("{name} one more"), false, &|d| {
                d.interactions[i].values[field].constant += F::ONE;
            });
            for at in 0..form.columns.len() {
                let column = description.columns.name(form.columns[at].0);
                let value = move |d: &mut Description, change: fn(&mut Affine, usize)| {
                    change(&mut d.interactions[i].values[field], at);
                };
                add(format!("{name} without {column}"), false, &|d| {
                    value(d, |form, at| _ = form.columns.remove(at));
                });
            }
        }
    }
    all.sort_by_key(|mutant| !mutant.is_weaker);
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
