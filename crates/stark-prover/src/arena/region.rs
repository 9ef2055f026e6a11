//! Address space that buffers have their places in. All that is unsafe about them is here.
#![allow(unsafe_code)]

use core::ops::Range;

use aver_stark::field::F;
use memmap2::{MmapOptions, MmapRaw};

use super::space::GRANULE;

/// Elements of a region, if it is not for a buffer that is longer. Pages are taken when they are touched.
const LEN: usize = GRANULE << 9;
const BYTES: usize = size_of::<F>();

/// Pages of elements: zeros, or what was last written.
pub struct Region {
    pages: MmapRaw,
    /// Bytes before the first whole granule.
    before: usize,
    /// Elements.
    len: usize,
}

// The field's elements are integers, of which 0 is one: so fresh pages are elements.
const _: () = assert!(BYTES == 4 && align_of::<F>() == 4);

impl Region {
    /// One that has room for `len` elements, and how many it has, a multiple of [`GRANULE`]; `None` if the system
    /// has no such.
    pub fn new(len: usize) -> Option<(Self, usize)> {
        let len = len.checked_next_multiple_of(GRANULE)?.max(LEN);
        let bytes = len.checked_add(GRANULE)?.checked_mul(BYTES)?;
        let pages = MmapRaw::from(MmapOptions::new().len(bytes).no_reserve_swap().map_anon().ok()?);
        // Without huge pages all works, more slowly.
        #[cfg(target_os = "linux")]
        let _ = pages.advise(memmap2::Advice::HugePage);
        let before = pages.as_mut_ptr().align_offset(GRANULE * BYTES).min(GRANULE * BYTES);
        Some((Self { pages, before, len }, len))
    }

    /// The elements of a place.
    ///
    /// # Safety
    /// Nothing else may refer to any of them mutably.
    pub unsafe fn slice(&self, place: Range<usize>) -> &[F] {
        let at = self.at(&place);
        // SAFETY: `at` is aligned and has so many elements behind it, all initialized, as long as there is `self`.
        unsafe { core::slice::from_raw_parts(at, place.len()) }
    }

    /// The same, to be written.
    ///
    /// # Safety
    /// Nothing else may refer to any of them.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn slice_mut(&self, place: Range<usize>) -> &mut [F] {
        let at = self.at(&place);
        // SAFETY: as above.
        unsafe { core::slice::from_raw_parts_mut(at, place.len()) }
    }

    fn at(&self, place: &Range<usize>) -> *mut F {
        assert!(place.start <= place.end && place.end <= self.len, "outside of the region");
        // SAFETY: that is inside of the pages.
        unsafe { self.pages.as_mut_ptr().add(self.before + place.start * BYTES).cast() }
    }

    /// Gives the pages of a place back, which nothing may refer to; they are there again, zero, when they are touched.
    pub fn give_back(&self, place: Range<usize>) {
        assert!(place.start <= place.end && place.end <= self.len, "outside of the region");
        // SAFETY: the place is inside of the pages; what is there next, zeros or what there was, are elements.
        // If the system keeps the pages, nothing is lost but memory.
        #[cfg(unix)]
        let _ = unsafe {
            let advice = memmap2::UncheckedAdvice::DontNeed;
            self.pages.unchecked_advise_range(advice, self.before + place.start * BYTES, place.len() * BYTES)
        };
    }
}
