//! The Python runtime in a container (15.1).

use crate::{
    closed,
    exact::{Library::Httpx, Reply, bearer, send},
    open,
};
use product_tests::{Live, Outside, seconds};
use serde_json::{Value, json};
use testkit::Served;

/// A call with the "self" headers: bearer and own id.
pub async fn own(
    served: &Served,
    agent: &Outside,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Reply {
    let bearer = bearer(&agent.token);
    let headers = [
        ("Authorization", bearer.as_str()),
        ("X-Workspace-ID", &agent.id),
    ];
    send(served, Httpx, method, path, &headers, body).await
}

pub async fn pushed(served: &Served, name: &str, parent: Option<&str>) -> Outside {
    let agent = Outside::create(served, name, parent).await;
    let body = json!({"id": agent.id, "url": "http://127.0.0.1:9", "agent_card": {"name": name}});
    assert_eq!(served.post("/registry/register", body).await.0, 200);
    agent
}

#[tokio::test]
async fn runtime_container_start_registers_with_id_url_and_card_and_its_bearer_if_known_and_needs_200()
 {
    let served = closed().await;
    let agent = Outside::create(&served, "Analyst", None).await;
    let body = json!({"id": agent.id, "url": "http://93.184.215.14:8000", "agent_card": {
        "name": "Analyst", "description": "Reads reports", "version": "1.0.0", "url": "http://93.184.215.14:8000",
        "skills": [{"id": "triage", "name": "Triage", "description": "Sorts incoming issues", "tags": ["ops"]}],
        "capabilities": {"streaming": true, "pushNotifications": true}}});
    let reply = own(&served, &agent, "POST", "/registry/register", Some(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(
        reply.text.contains(r#""status":"registered""#),
        "{}",
        reply.text
    );
}

#[tokio::test]
async fn runtime_heartbeat_every_30_s_with_runtime_metadata_answers_status_ok_compact() {
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let body = json!({"workspace_id": agent.id, "error_rate": 0.0, "sample_error": "", "active_tasks": 0,
        "current_task": "", "uptime_seconds": 30, "runtime_metadata": {"capabilities": {"heartbeat": false,
        "scheduler": false, "session": true, "status_mgmt": false, "retry": false, "activity_decoration": false,
        "channel_dispatch": false}, "idle_timeout_seconds": 900}});
    let reply = own(&served, &agent, "POST", "/registry/heartbeat", Some(&body)).await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (200, r#"{"status":"ok"}"#)
    );
}

#[tokio::test]
async fn runtime_task_change_without_bearer_is_401_in_closed_mode_and_works_in_open_mode() {
    let push = |id: &str| {
        json!({"workspace_id": id, "current_task": "Counting", "active_tasks": 1, "error_rate": 0, "sample_error": "",
            "uptime_seconds": 0})
    };
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let path = "/registry/heartbeat";
    let refused = send(&served, Httpx, "POST", path, &[], Some(&push(&agent.id))).await;
    assert_eq!(
        (refused.status, refused.json["code"].as_str()),
        (401, Some("auth_required"))
    );
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let body = json!({"id": agent.id, "url": "http://127.0.0.1:9", "agent_card": {}});
    let register = send(
        &served,
        Httpx,
        "POST",
        "/registry/register",
        &[],
        Some(&body),
    )
    .await;
    assert!(register.json["auth_token"].is_string(), "{}", register.text);
    let taken = send(&served, Httpx, "POST", path, &[], Some(&push(&agent.id))).await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    served
        .until(&agent.id, "its task", seconds(10), |row| {
            row["current_task"] == "Counting"
        })
        .await;
}

#[tokio::test]
async fn runtime_new_results_to_itself_are_logged_with_its_own_id_never_as_user_text_and_notify_is_200()
 {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let echo = testkit::EchoAgent::start().await.unwrap();
    agent.register(&served, &echo).await;
    let text = "Delegation results are ready. Review them and take appropriate action:\n- done";
    let body = json!({"method": "message/send", "params": {"message": {"role": "user", "parts": [{"type": "text", "text": text}]}}});
    let path = format!("/workspaces/{}/a2a", agent.id);
    let reply = own(&served, &agent, "POST", &path, Some(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let path = format!("/workspaces/{}/activity?type=a2a_receive", agent.id);
    let rows = own(&served, &agent, "GET", &path, None).await.json;
    assert_eq!(rows[0]["source_id"], agent.id.as_str(), "{rows}");
    let history = format!("/workspaces/{}/chat-history", agent.id);
    let (_, chat) = served.get(&history).await;
    assert!(!chat.to_string().contains("Delegation results"), "{chat}");
    let notify = json!({"message": "Done: 1 result", "type": "delegation_result"});
    let path = format!("/workspaces/{}/notify", agent.id);
    assert_eq!(
        own(&served, &agent, "POST", &path, Some(&notify))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn runtime_results_parent_name_is_read_from_itself_and_its_parent() {
    let served = closed().await;
    let lead = pushed(&served, "Lead", None).await;
    let agent = pushed(&served, "A", Some(&lead.id)).await;
    let me = own(
        &served,
        &agent,
        "GET",
        &format!("/workspaces/{}", agent.id),
        None,
    )
    .await;
    assert_eq!(
        (me.status, me.json["parent_id"].as_str()),
        (200, Some(lead.id.as_str()))
    );
    let parent = own(
        &served,
        &agent,
        "GET",
        &format!("/workspaces/{}", lead.id),
        None,
    )
    .await;
    assert_eq!(
        (parent.status, parent.json["name"].as_str()),
        (200, Some("Lead"))
    );
}

#[tokio::test]
async fn runtime_delegate_task_discovers_with_self_headers_then_logs_send_and_receive() {
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let peer = pushed(&served, "Peer", None).await;
    let found = own(
        &served,
        &agent,
        "GET",
        &format!("/registry/discover/{}", peer.id),
        None,
    )
    .await;
    assert_eq!(found.status, 200, "{}", found.text);
    assert!(found.json["url"].is_string() && found.json["name"] == "Peer");
    let path = format!("/workspaces/{}/activity", agent.id);
    for kind in ["a2a_send", "a2a_receive"] {
        let body = json!({"activity_type": kind, "source_id": agent.id, "target_id": peer.id, "method": "message/send",
            "summary": "Asked Peer", "status": "ok", "request_body": {"task": "count"},
            "response_body": {"result": "three"}, "error_detail": null});
        let reply = own(&served, &agent, "POST", &path, Some(&body)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert!(
            reply.text.contains(r#""status":"logged""#),
            "{}",
            reply.text
        );
    }
}

#[tokio::test]
async fn runtime_list_peers_reads_id_name_status_role() {
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let peer = pushed(&served, "Peer", None).await;
    let path = format!("/registry/{}/peers", agent.id);
    let reply = own(&served, &agent, "GET", &path, None).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json[0]["id"], peer.id.as_str());
    for key in ["id", "name", "status", "role"] {
        assert!(reply.json[0].get(key).is_some(), "{key}: {}", reply.text);
    }
    let bare = send(
        &served,
        Httpx,
        "GET",
        &path,
        &[("X-Workspace-ID", &agent.id)],
        None,
    )
    .await;
    assert_eq!(bare.status, 401, "the older variant without a bearer");
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let path = format!("/registry/{}/peers", agent.id);
    let bare = send(
        &served,
        Httpx,
        "GET",
        &path,
        &[("X-Workspace-ID", &agent.id)],
        None,
    )
    .await;
    assert_eq!((bare.status, bare.text.as_str()), (200, "[]"));
}

#[tokio::test]
async fn runtime_initial_prompt_and_idle_prompt_to_itself_get_any_2xx() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let echo = testkit::EchoAgent::start().await.unwrap();
    agent.register(&served, &echo).await;
    let path = format!("/workspaces/{}/a2a", agent.id);
    for message in ["initial-0f3a9b2c", "idle-77aa01de"] {
        let body = json!({"method": "message/send", "params": {"message": {"role": "user", "messageId": message,
            "parts": [{"kind": "text", "text": "Begin."}]}}});
        let reply = own(&served, &agent, "POST", &path, Some(&body)).await;
        assert!((200..300).contains(&reply.status), "{}", reply.text);
    }
}

#[tokio::test]
async fn runtime_peer_events_on_ws_with_self_headers_have_event_and_workspace_id() {
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let peer = pushed(&served, "Peer", None).await;
    let mut live = Live::connect_as(&served, None, &agent.token, Some(&agent.id)).await;
    for name in [
        "WORKSPACE_ONLINE",
        "AGENT_CARD_UPDATED",
        "WORKSPACE_REMOVED",
    ] {
        match name {
            "WORKSPACE_ONLINE" => {
                let body = json!({"id": peer.id, "url": "http://127.0.0.1:9", "agent_card": {}});
                served.post("/registry/register", body).await;
            }
            "AGENT_CARD_UPDATED" => {
                let body = json!({"workspace_id": peer.id, "agent_card": {"name": "new"}});
                served.post("/registry/update-card", body).await;
            }
            _ => {
                served.delete(&format!("/workspaces/{}", peer.id)).await;
            }
        }
        let seen = live
            .until(name, seconds(10), |event| event["event"] == name)
            .await;
        assert_eq!(seen.last().unwrap()["workspace_id"], peer.id.as_str());
    }
}

#[tokio::test]
async fn runtime_status_helper_and_skill_promotion_rows_without_bearer_are_401_closed_and_logged_open()
 {
    let rows = |id: &str| {
        [
            json!({"activity_type": "task_update", "source_id": id, "summary": "half way"}),
            json!({"activity_type": "skill_promotion", "method": "memory/skill-promotion", "request_body": {"skill": "x"},
                "metadata": {"from": "memory"}}),
        ]
    };
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let path = format!("/workspaces/{}/activity", agent.id);
    for body in rows(&agent.id) {
        assert_eq!(
            send(&served, Httpx, "POST", &path, &[], Some(&body))
                .await
                .status,
            401
        );
    }
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let path = format!("/workspaces/{}/activity", agent.id);
    for body in rows(&agent.id) {
        let reply = send(&served, Httpx, "POST", &path, &[], Some(&body)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
}
