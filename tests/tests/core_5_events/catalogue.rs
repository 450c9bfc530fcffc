//! 5.2 the catalogue: every event that this product tells, once each, with its subject and its payload; and the document
//! that describes them.

use crate::{closed, mock, raw::Raw};
use product_tests::{Outside, seconds};
use reqwest::Method;
use serde_json::{Value, json};
use std::future::Future;
use testkit::{Served, ServedOptions};

/// Does something and waits for an event of this name; its subject and its payload. Every other event met on the way has
/// to be what the catalogue says, too.
async fn told<T>(served: &Served, kind: &str, act: impl Future<Output = T>) -> (String, Value) {
    let mut live = Raw::admin(served, "").await;
    act.await;
    loop {
        let event = live.event().await;
        let name = event["event"].as_str().unwrap();
        if let Err(drift) = wire::check_payload(name, &event["payload"]) {
            panic!("{drift}: {event:#}");
        }
        if name == kind {
            return (
                event["workspace_id"].as_str().unwrap().to_owned(),
                event["payload"].clone(),
            );
        }
    }
}

async fn create(served: &Served, body: Value) -> String {
    let (status, made) = served.post("/workspaces", body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

async fn polling(served: &Served) -> Outside {
    let agent = Outside::create(served, "A", None).await;
    agent.poll(served).await;
    agent
}

#[tokio::test]
async fn workspace_provisioning_on_create_and_restart() {
    let served = closed().await;
    let body = json!({"name": "A", "runtime": "langgraph"});
    let (id, payload) = told(&served, "WORKSPACE_PROVISIONING", create(&served, body)).await;
    assert_eq!(
        payload,
        json!({"name": "A", "parent_id": null, "runtime": "langgraph", "tier": 2})
    );
    let restart = served
        .post(&format!("/workspaces/{id}/restart"), json!({}))
        .await;
    assert_eq!(restart.0, 200);
    let path = format!("/workspaces/{id}/restart");
    let again = served.post(&path, json!({}));
    let (subject, payload) = told(&served, "WORKSPACE_PROVISIONING", again).await;
    assert_eq!(subject, id);
    assert_eq!(
        payload,
        json!({"name": "A", "runtime": "langgraph", "tier": 2})
    );
}

#[tokio::test]
async fn workspace_online_of_an_external_one_made_with_its_url() {
    let served = closed().await;
    let body = json!({"name": "A", "external": true, "url": "http://93.184.215.14"});
    let (_, payload) = told(&served, "WORKSPACE_ONLINE", create(&served, body)).await;
    assert_eq!(payload, json!({"external": true, "name": "A"}));
}

#[tokio::test]
async fn workspace_awaiting_agent_of_an_external_one_made_without() {
    let served = closed().await;
    let body = json!({"name": "A", "external": true});
    let (_, payload) = told(&served, "WORKSPACE_AWAITING_AGENT", create(&served, body)).await;
    assert_eq!(payload, json!({"external": true, "name": "A"}));
}

#[tokio::test]
async fn workspace_online_on_register_and_on_recovery() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let (subject, payload) = told(&served, "WORKSPACE_ONLINE", agent.poll(&served)).await;
    assert_eq!(subject, agent.id);
    assert_eq!(payload, json!({"agent_card": {"name": "P"}, "url": ""}));
    let wedge = json!({"runtime_state": "wedged", "sample_error": "stuck", "uptime_seconds": 1});
    let (_, payload) = told(&served, "WORKSPACE_DEGRADED", agent.beat(&served, wedge)).await;
    assert_eq!(
        payload,
        json!({"runtime_state": "wedged", "sample_error": "stuck"})
    );
    let well = agent.beat(&served, json!({"uptime_seconds": 2}));
    let (_, payload) = told(&served, "WORKSPACE_ONLINE", well).await;
    assert_eq!(payload, json!({}));
}

#[tokio::test]
async fn workspace_degraded_by_error_rate() {
    let served = closed().await;
    let agent = polling(&served).await;
    let failing = json!({"error_rate": 0.75, "sample_error": "three of four", "uptime_seconds": 1});
    let (subject, payload) =
        told(&served, "WORKSPACE_DEGRADED", agent.beat(&served, failing)).await;
    assert_eq!(subject, agent.id);
    assert_eq!(
        payload,
        json!({"error_rate": 0.75, "sample_error": "three of four"})
    );
}

#[tokio::test]
async fn workspace_offline_of_one_that_fell_silent() {
    let served =
        Served::start(ServedOptions::default().env("REMOTE_LIVENESS_STALE_AFTER", "1")).await;
    let agent = Outside::create(&served, "A", None).await;
    let (subject, payload) = told(&served, "WORKSPACE_OFFLINE", agent.poll(&served)).await;
    assert_eq!((subject, payload), (agent.id, json!({})));
}

#[tokio::test]
async fn workspace_provision_failed_by_the_bootstrap_watcher() {
    let served = closed().await;
    let id = create(&served, json!({"name": "A", "runtime": "langgraph"})).await;
    let path = format!("/admin/workspaces/{id}/bootstrap-failed");
    let failed = served.post(&path, json!({"error": "no disk", "log_tail": "the end"}));
    let (subject, payload) = told(&served, "WORKSPACE_PROVISION_FAILED", failed).await;
    assert_eq!(subject, id);
    assert_eq!(
        payload,
        json!({"error": "no disk", "log_tail": "the end", "source": "bootstrap_watcher"})
    );
}

#[tokio::test]
async fn workspace_paused_and_workspace_hibernated() {
    let served = closed().await;
    let id = mock(&served, "A").await;
    let online = |row: &Value| row["status"] == "online";
    served.until(&id, "being online", seconds(20), online).await;
    let sleep = format!("/workspaces/{id}/hibernate");
    let (subject, payload) = told(
        &served,
        "WORKSPACE_HIBERNATED",
        served.post(&sleep, json!({})),
    )
    .await;
    assert_eq!(
        (subject.as_str(), payload),
        (id.as_str(), json!({"name": "A", "tier": 2}))
    );
    let pause = format!("/workspaces/{id}/pause");
    let (subject, payload) =
        told(&served, "WORKSPACE_PAUSED", served.post(&pause, json!({}))).await;
    assert_eq!((subject, payload), (id, json!({"name": "A"})));
}

#[tokio::test]
async fn workspace_removed_of_descendants_before_the_root() {
    let served = closed().await;
    let root = mock(&served, "A").await;
    let child = create(
        &served,
        json!({"name": "B", "runtime": "mock", "parent_id": root}),
    )
    .await;
    let mut live = Raw::admin(&served, "").await;
    served
        .delete(&format!("/workspaces/{root}?confirm=true"))
        .await;
    let mut removed = Vec::new();
    while removed.len() < 2 {
        let event = live.event().await;
        if event["event"] == "WORKSPACE_REMOVED" {
            removed.push((event["workspace_id"].clone(), event["payload"].clone()));
        }
    }
    assert_eq!(
        removed,
        [
            (json!(child), json!({"name": "B"})),
            (json!(root), json!({"name": "A", "cascade_deleted": 1}))
        ]
    );
}

#[tokio::test]
async fn workspace_expanded_and_workspace_collapsed() {
    let root = tempfile::tempdir().unwrap();
    for (dir, text) in [
        (
            "lead",
            "name: Lead\nruntime: mock\nsub_workspaces:\n  - {config: tester, name: Tess, role: Tests}\n",
        ),
        ("tester", "name: Tester\nruntime: mock\n"),
    ] {
        std::fs::create_dir(root.path().join(dir)).unwrap();
        std::fs::write(root.path().join(dir).join("config.yaml"), text).unwrap();
    }
    let configs = root.path().to_string_lossy().into_owned();
    let served = Served::start(ServedOptions::default().env("CONFIGS_DIR", &configs)).await;
    let id = mock(&served, "Lead").await;
    let expand = format!("/workspaces/{id}/expand");
    let (subject, payload) = told(
        &served,
        "WORKSPACE_EXPANDED",
        served.post(&expand, json!({})),
    )
    .await;
    assert_eq!(subject, id);
    let child = &payload["children"][0];
    assert_eq!(
        (&child["name"], &child["role"]),
        (&json!("Tess"), &json!("Tests"))
    );
    assert!(child["id"].is_string());
    let collapse = format!("/workspaces/{id}/collapse");
    let (_, payload) = told(
        &served,
        "WORKSPACE_COLLAPSED",
        served.post(&collapse, json!({})),
    )
    .await;
    assert_eq!(payload, json!({"removed_children": ["Tess"]}));
}

#[tokio::test]
async fn workspace_updated_and_workspace_moved() {
    let served = closed().await;
    let (id, parent) = (mock(&served, "A").await, mock(&served, "P").await);
    let path = format!("/workspaces/{id}");
    let rename = served.patch(&path, json!({"name": "B", "max_concurrent_tasks": 3}));
    let (subject, payload) = told(&served, "WORKSPACE_UPDATED", rename).await;
    assert_eq!(subject, id);
    assert_eq!(
        payload,
        json!({"changed": ["name", "max_concurrent_tasks"], "needs_restart": false, "reasons": [], "name": "B",
            "max_concurrent_tasks": 3})
    );
    let place = served.patch(&path, json!({"parent_id": parent, "x": 5, "y": 7}));
    let (_, payload) = told(&served, "WORKSPACE_MOVED", place).await;
    assert_eq!(
        payload,
        json!({"old_parent_id": null, "new_parent_id": parent, "x": 5, "y": 7})
    );
}

#[tokio::test]
async fn agent_assigned_replaced_moved_and_removed() {
    let served = closed().await;
    let (id, other) = (mock(&served, "A").await, mock(&served, "B").await);
    let path = format!("/workspaces/{id}/agent");
    let (subject, first) = told(
        &served,
        "AGENT_ASSIGNED",
        served.post(&path, json!({"model": "m1"})),
    )
    .await;
    assert_eq!(
        (subject.as_str(), &first["model"]),
        (id.as_str(), &json!("m1"))
    );
    let (_, replaced) = told(
        &served,
        "AGENT_REPLACED",
        served.patch(&path, json!({"model": "m2"})),
    )
    .await;
    assert_eq!(
        (&replaced["model"], &replaced["old_model"]),
        (&json!("m2"), &json!("m1"))
    );
    let agent = replaced["agent_id"].clone();
    let mut live = Raw::admin(&served, "").await;
    let body = json!({"target_workspace_id": other});
    let (status, _) = served.post(&format!("{path}/move"), body).await;
    assert_eq!(status, 200);
    let (source, target) = (live.event().await, live.event().await);
    assert_eq!(
        (
            &source["event"],
            &source["workspace_id"],
            &source["payload"]
        ),
        (
            &json!("AGENT_MOVED"),
            &json!(id),
            &json!({"agent_id": agent, "model": "m2", "target_workspace_id": other})
        )
    );
    assert_eq!(
        (&target["workspace_id"], &target["payload"]),
        (
            &json!(other),
            &json!({"agent_id": agent, "model": "m2", "source_workspace_id": id})
        )
    );
    let remove = format!("/workspaces/{other}/agent");
    let (_, removed) = told(&served, "AGENT_REMOVED", served.delete(&remove)).await;
    assert_eq!(removed, json!({"agent_id": agent, "model": "m2"}));
}

#[tokio::test]
async fn agent_card_updated() {
    let served = closed().await;
    let agent = polling(&served).await;
    let body = json!({"workspace_id": agent.id, "agent_card": {"name": "New"}});
    let update = agent.call(&served, Method::POST, "/registry/update-card", Some(body));
    let (subject, payload) = told(&served, "AGENT_CARD_UPDATED", update).await;
    assert_eq!(
        (subject, payload),
        (agent.id.clone(), json!({"agent_card": {"name": "New"}}))
    );
}

#[tokio::test]
async fn task_updated_and_workspace_heartbeat() {
    let served = closed().await;
    let agent = polling(&served).await;
    let beat = json!({"current_task": "Drafting", "active_tasks": 1, "uptime_seconds": 30});
    let (_, payload) = told(&served, "TASK_UPDATED", agent.beat(&served, beat.clone())).await;
    assert_eq!(
        payload,
        json!({"active_tasks": 1, "current_task": "Drafting"})
    );
    let (subject, payload) = told(&served, "WORKSPACE_HEARTBEAT", agent.beat(&served, beat)).await;
    assert_eq!(
        (subject, payload),
        (agent.id, json!({"active_tasks": 1, "uptime_seconds": 30}))
    );
}

#[tokio::test]
async fn activity_logged_with_the_full_row() {
    let served = closed().await;
    let agent = polling(&served).await;
    let path = format!("/workspaces/{}/activity", agent.id);
    let body = json!({"activity_type": "agent_log", "summary": "did it", "method": "m"});
    let log = agent.call(&served, Method::POST, &path, Some(body));
    let (subject, payload) = told(&served, "ACTIVITY_LOGGED", log).await;
    assert_eq!(subject, agent.id);
    for (key, value) in [
        ("activity_type", "agent_log"),
        ("summary", "did it"),
        ("method", "m"),
        ("status", "ok"),
        ("workspace_id", agent.id.as_str()),
    ] {
        assert_eq!(payload[key], value, "{payload}");
    }
    assert!(
        payload["id"].is_string() && payload["created_at"].is_string(),
        "{payload}"
    );
    assert!(
        payload.get("duration_ms").is_some_and(Value::is_null),
        "{payload}"
    );
}

#[tokio::test]
async fn agent_message_and_a2a_response() {
    let served = closed().await;
    let agent = polling(&served).await;
    let path = format!("/workspaces/{}/notify", agent.id);
    let notify = agent.call(
        &served,
        Method::POST,
        &path,
        Some(json!({"message": "hello"})),
    );
    let (subject, payload) = told(&served, "AGENT_MESSAGE", notify).await;
    assert_eq!(subject, agent.id);
    assert_eq!(
        payload,
        json!({"message": "hello", "workspace_id": agent.id, "name": "A"})
    );
    let id = mock(&served, "Mock").await;
    let online = |row: &Value| row["status"] == "online";
    served.until(&id, "being online", seconds(20), online).await;
    let (subject, payload) = told(&served, "A2A_RESPONSE", served.say(&id, "hi")).await;
    assert_eq!((subject, &payload["method"]), (id, &json!("message/send")));
    assert!(
        payload["response_body"].is_object() && payload["duration_ms"].is_i64(),
        "{payload}"
    );
}

#[tokio::test]
async fn queue_updated_of_a_message_that_waits() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let request = served
        .request(Method::POST, &format!("/workspaces/{}/a2a", agent.id))
        .header("prefer", "respond-async")
        .json(&json!({"parts": [{"kind": "text", "text": "later"}]}))
        .send();
    let (subject, payload) = told(&served, "QUEUE_UPDATED", request).await;
    assert_eq!(subject, agent.id);
    assert_eq!(
        (&payload["status"], &payload["caller_id"]),
        (&json!("queued"), &Value::Null)
    );
    assert!(
        payload["queue_id"].is_string() && payload["reason"].is_string(),
        "{payload}"
    );
}

