//! What bounds are for: machines on which an attack succeeds one step beyond a bound.
