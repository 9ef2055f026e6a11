//! State of the one hart.

use core::cell::UnsafeCell;

/// A static that only one thread can ever see: the machine has one hart and no interrupts.
pub struct Hart<T>(UnsafeCell<T>);

// SAFETY: there is one thread.
unsafe impl<T> Sync for Hart<T> {}

impl<T> Hart<T> {
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// # Safety
    /// No other reference from this cell may be alive.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn get(&self) -> &mut T {
        unsafe { &mut *self.0.get() }
    }
}
