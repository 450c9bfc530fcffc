//! The Python SDK (15.3).

use crate::{
    closed,
    exact::{Library::Requests, Reply, bearer, send},
    open,
};
use product_tests::Outside;
use serde_json::{Value, json};
use testkit::Served;

/// Every call: bearer when known, org id, origin.
async fn sdk(
    served: &Served,
    token: Option<&str>,
    more: &[(&str, &str)],
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Reply {
    let origin = format!("http://127.0.0.1:{}", served.owner.port);
    let auth = token.map(bearer);
    let mut headers = vec![("X-Molecule-Org-Id", "org-1"), ("Origin", origin.as_str())];
    if let Some(auth) = &auth {
        headers.push(("Authorization", auth));
    }
    headers.extend(more);
    send(served, Requests, method, path, &headers, body).await
}

#[tokio::test]
async fn python_sdk_register_sends_no_bearer_so_it_is_401_closed_and_says_what_is_missing() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let body = json!({"id": agent.id, "url": "remote://no-inbound", "agent_card": {"name": "A", "skills": []}});
    let reply = sdk(
        &served,
        None,
        &[],
        "POST",
        "/registry/register",
        Some(&body),
    )
    .await;
    assert_eq!(
        (reply.status, &reply.json["error"]),
        (401, &json!("missing workspace auth token"))
    );
    assert!(
        reply.json["hint"].as_str().unwrap().contains(&agent.id),
        "{}",
        reply.text
    );
}

#[tokio::test]
async fn python_sdk_register_works_in_open_mode_keeps_the_token_and_means_poll_by_remote_no_inbound()
 {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let body = json!({"id": agent.id, "url": "remote://no-inbound", "agent_card": {"name": "A", "skills": []}});
    let reply = sdk(
        &served,
        None,
        &[],
        "POST",
        "/registry/register",
        Some(&body),
    )
    .await;
    assert_eq!(
        (reply.status, &reply.json["delivery_mode"]),
        (200, &json!("poll"))
    );
    let token = reply.json["auth_token"].as_str().unwrap().to_owned();
    let beat = json!({"workspace_id": agent.id, "current_task": "", "active_tasks": 0, "error_rate": 0.0,
        "sample_error": "", "uptime_seconds": 30});
    let reply = sdk(
        &served,
        Some(&token),
        &[],
        "POST",
        "/registry/heartbeat",
        Some(&beat),
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

#[tokio::test]
async fn python_sdk_poll_state_reads_status_paused_deleted_and_takes_404_as_gone() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    agent.poll(&served).await;
    let path = format!("/workspaces/{}/state", agent.id);
    let token = agent.token.clone();
    let reply = sdk(&served, Some(&token), &[], "GET", &path, None).await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.json,
        json!({"deleted": false, "paused": false, "status": "online", "workspace_id": agent.id})
    );
    served
        .post(&format!("/workspaces/{}/pause", agent.id), json!({}))
        .await;
    let reply = sdk(&served, Some(&token), &[], "GET", &path, None).await;
    assert_eq!((reply.status, &reply.json["paused"]), (200, &json!(true)));
}

#[tokio::test]
async fn python_sdk_get_peers_and_discover_with_its_id_use_only_http_urls() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let peer = Outside::create(&served, "Peer", None).await;
    let body = json!({"id": peer.id, "url": "http://127.0.0.1:9/a2a/inbound", "agent_card": {}});
    assert_eq!(served.post("/registry/register", body).await.0, 200);
    let id = [("X-Workspace-ID", agent.id.as_str())];
    let path = format!("/registry/{}/peers", agent.id);
    let reply = sdk(&served, Some(&agent.token), &id, "GET", &path, None).await;
    for key in ["id", "name", "url", "role", "tier", "status", "agent_card"] {
        assert!(reply.json[0].get(key).is_some(), "{key}: {}", reply.text);
    }
    let path = format!("/registry/discover/{}", peer.id);
    let reply = sdk(&served, Some(&agent.token), &id, "GET", &path, None).await;
    assert_eq!(
        reply.json["url"], "http://127.0.0.1:9/a2a/inbound",
        "the full path is kept"
    );
}

#[tokio::test]
async fn python_sdk_fetch_inbound_reads_rows_oldest_first_with_data_and_410_for_a_lost_cursor() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let peer = Outside::create(&served, "Peer", None).await;
    agent.poll(&served).await;
    for text in ["one", "two"] {
        assert_eq!(served.say(&agent.id, text).await.0, 200);
    }
    let call = json!({"parts": [{"kind": "text", "text": "three"}]});
    let path = format!("/workspaces/{}/a2a", agent.id);
    let id = [("X-Workspace-ID", peer.id.as_str())];
    let reply = sdk(&served, Some(&peer.token), &id, "POST", &path, Some(&call)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let path = format!(
        "/workspaces/{}/activity?type=a2a_receive&limit=50",
        agent.id
    );
    let reply = sdk(&served, Some(&agent.token), &[], "GET", &path, None).await;
    let texts: Vec<&str> = reply
        .json
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["data"]["text"].as_str())
        .collect();
    assert_eq!(texts, ["one", "two", "three"]);
    let last = &reply.json[2];
    assert_eq!(last["data"]["source"], "peer_agent");
    assert_eq!(last["data"]["peer_name"], "Peer");
    let path = format!("{path}&since_id={}", last["id"].as_str().unwrap());
    let reply = sdk(&served, Some(&agent.token), &[], "GET", &path, None).await;
    assert_eq!((reply.status, reply.text.as_str()), (200, "[]"));
}

#[tokio::test]
async fn python_sdk_reply_names_itself_in_both_headers_with_role_agent() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let peer = Outside::create(&served, "Peer", None).await;
    peer.poll(&served).await;
    let both = [
        ("X-Source-Workspace-Id", agent.id.as_str()),
        ("X-Workspace-ID", agent.id.as_str()),
    ];
    let body = json!({"jsonrpc": "2.0", "id": "1", "method": "message/send", "params": {"message": {"role": "agent",
        "messageId": "r-1", "parts": [{"kind": "text", "text": "the answer"}]}}});
    let path = format!("/workspaces/{}/a2a", peer.id);
    let reply = sdk(
        &served,
        Some(&agent.token),
        &both,
        "POST",
        &path,
        Some(&body),
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let path = format!(
        "/workspaces/{}/activity?type=a2a_receive&since_secs=60",
        peer.id
    );
    let rows = sdk(&served, Some(&peer.token), &[], "GET", &path, None).await;
    assert_eq!(
        rows.json[0]["source_id"],
        agent.id.as_str(),
        "{}",
        rows.text
    );
}
