//! Contract 01 section 3, workspaces, rule by rule against the real program over a socket. One file a part of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agents;
mod bootstrap_failed;
mod create;
mod delete;
mod documents;
mod expand;
mod forwarded;
mod lifecycle;
mod patch;
mod places;
mod read;
mod state;

use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

/// A platform without an engine, with workspace templates of its own.
async fn served(templates: &[(&str, &str)]) -> (Served, tempfile::TempDir) {
    let root = tempfile::tempdir().unwrap();
    for (dir, text) in templates {
        std::fs::create_dir_all(root.path().join(dir)).unwrap();
        std::fs::write(root.path().join(dir).join("config.yaml"), text).unwrap();
    }
    let configs = root.path().to_string_lossy().into_owned();
    let served = Served::start(ServedOptions::default().env("CONFIGS_DIR", &configs)).await;
    (served, root)
}

async fn made(served: &Served, body: Value) -> String {
    let (status, answer) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

async fn named(served: &Served, name: &str) -> String {
    made(served, json!({"name": name, "runtime": "mock"})).await
}

/// Type, subject and payload of every event after `since`.
async fn told(served: &Served, since: i64) -> Vec<(String, String, Value)> {
    let (status, rows) = served
        .get(&format!("/events?since_seq={since}&limit=500"))
        .await;
    assert_eq!(status, 200, "{rows}");
    let mut rows: Vec<Value> = rows.as_array().unwrap().clone();
    rows.sort_by_key(|row| row["seq"].as_i64());
    rows.iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            (
                text("event_type"),
                text("workspace_id"),
                row["payload"].clone(),
            )
        })
        .collect()
}

fn of_kind(rows: &[(String, String, Value)], kind: &str) -> Vec<(String, Value)> {
    rows.iter()
        .filter(|row| row.0 == kind)
        .map(|row| (row.1.clone(), row.2.clone()))
        .collect()
}
