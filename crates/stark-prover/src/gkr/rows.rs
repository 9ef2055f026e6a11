//! The layers inside the last stack, where the halves of a stack are added.

use aver_stark::field::{EF, F};
use aver_stark::protocol::{GKR_MU, GKR_ROOT};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::kernel::{WIDTH, add, fractions, fractions_mut};
use super::packed::unpack;
use super::sumcheck::{Sumcheck, send_children, small};
use super::{CHUNK, LeafPoint};
use crate::arena::Arena;
use crate::ext;
use crate::transcript::Writer;

/// Proves the sum of the last stack's fractions, from the root down to the stack.
pub fn prove(writer: &mut Writer, stack: Vec<F>, arena: &Arena, point: &mut LeafPoint) {
    let mut layers = vec![stack];
    while let Some(last) = layers.last().filter(|l| l.len() > WIDTH) {
        let above = add_halves(last, arena);
        layers.push(above);
    }
    while let Some(mut layer) = layers.pop() {
        match fractions_mut(&mut layer) {
            [top] => prove_lanes(writer, top.each_ref().map(|e| unpack(&[ext::to_packed(e)])), point),
            fractions => {
                let (left, right) = fractions.split_at_mut(fractions.len() / 2);
                let bit = Sumcheck::new(writer, vec![[left, right]], point).run(writer, point);
                point.row.insert(0, bit);
            }
        }
        arena.give(layer);
    }
}

/// The halves of a stack, added.
fn add_halves(stack: &[F], arena: &Arena) -> Vec<F> {
    let mut above = arena.take(stack.len() / 2);
    let (left, right) = fractions(stack).split_at(stack.len() / WIDTH / 2);
    let out = fractions_mut(&mut above).par_chunks_mut(CHUNK);
    out.zip(left.par_chunks(CHUNK)).zip(right.par_chunks(CHUNK)).for_each(|((out, l), r)| add(l, r, out));
    above
}

/// The layers within one packed fraction, whose lanes are `p`, `q`. Sends the root first.
fn prove_lanes(writer: &mut Writer, [p, q]: [Vec<EF>; 2], point: &mut LeafPoint) {
    let mut layers = vec![[p, q]];
    while let Some([p, q]) = layers.last().filter(|[p, _]| p.len() > 1) {
        let half = p.len() / 2;
        let sum = |i: usize| p[i] * q[i + half] + p[i + half] * q[i];
        let above = [(0..half).map(sum).collect(), (0..half).map(|i| q[i] * q[i + half]).collect()];
        layers.push(above);
    }
    let root = layers.pop().map_or([EF::ZERO; 2], |layer| layer.map(|v| v[0]));
    writer.write(GKR_ROOT, &root);
    while let Some([mut p0, mut q0]) = layers.pop() {
        let mu = writer.challenge(GKR_MU);
        let (mut p1, q1) = (p0.split_off(p0.len() / 2), q0.split_off(q0.len() / 2));
        p1.iter_mut().zip(&q1).for_each(|(p, &q)| *p += mu * q);
        let (row, last) = small(writer, [p0, q0, p1, q1], &point.row);
        point.row = row;
        let bit = send_children(writer, mu, &last);
        point.row.insert(0, bit);
    }
}
