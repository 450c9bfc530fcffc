//! WebSockets from other pages: a browser sends them without asking first.

use crate::{Table, send, unlimited, workspace};
use product_tests::routes;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Served;

async fn ticket(served: &Served) -> String {
    let (_, body) = served.post("/auth/tickets", json!({})).await;
    body["ticket"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_page_opens_no_socket() {
    let served = unlimited().await;
    let id = workspace(&served, "Target").await;
    let port = served.owner.port;
    let (_, document) = served.get("/openapi.json").await;
    let paths = document["paths"].as_object().unwrap();
    let sockets: Vec<String> = ["/ws", "/workspaces/{id}/terminal"]
        .iter()
        .filter(|path| paths.contains_key(**path))
        .map(|path| path.replace("{id}", &id))
        .collect();
    let mut table = Table::new(&[
        "nothing",
        "own page",
        "foreign",
        "rebound",
        "dev page",
        "spent",
        "subprotocol",
    ]);
    let host = format!("127.0.0.1:{port}");
    let own_page = format!("http://{host}");
    let evil = format!("evil.example:{port}");
    let rebound = format!("http://{evil}");
    for path in &sockets {
        let upgrade = [
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let ask = async |query: &str, more: &[(&str, &str)]| {
            let mut headers = upgrade.to_vec();
            headers.extend(more);
            let answer = send(&served, &format!("GET {path}{query}"), &headers, "").await;
            (answer.status, matches!(answer.status, 401 | 403))
        };
        // A ticket that leaked does not help a foreign page, and is not spent by its attempt.
        let good = ticket(&served).await;
        let query = format!("?ticket={good}");
        let foreign = ask(
            &query,
            &[("Host", &host), ("Origin", "http://evil.example")],
        )
        .await;
        let by_name = ask(&query, &[("Host", &evil), ("Origin", &rebound)]).await;
        let response = served
            .bare(Method::POST, "/auth/session")
            .json(&json!({"ticket": good}))
            .send()
            .await
            .unwrap();
        assert_eq!(
            response.status(),
            200,
            "{}",
            response.json::<Value>().await.unwrap()
        );
        let protocol = format!("bearer, {}", served.owner.bearer);
        let answers = [
            ask("", &[("Host", &host)]).await,
            ask("", &[("Host", &host), ("Origin", &own_page)]).await,
            foreign,
            by_name,
            ask("", &[("Host", &host), ("Origin", "http://localhost:3000")]).await,
            ask(&query, &[("Host", &host), ("Origin", &own_page)]).await,
            ask(
                "",
                &[("Host", &host), ("Sec-WebSocket-Protocol", &protocol)],
            )
            .await,
        ];
        table.row(&format!("WebSocket {path}"), &answers);
    }
    table.end();
}

/// A browser may send the words of an upgrade to any address: they open nothing that a plain request would not.
#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_an_upgrade_open_no_route() {
    let served = unlimited().await;
    let id = workspace(&served, "Target").await;
    let port = served.owner.port;
    let own = format!("Bearer {}", served.owner.bearer);
    let host = format!("127.0.0.1:{port}");
    let mut table = Table::new(&["cross-site", "same site", "h2c"]);
    for route in routes(&served).await {
        let line = format!("{} {}", route.method, route.path(&id));
        let upgrade = [
            ("Host", host.as_str()),
            ("Authorization", own.as_str()),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let mut answers = Vec::new();
        // With the person's own credential: the origin alone must be enough to refuse.
        for origin in ["https://evil.example", "http://127.0.0.1:49153"] {
            let mut headers = upgrade.to_vec();
            headers.push(("Origin", origin));
            let answer = send(&served, &line, &headers, "").await;
            answers.push((answer.status, answer.status == 403));
        }
        let h2c = [
            ("Host", host.as_str()),
            ("Upgrade", "h2c"),
            ("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA"),
            ("Connection", "Upgrade, HTTP2-Settings"),
        ];
        let answer = send(&served, &line, &h2c, "").await;
        answers.push((answer.status, answer.status != 101));
        table.row(&route.name, &answers);
    }
    table.end();
}
