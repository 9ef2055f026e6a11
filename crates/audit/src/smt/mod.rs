//! Chips as formulas over bit-vectors.
