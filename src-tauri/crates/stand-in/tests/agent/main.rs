//! Drives the real program as a child process against a small platform and small model providers.

// The agent runs in containers; its orderly exit is asked for by TERM.
#![cfg(unix)]
// The shared parts below are test code too, though clippy does not see that.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chat;
mod child;
mod image;
mod life;
mod messages;
mod platform;
mod prompts;
mod provider;
mod reload;