#[tokio::test]
async fn secrets_changed_and_settings_changed_name_names_only() {
    let served = closed().await;
    let id = mock(&served, "A").await;
    let value = "a-value-nobody-may-see";
    let body = json!({"key": "API_KEY", "value": value});
    let path = format!("/workspaces/{id}/secrets");
    let set = served.post(&path, body.clone());
    let (subject, payload) = told(&served, "SECRETS_CHANGED", set).await;
    assert_eq!(subject, id);
    assert_eq!(
        payload,
        json!({"action": "set", "keys": ["API_KEY"], "restarts": []})
    );
    let (subject, payload) = told(
        &served,
        "SECRETS_CHANGED",
        served.post("/settings/secrets", body),
    )
    .await;
    assert_eq!(subject, "", "a global one is about nobody");
    assert!(!payload.to_string().contains(value));
    let change = served.patch("/settings", json!({"quit_policy": "keep"}));
    let (_, payload) = told(&served, "SETTINGS_CHANGED", change).await;
    assert_eq!(payload, json!({"changed": ["quit_policy"]}));
}

#[tokio::test]
async fn an_import_tells_start_progress_and_end() {
    let served = closed().await;
    let org = tempfile::tempdir().unwrap();
    let yaml = "name: Small\nworkspaces:\n  - {name: Lead, runtime: mock}\n";
    std::fs::write(org.path().join("org.yaml"), yaml).unwrap();
    let mut live = Raw::admin(&served, "").await;
    served.import(org.path(), json!({})).await;
    let mut seen: Vec<String> = Vec::new();
    while !(seen.iter().any(|name| name == "org.import.progress")
        && seen.iter().any(|name| name == "org.import.completed"))
    {
        let event = live.event().await;
        let name = event["event"].as_str().unwrap().to_owned();
        if let Err(drift) = wire::check_payload(&name, &event["payload"]) {
            panic!("{drift}: {event:#}");
        }
        if name.starts_with("org.") {
            assert_eq!(event["workspace_id"], "");
        }
        if name == "org.import.completed" {
            assert_eq!(event["payload"]["created"], 1);
            assert_eq!(event["payload"]["error"], "");
        }
        seen.push(name);
    }
    let place = |wanted: &str| seen.iter().position(|name| name == wanted);
    assert!(
        place("org.import.started") < place("org.import.completed"),
        "{seen:?}"
    );
}

