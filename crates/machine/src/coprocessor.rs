//! The trusted half of the coprocessor door: a name, a call number and chips.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use aver_isa::calls::NotMounted;
use aver_stark::chip::Chip;

/// A kind of work with chips of its own. Execution and tables are in `aver-trace`.
pub trait Coprocessor: Send + Sync {
    /// Call number, that of the address.
    fn call(&self) -> u32;
    /// The address in a program's note, `name@digest`, from which the call number follows:
    /// `aver_isa::calls::of_coprocessor`.
    fn name(&self) -> &str;
    /// Its chips, which have no fixed columns. One of them takes the ecall, see [`crate::calls`]; buses
    /// of its own have the ids [`crate::buses::own`] gives.
    fn chips(&self) -> Vec<Box<dyn Chip>>;
}

/// Why there is no one coprocessor for an address that a program uses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// None is mounted.
    #[error("{}", NotMounted(name))]
    Missing {
        /// Its call number.
        call: u32,
        /// Its address.
        name: String,
    },
    /// Several are mounted: which chips count must not depend on their order.
    #[error("two coprocessors with the address {name} are mounted; mount one of them")]
    Twice {
        /// Their address.
        name: String,
    },
}

/// Of the `mounted` coprocessors, those a program `uses`, in that order.
pub fn select<T>(
    uses: &[(u32, String)],
    mounted: &[T],
    is: impl Fn(&T, u32, &str) -> bool,
) -> Result<Vec<T>, SelectError>
where
    T: Clone,
{
    let find = |(call, name): &(u32, String)| {
        let mut found = mounted.iter().filter(|c| is(c, *call, name)).cloned();
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(SelectError::Missing { call: *call, name: name.clone() }),
            (Some(_), Some(_)) => Err(SelectError::Twice { name: name.clone() }),
        }
    };
    uses.iter().map(find).collect()
}
