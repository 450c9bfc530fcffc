//! Fixture D.45 of the contract and what follows from section 12 of contract 03, on folders in the place of volumes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../house/mod.rs"]
mod house;
#[path = "../published/mod.rs"]
mod published_plugin;

mod allowlist;
mod git;
mod owned;
mod published;
mod setup;
mod steps;
mod stopped;
mod wanted;
