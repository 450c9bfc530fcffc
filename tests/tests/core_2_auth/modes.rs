//! 2.13: rules in all modes that are no table.

use crate::{as_bearer, token_of, told, workspace};
use reqwest::Method;
use serde_json::json;
use testkit::{Served, ServedOptions};

#[tokio::test]
async fn only_names_the_platform_serves_are_hosts() {
    let options =
        ServedOptions::default().env("EXTERNAL_PLATFORM_URL", "https://desk.example:8443/x");
    let served = Served::start(options).await;
    let port = served.owner.port;
    let (status, _) = served
        .patch("/settings", json!({"extra_hosts": ["my-laptop.lan"]}))
        .await;
    assert_eq!(status, 200);
    for (host, allowed) in [
        ("localhost", true),
        ("LocalHost:1", true),
        ("127.0.0.1", true),
        ("[::1]:8080", true),
        ("host.docker.internal:8080", true),
        ("desk.example", true),
        ("my-laptop.lan:8080", true),
        ("evil.example", false),
        ("0.0.0.0", false),
        ("127.0.0.1.evil.example", false),
        ("localhost.evil.example", false),
        ("evil.example:8080", false),
        ("10.1.2.3", false),
        ("[::]", false),
        ("", false),
    ] {
        let host = host.replace("8080", &port.to_string());
        for path in ["/health", "/workspaces", "/", "/nothing"] {
            let (status, body) =
                told(served.request(Method::GET, path).header("host", &host)).await;
            if allowed {
                assert_ne!(status, 403, "{host} {path}");
            } else {
                assert_eq!(status, 403, "{host} {path}");
                assert_eq!(
                    body,
                    json!({"error": "host not allowed", "code": "host_not_allowed"})
                );
            }
        }
    }
}

/// Revoked is not the same as never issued; a removed workspace's token is revoked.
#[tokio::test]
async fn revoking_the_last_token_opens_nothing() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let token = token_of(&served, &id).await;
    let state = format!("/workspaces/{id}/state");
    assert_eq!(as_bearer(&served, Method::GET, &state, &token).await.0, 200);
    let (_, list) = served.get(&format!("/workspaces/{id}/tokens")).await;
    for one in list["tokens"].as_array().unwrap() {
        let path = format!("/workspaces/{id}/tokens/{}", one["id"].as_str().unwrap());
        assert_eq!(served.delete(&path).await.0, 200);
    }
    let beat = |bearer: Option<&str>| {
        let request = served
            .bare(Method::POST, "/registry/heartbeat")
            .json(&json!({"workspace_id": id}));
        match bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        }
    };
    assert_eq!(told(beat(None)).await.0, 401);
    assert_eq!(told(beat(Some(&token))).await.0, 401);
    assert_eq!(told(served.bare(Method::GET, &state)).await.0, 401);
    assert_eq!(served.get(&state).await.0, 200, "admin-class still may");

    let token = token_of(&served, &id).await;
    assert_eq!(
        served
            .delete(&format!("/workspaces/{id}?confirm=true"))
            .await
            .0,
        200
    );
    let (status, body) = told(beat(Some(&token))).await;
    assert_eq!(
        (status, &body["error"]),
        (401, &"invalid workspace auth token".into())
    );
}

#[tokio::test]
async fn credentials_of_the_app_end_with_its_process() {
    let mut served = Served::start(ServedOptions::default()).await;
    let before = served.owner.bearer.clone();
    served.again(&[]).await;
    assert_ne!(before, served.owner.bearer);
    assert_eq!(
        as_bearer(&served, Method::GET, "/workspaces", &before)
            .await
            .0,
        401
    );
    // No file of the data folder holds it.
    let now = served.owner.bearer.as_bytes();
    let mut folders = vec![served.data_dir()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                assert!(
                    !bytes.windows(now.len()).any(|piece| piece == now),
                    "{}",
                    path.display()
                );
            }
        }
    }
}
