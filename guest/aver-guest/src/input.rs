//! The private input.

use crate::cell::Hart;
use serde::Deserialize;

/// What of the input has been read by [`read`] or standard input. `None`: nothing yet.
static REST: Hart<Option<&'static [u8]>> = Hart::new(None);

/// The whole input, where it lies in memory: reading it costs loads and nothing else.
pub fn read_input() -> &'static [u8] {
    crate::sys::input()
}

/// What [`read`] has not consumed yet.
pub fn remaining_input() -> &'static [u8] {
    // SAFETY: the reference ends with this expression.
    unsafe { REST.get() }.unwrap_or_else(read_input)
}

pub(crate) fn set_remaining(rest: &'static [u8]) {
    // SAFETY: as above.
    *unsafe { REST.get() } = Some(rest);
}

/// The next value of the input, in postcard's encoding. A type may borrow from the input (`&str`,
/// `&[u8]`), which copies nothing.
///
/// # Panics
/// If the rest of the input does not start with such a value.
pub fn read<T: Deserialize<'static>>() -> T {
    match postcard::take_from_bytes(remaining_input()) {
        Ok((value, rest)) => {
            set_remaining(rest);
            value
        }
        Err(error) => panic!("the input holds no {} here: {error}", core::any::type_name::<T>()),
    }
}
