//! Headers that every answer carries (contract 01 section 1.7); a handler may set one itself.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

const HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        header::STRICT_TRANSPORT_SECURITY,
        "max-age=31536000; includeSubDomains",
    ),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// Policy of answers that are data.
const DATA: &str = "default-src 'self'";
/// Policy of everything else, as the contract has it. The canvas that this program serves brings its own, which allows
/// no inline script (see `assets`).
const PAGES: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; connect-src 'self' ws: wss:; font-src 'self' data:";

/// First segments whose answers are data: those of the contract, then our own.
const API: &[&str] = &[
    "workspaces",
    "registry",
    "health",
    "admin",
    "metrics",
    "settings",
    "bundles",
    "org",
    "orgs",
    "templates",
    "plugins",
    "webhooks",
    "channels",
    "ws",
    "events",
    "approvals",
    "agents",
    "auth",
    "openapi.json",
    "personas",
    "shell",
    "stack",
    "vault",
];

pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let policy = policy(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(policy));
    response
}

fn policy(path: &str) -> &'static str {
    let first = path.trim_start_matches('/').split('/').next();
    if first.is_some_and(|first| API.contains(&first)) {
        DATA
    } else {
        PAGES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_gets_the_strict_policy() {
        for path in ["/workspaces", "/workspaces/1/state", "/ws", "/org/tokens"] {
            assert_eq!(policy(path), DATA, "{path}");
        }
        for path in [
            "/",
            "/canvas/viewport",
            "/instructions",
            "/workspacesx",
            "/nothing",
        ] {
            assert_eq!(policy(path), PAGES, "{path}");
        }
    }
}
