//! Builds guest programs.
//!
//! The guests' target, `riscv64im-unknown-none-elf`, comes without a compiled standard library, so
//! `core` (or `std`) is built from source with each guest, and atomics become plain loads and stores
//! (one hart). That takes a nightly compiler, or another one that is told to allow it, and its
//! library's sources: [`Toolchain::find`] looks for one, [`diagnose`] says what is missing.
//!
//! The same sources, compiler and options give the same bytes, in whatever folder they lie
//! ([`build`]): a program's vk depends on its ELF file.
//!
//! | module | |
//! |---|---|
//! | `toolchain` | find a compiler, its sources and a linker |
//! | `doctor` | say what is missing, and the one command that mends it |
//! | `target` | the target file, derived from what the compiler says of the target |
//! | `package` | what Cargo says of the guest: name, folders, with or without `std` |
//! | `build` | run Cargo |

mod build;
mod doctor;
mod error;
mod package;
mod target;
mod toolchain;

pub use build::{Built, LINKER_SCRIPT, Library, Options, build, build_library, build_with};
pub use doctor::{Check, diagnose};
pub use error::Error;
pub use package::{Dependencies, dependencies};
pub use toolchain::{Kind, Toolchain};
