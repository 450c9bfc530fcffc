//! Host and Origin (contract 01 sections 1.6 and 2.13): only names this platform serves, only pages it knows.

use crate::{app::App, connections::ArrivedAt, error::ApiError};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::net::IpAddr;

/// Methods and headers a preflight is told.
const METHODS: &str = "GET,POST,PUT,PATCH,DELETE,OPTIONS";
const HEADERS: &str = "Origin,Content-Type,X-Workspace-Id,Authorization,X-Molecule-Org-Id,X-Molecule-Org-Slug,Last-Event-ID,If-Match";
/// Headers of answers that a page of another origin may read.
const EXPOSED: &str = "X-RateLimit-Limit,X-RateLimit-Remaining,X-RateLimit-Reset,Retry-After";
const ANY: &str = "*";

pub(crate) async fn check_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(host) = served_host(&app, &request) else {
        return ApiError::new(
            StatusCode::FORBIDDEN,
            "host_not_allowed",
            "host not allowed",
        )
        .into_response();
    };
    let mut origins = request.headers().get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next().cloned() else {
        return next.run(request).await;
    };
    if origins.next().is_some() {
        return StatusCode::FORBIDDEN.into_response();
    }
    let text = origin.to_str().unwrap_or_default();
    if is_page_of(text, &host) {
        return next.run(request).await;
    }
    let list = app.platform.cors_origins();
    let answer = if list.iter().any(|allowed| allowed == ANY) {
        HeaderValue::from_static(ANY)
    } else if list.iter().any(|allowed| allowed == text) {
        origin
    } else {
        return StatusCode::FORBIDDEN.into_response();
    };
    if request.method() == Method::OPTIONS {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        preflight(response.headers_mut(), answer);
        return response;
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    allow(headers, answer);
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    response
}

fn is_page_of(origin: &str, host: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| origin.strip_prefix(scheme) == Some(host))
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

fn preflight(headers: &mut HeaderMap, origin: HeaderValue) {
    allow(headers, origin);
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
    ] as [(HeaderName, &'static str); 2]
    {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for value in [
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
    ] {
        headers.append(header::VARY, HeaderValue::from_static(value));
    }
}

/// The authority the client asked for, lower-case, if this platform serves it.
fn served_host(app: &App, request: &Request) -> Option<String> {
    let host = host_of(request.headers(), request.uri().host())?;
    let arrived = request.extensions().get::<ArrivedAt>();
    // Where a person bound every interface, the one a request arrived at is meant; a name that leads there by somebody
    // else's DNS is not.
    let here = arrived.is_some_and(|at| literal(&host) == Some(at.0.to_canonical()));
    (here || app.platform.serves_host(&host)).then_some(host)
}

/// The address that an authority is, if it is one.
fn literal(authority: &str) -> Option<IpAddr> {
    let address = match authority.strip_prefix('[') {
        Some(six) => six.split_once(']')?.0,
        None => authority.split(':').next()?,
    };
    address.parse().ok()
}

/// Two `Host` headers are none, and an address in the request line must be the one in the header.
fn host_of(headers: &HeaderMap, uri_host: Option<&str>) -> Option<String> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => {
            let host = host.to_str().ok()?.to_ascii_lowercase();
            let same = uri_host.is_none_or(|named| {
                let named = named.to_ascii_lowercase();
                host.strip_prefix(&named)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
            });
            same.then_some(host)
        }
        (None, _) => uri_host.map(str::to_ascii_lowercase),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_ours_by_the_whole_authority() {
        assert!(is_page_of("http://localhost:8080", "localhost:8080"));
        assert!(is_page_of("https://localhost:8080", "localhost:8080"));
        for foreign in [
            "http://localhost:3000",
            "http://localhost",
            "http://localhost:8080.evil.example",
            "http://evil.example?localhost:8080",
            "null",
            "localhost:8080",
        ] {
            assert!(!is_page_of(foreign, "localhost:8080"), "{foreign}");
        }
    }

    #[test]
    fn a_host_is_one_host() {
        let of = |hosts: &[&str], uri: Option<&str>| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, HeaderValue::from_str(host).unwrap());
            }
            host_of(&headers, uri)
        };
        assert_eq!(of(&["LocalHost:1"], None).as_deref(), Some("localhost:1"));
        assert_eq!(of(&["a", "a"], None), None);
        assert_eq!(of(&[], None), None);
        assert_eq!(of(&[], Some("a")).as_deref(), Some("a"));
        assert_eq!(of(&["a:1"], Some("A")).as_deref(), Some("a:1"));
        assert_eq!(of(&["localhost"], Some("evil.example")), None);
        assert_eq!(literal("127.0.0.1:80"), Some([127, 0, 0, 1].into()));
        assert_eq!(literal("[::1]:80"), "::1".parse().ok());
        assert_eq!(literal("localhost"), None);
    }
}
