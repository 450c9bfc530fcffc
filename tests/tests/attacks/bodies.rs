//! Bodies that are too large or hardly come, and many connections that never finish.

use crate::{Table, send, unlimited, workspace};
use product_tests::{Class, Route, request, routes};
use reqwest::Method;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What the platform gives a head or a body that does not come, and some seconds for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30 + 15);

#[tokio::test(flavor = "multi_thread")]
async fn no_route_takes_a_body_of_any_size() {
    let served = unlimited().await;
    let id = workspace(&served, "Target").await;
    let own = format!("Bearer {}", served.owner.bearer);
    // Beyond every route's own limit.
    let length = (256_u64 * 1024 * 1024).to_string();
    let piece = "x".repeat(2 * 1024 * 1024);
    let mut table = Table::new(&["nobody", "admin"]);
    for route in routes(&served)
        .await
        .iter()
        .filter(|route| route.takes_a_body())
    {
        let line = format!("{} {}", route.method, route.path(&id));
        let nobody = send(&served, &line, &[("Content-Length", &length)], &piece).await;
        let headers = [
            ("Authorization", own.as_str()),
            ("Content-Length", length.as_str()),
        ];
        let admin = send(&served, &line, &headers, &piece).await;
        let open = matches!(route.class, Class::U | Class::S);
        table.row(
            &route.name,
            &[
                // Whoever may not call is told so without being listened to.
                (
                    nobody.status,
                    matches!(nobody.status, 401 | 413) || open && nobody.status >= 400,
                ),
                // Routes without a body do not read what they do not want.
                (admin.status, admin.status != 0),
            ],
        );
    }
    table.end();
}

/// Many heads that never end do not keep others from being answered.
#[tokio::test(flavor = "multi_thread")]
async fn slow_heads_keep_nobody_out() {
    let served = unlimited().await;
    let mut slow = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(("127.0.0.1", served.owner.port))
            .await
            .unwrap();
        stream
            .write_all(b"GET /health HTTP/1.1\r\nX-")
            .await
            .unwrap();
        slow.push(stream);
    }
    for _ in 0..5 {
        let began = Instant::now();
        let response = served.bare(Method::GET, "/health").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "{:?}",
            began.elapsed()
        );
    }
}

/// What became of a connection on which a byte comes every other second.
struct Dripped {
    /// Status of the answer; 0 without one.
    status: u16,
    /// Whether the platform ended the connection in time.
    ended: bool,
}

/// Sends `head`, then a byte every other second for as long as anybody listens.
async fn drip(port: u16, head: String) -> Dripped {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    writer.write_all(head.as_bytes()).await.unwrap();
    let drops = tokio::spawn(async move {
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    });
    let mut answer = Vec::new();
    let whole = tokio::time::timeout(PATIENCE, async {
        let mut piece = [0_u8; 4096];
        // A reset ends it as well as a close does.
        while let Ok(read @ 1..) = reader.read(&mut piece).await {
            answer.extend_from_slice(&piece[..read]);
        }
    });
    let ended = whole.await.is_ok();
    drops.abort();
    let text = String::from_utf8_lossy(&answer);
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    Dripped {
        status: status.unwrap_or(0),
        ended,
    }
}

/// Every route at once, because the time limit is what is waited for.
#[tokio::test(flavor = "multi_thread")]
async fn no_route_waits_for_a_body_or_a_head_that_hardly_comes() {
    let served = unlimited().await;
    let id = workspace(&served, "Target").await;
    let own = format!("Bearer {}", served.owner.bearer);
    let port = served.owner.port;
    let attempt = async |route: &Route| {
        let line = format!("{} {}", route.method, route.path(&id));
        let length = ("Content-Length", "100000");
        let kind = ("Content-Type", "application/json");
        let nobody = request(&line, &[length, kind], "");
        let admin = request(&line, &[length, kind, ("Authorization", &own)], "");
        // Streams have no end of their own, whatever else was sent.
        let endless = route.name.ends_with("/stream") || route.name == "GET /ws";
        let admin = async {
            match route.takes_a_body() {
                true => Some(drip(port, admin).await),
                false => None,
            }
        };
        let (nobody, admin, head) = tokio::join!(
            drip(port, nobody),
            admin,
            drip(
                port,
                format!("{line} HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            )
        );
        (nobody, admin, head, endless)
    };
    let all = routes(&served).await;
    let done = futures::future::join_all(all.iter().map(attempt)).await;

    let mut table = Table::new(&["nobody", "admin", "slow head"]);
    for (route, (nobody, admin, head, endless)) in all.iter().zip(done) {
        // Whoever may not call is told so at once; what is open to all does not read a body.
        let open = matches!(route.class, Class::H | Class::S | Class::U);
        // Discovery wants to know who asks before it can say that they may not.
        let fine = matches!(nobody.status, 401 | 403 | 404 | 408)
            || open && nobody.status != 0
            || route.class == Class::D && nobody.status == 400;
        // Cut off with 408, or answered by a route that wants no body. Either way nobody goes on listening.
        let admin = admin.map_or((0, true), |done| {
            (done.status, done.status != 0 && done.ended)
        });
        table.row(
            &route.name,
            &[
                (nobody.status, fine && (nobody.ended || endless)),
                admin,
                (
                    head.status,
                    head.ended && matches!(head.status, 0 | 400 | 408),
                ),
            ],
        );
    }
    table.end();
    let response = served.bare(Method::GET, "/health").send().await.unwrap();
    assert_eq!(response.status(), 200, "and it still answers");
}

/// Contract 02 no. 11, word for word: clients of the proxy match it.
#[tokio::test]
async fn a_message_of_more_than_a_mebibyte_is_413_request_body_too_large() {
    let served = unlimited().await;
    let id = workspace(&served, "Target").await;
    let body = format!(
        "{{\"method\":\"message/send\",\"x\":\"{}\"}}",
        "a".repeat(1024 * 1024)
    );
    let request = served
        .request(Method::POST, &format!("/workspaces/{id}/a2a"))
        .body(body);
    let (status, refused) = product_tests::answer(request).await;
    assert_eq!(
        (status, refused["error"].as_str()),
        (413, Some("request body too large"))
    );
}
