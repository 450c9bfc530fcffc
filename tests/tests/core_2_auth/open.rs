//! 2.13, open mode: the table, for clients that send no bearer.

use crate::{told, workspace};
use product_tests::{Class, routes};
use serde_json::json;
use testkit::{Served, ServedOptions};

async fn open() -> Served {
    let options = ServedOptions {
        open_mode: true,
        ..ServedOptions::default()
    };
    Served::start(options).await
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
    let beat = || {
        served
            .bare(reqwest::Method::POST, "/registry/heartbeat")
            .json(&json!({"workspace_id": id}))
    };
    assert_eq!(told(beat()).await.0, 200);
    let token = crate::token_of(&served, &id).await;
    assert_eq!(told(beat()).await.0, 200, "minted is not presented");
    assert_eq!(told(beat().bearer_auth(&token)).await.0, 200);
    let refused = testkit::eventually(
        "the use of the token",
        product_tests::seconds(5),
        || async { Some(told(beat()).await).filter(|answer| answer.0 == 401) },
    )
    .await;
    assert_eq!(refused.1["error"], "missing workspace auth token");
}
