//! 2.13, open mode: the table, for clients that send no bearer.

use crate::{told, workspace};
use product_tests::{Class, Outside, routes};
use serde_json::json;
use testkit::{Served, ServedOptions};

async fn open() -> Served {
    let options = ServedOptions {
        open_mode: true,
        ..ServedOptions::default()
    };
    Served::start(options).await
}

/// A heartbeat without bearer.
fn beat(served: &Served, id: &str) -> reqwest::RequestBuilder {
    served
        .bare(reqwest::Method::POST, "/registry/heartbeat")
        .json(&json!({"workspace_id": id}))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_and_a_bearer_is_looked_at_where_the_table_says_so() {
    let served = open().await;
    let mut wrong = Vec::new();
    for route in routes(&served).await {
        let target = workspace(&served, "Target").await;
        let none = told(route.request(&served, &target)).await;
        let fine = match route.class {
            Class::U | Class::S => true,
            _ => none.0 != 401 && none.0 != 403,
        };
        if !fine {
            wrong.push(format!("{}: no bearer: {none:?}", route.name));
        }
        let target = workspace(&served, "Target").await;
        let junk = told(route.request(&served, &target).bearer_auth("made-up")).await;
        let (text, _) = route.refusal(true);
        let refused = junk.0 == 401 && junk.1["error"] == text;
        let fine = match route.class {
            Class::W | Class::X | Class::R(_) | Class::Own => refused,
            Class::U | Class::S => true,
            _ => junk.0 != 401,
        };
        if !fine {
            wrong.push(format!("{}: made-up bearer: {junk:?}", route.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// From the first use of a token on, a workspace is asked for it.
#[tokio::test]
async fn a_workspace_that_has_presented_a_token_is_asked_for_it() {
    let served = open().await;
    let id = workspace(&served, "A").await;
    let beat = || beat(&served, &id);
    assert_eq!(told(beat()).await.0, 200);
    let token = crate::token_of(&served, &id).await;
    assert_eq!(told(beat()).await.0, 200, "minted is not presented");
    assert_eq!(told(beat().bearer_auth(&token)).await.0, 200);
    // At once: the first use is written down before its answer is given.
    let refused = told(beat()).await;
    assert_eq!(refused.0, 401, "{}", refused.1);
    assert_eq!(refused.1["error"], "missing workspace auth token");
}

/// Rules in all modes: revoked is not the same as never issued.
#[tokio::test]
async fn a_workspace_whose_tokens_were_all_revoked_is_asked_for_one_though_none_was_presented() {
    let served = open().await;
    let id = Outside::create(&served, "A", None).await.id;
    let tokens = format!("/workspaces/{id}/tokens");
    let (_, listed) = served.get(&tokens).await;
    for token in listed["tokens"].as_array().unwrap() {
        let path = format!("{tokens}/{}", token["id"].as_str().unwrap());
        assert_eq!(served.delete(&path).await.0, 200);
    }
    let (path, body) = (
        "/registry/register",
        json!({"id": id, "delivery_mode": "poll", "agent_card": {}}),
    );
    let refused = told(served.bare(reqwest::Method::POST, path).json(&body)).await;
    assert_eq!(
        (refused.0, &refused.1["error"]),
        (401, &json!("missing workspace auth token"))
    );
    let (status, let_in) = served.post(path, body).await;
    assert_eq!(status, 200, "admin-class is let in: {let_in}");
}

/// A token that ended before its agent brought it was the workspace's nevertheless.
#[tokio::test]
async fn an_ended_token_counts_as_presented() {
    let served = open().await;
    let id = workspace(&served, "A").await;
    let beat = || beat(&served, &id);
    let (first, tokens) = (
        crate::token_of(&served, &id).await,
        format!("/workspaces/{id}/tokens"),
    );
    let (_, listed) = served.get(&tokens).await;
    let newest = listed["tokens"][0]["id"].as_str().unwrap();
    assert_eq!(served.delete(&format!("{tokens}/{newest}")).await.0, 200);
    crate::token_of(&served, &id).await;
    assert_eq!(told(beat()).await.0, 200, "another one lives, unseen");
    let ended = told(beat().bearer_auth(&first)).await;
    assert_eq!(
        (ended.0, &ended.1["error"]),
        (401, &json!("invalid workspace auth token"))
    );
    assert_eq!(told(beat()).await.0, 401, "it has had one");
}

/// Class R: a register without bearer always answers a fresh token, however often nobody presented the one before.
#[tokio::test]
async fn every_register_before_the_first_token_is_presented_answers_a_fresh_one() {
    let served = open().await;
    let id = "11111111-2222-4333-8444-555555555555";
    let mut seen = std::collections::HashSet::new();
    let mut last = String::new();
    for _ in 0..55 {
        let body = json!({"id": id, "delivery_mode": "poll", "agent_card": {}});
        let request = served
            .bare(reqwest::Method::POST, "/registry/register")
            .json(&body);
        let (status, answer) = told(request).await;
        assert_eq!(status, 200, "{answer}");
        last = answer["auth_token"].as_str().expect("a token").to_owned();
        assert!(seen.insert(last.clone()), "twice the same");
    }
    let (_, listed) = served
        .get(&format!("/workspaces/{id}/tokens?limit=200"))
        .await;
    assert_eq!(listed["count"], 50, "the cap holds");
    let beat = served
        .bare(reqwest::Method::POST, "/registry/heartbeat")
        .json(&json!({"workspace_id": id}))
        .bearer_auth(&last);
    assert_eq!(told(beat).await.0, 200);
}

/// The rules that are narrower than their class are the closed modes' alone.
#[tokio::test]
async fn an_own_token_may_what_its_class_may() {
    let served = open().await;
    let id = workspace(&served, "A").await;
    let token = crate::token_of(&served, &id).await;
    let path = format!("/workspaces/{id}");
    let own = served
        .bare(reqwest::Method::PATCH, &path)
        .bearer_auth(&token)
        .json(&json!({"max_concurrent_tasks": 2, "tier": 1}));
    let changed = told(own).await;
    assert_eq!(changed.0, 200, "{}", changed.1);
    let (_, row) = served.get(&path).await;
    assert_eq!(
        (&row["max_concurrent_tasks"], &row["tier"]),
        (&json!(2), &json!(1))
    );
}
