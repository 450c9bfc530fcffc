//! Host and Origin (contract 01 sections 1.6 and 2.13): only names this platform serves, only pages it knows.

use crate::{app::App, error::ApiError};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Methods and headers a preflight is told.
const METHODS: &str = "GET,POST,PUT,PATCH,DELETE,OPTIONS";
const HEADERS: &str = "Origin,Content-Type,X-Workspace-Id,Authorization,X-Molecule-Org-Id,X-Molecule-Org-Slug,Last-Event-ID,If-Match";

pub(crate) async fn check_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = host_of(headers, request.uri().host());
    let Some(host) = host.filter(|host| app.platform.serves_host(host)) else {
        return ApiError::new(
            StatusCode::FORBIDDEN,
            "host_not_allowed",
            "host not allowed",
        )
        .into_response();
    };
    let origin = headers.get(header::ORIGIN).cloned();
    let Some(origin) = origin else {
        return next.run(request).await;
    };
    let text = origin.to_str().unwrap_or_default().to_ascii_lowercase();
    if text == format!("http://{host}") || text == format!("https://{host}") {
        return next.run(request).await;
    }
    if !app
        .platform
        .cors_origins()
        .iter()
        .any(|allowed| *allowed == text || allowed == "*")
    {
        return StatusCode::FORBIDDEN.into_response();
    }
    if request.method() == Method::OPTIONS {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let head = response.headers_mut();
        allow(head, &origin);
        head.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static(METHODS),
        );
        head.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static(HEADERS),
        );
        head.append(
            header::VARY,
            HeaderValue::from_static("Access-Control-Request-Method"),
        );
        head.append(
            header::VARY,
            HeaderValue::from_static("Access-Control-Request-Headers"),
        );
        return response;
    }
    let mut response = next.run(request).await;
    allow(response.headers_mut(), &origin);
    response
}

fn allow(headers: &mut HeaderMap, origin: &HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

/// The authority the client asked for, lower-case. Two `Host` headers are none.
fn host_of(headers: &HeaderMap, uri_host: Option<&str>) -> Option<String> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok().map(str::to_ascii_lowercase),
        (None, _) => uri_host.map(str::to_ascii_lowercase),
        _ => None,
    }
}
