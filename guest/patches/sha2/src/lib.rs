//! SHA-224 and SHA-256 of `sha2` 0.10 by the coprocessor. There is no SHA-512, nor what is cut from it; who asks for one
//! does not compile.
#![no_std]

pub use digest::{self, Digest};

use core::{fmt, slice};
#[cfg(feature = "oid")]
use digest::const_oid::{AssociatedOid, ObjectIdentifier};
use digest::{
    HashMarker, InvalidOutputSize, Output,
    block_buffer::Eager,
    consts::{U28, U32, U64},
    core_api::{
        AlgorithmName, Block, BlockSizeUser, Buffer, BufferKindUser, CoreWrapper, CtVariableCoreWrapper,
        OutputSizeUser, TruncSide, UpdateCore, VariableOutputCore,
    },
    generic_array::GenericArray,
    impl_oid_carrier,
};

unsafe extern "C" {
    /// `aver-guest` has it, with its feature `native-sha256`.
    safe fn native_sha256_compress(state: &mut [u32; 8], block: &[u8; 64]);
}

/// The compression function, for each block.
#[cfg(feature = "compress")]
pub fn compress256(state: &mut [u32; 8], blocks: &[GenericArray<u8, U64>]) {
    compress(state, blocks);
}

fn compress(state: &mut [u32; 8], blocks: &[GenericArray<u8, U64>]) {
    for block in blocks {
        native_sha256_compress(state, block.as_ref());
    }
}

impl_oid_carrier!(OidSha224, "2.16.840.1.101.3.4.2.4");
impl_oid_carrier!(OidSha256, "2.16.840.1.101.3.4.2.1");

/// SHA-224.
pub type Sha224 = CoreWrapper<CtVariableCoreWrapper<Sha256VarCore, U28, OidSha224>>;
/// SHA-256.
pub type Sha256 = CoreWrapper<CtVariableCoreWrapper<Sha256VarCore, U32, OidSha256>>;

/// The initial hash values (FIPS 180-4, 5.3).
const INITIAL_224: [u32; 8] =
    [0xc105_9ed8, 0x367c_d507, 0x3070_dd17, 0xf70e_5939, 0xffc0_0b31, 0x6858_1511, 0x64f9_8fa7, 0xbefa_4fa4];
const INITIAL_256: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// SHA-224 or SHA-256, block by block.
#[derive(Clone)]
pub struct Sha256VarCore {
    state: [u32; 8],
    blocks: u64,
}

impl HashMarker for Sha256VarCore {}

impl BlockSizeUser for Sha256VarCore {
    type BlockSize = U64;
}

impl BufferKindUser for Sha256VarCore {
    type BufferKind = Eager;
}

impl OutputSizeUser for Sha256VarCore {
    type OutputSize = U32;
}

impl UpdateCore for Sha256VarCore {
    fn update_blocks(&mut self, blocks: &[Block<Self>]) {
        self.blocks += blocks.len() as u64;
        compress(&mut self.state, blocks);
    }
}

impl VariableOutputCore for Sha256VarCore {
    const TRUNC_SIDE: TruncSide = TruncSide::Left;

    fn new(output_size: usize) -> Result<Self, InvalidOutputSize> {
        let state = match output_size {
            28 => INITIAL_224,
            32 => INITIAL_256,
            _ => return Err(InvalidOutputSize),
        };
        Ok(Self { state, blocks: 0 })
    }

    fn finalize_variable_core(&mut self, buffer: &mut Buffer<Self>, out: &mut Output<Self>) {
        let bits = 8 * (64 * self.blocks + buffer.get_pos() as u64);
        buffer.len64_padding_be(bits, |block| compress(&mut self.state, slice::from_ref(block)));
        for (bytes, word) in out.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
    }
}

impl AlgorithmName for Sha256VarCore {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256")
    }
}

impl fmt::Debug for Sha256VarCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256VarCore { ... }")
    }
}
