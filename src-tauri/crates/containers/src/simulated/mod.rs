//! The in-memory twin of a real engine, for tests of everything above the seam.
//!
//! It keeps the real behaviours that matter to callers: typed errors, name conflicts, labels, real loopback ports, files
//! as they were put, events in order, containers that end by themselves, an engine that goes away and takes its running
//! containers with it. The conformance suite holds it to what Docker does. What it does not have is a kernel: limits
//! are recorded and not enforced, and programs are the few of [`program`] or a [`StartHook`].

mod control;
mod engine;
mod files;
mod images;
mod life;
mod program;
mod state;
mod streams;
mod tree;
mod volumes;

pub use control::{Operation, Simulated};
pub use life::{Running, StartHook};
