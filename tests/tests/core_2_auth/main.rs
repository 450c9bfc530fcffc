//! Contract 01 section 2, authentication: who may call what, in each of the three modes, over every route of the served
//! document, against the real program over a socket. What section 2.13 and section 7 decide is tested as decided.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bearer;
mod closed;
mod modes;
mod narrower;
mod open;
mod org_tokens;
mod test_token;
mod tickets;
mod workspace_tokens;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testkit::Served;

/// Status and JSON body of an answer; a stream's body is not waited for.
async fn told(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let stream = response
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if stream {
        return (status, Value::Null);
    }
    let text = response.text().await.unwrap_or_default();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn workspace(served: &Served, name: &str) -> String {
    let (status, made) = served
        .post("/workspaces", json!({"name": name, "runtime": "mock"}))
        .await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

/// A token that a person minted for a workspace.
async fn token_of(served: &Served, id: &str) -> String {
    let (status, minted) = served
        .post(&format!("/workspaces/{id}/tokens"), json!({}))
        .await;
    assert_eq!(status, 201, "{minted}");
    minted["auth_token"].as_str().unwrap().to_owned()
}

async fn org_token(served: &Served) -> String {
    let (status, minted) = served.post("/org/tokens", json!({})).await;
    assert_eq!(status, 200, "{minted}");
    minted["auth_token"].as_str().unwrap().to_owned()
}

async fn as_bearer(served: &Served, method: Method, path: &str, bearer: &str) -> (u16, Value) {
    told(served.bare(method, path).bearer_auth(bearer)).await
}
