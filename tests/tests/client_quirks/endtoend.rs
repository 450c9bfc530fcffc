//! What the original's canvas reads and what its end-to-end scripts grep for (15.7).

use crate::{
    closed,
    exact::{Library::Fetch, Reply, send},
    open,
};
use product_tests::Outside;
use serde_json::{Value, json};
use testkit::{EchoAgent, Served};

/// As the scripts call it: no credential at all.
async fn curl(served: &Served, method: &str, path: &str, body: Option<&Value>) -> Reply {
    send(served, Fetch, method, path, &[], body).await
}

async fn with_agent(served: &Served) -> (Outside, EchoAgent) {
    let agent = Outside::create(served, "A", None).await;
    let echo = EchoAgent::start().await.unwrap();
    agent.place(served, &echo).await;
    (agent, echo)
}

#[tokio::test]
async fn canvas_reads_activity_by_source_type_and_limit_and_chat_history() {
    let served = open().await;
    let (agent, _echo) = with_agent(&served).await;
    let body = json!({"method": "message/send", "params": {"message": {"role": "user", "parts": [{"kind": "text",
        "text": "hi"}]}, "metadata": {"history": []}}});
    let at = format!("/workspaces/{}", agent.id);
    let sent = curl(&served, "POST", &format!("{at}/a2a"), Some(&body)).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    for (query, rows) in [
        ("type=a2a_receive&source=canvas&limit=50", 1),
        ("source=agent&limit=50", 0),
        ("type=delegation&limit=500&source=agent", 0),
        ("limit=5", 1),
        ("limit=200", 1),
        ("type=task_update", 0),
    ] {
        let reply = curl(&served, "GET", &format!("{at}/activity?{query}"), None).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.text);
        assert_eq!(
            reply.json.as_array().unwrap().len(),
            rows,
            "{query}: {}",
            reply.text
        );
    }
    let chat = curl(&served, "GET", &format!("{at}/chat-history"), None).await;
    let roles: Vec<&Value> = chat.json["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["role"])
        .collect();
    assert_eq!(roles, ["user", "agent"], "{}", chat.text);
}

#[tokio::test]
async fn activity_test_greps_compact_logged_empty_list_activitytype_and_invalid_activity_type() {
    let served = open().await;
    let (agent, _echo) = with_agent(&served).await;
    let path = format!("/workspaces/{}/activity", agent.id);
    let fresh = curl(&served, "GET", &path, None).await;
    assert_eq!(fresh.text, "[]");
    for number in 0..3 {
        let row = json!({"activity_type": "agent_log", "summary": format!("row {number}")});
        let reply = curl(&served, "POST", &path, Some(&row)).await;
        assert!(
            reply.text.contains(r#""status":"logged""#),
            "{}",
            reply.text
        );
    }
    let two = curl(&served, "GET", &format!("{path}?limit=2"), None).await;
    assert_eq!(two.json.as_array().unwrap().len(), 2);
    let none = curl(&served, "POST", &path, Some(&json!({"summary": "x"}))).await;
    assert_eq!(none.status, 400);
    assert!(none.text.contains("ActivityType"), "{}", none.text);
    let wrong = json!({"activity_type": "made_up"});
    let wrong = curl(&served, "POST", &path, Some(&wrong)).await;
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.text.contains("invalid activity_type"),
        "{}",
        wrong.text
    );
}

