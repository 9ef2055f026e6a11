//! What the processor can do, beside what this code was compiled for.
//!
//! Which instructions the prover's kernels use is decided when it is compiled (`-C target-cpu`). On a
//! processor without them it would die of an illegal instruction: [`missing`] says so before. A
//! processor may also have more: [`Level`] tells which build of several suits it best.
//!
//! All of it may run before anything else has been checked, so it does little: integers, and no
//! allocation, nothing a compiler would use wide registers for. A test runs it on processors without them.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod level;

pub use level::Level;

/// A feature, whether this code was compiled for it, and where `cpuid` says that it is there.
struct Feature {
    name: &'static str,
    compiled: bool,
    place: Place,
    bit: u32,
}

/// A register that `cpuid` fills with features.
#[derive(Clone, Copy)]
enum Place {
    Leaf1Ecx,
    Leaf7Ebx,
    Leaf7Ecx,
    ExtendedEcx,
}

macro_rules! features {
    ($($place:ident: $($name:tt $bit:literal),+;)*) => {
        &[$($(Feature {
            name: $name,
            compiled: cfg!(all(target_arch = "x86_64", target_feature = $name)),
            place: Place::$place,
            bit: $bit,
        }),+),*]
    };
}

/// What compilers use on their own, or field and hash kernels do.
const FEATURES: &[Feature] = features! {
    Leaf1Ecx: "sse3" 0, "pclmulqdq" 1, "ssse3" 9, "fma" 12, "cmpxchg16b" 13, "sse4.1" 19, "sse4.2" 20,
        "movbe" 22, "popcnt" 23, "aes" 25, "avx" 28, "f16c" 29, "rdrand" 30;
    Leaf7Ebx: "bmi1" 3, "avx2" 5, "bmi2" 8, "avx512f" 16, "avx512dq" 17, "rdseed" 18, "adx" 19,
        "avx512ifma" 21, "avx512cd" 28, "sha" 29, "avx512bw" 30, "avx512vl" 31;
    Leaf7Ecx: "avx512vbmi" 1, "avx512vbmi2" 6, "gfni" 8, "vaes" 9, "vpclmulqdq" 10, "avx512vnni" 11,
        "avx512bitalg" 12, "avx512vpopcntdq" 14;
    ExtendedEcx: "lzcnt" 5, "sse4a" 6, "tbm" 21;
};

/// Bits that this code was compiled for, by place.
const COMPILED: [u32; 4] = {
    let (mut bits, mut i) = ([0; 4], 0);
    while i < FEATURES.len() {
        bits[FEATURES[i].place as usize] |= (FEATURES[i].compiled as u32) << FEATURES[i].bit;
        i += 1;
    }
    bits
};

/// Bits that the machine has.
#[inline(never)]
fn present(place: Place) -> u32 {
    match place {
        Place::Leaf1Ecx => machine::leaf_1_ecx(),
        Place::Leaf7Ebx => machine::leaf_7_ebx(),
        Place::Leaf7Ecx => machine::leaf_7_ecx(),
        Place::ExtendedEcx => machine::extended_ecx(),
    }
}

/// Bits that this code was compiled for and the machine lacks.
#[inline(never)]
fn lacking(place: Place) -> u32 {
    let compiled = COMPILED[place as usize];
    // Not `compiled & !present`, which is one instruction of BMI1, where that was compiled for.
    compiled ^ core::hint::black_box(compiled & present(place))
}

/// Whether everything this code was compiled for is there.
#[inline(never)]
pub fn fits() -> bool {
    let rest = lacking(Place::Leaf7Ebx) | lacking(Place::Leaf7Ecx) | lacking(Place::ExtendedEcx);
    lacking(Place::Leaf1Ecx) | rest == 0
}

/// Names of what this code was compiled for and the processor, or the operating system, lacks.
pub fn missing() -> impl Iterator<Item = &'static str> {
    FEATURES.iter().filter(|f| lacking(f.place) >> f.bit & 1 == 1).map(|f| f.name)
}

#[cfg(target_arch = "x86_64")]
mod machine {
    use core::arch::x86_64::{__cpuid, __cpuid_count};

    /// Needs of the operating system: that it saves registers at all (OSXSAVE), and the wide ones.
    const OSXSAVE: u32 = 1 << 27;
    const AVX: u32 = 1 << 28;
    const AVX_STATE_BYTES: u32 = 512 + 64 + 256;

    pub fn leaf_1_ecx() -> u32 {
        let ecx = __cpuid(1).ecx;
        // Leaf 13: bytes of the state that the operating system has enabled.
        if ecx & OSXSAVE != 0 && __cpuid(0).eax >= 13 && __cpuid_count(13, 0).ebx >= AVX_STATE_BYTES {
            ecx
        } else {
            ecx & !AVX
        }
    }
    pub fn leaf_7_ebx() -> u32 {
        if __cpuid(0).eax >= 7 { __cpuid_count(7, 0).ebx } else { 0 }
    }
    pub fn leaf_7_ecx() -> u32 {
        if __cpuid(0).eax >= 7 { __cpuid_count(7, 0).ecx } else { 0 }
    }
    pub fn extended_ecx() -> u32 {
        if __cpuid(0x8000_0000).eax > 0x8000_0000 { __cpuid(0x8000_0001).ecx } else { 0 }
    }
}

/// Of other architectures only what all their processors have is used.
#[cfg(not(target_arch = "x86_64"))]
mod machine {
    pub fn leaf_1_ecx() -> u32 {
        u32::MAX
    }
    pub use leaf_1_ecx as leaf_7_ebx;
    pub use leaf_1_ecx as leaf_7_ecx;
    pub use leaf_1_ecx as extended_ecx;
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn what_runs_fits() {
        assert!(fits());
        assert_eq!(missing().next(), None);
        assert!(Level::of_code() <= Level::of_machine());
    }

    /// Features are where `std` finds them.
    #[test]
    fn bits_are_in_their_places() {
        let mut seen = 0;
        macro_rules! compare {
            ($($name:tt)*) => {$(
                let feature = FEATURES.iter().find(|f| f.name == $name).expect($name);
                let found = present(feature.place) >> feature.bit & 1 == 1;
                assert_eq!(found, std::is_x86_feature_detected!($name), $name);
                seen += 1;
            )*};
        }
        compare!("sse3" "pclmulqdq" "ssse3" "fma" "cmpxchg16b" "sse4.1" "sse4.2" "movbe" "popcnt" "aes" "avx" "f16c");
        compare!("rdrand" "bmi1" "avx2" "bmi2" "avx512f" "avx512dq" "rdseed" "adx" "avx512ifma" "avx512cd" "sha");
        compare!("avx512bw" "avx512vl" "avx512vbmi" "avx512vbmi2" "gfni" "vaes" "vpclmulqdq" "avx512vnni");
        compare!("avx512bitalg" "avx512vpopcntdq" "lzcnt" "sse4a" "tbm");
        assert_eq!(seen, FEATURES.len());
    }
}
