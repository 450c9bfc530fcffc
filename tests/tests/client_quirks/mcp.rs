//! The universal MCP wheel (15.2) and the MCP server with its 87 tools (15.4).

use crate::{
    closed,
    exact::{
        Library::{Fetch, Httpx},
        Reply, bearer, send,
    },
    open,
};
use product_tests::Outside;
use serde_json::{Value, json};
use testkit::Served;

async fn wheel(
    served: &Served,
    agent: &Outside,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Reply {
    let (bearer, origin) = (
        bearer(&agent.token),
        format!("http://127.0.0.1:{}", served.owner.port),
    );
    let headers = [
        ("Authorization", bearer.as_str()),
        ("X-Workspace-ID", &agent.id),
        ("Origin", &origin),
    ];
    send(served, Httpx, method, path, &headers, body).await
}

#[tokio::test]
async fn universal_mcp_wheel_registers_beats_every_20_s_and_polls_with_bearer_origin_and_its_id() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let card =
        json!({"id": agent.id, "delivery_mode": "poll", "agent_card": {"name": "molecule-mcp"}});
    let reply = wheel(&served, &agent, "POST", "/registry/register", Some(&card)).await;
    assert_eq!(
        (reply.status, &reply.json["delivery_mode"]),
        (200, &json!("poll"))
    );
    let beat = json!({"workspace_id": agent.id, "active_tasks": 0, "uptime_seconds": 20});
    assert_eq!(
        wheel(&served, &agent, "POST", "/registry/heartbeat", Some(&beat))
            .await
            .status,
        200
    );
    assert_eq!(served.say(&agent.id, "hello from the canvas").await.0, 200);
    let path = format!("/workspaces/{}/activity?type=a2a_receive", agent.id);
    let rows = wheel(&served, &agent, "GET", &path, None).await;
    let row = &rows.json[0];
    assert_eq!(row["data"]["source"], "canvas_user", "{}", rows.text);
    assert_eq!(row["data"]["text"], "hello from the canvas");
    assert!(row["id"].is_string() && row["created_at"].is_string());
    let path = format!(
        "/workspaces/{}/activity?type=a2a_receive&since_id=00000000-0000-4000-8000-000000000001",
        agent.id
    );
    assert_eq!(
        wheel(&served, &agent, "GET", &path, None).await.status,
        410,
        "a lost cursor"
    );
}

#[tokio::test]
async fn universal_mcp_wheel_exits_on_401_at_register_with_a_bad_token() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let wrong = Outside {
        token: "stale".into(),
        ..agent
    };
    let card = json!({"id": wrong.id, "delivery_mode": "poll", "agent_card": {}});
    let reply = wheel(&served, &wrong, "POST", "/registry/register", Some(&card)).await;
    assert_eq!(reply.status, 401, "{}", reply.text);
}

#[tokio::test]
async fn universal_mcp_wheel_shows_the_hint_of_a_removed_workspace_from_410() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let other = Outside::create(&served, "B", None).await;
    served.delete(&format!("/workspaces/{}", agent.id)).await;
    let path = format!("/workspaces/{}", agent.id);
    let reply = wheel(&served, &other, "GET", &path, None).await;
    assert_eq!(
        (reply.status, &reply.json["error"]),
        (410, &json!("workspace removed"))
    );
    for key in ["id", "removed_at", "hint"] {
        assert!(reply.json[key].is_string(), "{key}: {}", reply.text);
    }
    for _ in 0..3 {
        let beat = json!({"workspace_id": agent.id});
        let reply = wheel(&served, &agent, "POST", "/registry/heartbeat", Some(&beat)).await;
        assert_eq!(
            reply.status, 401,
            "three in a row make it print its re-onboarding help"
        );
    }
}

async fn tool(served: &Served, method: &str, path: &str, body: Option<&Value>) -> Value {
    let reply = send(served, Fetch, method, path, &[], body).await;
    assert!(
        (200..300).contains(&reply.status),
        "{method} {path}: {}",
        reply.text
    );
    assert!(
        reply.json.get("error").is_none(),
        "a body with `error` counts as a failure: {}",
        reply.text
    );
    reply.json
}

