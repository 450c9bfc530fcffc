//! What is answered where no route is (contract 01 section 1.4): one text for unknown paths and methods, no 405, no
//! `HEAD`, and a redirect for a known route with a slash too many.

use crate::auth::AddressCredential;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use utoipa::openapi::OpenApi;

/// Marks an answer for which no route was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unmatched;

/// Unknown paths and methods are one answer.
pub(crate) async fn unmatched() -> Response {
    let mut response = (
        StatusCode::NOT_FOUND,
        [(header::CONTENT_TYPE, "text/plain")],
        "404 page not found",
    )
        .into_response();
    response.extensions_mut().insert(Unmatched);
    response
}

/// Patterns of the routes that are served.
#[derive(Debug, Clone)]
pub(crate) struct Known(Arc<Vec<String>>);

impl Known {
    /// The routes of the document.
    pub(crate) fn of(document: &OpenApi) -> Self {
        let patterns = document.paths.paths.keys();
        let patterns = patterns.map(|path| path.replace("{*", "{"));
        Self(Arc::new(
            patterns.chain(["/openapi.json".to_owned()]).collect(),
        ))
    }

    fn has(&self, path: &str) -> bool {
        self.0.iter().any(|pattern| fits(pattern, path))
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    for expected in pattern.split('/') {
        if expected.starts_with("{*") {
            return parts.next().is_some();
        }
        match parts.next() {
            Some(part) if expected.starts_with('{') && !part.is_empty() => {}
            Some(part) if part == expected => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

/// Refuses what no route may see, and leads a slash too many back.
pub(crate) async fn routing(State(known): State<Known>, request: Request, next: Next) -> Response {
    if request.method() == Method::HEAD {
        return unmatched().await;
    }
    if let Some(location) = without_slash(&known, &request) {
        let status = if request.method() == Method::GET {
            StatusCode::MOVED_PERMANENTLY
        } else {
            StatusCode::TEMPORARY_REDIRECT
        };
        return (status, [(header::LOCATION, location)]).into_response();
    }
    next.run(request).await
}

/// The router names the methods that a path has, outside of every layer; where there is no 405 that says nothing.
pub(crate) fn without_methods(mut response: Response) -> Response {
    if response.extensions().get::<Unmatched>().is_some() {
        response.headers_mut().remove(header::ALLOW);
    }
    response
}

fn without_slash(known: &Known, request: &Request) -> Option<HeaderValue> {
    let path = request.uri().path();
    let short = path.strip_suffix('/').filter(|short| known.has(short))?;
    let prefix = request
        .extensions()
        .get::<AddressCredential>()
        .map(|address| format!("/c/{}", address.0))
        .unwrap_or_default();
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    HeaderValue::from_str(&format!("{prefix}{short}{query}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_its_own_pattern_only() {
        let known = Known(Arc::new(vec![
            "/workspaces".into(),
            "/workspaces/{id}".into(),
            "/workspaces/{id}/files/{*path}".into(),
        ]));
        for (path, fits) in [
            ("/workspaces", true),
            ("/workspaces/1", true),
            ("/workspaces/", false),
            ("/workspaces/1/files/a/b", true),
            ("/workspaces/1/nothing", false),
            // Nobody is led to another host.
            ("//evil.example", false),
            ("/", false),
            ("", false),
        ] {
            assert_eq!(known.has(path), fits, "{path}");
        }
    }
}
