//! 1.5 JSON and error conventions.

use crate::{bearer, send};
use product_tests::{raw, request, seconds};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions};

#[tokio::test]
async fn answers_have_the_form_clients_search_for() {
    let served = Served::start(ServedOptions::default()).await;
    let (status, made) = served
        .post(
            "/workspaces",
            json!({"name": "A", "runtime": "mock", "canvas": {"x": 100, "y": 0.5}}),
        )
        .await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap();
    let whole = async |path: &str| {
        let response = served
            .request(Method::GET, &format!("/workspaces/{id}{path}"))
            .send()
            .await
            .unwrap();
        assert_eq!(
            response.headers()["content-type"],
            "application/json; charset=utf-8"
        );
        response.text().await.unwrap()
    };
    let document = json!({"text": "<a> & \u{2028}\u{2029}"});
    assert_eq!(
        served
            .patch(&format!("/workspaces/{id}/config"), document)
            .await
            .0,
        200
    );
    let text = whole("/config").await;
    assert!(
        text.contains(r#""text":"\u003ca\u003e \u0026 \u2028\u2029""#),
        "{text}"
    );
    let text = whole("").await;
    assert!(
        text.contains(r#""x":100,"#) && text.contains(r#""y":0.5"#),
        "{text}"
    );
    assert!(text.contains(r#""last_error_rate":0,"#), "{text}");
    assert!(
        !text.contains(": ") && !text.contains(", "),
        "compact: {text}"
    );
    let row: Value = serde_json::from_str(&text).unwrap();
    let (_, events) = served.get("/events").await;
    for at in events
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["created_at"])
    {
        let at = at.as_str().unwrap();
        assert!(at.ends_with('Z'), "{at}");
        assert!(
            !at.contains('.') || !at.ends_with("0Z"),
            "no trailing zeros: {at}"
        );
    }
    assert_eq!(row["id"], id);
}

#[tokio::test]
async fn requests_are_read_as_clients_write_them() {
    let served = Served::start(ServedOptions::default()).await;
    let (status, made) = served
        .post(
            "/workspaces",
            json!({"NAME": "A", "Runtime": "mock", "tier": 2.0, "role": null, "unknown": {"deep": [1]}}),
        )
        .await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap();
    let (_, row) = served.get(&format!("/workspaces/{id}")).await;
    assert_eq!(
        (
            row["name"].as_str(),
            row["runtime"].as_str(),
            row["tier"].as_i64()
        ),
        (Some("A"), Some("mock"), Some(2))
    );
    for body in [
        json!({"name": "B", "tier": 1.5}),
        json!({"name": "B", "tier": "2"}),
        json!({"name": 7}),
        json!({"name": null}),
        json!([]),
        json!("text"),
    ] {
        let (status, answer) = served.post("/workspaces", body.clone()).await;
        assert_eq!(status, 400, "{body}: {answer}");
        assert_eq!(
            answer["error"], "invalid workspace payload",
            "{body}: {answer}"
        );
        assert!(answer["code"].is_string(), "{answer}");
    }
    assert_eq!(served.workspaces().await.len(), 1);
}

#[tokio::test]
async fn a_malformed_id_is_one_400_everywhere() {
    let options = ServedOptions::default().env("MOLECULE_ENABLE_TEST_TOKENS", "1");
    let served = Served::start(options).await;
    let (_, document) = served.get("/openapi.json").await;
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/workspaces/{id}")
            && !path.starts_with("/registry/")
            && !path.contains("/workspaces/{id}/")
        {
            continue;
        }
        if !path.contains("{id}") {
            continue;
        }
        for method in methods.as_object().unwrap().keys() {
            let Ok(verb) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&verb.as_str()) {
                continue;
            }
            let filled = path
                .split('/')
                .map(|part| match part {
                    "{id}" => "not-an-id",
                    part if part.starts_with('{') => "x",
                    part => part,
                })
                .collect::<Vec<_>>()
                .join("/");
            let mut request = served
                .request(verb.clone(), &filled)
                .header("x-workspace-id", "11111111-1111-4111-8111-111111111111");
            if verb != Method::GET && verb != Method::DELETE {
                request = request.json(&json!({}));
            }
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let text = response.text().await.unwrap();
            // Only the workspace itself reads these; whoever else asks hears so first.
            let own_only = path.ends_with("/secrets/values") || path.ends_with("/download");
            assert!(
                text.contains(r#""error":"invalid workspace ID""#) && status == 400
                    || own_only && status == 401,
                "{verb} {path}: {status} {text}"
            );
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked}");
}

#[tokio::test]
async fn a_body_that_is_none_gets_the_route_s_own_400() {
    let served = Served::start(ServedOptions::default()).await;
    let own = bearer(&served);
    for (path, text) in [
        ("/workspaces", "invalid workspace payload"),
        ("/canvas/viewport", "invalid viewport data"),
    ] {
        let verb = if path == "/workspaces" { "POST" } else { "PUT" };
        for body in ["", "{", "nope", "{} {}", "\u{0}"] {
            let length = body.len().to_string();
            let headers = [
                ("Authorization", own.as_str()),
                ("Content-Length", length.as_str()),
            ];
            let bytes = request(&format!("{verb} {path}"), &headers, body);
            let answer = raw(served.owner.port, bytes.as_bytes(), seconds(10)).await;
            assert_eq!(answer.status, 400, "{path} {body:?}");
            assert!(
                answer.body.contains(text),
                "{path} {body:?}: {}",
                answer.body
            );
        }
    }
    let answer = send(
        &served,
        "GET /workspaces/%ff",
        &[("Authorization", own.as_str())],
    )
    .await;
    assert_eq!(
        answer.status, 400,
        "a path that is no text: {}",
        answer.body
    );
}