#[tokio::test]
async fn mcp_server_list_get_create_patch_delete_and_lifecycle_without_any_credential_in_open_mode()
{
    let served = open().await;
    let body =
        json!({"name": "Made by a tool", "runtime": "mock", "canvas": {"x": 312.7, "y": 88.1}});
    let id = tool(&served, "POST", "/workspaces", Some(&body)).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let one = format!("/workspaces/{id}");
    assert_eq!(
        tool(&served, "GET", "/workspaces", None).await[0]["id"],
        id.as_str()
    );
    assert_eq!(
        tool(&served, "GET", &one, None).await["name"],
        "Made by a tool"
    );
    tool(
        &served,
        "PATCH",
        &one,
        Some(&json!({"role": "Tester", "tier": 1})),
    )
    .await;
    tool(&served, "POST", &format!("{one}/pause"), None).await;
    tool(&served, "POST", &format!("{one}/resume"), None).await;
    tool(&served, "POST", &format!("{one}/restart"), None).await;
    tool(&served, "POST", &format!("{one}/collapse"), None).await;
    tool(
        &served,
        "POST",
        &format!("{one}/agent"),
        Some(&json!({"model": "m"})),
    )
    .await;
    tool(
        &served,
        "PUT",
        &format!("{one}/model"),
        Some(&json!({"model": "m"})),
    )
    .await;
    tool(&served, "GET", &format!("{one}/config"), None).await;
    tool(&served, "GET", "/events", None).await;
    tool(&served, "GET", &format!("/events/{id}"), None).await;
    tool(
        &served,
        "PUT",
        "/canvas/viewport",
        Some(&json!({"x": 1, "y": 2, "zoom": 1})),
    )
    .await;
    tool(&served, "GET", "/canvas/viewport", None).await;
    tool(&served, "GET", &format!("/registry/{id}/peers"), None).await;
    let access = json!({"caller_id": id, "target_id": id});
    let access = tool(&served, "POST", "/registry/check-access", Some(&access)).await;
    assert_eq!(access, json!({"allowed": true}));
    tool(&served, "DELETE", &format!("{one}?confirm=true"), None).await;
}

#[tokio::test]
async fn mcp_server_discover_sends_no_caller_header_and_gets_400() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let path = format!("/registry/discover/{}", agent.id);
    let reply = send(&served, Fetch, "GET", &path, &[], None).await;
    assert_eq!(
        (reply.status, &reply.json["error"]),
        (400, &json!("X-Workspace-ID header is required"))
    );
}

#[tokio::test]
async fn mcp_server_without_a_credential_gets_401_in_closed_mode() {
    let served = closed().await;
    let reply = send(&served, Fetch, "GET", "/workspaces", &[], None).await;
    assert_eq!(
        (reply.status, &reply.json["error"], &reply.json["code"]),
        (401, &json!("admin auth required"), &json!("auth_required"))
    );
}

#[tokio::test]
async fn mcp_server_chat_with_agent_reads_result_parts_of_kind_text() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let echo = testkit::EchoAgent::start().await.unwrap();
    agent.register(&served, &echo).await;
    let path = format!("/workspaces/{}/a2a", agent.id);
    let body = json!({"method": "message/send", "params": {"message": {"role": "user", "parts": [{"type": "text", "text": "hi"}]}}});
    let answer = tool(&served, "POST", &path, Some(&body)).await;
    assert_eq!(answer["result"]["parts"][0]["kind"], "text");
    assert_eq!(answer["result"]["parts"][0]["text"], "echo: hi");
}

#[tokio::test]
async fn mcp_server_notify_user_with_only_a_type_and_report_activity_with_its_own_types() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let notify = format!("/workspaces/{}/notify", agent.id);
    tool(
        &served,
        "POST",
        &notify,
        Some(&json!({"type": "task_complete"})),
    )
    .await;
    let activity = format!("/workspaces/{}/activity", agent.id);
    for kind in ["tool_call", "task_complete"] {
        tool(
            &served,
            "POST",
            &activity,
            Some(&json!({"activity_type": kind, "summary": "s"})),
        )
        .await;
    }
}

#[tokio::test]
async fn mcp_server_list_activity_newest_first_and_session_search() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let echo = testkit::EchoAgent::start().await.unwrap();
    agent.register(&served, &echo).await;
    for text in ["first words", "second words"] {
        assert_eq!(served.say(&agent.id, text).await.0, 200);
    }
    let path = format!(
        "/workspaces/{}/activity?type=a2a_receive&limit=10",
        agent.id
    );
    let rows = tool(&served, "GET", &path, None).await;
    let part = &rows[0]["request_body"]["params"]["message"]["parts"][0];
    assert_eq!(part["text"], "second words", "{rows}");
    let path = format!(
        "/workspaces/{}/session-search?q=first%20words&limit=5",
        agent.id
    );
    let found = tool(&served, "GET", &path, None).await;
    assert_eq!(found[0]["kind"], "activity", "{found}");
    assert_eq!(found.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn mcp_server_expand_agent_calls_model_provider_and_bundle_in_open_mode() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("lead")).unwrap();
    let config =
        "name: Lead\nruntime: mock\nsub_workspaces:\n  - config: writer\n    name: Writer\n";
    std::fs::write(root.path().join("lead/config.yaml"), config).unwrap();
    let served = Served::start(
        testkit::ServedOptions {
            open_mode: true,
            ..testkit::ServedOptions::default()
        }
        .env("CONFIGS_DIR", &root.path().to_string_lossy()),
    )
    .await;
    let made = json!({"name": "Lead", "runtime": "mock"});
    let made = tool(&served, "POST", "/workspaces", Some(&made)).await;
    let one = format!("/workspaces/{}", made["id"].as_str().unwrap());
    let expanded = tool(&served, "POST", &format!("{one}/expand"), None).await;
    assert_eq!(expanded["children"][0]["name"], "Writer", "{expanded}");
    let writer = expanded["children"][0]["id"].clone();
    for (method, word, body) in [
        ("POST", "agent", Some(json!({"model": "m"}))),
        ("PATCH", "agent", Some(json!({"model": "n"}))),
        (
            "POST",
            "agent/move",
            Some(json!({"target_workspace_id": writer})),
        ),
        ("PUT", "provider", Some(json!({"provider": "p"}))),
        ("GET", "model", None),
        ("GET", "provider", None),
        ("PATCH", "config", Some(json!({"note": 1}))),
    ] {
        tool(&served, method, &format!("{one}/{word}"), body.as_ref()).await;
    }
    let path = format!("/bundles/export/{}", made["id"].as_str().unwrap());
    let bundle = tool(&served, "GET", &path, None).await;
    tool(&served, "POST", "/bundles/import", Some(&bundle)).await;
}