#[tokio::test]
async fn change_detected_when_a_file_of_an_org_is_saved() {
    let served = closed().await;
    let org = tempfile::tempdir().unwrap();
    let file = org.path().join("org.yaml");
    let yaml = |role: &str| {
        format!("name: Small\nworkspaces:\n  - {{name: Lead, runtime: mock, role: {role}}}\n")
    };
    std::fs::write(&file, yaml("Leads")).unwrap();
    served.import(org.path(), json!({})).await;
    // Whether the folder is watched by now or not: a save after an import is noticed.
    let mut live = Raw::admin(&served, "").await;
    std::fs::write(&file, yaml("Writes")).unwrap();
    let wait = tokio::time::timeout(seconds(30), async {
        loop {
            let event = live.event().await;
            if event["event"] == "CHANGE_DETECTED" {
                return event["payload"].clone();
            }
        }
    });
    let payload = wait.await.expect("a saved file is noticed");
    assert_eq!(wire::check_payload("CHANGE_DETECTED", &payload), Ok(()));
    for key in ["source", "reaction", "reason"] {
        assert!(payload[key].is_string(), "{payload}");
    }
    assert!(
        payload["paths"].to_string().contains("org.yaml"),
        "{payload}"
    );
    assert!(payload["duration_ms"].is_i64(), "{payload}");
}

