//! The layers inside the root, where the halves of its rows are added: plain, since they are few.

use aver_stark::eq::{bind, eq_table};
use aver_stark::field::EF;
use aver_stark::protocol::{GKR_INVERSE, GKR_MU, GKR_ROOT};
use p3_field::{Field, PrimeCharacteristicRing};

use super::eq::Sums;
use super::layer::{round, send_children};
use super::leaf::{Below, Leaves, Scratch};
use super::packed::{LANES, unpack};
use super::{CHUNK, LeafPoint};
use crate::ext;
use crate::transcript::Writer;

/// Proves the sum of the root's rows.
pub fn prove(writer: &mut Writer<'_>, below: &Below<'_, impl Leaves>, point: &mut LeafPoint) {
    let mut layers = vec![root(below)];
    while let Some([p, q]) = layers.last().filter(|[p, _]| p.len() > 1) {
        let half = p.len() / 2;
        let sum = |i: usize| p[i] * q[i + half] + p[i + half] * q[i];
        let above = [(0..half).map(sum).collect(), (0..half).map(|i| q[i] * q[i + half]).collect()];
        layers.push(above);
    }
    let sum = layers.pop().map_or([EF::ZERO; 2], |layer| layer.map(|v| v[0]));
    writer.send(GKR_ROOT, &sum);
    point.sum = sum;
    if writer.is_masked() {
        writer.send(GKR_INVERSE, &sum[1].try_inverse().unwrap_or(EF::ZERO));
    }
    while let Some([mut p0, mut q0]) = layers.pop() {
        let mu = writer.challenge(GKR_MU);
        let (mut p1, q1) = (p0.split_off(p0.len() / 2), q0.split_off(q0.len() / 2));
        p1.iter_mut().zip(&q1).for_each(|(p, &q)| *p += mu * q);
        let mut values = [p0, q0, p1, q1];
        for i in 0..point.row.len() {
            let sums = sums(&values, &eq_table(&point.row[i + 1..]));
            point.row[i] = round(writer, sums);
            values.iter_mut().for_each(|v| bind(v, point.row[i]));
        }
        let bit = send_children(writer, mu, &values.map(|v| v[0]));
        point.row.insert(0, bit);
    }
}

/// The root's numerators and denominators.
fn root(below: &Below<'_, impl Leaves>) -> [Vec<EF>; 2] {
    let Some(root) = below.shape.root() else {
        return [EF::ZERO, EF::ONE].map(|x| vec![x; below.rows * LANES]);
    };
    let mut scratch = Scratch::new();
    let mut values = [Vec::new(), Vec::new()];
    for first in (0..below.rows).step_by(CHUNK) {
        let fractions = below.fractions(root, first, CHUNK.min(below.rows - first), &mut scratch);
        for (k, values) in values.iter_mut().enumerate() {
            values.extend(fractions.iter().flat_map(|f| unpack(&[ext::to_packed(&f[k])])));
        }
    }
    values
}

/// Sums of p0, q0, p1 + μ q1, q1.
fn sums([p0, q0, p1, q1]: &[Vec<EF>; 4], eq: &[EF]) -> Sums {
    let d = |v: &[EF], j: usize| v[j + eq.len()] - v[j];
    let mut sums = [EF::ZERO; 2];
    for (j, &e) in eq.iter().enumerate() {
        sums[0] += e * (p0[j] * q1[j] + p1[j] * q0[j]);
        sums[1] += e * (d(p0, j) * d(q1, j) + d(p1, j) * d(q0, j));
    }
    sums
}
