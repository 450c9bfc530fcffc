//! What existing clients really send, byte for byte, and what they insist on: the rows of contract 01 section 4.9 and of
//! contract 02 section 15, as far as this product has their routes. No package registry has these clients: PyPI knows
//! neither `molecule-ai-workspace-runtime` (the runtime, and `molecule-mcp` in it) nor `molecule-ai-sdk`, npm no
//! `@molecule-ai/mcp-server`, and the channel plugin and the command line were never in one. So their requests are
//! written out as their HTTP libraries write them; those libraries themselves are tried in `tests/clients`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "client_quirks/cli.rs"]
mod cli;
#[path = "client_quirks/endtoend.rs"]
mod endtoend;
#[path = "client_quirks/exact.rs"]
mod exact;
#[path = "client_quirks/mcp.rs"]
mod mcp;
#[path = "client_quirks/plugin.rs"]
mod plugin;
#[path = "client_quirks/runtime.rs"]
mod runtime;
#[path = "client_quirks/runtime_talk.rs"]
mod runtime_talk;
#[path = "client_quirks/sdk.rs"]
mod sdk;

use testkit::{Served, ServedOptions};

async fn closed() -> Served {
    Served::start(ServedOptions::default()).await
}

async fn open() -> Served {
    Served::start(ServedOptions {
        open_mode: true,
        ..ServedOptions::default()
    })
    .await
}
