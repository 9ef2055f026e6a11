//! Values of the transcript and their bytes: little-endian, canonical, nothing between them.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::field::{D, EF, EF_BYTES, F, coefficients, decode_base, encode_base, from_coefficients};
use crate::hash::{DIGEST_BYTES, Digest};

/// What can be absorbed.
pub trait Value {
    /// Name of what it consists of, for inventories.
    const UNIT: &'static str;

    /// Appends its bytes.
    fn write(&self, out: &mut Vec<u8>);
}

/// What can be read: a value of a fixed number of bytes.
pub trait Element: Value + Sized {
    /// How many.
    const BYTES: usize;

    /// From so many bytes; `None` when they are not canonical.
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Value for u32 {
    const UNIT: &'static str = "u32";

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
}

impl Element for u32 {
    const BYTES: usize = 4;

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_le_bytes)
    }
}

impl Value for F {
    const UNIT: &'static str = "F";

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&encode_base(*self));
    }
}

impl Element for F {
    const BYTES: usize = 4;

    fn read(bytes: &[u8]) -> Option<Self> {
        decode_base(bytes.try_into().ok()?)
    }
}

impl Value for EF {
    const UNIT: &'static str = "E";

    fn write(&self, out: &mut Vec<u8>) {
        coefficients(self).write(out);
    }
}

impl Element for EF {
    const BYTES: usize = EF_BYTES;

    fn read(bytes: &[u8]) -> Option<Self> {
        <[F; D]>::read(bytes).map(from_coefficients)
    }
}

impl Value for Digest {
    const UNIT: &'static str = "digest";

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

impl Element for Digest {
    const BYTES: usize = DIGEST_BYTES;

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok()
    }
}

/// A root, or that there is none.
impl Value for Option<Digest> {
    const UNIT: &'static str = "digest or none";

    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|digest| digest.write(out));
    }
}

impl<T: Value> Value for [T] {
    const UNIT: &'static str = T::UNIT;

    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|value| value.write(out));
    }
}

/// Of field elements: [`Digest`] is an array too.
macro_rules! arrays {
    ($($field:ty)*) => {$(
        impl<const N: usize> Value for [$field; N] {
            const UNIT: &'static str = <$field>::UNIT;

            fn write(&self, out: &mut Vec<u8>) {
                self.as_slice().write(out);
            }
        }

        impl<const N: usize> Element for [$field; N] {
            const BYTES: usize = N * <$field>::BYTES;

            fn read(bytes: &[u8]) -> Option<Self> {
                let mut values = [<$field>::ZERO; N];
                for (value, bytes) in values.iter_mut().zip(bytes.chunks_exact(<$field>::BYTES)) {
                    *value = <$field>::read(bytes)?;
                }
                Some(values)
            }
        }
    )*};
}
arrays!(F EF);
