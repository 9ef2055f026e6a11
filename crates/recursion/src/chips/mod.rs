//! The chips, each in a module of its own.

use alloc::boxed::Box;
use alloc::vec::Vec;

use aver_stark::chip::Chip;

use crate::blake3::tables::Table;
use crate::blake3::{compress, digest, padding};
use crate::port::Shape;

pub mod add;
pub mod bits;
pub mod cap;
pub mod constant;
pub mod dot;
pub mod hint;
pub mod mul;
pub mod mul_add;
pub mod node;
pub mod pack;
pub mod permute;
mod rounds;
pub mod select;

macro_rules! chips {
    ($($kind:ident = $module:ident),* $(,)?) => {
        /// The chips, in the order of the key; those that hash with BLAKE3 are the last ones.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = concat!("[`", stringify!($module), "`]")] $kind),*
        }

        impl Kind {
            /// All.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// What is fixed of its rows.
            pub fn shape(self) -> &'static Shape {
                match self { $(Self::$kind => &$module::SHAPE),* }
            }

            /// Whether its rows look something up in tables.
            pub fn looks_up(self) -> bool {
                matches!(self, Self::Compress | Self::Digest)
            }
        }

        /// The chips of the machine: those of operations, then the lookup tables.
        pub fn chips() -> Vec<Box<dyn Chip>> {
            let mut chips = Vec::from([$(Box::new($module::$kind) as Box<dyn Chip>),*]);
            chips.extend(Table::ALL.iter().map(|&table| Box::new(table) as Box<dyn Chip>));
            chips
        }
    };
}

chips! {
    Constant = constant,
    Hint = hint,
    MulAdd = mul_add,
    Mul = mul,
    Add = add,
    Dot = dot,
    Select = select,
    Pack = pack,
    Bits = bits,
    Permute = permute,
    Node = node,
    Cap = cap,
    Compress = compress,
    Digest = digest,
    Padding = padding,
}
