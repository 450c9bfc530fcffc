//! A database that does not answer is 503 in every class, and never "yes" or "no" (contract 01 sections 1.5, 2.13 and 7).
//! What does not need it goes on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use api::{App, app, document};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
};
use platform::{Platform, PlatformOptions};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

const ID: &str = "11111111-1111-4111-8111-111111111111";

async fn ask(router: &Router, method: &str, path: &str, bearer: Option<&str>) -> (u16, Value) {
    let mut request = Request::builder()
        .method(method.to_uppercase().as_str())
        .uri(path)
        .header("host", "localhost")
        .header("x-workspace-id", ID)
        .header("content-type", "application/json");
    if let Some(bearer) = bearer {
        request = request.header("authorization", format!("Bearer {bearer}"));
    }
    let body = json!({
        "id": ID, "workspace_id": ID, "agent_card": {}, "caller_id": ID, "target_id": ID, "ticket": "none",
        "url": "http://127.0.0.1:9", "name": "x", "method": "message/send",
    });
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 1024 * 1024).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_class_decides_without_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = PlatformOptions::new(folder.path());
    options.engines = Some(Arc::new(reconcile::Off));
    let platform = Platform::start(options).await.unwrap();
    let router = app(App::new(platform.clone(), None).unwrap());
    assert_eq!(
        ask(&router, "get", "/workspaces", Some("made-up")).await.0,
        401
    );
    platform.store().close().await;

    let mut wrong = Vec::new();
    for (pattern, item) in document().paths.paths {
        let item = serde_json::to_value(&item).unwrap();
        for method in ["get", "post", "put", "patch", "delete"] {
            if item.get(method).is_none() {
                continue;
            }
            let path = pattern
                .split('/')
                .map(|part| if part.starts_with('{') { ID } else { part })
                .collect::<Vec<_>>()
                .join("/");
            let (status, body) = ask(&router, method, &path, Some("made-up")).await;
            let fine = match pattern.as_str() {
                "/health" => status == 200,
                // A ticket is in memory; a signature is the sender's.
                "/auth/session" => status == 401,
                // Not there unless a person enabled it.
                "/admin/workspaces/{id}/test-token" => status == 404,
                path if path.starts_with("/webhooks/") => status != 200,
                path if path.ends_with("/approve") || path.ends_with("/deny") => status != 200,
                _ => {
                    let expected = json!({
                        "error": "platform datastore unavailable — retry shortly",
                        "code": "platform_unavailable",
                    });
                    status == 503 && body == expected
                }
            };
            if !fine {
                wrong.push(format!("{method} {pattern}: {status} {body}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Credentials that live in memory are known without it; the handler then says what it lacks.
    let own = platform.app_credential().to_owned();
    assert_eq!(
        ask(&router, "get", "/admin/liveness", Some(&own)).await.0,
        200
    );
    assert_eq!(ask(&router, "get", "/workspaces", Some(&own)).await.0, 503);
    assert_eq!(ask(&router, "get", "/workspaces", None).await.0, 401);
    assert_eq!(ask(&router, "get", "/health/ready", None).await.0, 503);
}
