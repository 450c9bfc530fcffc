//! 2.10 the test token: off unless a person enabled it.

use crate::{as_bearer, org_token, token_of, told, workspace};
use reqwest::Method;
use serde_json::json;
use testkit::{Served, ServedOptions};

#[tokio::test]
async fn there_is_no_such_route_by_default() {
    for word in ["", "development", "production"] {
        let served = Served::start(ServedOptions::default().env("MOLECULE_ENV", word)).await;
        let id = workspace(&served, "A").await;
        let (status, body) = served
            .get(&format!("/admin/workspaces/{id}/test-token"))
            .await;
        assert_eq!(
            (status, &body["error"]),
            (404, &"not found".into()),
            "MOLECULE_ENV={word}"
        );
    }
}

#[tokio::test]
async fn enabled_it_is_for_admin_class_callers() {
    let options = ServedOptions::default()
        .env("MOLECULE_ENABLE_TEST_TOKENS", "1")
        .env("ADMIN_TOKEN", "correct horse");
    let served = Served::start(options).await;
    let id = workspace(&served, "A").await;
    let path = format!("/admin/workspaces/{id}/test-token");
    let own = token_of(&served, &id).await;
    let (status, body) = told(served.bare(Method::GET, &path)).await;
    assert_eq!(
        (status, &body["error"]),
        (401, &"admin auth required".into())
    );
    assert_eq!(as_bearer(&served, Method::GET, &path, &own).await.0, 401);
    assert_eq!(
        as_bearer(&served, Method::GET, &path, &org_token(&served).await)
            .await
            .0,
        200
    );
    // Scripts bring the bare token to this one route.
    let bare = |path: &str| {
        served
            .bare(Method::GET, path)
            .header("authorization", "correct horse")
    };
    let (status, body) = told(bare(&path)).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(told(bare("/workspaces")).await.0, 401);
    let token = body["auth_token"].as_str().unwrap();
    assert_eq!(body, json!({"auth_token": token, "workspace_id": id}));
    assert_eq!(
        as_bearer(
            &served,
            Method::GET,
            &format!("/workspaces/{id}/state"),
            token
        )
        .await
        .0,
        200
    );
    let (_, list) = served.get(&format!("/workspaces/{id}/tokens")).await;
    assert_eq!(list["tokens"][0]["name"], "test token");
    assert!(
        list["tokens"][0]["expires_at"].is_string(),
        "scripts never clean up: {list}"
    );
    let ghost = "/admin/workspaces/99999999-9999-4999-8999-999999999999/test-token";
    let (status, body) = served.get(ghost).await;
    assert_eq!(
        (status, &body["error"]),
        (404, &"workspace not found".into())
    );
}

#[tokio::test]
async fn open_mode_has_it_for_everybody() {
    let options = ServedOptions {
        open_mode: true,
        ..ServedOptions::default()
    };
    let served = Served::start(options).await;
    let id = workspace(&served, "A").await;
    let (status, body) =
        told(served.bare(Method::GET, &format!("/admin/workspaces/{id}/test-token"))).await;
    assert_eq!(status, 200, "{body}");
}