#[tokio::test]
async fn engine_state_and_workspace_progress_while_no_engine_answers() {
    let served = Served::start(
        ServedOptions::with_engine().env("DOCKER_HOST", "unix:///nonexistent/engine.sock"),
    )
    .await;
    let id = create(&served, json!({"name": "A", "runtime": "langgraph"})).await;
    let mut live = Raw::admin(&served, "?since_seq=0").await;
    let (mut engine, mut progress) = (None, None);
    while engine.is_none() || progress.is_none() {
        let event = live.event().await;
        let name = event["event"].as_str().unwrap();
        if let Err(drift) = wire::check_payload(name, &event["payload"]) {
            panic!("{drift}: {event:#}");
        }
        match name {
            "ENGINE_STATE" => engine = Some(event),
            "WORKSPACE_PROGRESS" => progress = Some(event),
            _ => {}
        }
    }
    let (engine, progress) = (engine.unwrap(), progress.unwrap());
    assert_eq!(engine["workspace_id"], "");
    assert_eq!(engine["payload"]["state"], "unavailable", "{engine}");
    assert_eq!(progress["workspace_id"], id.as_str());
    assert_eq!(
        progress["payload"]["code"], "docker_unavailable",
        "{progress}"
    );
}

#[tokio::test]
async fn the_document_describes_every_frame_as_a_union_by_name() {
    let served = closed().await;
    let (_, document) = served.get("/openapi.json").await;
    let schemas = &document["components"]["schemas"];
    let frames = schemas["EventFrame"]["oneOf"].as_array().unwrap();
    assert_eq!(
        schemas["EventFrame"]["discriminator"]["propertyName"],
        "event"
    );
    let named: Vec<&str> = frames
        .iter()
        .map(|frame| frame["properties"]["event"]["enum"][0].as_str().unwrap())
        .collect();
    assert_eq!(named, wire::TYPED);
    for frame in frames {
        let payload = frame["properties"]["payload"]["$ref"].as_str().unwrap();
        let name = payload.strip_prefix("#/components/schemas/").unwrap();
        assert_eq!(schemas[name]["type"], "object", "{payload}");
    }
    let socket = &document["paths"]["/ws"]["get"]["responses"]["101"];
    assert!(socket.to_string().contains("EventFrame"), "{socket}");
}
