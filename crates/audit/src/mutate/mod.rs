//! Honest traces, changed.
