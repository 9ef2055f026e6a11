//! The allocator of the command: it keeps memory that proving gives back, since the kernel takes longer
//! to clear a fresh page than proving takes to fill it. Where memory is scarce, large buffers go back at
//! once: they differ in size from stage to stage, and what is kept for one may stay unused in the next.

use libmimalloc_sys::{mi_option_set, mi_option_t};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

// Options of `mimalloc.h` that the bindings do not name.

/// `mi_option_purge_delay`: milliseconds until unused memory goes back; -1 for never.
const PURGE_DELAY: mi_option_t = 15;
/// `mi_option_disallow_arena_alloc`: 1 for asking the system rather than one large region.
const DISALLOW_ARENA_ALLOC: mi_option_t = 26;

/// From now on, freed memory stays with the process.
pub fn keep_memory() {
    set(PURGE_DELAY, -1);
}

/// From now on, large buffers that are freed go back to the system.
pub fn give_back() {
    set(DISALLOW_ARENA_ALLOC, 1);
}

#[allow(unsafe_code)]
fn set(option: mi_option_t, value: i8) {
    // SAFETY: sets an integer option of the allocator; options may be set at any time.
    unsafe { mi_option_set(option, value.into()) }
}
