//! What a web page can make a browser send: foreign names, foreign origins, forms, cookies.

use crate::{Table, send, unlimited, workspace};
use product_tests::{Class, RawAnswer, routes};

/// Open without a credential by contract: nothing is protected by refusing it.
fn is_open(class: Class) -> bool {
    matches!(class, Class::H | Class::S)
}

fn forbidden(answer: &RawAnswer) -> (u16, bool) {
    (answer.status, answer.status == 403)
}

fn refused(answer: &RawAnswer) -> (u16, bool) {
    (answer.status, matches!(answer.status, 401 | 403))
}

/// With the person's own credential, as if the page had it: the name and the origin alone must be enough to refuse.
#[tokio::test(flavor = "multi_thread")]
async fn foreign_names_and_pages_get_nowhere_even_with_a_credential() {
    let served = unlimited().await;
    let id = workspace(&served, "Target").await;
    let own = format!("Bearer {}", served.owner.bearer);
    let port = served.owner.port;
    let mut table = Table::new(&[
        "host",
        "rebound",
        "0.0.0.0",
        "two hosts",
        "origin",
        "null",
        "other port",
    ]);
    for route in routes(&served).await {
        let line = format!("{} {}", route.method, route.path(&id));
        let mut answers = Vec::new();
        for headers in [
            vec![("Host", "evil.example".to_owned())],
            // The page's own name leads here: everything about it agrees.
            vec![
                ("Host", format!("evil.example:{port}")),
                ("Origin", format!("http://evil.example:{port}")),
                ("Sec-Fetch-Site", "same-origin".to_owned()),
            ],
            vec![
                ("Host", format!("0.0.0.0:{port}")),
                ("Origin", format!("http://0.0.0.0:{port}")),
            ],
            vec![
                ("Host", "localhost".to_owned()),
                ("Host", "evil.example".to_owned()),
            ],
            vec![("Origin", "http://evil.example".to_owned())],
            vec![("Origin", "null".to_owned())],
            // A page that an agent serves on a published port of loopback.
            vec![
                ("Host", format!("127.0.0.1:{port}")),
                ("Origin", "http://127.0.0.1:49153".to_owned()),
                ("Sec-Fetch-Site", "same-site".to_owned()),
            ],
        ] {
            let mut all = vec![("Authorization", own.as_str())];
            all.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
            let answer = send(&served, &line, &all, "").await;
            // Two Host headers may be refused by the HTTP parser already.
            let (status, fine) = forbidden(&answer);
            answers.push((status, fine || status == 400));
        }
        table.row(&route.name, &answers);
    }
    table.end();
}

/// Without a credential, as a browser sends it: nothing that a browser adds by itself is one.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_adds_by_itself_is_no_credential() {
    let served = unlimited().await;
    let id = workspace(&served, "Target").await;
    let port = served.owner.port;
    let host = format!("127.0.0.1:{port}");
    let own_page = format!("http://{host}");
    let cookie = format!("session={0}; token={0}", served.owner.bearer);
    let mut table = Table::new(&[
        "no origin",
        "own page",
        "dev page",
        "form",
        "text form",
        "cookie",
    ]);
    for route in routes(&served).await {
        if is_open(route.class) {
            continue;
        }
        let line = format!("{} {}", route.method, route.path(&id));
        let form = ("Content-Type", "application/x-www-form-urlencoded");
        let text = ("Content-Type", "text/plain");
        let length = ("Content-Length", "16");
        let body = r#"{"name":"forged}"#;
        let mut answers = Vec::new();
        for headers in [
            vec![("Host", host.as_str())],
            vec![("Host", host.as_str()), ("Origin", own_page.as_str())],
            vec![("Host", host.as_str()), ("Origin", "http://localhost:3000")],
            vec![
                ("Host", host.as_str()),
                form,
                length,
                ("Sec-Fetch-Site", "cross-site"),
            ],
            vec![
                ("Host", host.as_str()),
                text,
                length,
                ("Origin", own_page.as_str()),
            ],
            vec![("Host", host.as_str()), ("Cookie", cookie.as_str())],
        ] {
            let with_body = headers.contains(&length);
            let answer = send(&served, &line, &headers, if with_body { body } else { "" }).await;
            let (status, fine) = refused(&answer);
            let absent = match route.class {
                // A ticket or link that is none is refused as what it is; test tokens are switched off.
                Class::U => matches!(status, 400 | 404),
                Class::T => status == 404,
                // Whose they are stands in the body or a header, and there is none.
                Class::R(_) | Class::D => status == 400,
                _ => false,
            };
            answers.push((status, fine || absent));
        }
        table.row(&route.name, &answers);
    }
    table.end();
    assert_eq!(served.workspaces().await.len(), 1);
}
