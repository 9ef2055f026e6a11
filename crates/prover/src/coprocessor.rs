//! The whole coprocessor door: chips, execution, tables.

use std::sync::Arc;

use aver_trace::CoprocessorTables;

use crate::error::Error;

/// A coprocessor that can be proved. What the verifier trusts of it is
/// [`aver_machine::coprocessor::Coprocessor`].
pub trait Coprocessor: aver_machine::coprocessor::Coprocessor {
    /// Its execution.
    fn execution(&self) -> &dyn aver_exec::Coprocessor;
    /// The tables of its chips.
    fn tables(&self) -> &dyn CoprocessorTables;
}

impl<T> Coprocessor for T
where
    T: aver_machine::coprocessor::Coprocessor + aver_exec::Coprocessor + CoprocessorTables,
{
    fn execution(&self) -> &dyn aver_exec::Coprocessor {
        self
    }
    fn tables(&self) -> &dyn CoprocessorTables {
        self
    }
}

/// A list of mounted coprocessors.
pub type Mounted = [Arc<dyn Coprocessor>];

/// Those of the mounted coprocessors that a program uses, in the order of its note.
pub(crate) fn select(uses: &[(u32, String)], mounted: &Mounted) -> Result<Vec<Arc<dyn Coprocessor>>, Error> {
    let is = |c: &Arc<dyn Coprocessor>, call: u32, name: &str| c.call() == call && c.name() == name;
    Ok(aver_machine::coprocessor::select(uses, mounted, is)?)
}
