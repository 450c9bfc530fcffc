//! 1.6 CORS, behind the `Host` check of 2.13.

use crate::{bearer, send};
use product_tests::RawAnswer;
use testkit::{Served, ServedOptions};

fn vary(answer: &RawAnswer) -> Vec<&str> {
    answer
        .headers
        .iter()
        .filter(|(name, _)| name == "vary")
        .map(|(_, value)| value.as_str())
        .collect()
}

#[tokio::test]
async fn origins_are_skipped_refused_or_allowed() {
    let served = Served::start(ServedOptions::default()).await;
    let own = bearer(&served);
    let port = served.owner.port;
    let ask = async |method: &str, host: &str, origin: Option<&str>| {
        let mut headers = vec![("Authorization", own.as_str()), ("Host", host)];
        headers.extend(origin.map(|origin| ("Origin", origin)));
        send(&served, &format!("{method} /workspaces"), &headers).await
    };
    let host = format!("localhost:{port}");
    for own_page in [
        None,
        Some(format!("http://{host}")),
        Some(format!("https://{host}")),
    ] {
        let answer = ask("GET", &host, own_page.as_deref()).await;
        assert_eq!(answer.status, 200, "{own_page:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
        assert_eq!(vary(&answer), Vec::<&str>::new());
    }
    for foreign in [
        "http://evil.example",
        "null",
        "http://localhost",
        "http://localhost:3002",
        // Compared exactly: no browser sends capitals.
        "HTTP://LOCALHOST:3000",
        "http://localhost:3000/",
        "",
    ] {
        let answer = ask("GET", &host, Some(foreign)).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (403, ""),
            "{foreign}"
        );
        let answer = ask("OPTIONS", &host, Some(foreign)).await;
        assert_eq!(answer.status, 403, "{foreign}");
    }
    for allowed in ["http://localhost:3000", "http://localhost:3001"] {
        let answer = ask("GET", &host, Some(allowed)).await;
        assert_eq!(answer.status, 200, "{allowed}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(allowed));
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            Some("true")
        );
        assert_eq!(vary(&answer), ["Origin"]);
        assert_eq!(
            answer.header("access-control-expose-headers"),
            Some("X-RateLimit-Limit,X-RateLimit-Remaining,X-RateLimit-Reset,Retry-After")
        );
    }
}

#[tokio::test]
async fn a_preflight_reaches_nothing_and_is_answered_on_any_path() {
    let served = Served::start(ServedOptions::default()).await;
    for path in [
        "/workspaces",
        "/nothing",
        "/registry/register",
        "/c/token/x",
    ] {
        let headers = [
            ("Origin", "http://localhost:3000"),
            ("Access-Control-Request-Method", "DELETE"),
        ];
        let answer = send(&served, &format!("OPTIONS {path}"), &headers).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{path}");
        for (name, value) in [
            ("access-control-allow-origin", "http://localhost:3000"),
            ("access-control-allow-credentials", "true"),
            (
                "access-control-allow-methods",
                "GET,POST,PUT,PATCH,DELETE,OPTIONS",
            ),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        let names = answer.header("access-control-allow-headers").unwrap();
        assert!(
            names.starts_with("Origin,Content-Type,X-Workspace-Id,Authorization"),
            "{names}"
        );
        for added in ["X-Molecule-Org-Id", "X-Molecule-Org-Slug"] {
            assert!(names.split(',').any(|name| name == added), "{names}");
        }
        assert_eq!(
            vary(&answer),
            [
                "Origin",
                "Access-Control-Request-Method",
                "Access-Control-Request-Headers"
            ]
        );
        for absent in ["access-control-max-age", "x-ratelimit-limit"] {
            assert_eq!(answer.header(absent), None, "nothing after CORS ran");
        }
    }
}

#[tokio::test]
async fn the_list_is_the_person_s() {
    let options =
        ServedOptions::default().env("CORS_ORIGINS", " HTTPS://App.Example ,http://b.example:1");
    let served = Served::start(options).await;
    let own = bearer(&served);
    let ask = async |origin: &str| {
        let headers = [("Authorization", own.as_str()), ("Origin", origin)];
        send(&served, "GET /workspaces", &headers).await.status
    };
    assert_eq!(ask("https://app.example").await, 200);
    assert_eq!(ask("http://b.example:1").await, 200);
    assert_eq!(
        ask("http://localhost:3000").await,
        403,
        "the default is replaced"
    );
}

#[tokio::test]
async fn a_star_lets_every_page_ask_and_none_in_without_a_credential() {
    let served = Served::start(ServedOptions::default().env("CORS_ORIGINS", "*")).await;
    let origin = ("Origin", "http://evil.example");
    let answer = send(&served, "GET /workspaces", &[origin]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let answer = send(
        &served,
        "GET /workspaces",
        &[origin, ("Host", "evil.example")],
    )
    .await;
    assert_eq!(answer.status, 403, "the Host is checked first");
    assert!(answer.body.contains(r#""code":"host_not_allowed""#));
}
