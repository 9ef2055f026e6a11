//! The allocator of the command: it keeps memory that proving gives back, since the kernel takes longer
//! to clear a fresh page than proving takes to fill it.

use libmimalloc_sys::{mi_option_set, mi_option_t};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// `mi_option_purge_delay` of `mimalloc.h`, which the bindings do not name.
const PURGE_DELAY: mi_option_t = 15;

/// From now on, freed memory stays with the process.
#[allow(unsafe_code)]
pub fn keep_memory() {
    // SAFETY: sets an integer option of the allocator; options may be set at any time.
    unsafe { mi_option_set(PURGE_DELAY, -1) }
}
