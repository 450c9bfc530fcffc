//! The reconciler on a simulated engine and clock.

#[path = "../house/mod.rs"]
mod house;

mod admission;
mod engine;
mod files;
mod lifecycle;
mod orphans;
mod restarts;
mod secrets;
mod time;
