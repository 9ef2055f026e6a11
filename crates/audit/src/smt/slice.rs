//! Rows too wide for one query, cut into slices.
//!
//! A coprocessor's row can be a whole computation. Each step of it is a *lemma* about a slice of the row: the
//! words that are its outputs are such functions of words before them. A lemma's query has the constraints whose
//! columns are in its words, and no others; that lemmas follow one another from the row's inputs to its outputs,
//! without a column or a constraint left over, is checked by [`chain`].
//!
//! - [`sheet`]: constraints as polynomials; [`word`]: words of the row;
//! - [`lemma`]: a slice as its lemma sees it; [`sum`]: sums of words;
//! - [`chain`]: lemmas that follow one another; alike ones are proved once;
//! - [`change`]: constraints changed, to see that lemmas notice.
//!
//! *Functions.* A chip with σ(x) + y = z + 2^16 carry has polynomials in bits of x there. A lemma names the
//! bits of σ(x) as functions of bits; the polynomial of such a function is unique, and is taken out of the
//! constraint by division. What a solver then sees is a sum with unknown bits. That these bits are those of
//! σ(x) is a claim of its own. Sums of halves of words are named likewise; that they are sums of words is
//! [`sum::Sum::induction`].
//!
//! What is not in slices (messages, and the columns in them) is a chip of its own, [`front`], for
//! [`crate::smt::check`].

pub mod chain;
pub mod change;
mod expand;
mod facts;
pub mod lemma;
pub mod sheet;
pub mod sum;
pub mod word;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use aver_stark::air::Columns;
use aver_stark::symbolic::{Constraint, Description, Node};

use crate::smt::row::{Result, closed};

pub use chain::{Asked, Cell, Chain, Lemma, Named, Places};
pub use lemma::Slice;
pub use sheet::Sheet;
pub use sum::Sum;
pub use word::Word;

/// The first `width` columns of a row of witness columns, with the constraints on them alone (by number) and
/// all messages, which must be of these columns.
pub fn front(description: &Description, width: usize) -> Result<(Description, Vec<usize>)> {
    let names = &description.columns.witness;
    if names.len() != description.columns.width() || names.len() < width {
        return closed("a row of other columns");
    }
    let of_front = |columns: &[(usize, _)]| columns.iter().all(|column| column.0 < width);
    let interactions = description.interactions.clone();
    if !interactions
        .iter()
        .all(|i| of_front(&i.multiplicity.columns) && i.values.iter().all(|v| of_front(&v.columns)))
    {
        return closed("a message of columns that are cut off");
    }
    // Whether a node is of these columns alone; operands come first.
    let mut is_front = Vec::with_capacity(description.nodes.len());
    for node in &description.nodes {
        is_front.push(match *node {
            Node::Constant(_) | Node::Public(_) => true,
            Node::Column(i) => (i as usize) < width,
            Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) => {
                is_front[a as usize] && is_front[b as usize]
            }
        });
    }
    let (mut nodes, mut moved) = (Vec::new(), HashMap::new());
    let (mut constraints, mut numbers) = (Vec::new(), Vec::new());
    for (i, constraint) in description.constraints.iter().enumerate() {
        if is_front[constraint.node as usize] {
            let node = copy(&description.nodes, constraint.node, &mut nodes, &mut moved);
            constraints.push(Constraint { node, ..constraint.clone() });
            numbers.push(i);
        }
    }
    let columns = Columns::witness(names[..width].to_vec());
    Ok((Description { columns, nodes, constraints, interactions }, numbers))
}

/// Copies a node and its operands; gives its new number.
fn copy(from: &[Node], node: u32, to: &mut Vec<Node>, moved: &mut HashMap<u32, u32>) -> u32 {
    let mut open = vec![node];
    while let Some(&next) = open.last() {
        let node = from[next as usize];
        let operands = match node {
            Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) => vec![a, b],
            _ => Vec::new(),
        };
        let missing: Vec<u32> = operands.into_iter().filter(|operand| !moved.contains_key(operand)).collect();
        if !missing.is_empty() {
            open.extend(missing);
            continue;
        }
        open.pop();
        if let Entry::Vacant(entry) = moved.entry(next) {
            entry.insert(to.len() as u32);
            to.push(match node {
                Node::Add(a, b) => Node::Add(moved[&a], moved[&b]),
                Node::Sub(a, b) => Node::Sub(moved[&a], moved[&b]),
                Node::Mul(a, b) => Node::Mul(moved[&a], moved[&b]),
                other => other,
            });
        }
    }
    moved[&node]
}
