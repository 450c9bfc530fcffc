//! Contract 01 section 4, the registry, rule by rule against the real program over a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "core_4_registry/discovery.rs"]
mod discovery;
#[path = "core_4_registry/heartbeat.rs"]
mod heartbeat;
#[path = "core_4_registry/register.rs"]
mod register;
#[path = "core_4_registry/silence.rs"]
mod silence;

use testkit::{Served, ServedOptions};

/// A platform without an engine, closed.
async fn closed() -> Served {
    Served::start(ServedOptions::default()).await
}

/// The same in open development mode.
async fn open() -> Served {
    Served::start(ServedOptions {
        open_mode: true,
        ..ServedOptions::default()
    })
    .await
}

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";
