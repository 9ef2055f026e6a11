//! Which coprocessors are there unless a caller says otherwise.

use crate::Coprocessor;
use aver_exec::Coprocessor as Execution;
use aver_machine::coprocessor::Coprocessor as Chips;
use aver_stark::chip::Chip;
use aver_trace::CoprocessorTables;
use std::sync::Arc;

/// The coprocessors that come with Aver. A program gets those that its ELF note names.
pub fn standard() -> Vec<Arc<dyn Coprocessor>> {
    vec![Arc::new(Mounted(aver_sha256::Sha256))]
}

/// Ties the halves of a coprocessor together, of a crate that does not know the prover.
struct Mounted<T>(T);

impl<T: Chips> Chips for Mounted<T> {
    fn call(&self) -> u32 {
        self.0.call()
    }

    fn name(&self) -> &str {
        self.0.name()
    }

    fn chips(&self) -> Vec<Box<dyn Chip>> {
        self.0.chips()
    }
}

impl<T: Chips + Execution + CoprocessorTables> Coprocessor for Mounted<T> {
    fn execution(&self) -> &dyn Execution {
        &self.0
    }

    fn tables(&self) -> &dyn CoprocessorTables {
        &self.0
    }
}
