//! The verifier where there is no Rust: a C program, and a page in a browser. Both get the same files.
//!
//! | | |
//! |---|---|
//! | `files` | a proof, and what is made of it that must be refused |
//! | `roots` | the same of a compressed proof |
//! | `c` | `verify.c`, against the static and the shared library |
//! | `browser` | the page of `web/`, in Chromium |
//! | `devtools` | speaks to Chromium |

mod browser;
mod c;
mod devtools;
mod files;
mod roots;
