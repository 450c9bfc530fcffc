//! 1.8 rate limiter, as section 7 corrects it.

use crate::{bearer, send};
use product_tests::RawAnswer;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

const GHOST: &str = "11111111-1111-4111-8111-111111111111";

fn figures(answer: &RawAnswer) -> (u64, u64, u64) {
    let number = |name: &str| answer.header(name).and_then(|text| text.parse().ok());
    match (
        number("x-ratelimit-limit"),
        number("x-ratelimit-remaining"),
        number("x-ratelimit-reset"),
    ) {
        (Some(limit), Some(remaining), Some(reset)) => (limit, remaining, reset),
        _ => panic!("no figures: {answer:?}"),
    }
}

async fn limited(requests: &str) -> Served {
    Served::start(ServedOptions::default().env("RATE_LIMIT", requests)).await
}

#[tokio::test]
async fn every_answer_says_how_many_are_left_and_the_last_is_429() {
    let served = limited("3").await;
    for (line, status, left) in [
        ("GET /health", 200, 2),
        ("GET /nothing", 404, 1),
        ("GET /workspaces", 401, 0),
    ] {
        let answer = send(&served, line, &[]).await;
        assert_eq!(answer.status, status);
        let (limit, remaining, reset) = figures(&answer);
        assert_eq!((limit, remaining), (3, left), "{line}");
        assert!(reset <= 60, "{reset}");
    }
    let page = [("Origin", "http://localhost:3000")];
    let answer = send(&served, "GET /health", &page).await;
    assert_eq!(answer.status, 429);
    let (_, remaining, reset) = figures(&answer);
    assert_eq!(remaining, 0);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["error"], "rate limit exceeded");
    assert_eq!(body["retry_after"], json!(reset));
    assert_eq!(
        answer.header("retry-after"),
        Some(reset.to_string().as_str())
    );
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://localhost:3000"),
        "a page must be able to read it"
    );
    assert_eq!(answer.header("x-frame-options"), Some("DENY"));
}

