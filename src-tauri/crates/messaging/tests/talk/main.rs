//! Messages from end to end: a real store, real HTTP agents on loopback, and the room between them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod answers;
mod calls;
mod log;
mod mock;
mod queue;
mod schedules;
mod stream;
mod support;
