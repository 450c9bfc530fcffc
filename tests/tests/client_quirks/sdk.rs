//! The Python SDK (15.3).

use crate::{
    closed,
    exact::{Library::Requests, Reply, bearer, send},
    open,
};
use product_tests::Outside;
use serde_json::{Value, json};
use testkit::{EchoAgent, Served};

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
async fn python_sdk_register_works_in_open_mode_keeps_the_token_for_its_heartbeat_and_means_poll_by_remote_no_inbound()
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
async fn python_sdk_poll_state_reads_status_paused_deleted() {
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
async fn python_sdk_get_peers_and_discover_peer_with_its_id_use_only_http_urls() {
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

#[tokio::test]
async fn python_sdk_poll_state_of_a_deleted_one_is_404_for_who_may_ask_and_401_with_its_ended_token()
 {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    served.delete(&format!("/workspaces/{}", agent.id)).await;
    let path = format!("/workspaces/{}/state", agent.id);
    let reply = sdk(&served, Some(&agent.token), &[], "GET", &path, None).await;
    assert_eq!(
        (reply.status, &reply.json["error"]),
        (401, &json!("invalid workspace auth token"))
    );
    let (status, gone) = served.get(&path).await;
    assert_eq!((status, &gone["deleted"]), (404, &json!(true)));
}

#[tokio::test]
async fn python_sdk_discover_of_a_removed_one_is_no_url_and_of_a_replaced_one_leads_on_by_redirect()
{
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let (old, heir) = (
        Outside::create(&served, "Old", None).await,
        Outside::create(&served, "Heir", None).await,
    );
    let body = json!({"id": heir.id, "url": "http://127.0.0.1:9/a2a/inbound", "agent_card": {}});
    assert_eq!(served.post("/registry/register", body).await.0, 200);
    let id = [("X-Workspace-ID", agent.id.as_str())];
    let path = format!("/registry/discover/{}", old.id);
    served
        .delete(&format!("/workspaces/{}?forward_to={}", old.id, heir.id))
        .await;
    let reply = sdk(&served, Some(&agent.token), &id, "GET", &path, None).await;
    assert_eq!(
        (reply.status, &reply.json["forwarded_to"]),
        (301, &json!(heir.id))
    );
    let path = format!("/registry/discover/{}", heir.id);
    let reply = sdk(&served, Some(&agent.token), &id, "GET", &path, None).await;
    assert_eq!(reply.json["url"], "http://127.0.0.1:9/a2a/inbound");
}

#[tokio::test]
async fn python_sdk_call_peer_falls_back_to_the_proxy_with_its_id_and_gets_2xx_json() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let peer = Outside::create(&served, "Peer", None).await;
    let echo = EchoAgent::start().await.unwrap();
    peer.place(&served, &echo).await;
    let id = [("X-Workspace-ID", agent.id.as_str())];
    let body = json!({"jsonrpc": "2.0", "id": "c-1", "method": "message/send", "params": {"message": {"role": "user",
        "messageId": "c-1", "parts": [{"kind": "text", "text": "hello"}]}}});
    let path = format!("/workspaces/{}/a2a", peer.id);
    let reply = sdk(&served, Some(&agent.token), &id, "POST", &path, Some(&body)).await;
    assert_eq!(
        (reply.status, &reply.json["result"]["parts"][0]["text"]),
        (200, &json!("echo: hello")),
        "{}",
        reply.text
    );
}

#[tokio::test]
async fn python_sdk_fetch_inbound_filters_by_peer_id_and_before_ts() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let peer = Outside::create(&served, "Peer", None).await;
    agent.poll(&served).await;
    assert_eq!(served.say(&agent.id, "from the user").await.0, 200);
    let id = [("X-Workspace-ID", peer.id.as_str())];
    let path = format!("/workspaces/{}/a2a", agent.id);
    let call = json!({"parts": [{"kind": "text", "text": "from the peer"}]});
    let reply = sdk(&served, Some(&peer.token), &id, "POST", &path, Some(&call)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let base = format!(
        "/workspaces/{}/activity?type=a2a_receive&limit=50",
        agent.id
    );
    let path = format!("{base}&peer_id={}", peer.id);
    let rows = sdk(&served, Some(&agent.token), &[], "GET", &path, None).await;
    let rows = rows.json.as_array().unwrap().clone();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let time = rows[0]["created_at"].as_str().unwrap();
    let path = format!("{base}&before_ts={time}");
    let rows = sdk(&served, Some(&agent.token), &[], "GET", &path, None).await;
    assert_eq!(rows.json.as_array().unwrap().len(), 1, "{}", rows.text);
    assert_eq!(rows.json[0]["source_id"], Value::Null);
}

#[tokio::test]
async fn python_sdk_reply_to_the_user_is_a_notify_with_message() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    agent.poll(&served).await;
    let path = format!("/workspaces/{}/notify", agent.id);
    let body = json!({"message": "the answer"});
    let reply = sdk(&served, Some(&agent.token), &[], "POST", &path, Some(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let (_, chat) = served
        .get(&format!("/workspaces/{}/chat-history", agent.id))
        .await;
    assert_eq!(chat["messages"][0]["content"], "the answer", "{chat}");
}

#[tokio::test]
async fn python_sdk_a2a_server_listens_on_a2a_inbound_only_and_its_status_ok_result_is_shown_as_text()
 {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let answer = json!({"status": "ok", "result": "forty-two"});
    let server = EchoAgent::answering("/a2a/inbound", answer).await.unwrap();
    agent.place(&served, &server).await;
    let (status, reply) = served.say(&agent.id, "what is it?").await;
    assert_eq!(
        (status, &reply["result"]),
        (200, &json!("forty-two")),
        "{reply}"
    );
    assert_eq!(server.heard().len(), 1, "posted to the URL as registered");
    let (_, chat) = served
        .get(&format!("/workspaces/{}/chat-history", agent.id))
        .await;
    assert_eq!(chat["messages"][1]["content"], "forty-two", "{chat}");
}
