//! 1.1 the order of a stop: streams end, requests under way are answered, WebSockets are closed, the process ends.

use product_tests::{Live, seconds};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Served, ServedOptions};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::oneshot,
};

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

/// An agent on loopback that answers after a while, told when it was asked.
async fn slow_agent(pause: Duration) -> (String, oneshot::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (asked, was_asked) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut piece = [0_u8; 16 * 1024];
        let _ = stream.read(&mut piece).await;
        asked.send(()).unwrap();
        tokio::time::sleep(pause).await;
        let body = r#"{"jsonrpc":"2.0","id":"1","result":{"kind":"message","role":"agent","messageId":"m","parts":[{"kind":"text","text":"late but whole"}]}}"#;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
        // Read on, so that the platform's end of the connection decides when it is over.
        let _ = stream.read(&mut piece).await;
    });
    (url, was_asked)
}

/// Stops the platform while an agent works on a message; what the sender got, and how long the end took.
async fn stopped_during_a_call(pause: Duration) -> (u16, Value, Duration) {
    let mut served = Served::start(ServedOptions::default()).await;
    let (url, asked) = slow_agent(pause).await;
    let body = json!({"name": "Slow", "external": true, "url": url});
    let (status, made) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{made}");
    let path = format!("/workspaces/{}/a2a", made["id"].as_str().unwrap());
    let message = json!({"role": "user", "parts": [{"kind": "text", "text": "take your time"}]});
    let request = served
        .request(Method::POST, &path)
        .json(&json!({"method": "message/send", "params": {"message": message}}));
    let answer = tokio::spawn(async move {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.unwrap())
    });
    tokio::time::timeout(seconds(10), asked)
        .await
        .expect("the agent is asked")
        .unwrap();
    let began = Instant::now();
    let (status, told) = served
        .post("/stack/shutdown", json!({"agents": "keep"}))
        .await;
    assert!((200..300).contains(&status), "{told}");
    let (status, body) = answer.await.unwrap();
    assert_eq!(served.ended().await, Some(0));
    (status, body, began.elapsed())
}

/// Background work ends first, what was asked for is answered within the drain.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_an_agent_that_answers_in_time() {
    let (status, body, took) = stopped_during_a_call(seconds(4)).await;
    assert_eq!(status, 200, "{body}");
    assert!(body.to_string().contains("late but whole"), "{body}");
    assert!(took >= seconds(3) && took < seconds(9), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_slow_agent_is_told_that_the_platform_stops() {
    let (status, body, took) = stopped_during_a_call(seconds(120)).await;
    assert_eq!(
        (status, body["code"].as_str()),
        (503, Some("shutting_down")),
        "{body}"
    );
    assert!(took >= seconds(9) && took < seconds(25), "{took:?}");
}
