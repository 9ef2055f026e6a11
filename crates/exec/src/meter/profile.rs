//! How often each op ran: known of blocks anyway, when a shard ends.

use super::Meter;

/// Cycles spent in a function of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionCycles {
    /// Its symbol, as the ELF file has it.
    pub symbol: String,
    /// Micro-operations between this symbol and the next.
    pub cycles: u64,
}

impl Meter<'_> {
    /// From now on counts how often each op runs, for [`functions`](Self::functions).
    pub fn keep_profile(&mut self) {
        self.profile = Some(vec![0; self.program.ops.len()]);
    }

    /// Where the cycles of the shards so far were spent, most first; those of no symbol have an empty one. Empty if
    /// [nothing was counted](Self::keep_profile).
    pub fn functions(&self) -> Vec<FunctionCycles> {
        let mut functions: Vec<FunctionCycles> = Vec::new();
        for (op, &cycles) in self.program.ops.iter().zip(self.profile.iter().flatten()) {
            let symbol = self.program.symbol_at(op.pc).map_or("", |(symbol, _)| symbol);
            match functions.last_mut() {
                Some(last) if last.symbol == symbol => last.cycles += cycles,
                _ => functions.push(FunctionCycles { symbol: symbol.to_owned(), cycles }),
            }
        }
        functions.retain(|function| function.cycles > 0);
        functions.sort_by(|a, b| b.cycles.cmp(&a.cycles).then_with(|| a.symbol.cmp(&b.symbol)));
        functions
    }
}
