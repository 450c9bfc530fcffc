//! Org folders against the fixtures of contract 03: what an import writes, and that a refusal writes nothing. Test
//! names carry the fixture's number.

// Tests say what they expect by unwrapping and by panicking with a reason.
#![allow(clippy::unwrap_used, clippy::panic)]

mod audit;
mod automation;
mod bad_input;
mod development_org;
mod externals;
mod folders;
mod grants;
mod house;
mod ownership;
mod personas;
mod reconcile;
mod sample;
mod save;
mod schedules;
mod secrets;
mod small_orgs;
mod sync;
