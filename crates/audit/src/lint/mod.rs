//! What can be read off a chip’s description.
