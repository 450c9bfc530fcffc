//! Requests that two readers would understand differently. Nothing stands in front of the platform, so what is tested is
//! that no second request is seen inside a first, and that nothing is made of a doubtful one.

use crate::{Table, unlimited, workspace};
use product_tests::{raw, routes, seconds};

#[tokio::test(flavor = "multi_thread")]
async fn a_doubtful_request_makes_nothing() {
    let served = unlimited().await;
    let port = served.owner.port;
    let own = format!(
        "Host: localhost\r\nAuthorization: Bearer {}\r\n",
        served.owner.bearer
    );
    let made = r#"{"name":"smuggled","runtime":"mock"}"#;
    let length = made.len();
    let inner = format!("POST /workspaces HTTP/1.1\r\n{own}Content-Length: {length}\r\n\r\n{made}");
    let chunk = format!("{length:x}\r\n{made}\r\n0\r\n\r\n");
    let attempts: Vec<(&str, String)> = vec![
        (
            "chunks and length",
            format!(
                "POST /workspaces HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{inner}"
            ),
        ),
        (
            "two lengths",
            format!(
                "POST /workspaces HTTP/1.1\r\n{own}Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{made}"
            ),
        ),
        (
            "length list",
            format!("POST /workspaces HTTP/1.1\r\n{own}Content-Length: 0, {length}\r\n\r\n{made}"),
        ),
        (
            "negative length",
            format!("POST /workspaces HTTP/1.1\r\n{own}Content-Length: -1\r\n\r\n{made}"),
        ),
        (
            "signed length",
            format!("POST /workspaces HTTP/1.1\r\n{own}Content-Length: +{length}\r\n\r\n{made}"),
        ),
        (
            "chunked, then not",
            format!(
                "POST /workspaces HTTP/1.1\r\n{own}Transfer-Encoding: chunked, identity\r\n\r\n{chunk}"
            ),
        ),
        (
            "chunked by another name",
            format!("POST /workspaces HTTP/1.1\r\n{own}Transfer-Encoding: xchunked\r\n\r\n{chunk}"),
        ),
        (
            "space before colon",
            format!("POST /workspaces HTTP/1.1\r\n{own}Content-Length : {length}\r\n\r\n{made}"),
        ),
        (
            "folded header",
            format!(
                "POST /workspaces HTTP/1.1\r\n{own}X-A: b\r\n Content-Length: {length}\r\n\r\n{made}"
            ),
        ),
        (
            "wrong chunk size",
            format!(
                "POST /workspaces HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\n\r\nzz\r\n{made}\r\n0\r\n\r\n"
            ),
        ),
        (
            "huge chunk size",
            format!(
                "POST /workspaces HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{made}\r\n0\r\n\r\n"
            ),
        ),
        ("no request", "\0\0\0\0\r\n\r\n".to_owned()),
        ("another protocol", "SSH-2.0-x\r\n\r\n".to_owned()),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        (
            "another host in the line",
            format!(
                "POST http://evil.example/workspaces HTTP/1.1\r\n{own}Content-Length: {length}\r\n\r\n{made}"
            ),
        ),
        (
            "no host",
            format!(
                "POST /workspaces HTTP/1.1\r\nAuthorization: Bearer {}\r\nContent-Length: {length}\r\n\r\n{made}",
                served.owner.bearer
            ),
        ),
        (
            "tunnel",
            format!("CONNECT evil.example:80 HTTP/1.1\r\n{own}\r\n"),
        ),
    ];
    let mut table = Table::new(&["answer"]);
    for (name, text) in attempts {
        let answer = raw(port, text.as_bytes(), seconds(3)).await;
        let mut refused = answer.status == 0 || answer.status >= 400;
        // Whatever was said: nothing was made.
        for one in served.workspaces().await {
            refused = false;
            served
                .delete(&format!("/workspaces/{}", one["id"].as_str().unwrap()))
                .await;
        }
        table.row(name, &[(answer.status, refused)]);
    }
    table.end();
}

/// The same forms on every route: whatever a route makes of its body, none gets to see one that is in doubt.
#[tokio::test(flavor = "multi_thread")]
async fn no_route_takes_a_doubtful_request() {
    let served = unlimited().await;
    let id = workspace(&served, "Target").await;
    let port = served.owner.port;
    let own = format!(
        "Host: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n",
        served.owner.bearer
    );
    let forms = [
        (
            "two lengths",
            "Content-Length: 0\r\nContent-Length: 2\r\n\r\n{}",
        ),
        ("signed", "Content-Length: +2\r\n\r\n{}"),
        (
            "xchunked",
            "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ),
        ("space", "Content-Length : 2\r\n\r\n{}"),
        ("folded", "X-A: b\r\n Content-Length: 2\r\n\r\n{}"),
    ];
    let mut table = Table::new(&forms.map(|(name, _)| name));
    for route in routes(&served).await {
        let line = format!("{} {} HTTP/1.1\r\n", route.method, route.path(&id));
        let mut answers = Vec::new();
        for (_, form) in forms {
            let text = format!("{line}{own}{form}");
            let answer = raw(port, text.as_bytes(), seconds(3)).await;
            let refused = answer.status == 0 || answer.status == 400;
            answers.push((answer.status, refused));
        }
        table.row(&route.name, &answers);
    }
    table.end();
    assert_eq!(
        served.workspaces().await.len(),
        1,
        "nothing was made or removed"
    );
}

/// With both, the chunks count and the length is forgotten: one request, whole, and nothing behind it.
#[tokio::test]
async fn chunks_count_before_a_length() {
    let served = unlimited().await;
    let made = r#"{"name":"one","runtime":"mock"}"#;
    let text = format!(
        "POST /workspaces HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Length: 3\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{made}\r\n0\r\n\r\n",
        served.owner.bearer,
        made.len()
    );
    let answer = raw(served.owner.port, text.as_bytes(), seconds(2)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(served.workspaces().await.len(), 1);
}

/// The body of a refused request is not read as the next request.
#[tokio::test]
async fn a_refused_body_is_not_the_next_request() {
    let served = unlimited().await;
    let made = r#"{"name":"smuggled","runtime":"mock"}"#;
    let inner = format!(
        "POST /workspaces HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{made}",
        served.owner.bearer,
        made.len()
    );
    for outer in [
        "POST /workspaces",
        "GET /health",
        "POST /nothing",
        "POST /org/import",
    ] {
        let text = format!(
            "{outer} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{inner}",
            inner.len()
        );
        raw(served.owner.port, text.as_bytes(), seconds(2)).await;
        assert!(served.workspaces().await.is_empty(), "{outer}");
    }
}
