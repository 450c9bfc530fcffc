//! 2.13: routes that are narrower than their class, in both closed modes.

use crate::{as_bearer, token_of, told, workspace};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

#[tokio::test]
async fn an_agent_cannot_lift_its_own_limits() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let other = workspace(&served, "B").await;
    let token = token_of(&served, &id).await;
    let path = format!("/workspaces/{id}");
    let (_, before) = served.get(&path).await;
    for (field, value) in [
        ("tier", json!(4)),
        ("runtime", json!("claude-code")),
        ("parent_id", json!(other)),
        ("workspace_dir", json!("/srv/code")),
        ("workspace_access", json!("read_write")),
        ("max_concurrent_tasks", json!(9)),
        ("hibernation_idle_minutes", json!(0)),
        ("update_tier", json!("canary")),
    ] {
        // Beside a field it may set: then that one is not set either.
        let body = json!({"name": "Changed", field: value});
        let request = served
            .bare(Method::PATCH, &path)
            .bearer_auth(&token)
            .json(&body);
        let (status, answer) = told(request).await;
        assert_eq!(status, 403, "{field}: {answer}");
        assert_eq!(
            answer["error"], "not allowed with this credential",
            "{field}"
        );
        assert_eq!(answer["code"], "auth_forbidden", "{field}");
    }
    let (_, after) = served.get(&path).await;
    let kept = |row: &Value| {
        (
            row["name"].clone(),
            row["tier"].clone(),
            row["parent_id"].clone(),
        )
    };
    assert_eq!(kept(&before), kept(&after));
    let request = served
        .bare(Method::PATCH, &path)
        .bearer_auth(&token)
        .json(&json!({"name": "Changed"}));
    assert_eq!(told(request).await.0, 200, "its name is its own");
}

#[tokio::test]
async fn secrets_in_clear_are_for_the_workspace_alone() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let path = format!("/workspaces/{id}/secrets/values");
    let token = token_of(&served, &id).await;
    assert_eq!(as_bearer(&served, Method::GET, &path, &token).await.0, 200);
    let (status, body) = served.get(&path).await;
    assert_eq!(status, 401, "not even the person's own app: {body}");
    assert_eq!(body["error"], "invalid workspace auth token");
    let other = token_of(&served, &workspace(&served, "B").await).await;
    assert_eq!(as_bearer(&served, Method::GET, &path, &other).await.0, 401);
}

/// A caller is its credential; headers may only confirm it.
#[tokio::test]
async fn a_workspace_speaks_for_itself_only() {
    let served = Served::start(ServedOptions::default()).await;
    let (parent, other) = (
        workspace(&served, "Parent").await,
        workspace(&served, "Other").await,
    );
    let (_, child) = served
        .post(
            "/workspaces",
            json!({"name": "Child", "runtime": "mock", "parent_id": parent}),
        )
        .await;
    let child = child["id"].as_str().unwrap();
    let token = token_of(&served, &parent).await;
    let say = |header: &str, value: &str| {
        served
            .bare(Method::POST, &format!("/workspaces/{child}/a2a"))
            .bearer_auth(&token)
            .header(header.to_owned(), value.to_owned())
            .json(&json!({"method": "message/send", "params": {"message": {"role": "user", "parts": [{"kind": "text", "text": "hi"}]}}}))
    };
    for header in ["X-Workspace-ID", "X-Source-Workspace-Id"] {
        let (status, body) = told(say(header, &other)).await;
        assert_eq!(
            (status, &body["code"]),
            (403, &"auth_forbidden".into()),
            "{header}: {body}"
        );
        for reserved in ["system:clock", "webhook:x", "test:x", "channel:x"] {
            let (status, body) = told(say(header, reserved)).await;
            assert_eq!(
                (status, &body["error"]),
                (403, &"invalid caller ID".into()),
                "{header} {reserved}"
            );
        }
        let (status, body) = told(say(header, &parent)).await;
        assert_ne!(status, 401, "{header}: {body}");
        assert_ne!(status, 403, "{header}: {body}");
    }
}
