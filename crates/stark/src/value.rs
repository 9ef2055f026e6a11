//! Values of the transcript: their bytes in a proof, little-endian, canonical, nothing between them; and the
//! cells that are absorbed for them, from which they follow.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::field::{D, EF, EF_BYTES, F, coefficients, decode_base, encode_base, from_coefficients};
use crate::hash::{Cell, DIGEST_BYTES, Digest, NODE, Node};

/// What can be absorbed.
pub trait Value {
    /// Name of what it consists of, for inventories.
    const UNIT: &'static str;

    /// Appends its bytes.
    fn write(&self, out: &mut Vec<u8>);
    /// Appends its cells.
    fn absorbed(&self, out: &mut Vec<Cell>);
}

/// Elements in cells, the last filled up with zeros.
fn put_cells(elements: impl IntoIterator<Item = F>, out: &mut Vec<Cell>) {
    let mut cell = [F::ZERO; D];
    let mut at = 0;
    for element in elements {
        cell[at] = element;
        at += 1;
        if at == D {
            out.push(cell);
            (cell, at) = ([F::ZERO; D], 0);
        }
    }
    if at > 0 {
        out.push(cell);
    }
}

/// Halves of a word: any 32 bits, as elements.
fn halves(word: u32) -> [F; 2] {
    [word & 0xFFFF, word >> 16].map(F::new)
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

    fn absorbed(&self, out: &mut Vec<Cell>) {
        put_cells(halves(*self), out);
    }
}

impl Element for u32 {
    const BYTES: usize = 4;

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_le_bytes)
    }
}

/// In one cell.
impl Value for u64 {
    const UNIT: &'static str = "u64";

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn absorbed(&self, out: &mut Vec<Cell>) {
        let [low, high] = [*self as u32, (*self >> 32) as u32].map(halves);
        put_cells(low.into_iter().chain(high), out);
    }
}

impl Value for F {
    const UNIT: &'static str = "F";

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&encode_base(*self));
    }

    fn absorbed(&self, out: &mut Vec<Cell>) {
        put_cells([*self], out);
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

    fn absorbed(&self, out: &mut Vec<Cell>) {
        put_cells(coefficients(self).iter().copied(), out);
    }
}

impl Element for EF {
    const BYTES: usize = EF_BYTES;

    fn read(bytes: &[u8]) -> Option<Self> {
        <[F; D]>::read(bytes).map(from_coefficients)
    }
}

impl Value for Digest {
    const UNIT: &'static str = "bytes";

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn absorbed(&self, out: &mut Vec<Cell>) {
        let (words, _) = self.as_chunks::<4>();
        put_cells(words.iter().flat_map(|&word| halves(u32::from_le_bytes(word))), out);
    }
}

impl Element for Digest {
    const BYTES: usize = DIGEST_BYTES;

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok()
    }
}

impl Value for Node {
    const UNIT: &'static str = "digest";

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn absorbed(&self, out: &mut Vec<Cell>) {
        self.0.absorbed(out);
    }
}

impl Element for Node {
    const BYTES: usize = 4 * NODE;

    fn read(bytes: &[u8]) -> Option<Self> {
        Element::read(bytes).map(Self)
    }
}

/// A root, or that there is none.
impl Value for Option<Node> {
    const UNIT: &'static str = "digest or none";

    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|node| node.write(out));
    }

    /// Whether there is one stands before it.
    fn absorbed(&self, out: &mut Vec<Cell>) {
        let elements = self.iter().flat_map(|node| [F::ONE].into_iter().chain(node.0));
        put_cells(elements, out);
        if self.is_none() {
            out.push([F::ZERO; D]);
        }
    }
}

impl Value for [F] {
    const UNIT: &'static str = F::UNIT;

    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|value| value.write(out));
    }

    fn absorbed(&self, out: &mut Vec<Cell>) {
        put_cells(self.iter().copied(), out);
    }
}

/// Each in cells of its own.
macro_rules! lists {
    ($($value:ty)*) => {$(
        impl Value for [$value] {
            const UNIT: &'static str = <$value>::UNIT;

            fn write(&self, out: &mut Vec<u8>) {
                self.iter().for_each(|value| value.write(out));
            }

            fn absorbed(&self, out: &mut Vec<Cell>) {
                self.iter().for_each(|value| value.absorbed(out));
            }
        }
    )*};
}
lists!(u32 EF Node);

/// Of field elements: [`Digest`] is an array too.
macro_rules! arrays {
    ($($field:ty)*) => {$(
        impl<const N: usize> Value for [$field; N] {
            const UNIT: &'static str = <$field>::UNIT;

            fn write(&self, out: &mut Vec<u8>) {
                self.as_slice().write(out);
            }

            fn absorbed(&self, out: &mut Vec<Cell>) {
                self.as_slice().absorbed(out);
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
