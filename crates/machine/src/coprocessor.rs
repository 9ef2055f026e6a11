//! The trusted half of the coprocessor door: a name, a call number and chips.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use aver_stark::chip::Chip;

/// A kind of work with chips of its own. Execution and tables are in `aver-trace`.
pub trait Coprocessor: Send + Sync {
    /// Call number, that of the address.
    fn call(&self) -> u32;
    /// The address in a program's note, `name@digest`, from which the call number follows:
    /// `aver_isa::calls::of_coprocessor`.
    fn name(&self) -> &str;
    /// Its chips, which have no fixed columns. One of them takes the ecall, see [`crate::calls`]; buses
    /// of its own have ids from [`crate::buses::COPROCESSOR_BUSES`].
    fn chips(&self) -> Vec<Box<dyn Chip>>;
}

/// A coprocessor a program uses that is not mounted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the program uses the coprocessor {name}, which is not mounted; add the crate that has it, and mount it with \
     `coprocessors` of the SDK's `Prover` and `Verifier`"
)]
pub struct Missing {
    /// Its call number.
    pub call: u32,
    /// Its address.
    pub name: String,
}

/// Of the `mounted` coprocessors, those a program `uses`, in that order.
pub fn select<T>(
    uses: &[(u32, String)],
    mounted: &[T],
    is: impl Fn(&T, u32, &str) -> bool,
) -> Result<Vec<T>, Missing>
where
    T: Clone,
{
    let find = |(call, name): &(u32, String)| {
        let found = mounted.iter().find(|c| is(c, *call, name)).cloned();
        found.ok_or_else(|| Missing { call: *call, name: name.clone() })
    };
    uses.iter().map(find).collect()
}
