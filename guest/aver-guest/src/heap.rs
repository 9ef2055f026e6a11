//! A bump allocator.
//!
//! Proving costs by the instruction, and a program runs once and ends: memory is handed out upwards
//! and not taken back, except for the block handed out last, which grows, shrinks and goes in
//! place. (A vector that grows alone is never copied.)

use crate::cell::Hart;
use core::alloc::{GlobalAlloc, Layout};

struct Bump {
    next: usize,
    end: usize,
    /// Memory from here on was never handed out, and is zero.
    fresh: usize,
}

static BUMP: Hart<Bump> = Hart::new(Bump { next: 0, end: 0, fresh: 0 });

/// Called once, before anything allocates.
pub fn init(start: usize, end: usize) {
    // SAFETY: nobody holds a reference between calls.
    *unsafe { BUMP.get() } = Bump { next: start, end, fresh: start };
}

impl Bump {
    #[inline]
    fn alloc(&mut self, size: usize, align: usize) -> *mut u8 {
        let start = (self.next + (align - 1)) & !(align - 1);
        // `Layout` bounds size + align by isize::MAX and the heap lies low: no overflow.
        let next = start + size;
        if next > self.end {
            return core::ptr::null_mut();
        }
        self.next = next;
        start as *mut u8
    }

    /// Notes that everything below `next` may be written before it is given back.
    #[inline]
    fn give_back(&mut self, start: usize) {
        if self.next > self.fresh {
            self.fresh = self.next;
        }
        self.next = start;
    }
}

/// Where the heap ends now.
pub fn mark() -> usize {
    // SAFETY: nobody holds a reference between calls.
    unsafe { BUMP.get() }.next
}

/// Takes back all that was handed out since [`mark`] returned `mark`.
///
/// # Safety
/// Nothing of it may be in use.
pub unsafe fn release(mark: usize) {
    unsafe { BUMP.get() }.give_back(mark);
}

struct Heap;

#[cfg_attr(target_arch = "riscv64", global_allocator)]
static HEAP: Heap = Heap;

// SAFETY: blocks are disjoint, aligned, and inside the heap.
unsafe impl GlobalAlloc for Heap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { BUMP.get() }.alloc(layout.size(), layout.align())
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let bump = unsafe { BUMP.get() };
        let block = bump.alloc(layout.size(), layout.align());
        let start = block as usize;
        if start != 0 && start < bump.fresh {
            let used = layout.size().min(bump.fresh - start);
            unsafe { core::ptr::write_bytes(block, 0, used) };
        }
        block
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let bump = unsafe { BUMP.get() };
        if block as usize + layout.size() == bump.next {
            bump.give_back(block as usize);
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let bump = unsafe { BUMP.get() };
        let start = block as usize;
        if start + layout.size() == bump.next {
            if start + new_size > bump.end {
                return core::ptr::null_mut();
            }
            bump.give_back(start + new_size);
            return block;
        }
        if new_size <= layout.size() {
            return block;
        }
        let new = bump.alloc(new_size, layout.align());
        if !new.is_null() {
            unsafe { core::ptr::copy_nonoverlapping(block, new, layout.size()) };
        }
        new
    }
}
