//! Bodies that are too large, and many connections that never finish.

use crate::{Table, send, unlimited, workspace};
use product_tests::{Class, routes};
use reqwest::Method;
use std::time::{Duration, Instant};
use tokio::{io::AsyncWriteExt, net::TcpStream};

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
