//! Levels of x86-64, as compilers name them.

use core::fmt;

/// A level of x86-64 that Aver is built for; higher ones have all that lower ones have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What all x86-64 processors have, or another architecture.
    Baseline,
    /// AVX2.
    V3,
    /// AVX-512.
    V4,
}

impl Level {
    /// Those above the baseline, best first.
    pub const ABOVE: [Self; 2] = [Self::V4, Self::V3];

    /// What this code was compiled for.
    pub const fn of_code() -> Self {
        if cfg!(all(target_feature = "avx512vl", target_feature = "avx512bw", target_feature = "avx512dq")) {
            Self::V4
        } else if cfg!(all(target_feature = "avx2", target_feature = "bmi2", target_feature = "fma")) {
            Self::V3
        } else {
            Self::Baseline
        }
    }

    /// What this machine has, processor and operating system.
    pub fn of_machine() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use std::is_x86_feature_detected as has;
            let v3 = has!("avx2")
                && has!("bmi1")
                && has!("bmi2")
                && has!("f16c")
                && has!("fma")
                && has!("lzcnt")
                && has!("movbe");
            let v4 = has!("avx512f")
                && has!("avx512bw")
                && has!("avx512cd")
                && has!("avx512dq")
                && has!("avx512vl");
            match (v3, v4) {
                (true, true) => Self::V4,
                (true, false) => Self::V3,
                _ => Self::Baseline,
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self::Baseline
    }
}

/// As `-C target-cpu` takes it.
impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Baseline => "x86-64",
            Self::V3 => "x86-64-v3",
            Self::V4 => "x86-64-v4",
        })
    }
}
