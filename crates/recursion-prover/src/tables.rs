//! The tables of a run.

use std::sync::Arc;

use aver_recursion::Circuit;
use aver_recursion::chips::Kind;
use aver_recursion::circuit::Op;
use aver_stark::field::F;
use aver_stark_prover::table::Table;
use rayon::prelude::*;

use crate::run::Values;
use crate::{blake3, chips};

/// Rows a task fills.
const CHUNK: usize = 1 << 10;

/// The tables of a run, padded; `fixed` are the circuit's fixed columns.
pub fn fill(circuit: &Circuit, fixed: &[Arc<Vec<Vec<F>>>], values: &Values, log_chunk: usize) -> Vec<Table> {
    let mut ops: Vec<Vec<Op<'_>>> = vec![Vec::new(); Kind::ALL.len()];
    circuit.ops.iter().for_each(|op| ops[op.kind as usize].push(op));
    let compressions: Vec<_> =
        ops[Kind::Compress as usize].par_iter().map(|op| blake3::ops::compression(op, values)).collect();
    let (compressions, mut counts) = blake3::ops::columns(&compressions);
    let table = |(kind, ops): (&Kind, &Vec<Op<'_>>)| match kind {
        Kind::Compress => Vec::new(),
        _ => columns(*kind, ops, values),
    };
    let mut witness: Vec<Vec<Vec<F>>> = Kind::ALL.par_iter().zip(&ops).map(table).collect();
    witness[Kind::Compress as usize] = compressions;
    circuit.ops.iter().for_each(|op| blake3::ops::count(&op, values, &mut counts));
    witness.extend(counts.columns());
    let rows = circuit.rows().par_iter().copied();
    let tables = rows.zip(witness).zip(fixed).map(|((rows, witness), fixed)| {
        let mut table = Table { fixed: fixed.clone(), ..Table::witness(rows, witness) };
        table.pad(log_chunk);
        table
    });
    tables.collect()
}

/// The witness columns of a chip's rows.
fn columns(kind: Kind, ops: &[Op<'_>], values: &Values) -> Vec<Vec<F>> {
    let width = kind.shape().width();
    let chunk = |ops: &[Op<'_>]| match kind {
        Kind::Permute | Kind::Node => chips::hash::columns(kind, ops, values),
        _ => {
            let mut rows = Vec::with_capacity(ops.len() * width);
            ops.iter().for_each(|op| chips::fill(op, values, &mut rows));
            (0..width).map(|i| rows.iter().skip(i).step_by(width).copied().collect()).collect()
        }
    };
    let chunks: Vec<Vec<Vec<F>>> = ops.par_chunks(CHUNK).map(chunk).collect();
    let column = |i: usize| chunks.iter().flat_map(|columns| &columns[i]).copied().collect();
    (0..width).into_par_iter().map(column).collect()
}
