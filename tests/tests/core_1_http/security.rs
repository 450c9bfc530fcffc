//! 1.7 security headers, on every answer (section 7).

use crate::{bearer, send};
use testkit::{Served, ServedOptions};

const DATA: &str = "default-src 'self'";
const PAGES: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; font-src 'self' data:";

#[tokio::test]
async fn every_answer_carries_them() {
    let served = Served::start(ServedOptions::default()).await;
    let own = bearer(&served);
    let evil = [("Host", "evil.example")];
    let foreign = [("Origin", "http://evil.example")];
    let preflight = [("Origin", "http://localhost:3000")];
    let admin = [("Authorization", own.as_str())];
    for (line, headers, status, policy) in [
        ("GET /health", &[][..], 200, DATA),
        ("GET /workspaces", &[], 401, DATA),
        ("GET /workspaces", &admin, 200, DATA),
        ("GET /org/tokens", &admin, 200, DATA),
        ("GET /canvas/viewport", &admin, 200, PAGES),
        ("GET /nothing", &[], 404, PAGES),
        ("GET /workspaces/1/nothing", &[], 404, DATA),
        ("GET /health/", &[], 301, DATA),
        ("GET /workspaces", &evil, 403, DATA),
        ("GET /workspaces", &foreign, 403, DATA),
        ("OPTIONS /workspaces", &preflight, 204, DATA),
    ] {
        let answer = send(&served, line, headers).await;
        assert_eq!(answer.status, status, "{line} {headers:?}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            (
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            (
                "permissions-policy",
                "camera=(), microphone=(), geolocation=()",
            ),
            ("content-security-policy", policy),
        ] {
            assert_eq!(answer.header(name), Some(value), "{line} {status}: {name}");
        }
    }
}

/// The canvas is ours, so its policy is stricter than the contract's: no inline script, no foreign frame or form.
#[tokio::test]
async fn the_served_canvas_runs_no_inline_script() {
    let served = Served::start(ServedOptions::default()).await;
    let answer = send(&served, "GET /", &[]).await;
    if answer.status == 503 {
        assert!(
            answer.body.contains("canvas was not built"),
            "{}",
            answer.body
        );
        return;
    }
    let policy = answer.header("content-security-policy").unwrap();
    let scripts = policy
        .split(';')
        .find_map(|part| part.trim().strip_prefix("script-src "));
    assert_eq!(scripts, Some("'self'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let inline = answer
        .body
        .split("<script")
        .skip(1)
        .any(|tag| !tag.contains("src="));
    assert!(!inline, "{}", answer.body);
}