#[tokio::test]
async fn notify_test_reads_method_notify_response_body_result_and_file_parts() {
    let served = open().await;
    let (agent, _echo) = with_agent(&served).await;
    let at = format!("/workspaces/{}", agent.id);
    let uri = "workspace:/workspace/out.zip";
    let body = json!({"message": "here", "attachments": [{"uri": uri, "name": "out.zip"}]});
    let reply = curl(&served, "POST", &format!("{at}/notify"), Some(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let rows = curl(&served, "GET", &format!("{at}/activity"), None).await;
    let row = &rows.json[0];
    assert_eq!(row["method"], "notify", "{}", rows.text);
    assert_eq!(row["response_body"]["result"], "here");
    let part = &row["response_body"]["parts"][0];
    assert_eq!(
        (&part["kind"], &part["file"]["uri"]),
        (&json!("file"), &json!(uri))
    );
    for bad in [
        json!({"message": "x", "attachments": [{"uri": "", "name": "a"}]}),
        json!({"message": "x", "attachments": [{"uri": uri, "name": ""}]}),
        json!({"message": ""}),
        json!({}),
    ] {
        let reply = curl(&served, "POST", &format!("{at}/notify"), Some(&bad)).await;
        assert_eq!(reply.status, 400, "{bad}: {}", reply.text);
    }
}

#[tokio::test]
async fn a2a_test_greps_kind_text_keeps_the_id_passes_32601_through_and_sees_error_and_404() {
    let served = open().await;
    let (agent, _echo) = with_agent(&served).await;
    let body = json!({"jsonrpc": "2.0", "id": "keep-me", "method": "message/send", "params": {"message": {
        "role": "user", "parts": [{"kind": "text", "text": "hi"}]}}});
    let path = format!("/workspaces/{}/a2a", agent.id);
    let reply = curl(&served, "POST", &path, Some(&body)).await;
    assert!(reply.text.contains(r#""kind":"text""#), "{}", reply.text);
    assert_eq!(reply.json["id"], "keep-me");

    let picky = Outside::create(&served, "Picky", None).await;
    let error = json!({"jsonrpc": "2.0", "id": "x", "error": {"code": -32601, "message": "Method not found"}});
    let deaf = EchoAgent::answering("/", error).await.unwrap();
    picky.register(&served, &deaf).await;
    let path = format!("/workspaces/{}/a2a", picky.id);
    let odd = json!({"jsonrpc": "2.0", "id": "x", "method": "no/such", "params": {}});
    let reply = curl(&served, "POST", &path, Some(&odd)).await;
    assert_eq!(reply.status, 200);
    assert!(reply.text.contains("-32601"), "{}", reply.text);

    let away = Outside::create(&served, "Away", None).await;
    let path = format!("/workspaces/{}/a2a", away.id);
    let reply = curl(&served, "POST", &path, Some(&body)).await;
    assert!(reply.text.contains("error"), "{}", reply.text);
    let path = "/workspaces/00000000-0000-4000-8000-00000000beef/a2a";
    assert_eq!(curl(&served, "POST", path, Some(&body)).await.status, 404);
}

#[tokio::test]
async fn dev_mode_test_reads_activity_without_bearer_and_a_loopback_agent_url_is_not_refused() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let path = format!("/workspaces/{}/activity", agent.id);
    assert_eq!(curl(&served, "GET", &path, None).await.status, 200);
    let body = json!({"id": agent.id, "url": "http://127.0.0.1:9", "agent_card": {}});
    let reply = curl(&served, "POST", "/registry/register", Some(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let path = format!("/workspaces/{}/activity", agent.id);
    assert_eq!(curl(&served, "GET", &path, None).await.status, 401);
}

#[tokio::test]
async fn saas_test_names_the_caller_in_x_source_workspace_id() {
    let served = closed().await;
    let (agent, _echo) = with_agent(&served).await;
    let peer = Outside::create(&served, "Peer", None).await;
    let auth = format!("Bearer {}", peer.token);
    let body = json!({"method": "message/send", "params": {"message": {"role": "user", "parts": [{"kind": "text",
        "text": "hi"}]}}});
    let path = format!("/workspaces/{}/a2a", agent.id);
    let headers = [
        ("Authorization", auth.as_str()),
        ("X-Source-Workspace-Id", peer.id.as_str()),
    ];
    let reply = send(&served, Fetch, "POST", &path, &headers, Some(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let (_, rows) = served
        .get(&format!("/workspaces/{}/activity", agent.id))
        .await;
    assert_eq!(rows[0]["source_id"], peer.id.as_str(), "{rows}");
    let headers = [
        ("Authorization", auth.as_str()),
        ("X-Source-Workspace-Id", agent.id.as_str()),
    ];
    let reply = send(&served, Fetch, "POST", &path, &headers, Some(&body)).await;
    assert_eq!(reply.status, 403, "it may only confirm the token");
}
