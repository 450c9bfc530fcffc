//! 3.12 model and provider, 3.13 the config document, 3.14 the viewport.

use crate::{named, served};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn model_and_provider_are_set_and_cleared() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    for key in ["model", "provider"] {
        let path = format!("/workspaces/{a}/{key}");
        assert_eq!(
            served.get(&path).await,
            (200, json!({key: "", "source": "default"}))
        );
        let (status, answer) = served
            .ask(Method::PUT, &path, Some(json!({key: "x"})))
            .await
            .unwrap();
        assert_eq!(
            (status, answer),
            (200, json!({key: "x", "status": "saved"}))
        );
        assert_eq!(
            served.get(&path).await.1,
            json!({key: "x", "source": "workspace_secrets"})
        );
        let (status, answer) = served
            .ask(Method::PUT, &path, Some(json!({key: ""})))
            .await
            .unwrap();
        assert_eq!((status, answer), (200, json!({"status": "cleared"})));
    }
}

#[tokio::test]
async fn the_config_document_merges_at_the_top_and_knows_its_limit() {
    let (served, _root) = served(&[]).await;
    let a = named(&served, "A").await;
    let path = format!("/workspaces/{a}/config");
    assert_eq!(served.get(&path).await, (200, json!({"data": {}})));
    served.patch(&path, json!({"a": {"x": 1}, "b": 1})).await;
    let (status, answer) = served.patch(&path, json!({"a": {"y": 2}, "b": null})).await;
    assert_eq!((status, answer), (200, json!({"status": "updated"})));
    assert_eq!(
        served.get(&path).await.1["data"],
        json!({"a": {"y": 2}, "b": null})
    );
    let (status, answer) = served
        .patch(&path, json!({"big": "x".repeat(262_144)}))
        .await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (413, Some("body too large or unreadable"))
    );
    let broken = served
        .request(Method::PATCH, &path)
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(broken.status(), 400);
    assert_eq!(
        broken.json::<Value>().await.unwrap()["error"],
        "invalid JSON"
    );
}

#[tokio::test]
async fn the_viewport_is_one_shared_record() {
    let (served, _root) = served(&[]).await;
    assert_eq!(
        served.get("/canvas/viewport").await,
        (200, json!({"x": 0, "y": 0, "zoom": 1}))
    );
    let body = json!({"x": 1.5, "zoom": 2});
    let (status, answer) = served
        .ask(Method::PUT, "/canvas/viewport", Some(body))
        .await
        .unwrap();
    assert_eq!((status, answer), (200, json!({"status": "saved"})));
    assert_eq!(
        served.get("/canvas/viewport").await.1,
        json!({"x": 1.5, "y": 0, "zoom": 2})
    );
}
