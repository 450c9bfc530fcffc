//! Addresses that carry a credential, for clients that can send none: `http://HOST/c/<credential>/…` is the same API
//! (contract 01 section 2.13).

use crate::app::App;
use axum::{
    extract::{FromRequestParts, Request},
    http::{
        header::HOST,
        request::Parts,
        uri::{PathAndQuery, Uri},
    },
};
use std::convert::Infallible;

/// The credential that stood in the path.
#[derive(Clone)]
pub(crate) struct AddressCredential(pub String);

/// The address by which a caller found this platform, without a slash at the end. It is what that caller can use again,
/// whichever way it came: from this computer, from a container, with an address credential of its own.
pub(crate) struct ReachedAt(pub String);

impl FromRequestParts<App> for ReachedAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // The host was checked before any route saw it.
        let host = parts
            .headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .or_else(|| parts.uri.authority().map(|named| named.as_str()));
        let base = match host {
            Some(host) => format!("http://{host}"),
            None => app.platform.public_url(None),
        };
        Ok(Self(match parts.extensions.get::<AddressCredential>() {
            Some(AddressCredential(credential)) => format!("{base}/c/{credential}"),
            None => base,
        }))
    }
}

/// Takes the credential off a path below `/c/<credential>`, before any route, counter or log sees it.
pub(crate) fn take_address(mut request: Request) -> Request {
    // Taken from the raw path, so that nothing in it is decoded twice.
    let whole = request
        .uri()
        .path_and_query()
        .map_or("/", PathAndQuery::as_str);
    let Some(path) = whole.strip_prefix("/c/") else {
        return request;
    };
    let end = path.find(['/', '?']).unwrap_or(path.len());
    let (credential, rest) = path.split_at(end);
    let rest = if rest.starts_with('/') {
        rest.to_owned()
    } else {
        format!("/{rest}")
    };
    let credential = AddressCredential(credential.to_owned());
    // A path behind a valid path is one too; if not, the whole stays as it is and is not found.
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = rest.parse().ok();
    if parts.path_and_query.is_some()
        && let Ok(uri) = Uri::from_parts(parts)
    {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(credential);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn the_credential_is_taken_off_and_nothing_is_decoded() {
        for (path, credential, rest) in [
            (
                "/c/tok/workspaces/1?limit=2",
                Some("tok"),
                "/workspaces/1?limit=2",
            ),
            ("/c/tok", Some("tok"), "/"),
            ("/c/tok/", Some("tok"), "/"),
            ("/c/tok?x=1", Some("tok"), "/?x=1"),
            ("/c/tok/a%2Fb%20c", Some("tok"), "/a%2Fb%20c"),
            ("/c/tok//evil.example/", Some("tok"), "//evil.example/"),
            ("/c//workspaces", Some(""), "/workspaces"),
            ("/canvas/viewport", None, "/canvas/viewport"),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let request = take_address(request);
            let found = request.extensions().get::<AddressCredential>();
            assert_eq!(found.map(|one| one.0.as_str()), credential, "{path}");
            assert_eq!(request.uri().to_string(), rest, "{path}");
        }
    }
}
