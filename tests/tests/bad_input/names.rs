//! Names with signs of all kinds, and far too long.

use crate::org;
use product_tests::dump;
use serde_json::json;
use std::fs;
use testkit::{Served, ServedOptions};

#[tokio::test(flavor = "multi_thread")]
async fn names_of_any_kind() {
    let served = Served::start(ServedOptions::default()).await;
    let id = served.agent("Crab 🦀 — “quoted”", "mock").await;
    let found = served.named("Crab 🦀 — “quoted”").await;
    assert_eq!(found["id"], id.as_str());
    served.online(1, product_tests::minutes(1)).await;
    let before = dump(&served).await;
    for name in [
        "🦀".repeat(2000),
        "x".repeat(2000),
        String::new(),
        "   ".into(),
        "two\nlines".into(),
        "[list]".into(),
    ] {
        let (status, answer) = served
            .post("/workspaces", json!({"name": name, "runtime": "mock"}))
            .await;
        assert_eq!(status, 400, "{answer}");
        // The contract's sentences for a missing name and for bad fields are fixed; the detail says which and why.
        let said = format!("{} {}", answer["error"], answer["detail"]);
        assert!(said.contains("name") || name.trim().is_empty(), "{answer}");
        assert!(
            answer.to_string().len() < 2000,
            "the answer repeats all of it"
        );
        let (status, answer) = served
            .patch(&format!("/workspaces/{id}"), json!({"name": name}))
            .await;
        assert_eq!(status, 400, "{answer}");
    }
    for body in [&b"{"[..], b"\xff\xfe", b"[]", b"{\"name\": 7}"] {
        let response = served
            .request(reqwest::Method::POST, "/workspaces")
            .header("content-type", "application/json")
            .body(body.to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), 400);
    }
    // Names of a short kind and any script work in an org too.
    let folder = org(&served, "emoji", |folder| {
        fs::write(
            folder.join("teams/team-1.yaml"),
            "name: \"Ünïcode 🚀 テスト\"\n",
        )
        .unwrap();
    });
    assert_eq!(dump(&served).await, before);
    served.import(&folder, json!({})).await;
    served.named("Ünïcode 🚀 テスト").await;
}
