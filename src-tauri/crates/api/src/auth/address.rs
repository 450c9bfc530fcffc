//! Addresses that carry a credential, for clients that can send none: `http://HOST/c/<credential>/…` is the same API
//! (contract 01 section 2.13).

use axum::{
    Router,
    extract::{Path, Request},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::any,
};
use tower::ServiceExt;

/// The credential that stood in the path.
#[derive(Clone)]
pub(crate) struct AddressCredential(pub String);

/// Serves `inner` as it is and below `/c/<credential>`.
pub(crate) fn with_address_credentials(inner: Router) -> Router {
    let below = inner.clone();
    let strip = move |Path((credential, _)): Path<(String, String)>, request: Request| {
        let inner = below.clone();
        async move { forward(inner, credential, request).await }
    };
    Router::new()
        .route("/c/{credential}/{*rest}", any(strip))
        .fallback_service(inner)
}

async fn forward(inner: Router, credential: String, mut request: Request) -> Response {
    // Taken from the raw path, so that nothing in it is decoded twice.
    let whole = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let rest = whole
        .strip_prefix("/c/")
        .and_then(|path| path.split_once('/'))
        .map_or("", |(_, rest)| rest);
    let Ok(uri) = format!("/{rest}").parse::<Uri>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = uri;
    request
        .extensions_mut()
        .insert(AddressCredential(credential));
    match inner.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
