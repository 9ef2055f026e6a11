//! The chips of the workspace, for the checks of `aver-audit`.

pub mod spec;
