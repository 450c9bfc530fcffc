//! 1.4 unmatched paths and methods, slashes, `HEAD`; section 7: limits on size and time.

use crate::{bearer, send};
use product_tests::{raw, request, seconds};
use std::time::Instant;
use testkit::{Served, ServedOptions};
use tokio::{io::AsyncReadExt, net::TcpStream};

#[tokio::test]
async fn what_is_not_there_is_one_text() {
    let served = Served::start(ServedOptions::default()).await;
    for line in [
        "GET /nothing",
        "POST /health",
        "DELETE /workspaces",
        "BREW /workspaces",
        "OPTIONS /workspaces",
        "PUT /",
        "GET /workspaces/1/nothing",
        // A slash too many on what is not there leads nowhere.
        "GET /nothing/",
        "GET //evil.example/",
    ] {
        let answer = send(&served, line, &[]).await;
        assert_eq!(
            (
                answer.status,
                answer.header("content-type"),
                answer.body.as_str()
            ),
            (404, Some("text/plain"), "404 page not found"),
            "{line}"
        );
        assert_eq!(answer.header("allow"), None, "{line}: there is no 405");
    }
}

#[tokio::test]
async fn a_slash_too_many_is_led_back() {
    let served = Served::start(ServedOptions::default()).await;
    for (line, status, location) in [
        ("GET /health/", 301, "/health"),
        ("GET /workspaces/?limit=1", 301, "/workspaces?limit=1"),
        ("POST /workspaces/", 307, "/workspaces"),
        ("PATCH /workspaces/some-id/", 307, "/workspaces/some-id"),
        ("GET /c/token/health/", 301, "/c/token/health"),
    ] {
        let answer = send(&served, line, &[]).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (status, Some(location)),
            "{line}"
        );
    }
}

#[tokio::test]
async fn head_is_not_served() {
    let served = Served::start(ServedOptions::default()).await;
    for path in ["/health", "/", "/workspaces", "/nothing"] {
        let answer = send(&served, &format!("HEAD {path}"), &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, ""), "{path}");
    }
}

#[tokio::test]
async fn an_address_with_a_credential_is_the_same_api_below_it() {
    let served = Served::start(ServedOptions::default()).await;
    let (_, made) = served
        .post(
            "/workspaces",
            serde_json::json!({"name": "A", "runtime": "mock"}),
        )
        .await;
    let id = made["id"].as_str().unwrap();
    let token = &served.owner.bearer;
    // A path with parameters of its own sees only those.
    let answer = send(&served, &format!("GET /c/{token}/workspaces/{id}"), &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = send(
        &served,
        &format!("GET /c/{token}/workspaces/{id}/tokens"),
        &[],
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!served.output().contains(token.as_str()), "it is in no log");
}

#[tokio::test]
async fn heads_and_bodies_have_limits() {
    let served = Served::start(ServedOptions::default()).await;
    let port = served.owner.port;
    let own = bearer(&served);
    let large = "x".repeat(1024 * 1024);
    let answer = send(&served, "GET /health", &[("X-Large", &large)]).await;
    assert_eq!(answer.status, 431);
    let many: Vec<(String, &str)> = (0..200).map(|n| (format!("X-{n}"), "1")).collect();
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    assert_eq!(send(&served, "GET /health", &many).await.status, 431);

    let body = format!(r#"{{"name":"{}"}}"#, "x".repeat(2 * 1024 * 1024));
    let length = body.len().to_string();
    let headers = [
        ("Authorization", own.as_str()),
        ("Content-Length", length.as_str()),
    ];
    let answer = raw(
        port,
        request("POST /workspaces", &headers, &body).as_bytes(),
        seconds(10),
    )
    .await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(answer.body.contains(r#""error":"#), "{}", answer.body);
    assert!(served.workspaces().await.is_empty());
}

/// Both take as long as the platform waits, so they wait together.
#[tokio::test(flavor = "multi_thread")]
async fn who_sends_nothing_is_not_waited_for() {
    let served = Served::start(ServedOptions::default()).await;
    let port = served.owner.port;
    let own = bearer(&served);
    let started = Instant::now();
    let head = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET /health HTTP/1.1\r\nHost: loc")
            .await
            .unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        started.elapsed()
    };
    let body = async {
        let headers = [("Authorization", own.as_str()), ("Content-Length", "100")];
        let text = request("POST /workspaces", &headers, r#"{"name":"#);
        let answer = raw(port, text.as_bytes(), seconds(60)).await;
        (answer, started.elapsed())
    };
    let (head, (answer, body)) = tokio::join!(head, body);
    assert!(head < seconds(45), "a head that does not come: {head:?}");
    assert_eq!(answer.status, 408, "{answer:?}");
    assert!(answer.body.contains(r#""code":"body_too_slow""#));
    assert!(body < seconds(45), "a body that does not come: {body:?}");
    assert!(served.workspaces().await.is_empty());
}
