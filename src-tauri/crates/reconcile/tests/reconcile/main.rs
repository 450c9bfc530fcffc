//! The reconciler on a simulated engine and clock.

// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../house/mod.rs"]
mod house;

mod admission;
mod engine;
mod files;
mod lifecycle;
mod orphans;
mod reached;
mod restarts;
mod secrets;
mod time;
