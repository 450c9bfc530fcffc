//! Contract 01 section 5, live events, rule by rule against the real program over a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "core_5_events/catalogue.rs"]
mod catalogue;
#[path = "core_5_events/log.rs"]
mod log;
#[path = "core_5_events/raw.rs"]
mod raw;
#[path = "core_5_events/sse.rs"]
mod sse;
#[path = "core_5_events/websocket.rs"]
mod websocket;

use serde_json::json;
use testkit::{Served, ServedOptions};

async fn closed() -> Served {
    Served::start(ServedOptions::default()).await
}

async fn mock(served: &Served, name: &str) -> String {
    let body = json!({"name": name, "runtime": "mock"});
    let (status, made) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}
