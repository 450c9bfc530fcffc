//! 2.8 workspace tokens: issue, list, revoke.

use crate::{as_bearer, token_of, told, workspace};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

#[tokio::test]
async fn minted_once_listed_without_their_text_and_revoked_one_by_one() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let tokens = format!("/workspaces/{id}/tokens");
    let (_, before) = served.get(&tokens).await;
    let before = before["count"].as_u64().unwrap();
    let (status, minted) = served
        .post(&tokens, json!({"name": "laptop", "expires_in_days": 7}))
        .await;
    assert_eq!(status, 201, "{minted}");
    let token = minted["auth_token"].as_str().unwrap();
    assert_eq!(token.len(), 43);
    assert_eq!(
        minted,
        json!({
            "auth_token": token,
            "message": "Save this token now — it cannot be retrieved again.",
            "workspace_id": id,
        })
    );
    let (_, list) = served.get(&tokens).await;
    let first = &list["tokens"][0];
    assert_eq!(list["count"].as_u64(), Some(before + 1));
    assert_eq!(first["prefix"], token[..8]);
    assert_eq!(
        (&first["name"], &first["kind"]),
        (&json!("laptop"), &json!("user"))
    );
    assert!(
        first["last_used_at"].is_null() && first["expires_at"].is_string(),
        "{first}"
    );
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    assert_eq!(keys[..4], ["id", "prefix", "created_at", "last_used_at"]);
    assert!(!list.to_string().contains(token), "shown once");

    // A token revokes itself, and then nothing.
    let path = format!("{tokens}/{}", first["id"].as_str().unwrap());
    assert_eq!(
        as_bearer(&served, Method::DELETE, &path, token).await,
        (200, json!({"status": "revoked"}))
    );
    assert_eq!(
        as_bearer(&served, Method::DELETE, &path, token).await.0,
        401
    );
    let (status, body) = served.delete(&path).await;
    assert_eq!(
        (status, &body["error"]),
        (404, &"token not found or already revoked".into())
    );

    // Nor does it reach another workspace's.
    let other = workspace(&served, "B").await;
    token_of(&served, &other).await;
    let (_, list) = served.get(&format!("/workspaces/{other}/tokens")).await;
    let foreign = list["tokens"][0]["id"].as_str().unwrap();
    let (status, body) = served.delete(&format!("{tokens}/{foreign}")).await;
    assert_eq!(
        (status, &body["error"]),
        (404, &"token not found or already revoked".into())
    );
}

#[tokio::test]
async fn pages_and_the_cap_of_fifty() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let tokens = format!("/workspaces/{id}/tokens");
    let mut refused = None;
    for _ in 0..60 {
        let (status, body) = served.post(&tokens, json!({})).await;
        if status != 201 {
            refused = Some((status, body));
            break;
        }
    }
    let (status, body) = refused.expect("a cap");
    assert_eq!(
        (status, &body["error"]),
        (429, &"maximum 50 active tokens per workspace".into())
    );
    let count = async |query: &str| {
        let (_, list): (u16, Value) = served.get(&format!("{tokens}{query}")).await;
        list["count"].as_u64().unwrap()
    };
    for (query, expected) in [
        ("", 50),
        ("?limit=2", 2),
        ("?limit=2&offset=49", 1),
        ("?offset=50", 0),
        ("?limit=0", 50),
        ("?limit=201", 50),
        ("?limit=many&offset=-1", 50),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    // The cap holds for every way to mint; a revoked one makes room.
    let (_, list) = served.get(&tokens).await;
    let path = format!("{tokens}/{}", list["tokens"][0]["id"].as_str().unwrap());
    assert_eq!(served.delete(&path).await.0, 200);
    assert_eq!(served.post(&tokens, json!({})).await.0, 201);
}

#[tokio::test]
async fn what_a_body_says_is_read_or_refused() {
    let served = Served::start(ServedOptions::default()).await;
    let id = workspace(&served, "A").await;
    let path = format!("/workspaces/{id}/tokens");
    for (body, status) in [
        (json!({"name": "x".repeat(101)}), 400),
        (json!({"expires_in_days": 0}), 400),
        (json!({"expires_in_days": 4000}), 400),
        (json!({"anything": [1]}), 201),
        (json!("text"), 201),
    ] {
        assert_eq!(served.post(&path, body.clone()).await.0, status, "{body}");
    }
    let request = served.request(Method::POST, &path).body("not json");
    assert_eq!(told(request).await.0, 201, "the contract ignores the body");
    let ghost = "99999999-9999-4999-8999-999999999999";
    let (status, body) = served
        .post(&format!("/workspaces/{ghost}/tokens"), json!({}))
        .await;
    assert_eq!(status, 404, "{body}");
}
