//! 2.9 org tokens.

use crate::{as_bearer, told, workspace};
use product_tests::seconds;
use reqwest::Method;
use serde_json::json;
use testkit::{Served, ServedOptions, eventually};

#[tokio::test]
async fn minted_listed_used_and_revoked() {
    let served = Served::start(ServedOptions::default().env("ADMIN_TOKEN", "correct horse")).await;
    let request = served
        .bare(Method::POST, "/org/tokens")
        .bearer_auth("correct horse");
    let (status, minted) = told(request.json(&json!({"name": "ci"}))).await;
    assert_eq!(status, 200, "{minted}");
    let token = minted["auth_token"].as_str().unwrap();
    assert_eq!(
        minted,
        json!({
            "id": minted["id"], "prefix": token[..8], "name": "ci", "auth_token": token,
            "warning": "copy this token now; it will not be shown again",
        })
    );
    // Minted with an org token, without a name and with a body that is none.
    let request = served
        .bare(Method::POST, "/org/tokens")
        .bearer_auth(token)
        .body("{");
    let (status, second) = told(request).await;
    assert_eq!(status, 200, "{second}");
    assert!(second.get("name").is_none());

    let list = eventually("the use of the first", seconds(5), || async {
        let (_, list) = served.get("/org/tokens").await;
        list["tokens"][1]["last_used_at"]
            .is_string()
            .then_some(list)
    })
    .await;
    assert_eq!(list["count"], 2);
    let (newest, oldest) = (&list["tokens"][0], &list["tokens"][1]);
    assert_eq!(newest["id"], second["id"], "newest first");
    assert_eq!(newest["created_by"], format!("org-token:{}", &token[..8]));
    assert_eq!(oldest["created_by"], "admin-token");
    for absent in ["name", "org_id", "last_used_at"] {
        assert!(
            newest.get(absent).is_none(),
            "left out when empty: {newest}"
        );
    }
    assert!(!list.to_string().contains(token), "shown once");

    let path = format!("/org/tokens/{}", minted["id"].as_str().unwrap());
    assert_eq!(
        served.delete(&path).await,
        (200, json!({"revoked": minted["id"]}))
    );
    let (status, body) = served.delete(&path).await;
    assert_eq!(
        (status, &body["error"]),
        (404, &"token not found or already revoked".into())
    );
    assert_eq!(
        as_bearer(&served, Method::GET, "/workspaces", token)
            .await
            .0,
        401
    );
    // What it made lives on.
    let second = second["auth_token"].as_str().unwrap();
    assert_eq!(
        as_bearer(&served, Method::GET, "/workspaces", second)
            .await
            .0,
        200
    );
    let (status, body) = served
        .post("/org/tokens", json!({"name": "x".repeat(101)}))
        .await;
    assert_eq!(
        (status, &body["error"]),
        (400, &"name too long (max 100 chars)".into())
    );
}

/// A bound token binds its offspring and cannot reach another org.
#[tokio::test]
async fn the_org_of_a_token() {
    let served = Served::start(ServedOptions::default()).await;
    let (own, other) = (
        workspace(&served, "Own").await,
        workspace(&served, "Other").await,
    );
    let (status, bound) = served.post("/org/tokens", json!({"org_id": own})).await;
    assert_eq!(status, 200, "{bound}");
    let bound = bound["auth_token"].as_str().unwrap();
    let mint = |body: serde_json::Value| {
        told(
            served
                .bare(Method::POST, "/org/tokens")
                .bearer_auth(bound)
                .json(&body),
        )
    };
    assert_eq!(mint(json!({})).await.0, 200);
    let (status, body) = mint(json!({"org_id": other})).await;
    assert_eq!((status, &body["code"]), (403, &"auth_forbidden".into()));
    let (_, list) = served.get("/org/tokens").await;
    assert_eq!(list["count"], 2);
    assert!(
        list["tokens"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["org_id"] == own.as_str())
    );
    for (org, status) in [
        ("not-an-id", 400),
        ("99999999-9999-4999-8999-999999999999", 404),
    ] {
        assert_eq!(
            served.post("/org/tokens", json!({"org_id": org})).await.0,
            status,
            "{org}"
        );
    }
}
