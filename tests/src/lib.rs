//! Whole-product tests live in `tests/`; this crate holds what they share.
