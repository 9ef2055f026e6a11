//! The toy machine's chips.

use aver_stark::air::{Air, Builder, Bus, Columns, Expr};

pub const EXEC: Bus = Bus::local(1, 1, "exec");
pub const MEM: Bus = Bus::local(2, 3, "mem");
pub const RANGE: Bus = Bus::local(3, 1, "range");
pub const ORDER: Bus = Bus::local(4, 1, "order");
pub const BOUNDARY: Bus = Bus::shared(5, 3, "boundary");

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| s.to_string()).collect()
}

/// `mem[addr] ← mem[addr]² + addr`, once a step.
pub struct Step;
impl Air for Step {
    fn name(&self) -> &str {
        "step"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names(&["is_real", "ts", "addr", "before", "after", "last", "square", "shard"]))
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [is_real, ts, addr, before, after, last, square, shard] =
            [0, 1, 2, 3, 4, 5, 6, 7].map(|i| b.row()[i]);
        b.assert_bool("step/1", is_real);
        b.assert_zero("step/2", before * before - square);
        b.assert_zero("step/3", square + addr - after);
        let number = b.public(0);
        b.assert_zero("step/4", is_real * (shard - number));
        b.receive(EXEC, is_real, &[ts]);
        b.send(EXEC, is_real, &[ts + 1]);
        b.receive(MEM, is_real, &[addr, before, last]);
        b.send(MEM, is_real, &[addr, after, ts]);
        b.send(RANGE, is_real, &[ts - last - 1]);
    }
}

/// Numbers below 2^8.
pub struct Range;
impl Air for Range {
    fn name(&self) -> &str {
        "range"
    }
    fn columns(&self) -> Columns {
        Columns { fixed: names(&["value"]), witness: names(&["count"]), ..Columns::default() }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let (value, count) = (b.row()[0], b.row()[1]);
        b.receive(RANGE, count, &[value]);
    }
}

/// Words a shard touches.
pub struct Touched;
impl Air for Touched {
    fn name(&self) -> &str {
        "boundary"
    }
    fn columns(&self) -> Columns {
        Columns {
            boundary: names(&["is_real", "addr", "before", "last", "after"]),
            witness: names(&["end"]),
            ..Columns::default()
        }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [is_real, addr, before, last, after, end] = [0, 1, 2, 3, 4, 5].map(|i| b.row()[i]);
        let shard = b.public(0);
        let zero = B::E::zero();
        b.assert_bool("boundary/1", is_real);
        b.receive(BOUNDARY, is_real, &[addr, before, last]);
        b.send(BOUNDARY, is_real, &[addr, after, shard]);
        b.send(MEM, is_real, &[addr, before, zero]);
        b.receive(MEM, is_real, &[addr, after, end]);
        b.send(RANGE, is_real, &[shard - last - 1]);
    }
}

/// Words of the run, strictly increasing.
pub struct Memory;
impl Air for Memory {
    fn name(&self) -> &str {
        "memory"
    }
    fn columns(&self) -> Columns {
        Columns {
            boundary: names(&["is_real", "addr", "first", "end", "last"]),
            witness: names(&["previous"]),
            ..Columns::default()
        }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [is_real, addr, first, end, last, previous] = [0, 1, 2, 3, 4, 5].map(|i| b.row()[i]);
        let zero = B::E::zero();
        b.assert_bool("memory/1", is_real);
        b.assert_zero("memory/2", first);
        b.send(BOUNDARY, is_real, &[addr, first, zero]);
        b.receive(BOUNDARY, is_real, &[addr, end, last]);
        b.receive(ORDER, is_real, &[previous]);
        b.send(ORDER, is_real, &[addr]);
        b.send(RANGE, is_real, &[addr - previous - 1]);
    }
}
