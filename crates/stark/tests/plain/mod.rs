//! Chips that are nothing but their size.

use aver_stark::air::{Air, Builder, Bus, Columns};

/// A chip of so many columns, constraints and messages.
#[derive(Clone, Copy, Default)]
pub struct Plain {
    pub fixed: usize,
    pub boundary: usize,
    pub witness: usize,
    pub constraints: usize,
    pub messages: usize,
}

impl Air for Plain {
    fn name(&self) -> &str {
        "plain"
    }
    fn columns(&self) -> Columns {
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        Columns { fixed: names(self.fixed), boundary: names(self.boundary), witness: names(self.witness) }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let first = b.row()[0];
        for _ in 0..self.constraints {
            b.assert_zero("plain/1", first);
        }
        for _ in 0..self.messages {
            b.send(Bus::local(1, 1, "bus"), first, &[first]);
        }
    }
}
