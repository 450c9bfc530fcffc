//! Plugins over the wire, as clients of the contract meet them (fixture D.45), and in real containers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod command_line;
mod containers;
mod routes;
mod setup;

#[path = "../../../src-tauri/crates/plugins/tests/published/mod.rs"]
mod published_plugin;

use product_tests::{Engine, minutes, seconds};
use reqwest::Method;
use serde_json::{Value, json};
use std::{fs, path::Path};
use testkit::{Served, ServedOptions, eventually};

/// The plugin of fixture D.45.
const DEMO: [(&str, &str); 3] = [
    ("plugin.yaml", "name: demo\n"),
    (
        "skills/a/SKILL.md",
        "---\nname: a\ndescription: d\n---\nbody\n",
    ),
    ("rules/r.md", "Be brief.\n"),
];

/// Puts a plugin into the registry of the data folder; files that are not named are gone.
fn offer(served: &Served, name: &str, files: &[(&str, &str)]) {
    let root = served.data_dir().join("plugins").join(name);
    let _ = fs::remove_dir_all(&root);
    for (path, text) in files {
        put(&root.join(path), text);
    }
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

async fn make(served: &Served, body: Value) -> String {
    let (status, made) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

async fn agent(served: &Served, name: &str) -> String {
    make(served, json!({"name": name, "runtime": "claude-code"})).await
}

async fn install(served: &Served, id: &str, body: Value) -> (u16, Value) {
    served
        .post(&format!("/workspaces/{id}/plugins"), body)
        .await
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect()
}