/// Made-up bearers, org ids and forwarded addresses are the address they come from.
#[tokio::test]
async fn only_what_was_verified_has_a_bucket_of_its_own() {
    let served = limited("4").await;
    for number in 0..4 {
        let made_up = format!("Bearer made-up-{number}");
        let org = format!("{number}1111111-1111-4111-8111-111111111111");
        let headers = [
            ("Authorization", made_up.as_str()),
            ("X-Molecule-Org-Id", org.as_str()),
            ("X-Forwarded-For", org.as_str()),
        ];
        assert_eq!(send(&served, "GET /workspaces", &headers).await.status, 401);
    }
    let fresh = [
        ("Authorization", "Bearer made-up-9"),
        ("X-Forwarded-For", "9.9.9.9"),
    ];
    assert_eq!(send(&served, "GET /workspaces", &fresh).await.status, 429);

    // Verified ones go on: two workspaces, two org tokens, the app's own faces.
    let own = bearer(&served);
    let answer = send(&served, "GET /workspaces", &[("Authorization", &own)]).await;
    let (limit, _, _) = figures(&answer);
    assert_eq!(
        (answer.status, limit),
        (200, 40),
        "the person's own faces get ten times as many"
    );
    let mut ids = Vec::new();
    for name in ["A", "B"] {
        let (_, made) = served
            .post("/workspaces", json!({"name": name, "runtime": "mock"}))
            .await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let mint = async |path: &str, body: Value| {
        let (_, minted) = served.post(path, body).await;
        minted["auth_token"].as_str().expect("a token").to_owned()
    };
    let ask = async |token: &str, path: &str| {
        let own = format!("Bearer {token}");
        let answer = send(&served, &format!("GET {path}"), &[("Authorization", &own)]).await;
        (answer.status, figures(&answer).1)
    };
    let first = mint(&format!("/workspaces/{}/tokens", ids[0]), json!({})).await;
    let second = mint(&format!("/workspaces/{}/tokens", ids[0]), json!({})).await;
    let other = mint(&format!("/workspaces/{}/tokens", ids[1]), json!({})).await;
    let state = |id: &str| format!("/workspaces/{id}/state");
    assert_eq!(ask(&first, &state(&ids[0])).await, (200, 3));
    assert_eq!(
        ask(&second, &state(&ids[0])).await,
        (200, 2),
        "a fresh token gains nothing"
    );
    assert_eq!(ask(&other, &state(&ids[1])).await, (200, 3));

    let unbound = [
        mint("/org/tokens", json!({"name": "one"})).await,
        mint("/org/tokens", json!({"name": "two"})).await,
    ];
    assert_eq!(ask(&unbound[0], "/workspaces").await, (200, 3));
    assert_eq!(ask(&unbound[1], "/workspaces").await, (200, 3));
    let bound = [
        mint("/org/tokens", json!({"org_id": ids[0]})).await,
        mint("/org/tokens", json!({"org_id": ids[0]})).await,
    ];
    assert_eq!(ask(&bound[0], "/workspaces").await, (200, 3));
    assert_eq!(
        ask(&bound[1], "/workspaces").await,
        (200, 2),
        "tokens of one org share"
    );
}

#[tokio::test]
async fn what_keeps_agents_alive_is_generous_and_never_429() {
    let served = limited("2").await;
    let (_, made) = served
        .post("/workspaces", json!({"name": "A", "runtime": "mock"}))
        .await;
    let id = made["id"].as_str().unwrap().to_owned();
    let (_, minted) = served
        .post(&format!("/workspaces/{id}/tokens"), json!({}))
        .await;
    let own = format!("Bearer {}", minted["auth_token"].as_str().unwrap());
    let own = [("Authorization", own.as_str())];
    let (activity, state) = (
        format!("GET /workspaces/{id}/activity"),
        format!("GET /workspaces/{id}/state"),
    );
    for left in [1, 0] {
        let answer = send(&served, &state, &own).await;
        assert_eq!((answer.status, figures(&answer).1), (200, left));
    }
    assert_eq!(send(&served, &state, &own).await.status, 429);
    for left in (0..10).rev() {
        let answer = send(&served, &activity, &own).await;
        let (limit, remaining, _) = figures(&answer);
        assert_eq!((answer.status, limit, remaining), (200, 10, left));
    }
    for line in [activity, format!("GET /registry/{id}/peers")] {
        let answer = send(&served, &line, &own).await;
        assert_eq!(answer.status, 503, "clients take a 4xx here as final");
        let (_, _, reset) = figures(&answer);
        assert_eq!(
            answer.header("retry-after"),
            Some(reset.to_string().as_str())
        );
        assert!(
            answer.body.contains(r#""error":"rate limit exceeded""#),
            "{}",
            answer.body
        );
    }
    // Without a credential too.
    for _ in 0..10 {
        let answer = send(&served, &format!("GET /registry/{GHOST}/peers"), &[]).await;
        assert_eq!(answer.status, 401);
    }
    let answer = send(&served, &format!("GET /registry/{GHOST}/peers"), &[]).await;
    assert_eq!(answer.status, 503);
}

#[tokio::test]
async fn ten_org_tokens_an_hour() {
    let served = Served::start(ServedOptions::default()).await;
    let own = bearer(&served);
    let own = [("Authorization", own.as_str()), ("Content-Length", "0")];
    for left in (0..10).rev() {
        let answer = send(&served, "POST /org/tokens", &own).await;
        let (limit, remaining, reset) = figures(&answer);
        assert_eq!((answer.status, limit, remaining), (200, 10, left));
        assert!((3500..=3600).contains(&reset), "{reset}");
    }
    let answer = send(&served, "POST /org/tokens", &own).await;
    assert_eq!(answer.status, 429);
    assert!(figures(&answer).2 > 3500);
    let answer = send(&served, "GET /org/tokens", &own).await;
    assert_eq!(
        (answer.status, figures(&answer).0),
        (200, 6000),
        "reading is not minting"
    );
}

#[tokio::test]
async fn open_mode_has_no_limit() {
    let options = ServedOptions {
        open_mode: true,
        ..ServedOptions::default()
    };
    let served = Served::start(options.env("RATE_LIMIT", "2")).await;
    for _ in 0..5 {
        let answer = send(&served, "GET /workspaces", &[]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-ratelimit-limit"), Some("unlimited"));
        for absent in ["x-ratelimit-remaining", "x-ratelimit-reset"] {
            assert_eq!(answer.header(absent), None);
        }
    }
}

#[tokio::test]
async fn a_limit_that_is_none_is_the_default() {
    for text in ["0", "-5", "many", ""] {
        let served = limited(text).await;
        let answer = send(&served, "GET /health", &[]).await;
        assert_eq!(figures(&answer).0, 600, "RATE_LIMIT={text}");
    }
}