#[tokio::test]
async fn mcp_server_works_closed_through_an_address_credential_where_the_client_keeps_the_path() {
    let served = closed().await;
    let (status, minted) = served
        .post("/org/tokens", json!({"name": "mcp server"}))
        .await;
    assert_eq!(status, 200, "{minted}");
    let base = format!("/c/{}", minted["auth_token"].as_str().unwrap());
    let made = json!({"name": "Made by a tool", "runtime": "mock"});
    let made = tool(&served, "POST", &format!("{base}/workspaces"), Some(&made)).await;
    let one = format!("{base}/workspaces/{}", made["id"].as_str().unwrap());
    assert_eq!(
        tool(&served, "GET", &one, None).await["name"],
        "Made by a tool"
    );
    tool(&served, "GET", &format!("{base}/agents"), None).await;
    tool(&served, "DELETE", &format!("{one}?confirm=true"), None).await;
}

#[tokio::test]
async fn mcp_server_list_events_of_all_and_of_one_newest_first() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    Outside::create(&served, "B", None).await;
    let all = tool(&served, "GET", "/events", None).await;
    assert_eq!(all[0]["event_type"], "WORKSPACE_AWAITING_AGENT", "{all}");
    assert_ne!(
        all[0]["workspace_id"],
        agent.id.as_str(),
        "the newest first"
    );
    let one = tool(&served, "GET", &format!("/events/{}", agent.id), None).await;
    let of: Vec<&Value> = one
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["workspace_id"])
        .collect();
    assert!(
        !of.is_empty() && of.iter().all(|id| **id == json!(agent.id)),
        "{one}"
    );
}

#[tokio::test]
async fn mcp_server_create_update_delete_list_schedules_run_schedule_without_body_get_schedule_history()
 {
    let served = open().await;
    let made = json!({"name": "Demo", "runtime": "mock"});
    let made = tool(&served, "POST", "/workspaces", Some(&made)).await;
    let id = made["id"].as_str().unwrap().to_owned();
    served
        .until(&id, "being online", product_tests::seconds(20), |row| {
            row["status"] == "online"
        })
        .await;
    let at = format!("/workspaces/{id}/schedules");
    let body = json!({"name": "Morning", "cron_expr": "0 9 * * *", "timezone": "UTC", "prompt": "Look around.", "enabled": true});
    let schedule = tool(&served, "POST", &at, Some(&body)).await;
    let one = format!("{at}/{}", schedule["id"].as_str().expect("an id"));
    tool(&served, "PATCH", &one, Some(&json!({"enabled": false}))).await;
    let listed = tool(&served, "GET", &at, None).await;
    assert_eq!(
        (&listed[0]["name"], &listed[0]["enabled"]),
        (&json!("Morning"), &json!(false)),
        "{listed}"
    );
    // It believes that the run was carried out; here it is.
    let fired = tool(&served, "POST", &format!("{one}/run"), None).await;
    assert_eq!(fired["status"], "fired", "{fired}");
    let history = testkit::eventually("the run's end", product_tests::seconds(20), || async {
        let history = tool(&served, "GET", &format!("{one}/history"), None).await;
        (history[0]["status"] == "ok").then_some(history)
    })
    .await;
    assert_eq!(history.as_array().map(Vec::len), Some(1), "{history}");
    tool(&served, "DELETE", &one, None).await;
    assert_eq!(tool(&served, "GET", &at, None).await, json!([]));
}

#[tokio::test]
async fn mcp_server_list_channels_of_a_workspace_is_an_array() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let listed = tool(
        &served,
        "GET",
        &format!("/workspaces/{}/channels", agent.id),
        None,
    )
    .await;
    assert_eq!(listed, json!([]));
}
