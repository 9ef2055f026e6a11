//! The allocator of the command. Of what proving gives back it keeps small things, since the kernel takes
//! longer to clear a fresh page than proving takes to fill it. Large buffers go back at once, but for those
//! the prover keeps itself: they differ in size from stage to stage, and what is kept for one would stay
//! unused in the next.

use libmimalloc_sys::{mi_option_set, mi_option_t};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

// Options of `mimalloc.h` that the bindings do not name.

/// `mi_option_purge_delay`: milliseconds until unused memory goes back; -1 for never.
const PURGE_DELAY: mi_option_t = 15;
/// `mi_option_disallow_arena_alloc`: 1 for asking the system rather than one large region.
const DISALLOW_ARENA_ALLOC: mi_option_t = 26;

/// From now on, small things that are freed stay with the process, and large ones do not.
#[allow(unsafe_code)]
pub fn set_up() {
    for (option, value) in [(PURGE_DELAY, -1), (DISALLOW_ARENA_ALLOC, 1)] {
        // SAFETY: sets an integer option of the allocator; options may be set at any time.
        unsafe { mi_option_set(option, value) }
    }
}
