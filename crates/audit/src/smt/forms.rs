//! Affine forms of a description's nodes.

use std::collections::{BTreeMap, HashMap};

use aver_stark::field::F;
use aver_stark::symbolic::{Affine, Description, Node};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// Affine forms of nodes.
pub struct Forms {
    pub(crate) of_node: Vec<Option<Affine>>,
    pub(crate) node_of: HashMap<Vec<(usize, u32)>, u32>,
}

impl Forms {
    /// Of all nodes of a description.
    pub fn new(description: &Description) -> Self {
        let mut of_node: Vec<Option<Affine>> = Vec::with_capacity(description.nodes.len());
        let mut node_of = HashMap::new();
        for (i, node) in description.nodes.iter().enumerate() {
            let form = |i: u32| of_node[i as usize].as_ref();
            let form = match *node {
                Node::Constant(constant) => Some(Affine { constant, ..Affine::default() }),
                Node::Column(i) => Some(Affine { columns: vec![(i as usize, F::ONE)], ..Affine::default() }),
                Node::Public(i) => Some(Affine { publics: vec![(i as usize, F::ONE)], ..Affine::default() }),
                Node::Add(a, b) => form(a).zip(form(b)).map(|(a, b)| sum(a, b, F::ONE)),
                Node::Sub(a, b) => form(a).zip(form(b)).map(|(a, b)| sum(a, b, F::NEG_ONE)),
                Node::Mul(a, b) => form(a).zip(form(b)).and_then(|(a, b)| {
                    let zero = Affine::default();
                    let is_constant = |f: &Affine| f.columns.is_empty() && f.publics.is_empty();
                    match (is_constant(a), is_constant(b)) {
                        (true, _) => Some(sum(&zero, b, a.constant)),
                        (_, true) => Some(sum(&zero, a, b.constant)),
                        _ => None,
                    }
                }),
            };
            if let Some(form) = &form {
                node_of.entry(key(form, description.columns.width())).or_insert(i as u32);
            }
            of_node.push(form);
        }
        Self { of_node, node_of }
    }
}

/// a + scale · b
pub(crate) fn sum(a: &Affine, b: &Affine, scale: F) -> Affine {
    let add = |a: &[(usize, F)], b: &[(usize, F)]| {
        let mut sum: BTreeMap<usize, F> = a.iter().copied().collect();
        b.iter().for_each(|&(i, c)| *sum.entry(i).or_insert(F::ZERO) += c * scale);
        sum.into_iter().filter(|t| t.1 != F::ZERO).collect()
    };
    Affine {
        constant: a.constant + b.constant * scale,
        columns: add(&a.columns, &b.columns),
        publics: add(&a.publics, &b.publics),
    }
}

/// Coefficients of a form.
pub(crate) type Key = Vec<(usize, u32)>;

/// Coefficients of a form, as a key.
pub(crate) fn key(form: &Affine, width: usize) -> Key {
    let mut key: Vec<_> = form.columns.iter().map(|&(i, c)| (i, c.as_canonical_u32())).collect();
    key.extend(form.publics.iter().map(|&(i, c)| (width + i, c.as_canonical_u32())));
    key.push((usize::MAX, form.constant.as_canonical_u32()));
    key
}
