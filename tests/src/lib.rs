//! Whole-product tests live in `tests/`; this crate holds what they share.
//!
//! Everything here is test support: what goes wrong ends the test with the reason.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test support"
)]

mod dump;
mod engine;
#[cfg(target_os = "linux")]
mod keyring;
mod live;
mod outside;
mod raw;
mod routes;

pub use dump::{dump, minutes, seconds};
pub use engine::{Engine, FileInside};
#[cfg(target_os = "linux")]
pub use keyring::with_keyring;
pub use live::Live;
pub use outside::{Outside, answer, told};
pub use raw::{RawAnswer, raw, request};
pub use routes::{Class, Route, routes};
