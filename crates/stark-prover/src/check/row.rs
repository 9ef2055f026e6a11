//! One row, exactly: what it violates, and what it says.

use aver_stark::air::Bus;
use aver_stark::field::F;
use aver_stark::layout::System;
use aver_stark::symbolic::{Affine, Description, Node};
use p3_field::PrimeCharacteristicRing;

/// A message with its signed multiplicity.
pub type Message = (Bus, F, Vec<F>);

/// Evaluates an affine form on a row.
pub fn affine(form: &Affine, row: &[F], publics: &[F]) -> F {
    let columns: F = form.columns.iter().map(|&(i, c)| row[i] * c).sum();
    constant(form, publics) + columns
}

/// The part of an affine form that is the same in every row.
pub fn constant(form: &Affine, publics: &[F]) -> F {
    form.constant + form.publics.iter().map(|&(i, c)| public(publics, i) * c).sum::<F>()
}

/// The `i`-th public value.
pub(super) fn public(publics: &[F], i: usize) -> F {
    publics.get(i).copied().unwrap_or(F::ZERO)
}

/// The first constraint a row violates, and what it evaluates to.
pub fn check_row(system: &System, chip: usize, row: &[F], publics: &[F]) -> Option<(&'static str, F)> {
    let description = &system.described[chip].description;
    let values = nodes(description, row, publics);
    let broken = description.constraints.iter().find(|c| values[c.node as usize] != F::ZERO)?;
    Some((broken.label, values[broken.node as usize]))
}

/// What each constraint comes to in a row.
pub fn constraints_of_row(system: &System, chip: usize, row: &[F], publics: &[F]) -> Vec<F> {
    let description = &system.described[chip].description;
    let values = nodes(description, row, publics);
    description.constraints.iter().map(|c| values[c.node as usize]).collect()
}

fn nodes(description: &Description, row: &[F], publics: &[F]) -> Vec<F> {
    let mut values: Vec<F> = Vec::with_capacity(description.nodes.len());
    for node in &description.nodes {
        let v = |i: u32| values[i as usize];
        values.push(match *node {
            Node::Constant(c) => c,
            Node::Column(i) => row[i as usize],
            Node::Public(i) => public(publics, i as usize),
            Node::Add(a, b) => v(a) + v(b),
            Node::Sub(a, b) => v(a) - v(b),
            Node::Mul(a, b) => v(a) * v(b),
        });
    }
    values
}

/// The messages of a row that have a multiplicity other than zero.
pub fn messages_of_row(system: &System, chip: usize, row: &[F], publics: &[F]) -> Vec<Message> {
    let interactions = &system.described[chip].description.interactions;
    interactions
        .iter()
        .map(|i| {
            let values = i.values.iter().map(|v| affine(v, row, publics)).collect();
            (i.bus, affine(&i.multiplicity, row, publics), values)
        })
        .filter(|(_, m, _)| *m != F::ZERO)
        .collect()
}
