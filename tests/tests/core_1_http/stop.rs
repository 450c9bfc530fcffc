//! 1.1 the order of a stop: streams end, requests under way are answered, WebSockets are closed, the process ends.

use product_tests::{Live, seconds};
use reqwest::Method;
use serde_json::json;
use std::time::Instant;
use testkit::{Served, ServedOptions};

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_streams_and_sockets_and_answers_what_was_asked() {
    let mut served = Served::start(ServedOptions::default()).await;
    let (_, made) = served
        .post("/workspaces", json!({"name": "A", "runtime": "mock"}))
        .await;
    let id = made["id"].as_str().unwrap();
    let mut live = Live::connect(&served, None).await;
    let stream = served
        .request(Method::GET, &format!("/workspaces/{id}/events/stream"))
        .send()
        .await
        .unwrap();
    assert_eq!(stream.status(), 200);
    let began = Instant::now();
    let (status, answer) = served
        .post("/stack/shutdown", json!({"agents": "keep"}))
        .await;
    assert!((200..300).contains(&status), "{answer}");
    let (stream, socket, code) = tokio::join!(
        tokio::time::timeout(seconds(20), stream.text()),
        tokio::time::timeout(seconds(20), async { while live.next().await.is_some() {} }),
        served.ended(),
    );
    assert!(
        stream.expect("the stream ends").is_ok(),
        "in order, not cut"
    );
    socket.expect("the socket ends");
    assert_eq!(code, Some(0));
    assert!(began.elapsed() < seconds(20), "{:?}", began.elapsed());
}
