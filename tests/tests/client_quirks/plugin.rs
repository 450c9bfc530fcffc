//! The poll channel plugin (15.5).

use crate::{
    closed,
    exact::{Library::Fetch, Reply, bearer, send},
};
use product_tests::Outside;
use serde_json::{Value, json};
use testkit::Served;

async fn plugin(
    served: &Served,
    agent: &Outside,
    more: &[(&str, &str)],
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Reply {
    let (bearer, origin) = (
        bearer(&agent.token),
        format!("http://127.0.0.1:{}", served.owner.port),
    );
    let mut headers = vec![
        ("Authorization", bearer.as_str()),
        ("Origin", origin.as_str()),
    ];
    headers.extend(more);
    send(served, Fetch, method, path, &headers, body).await
}

async fn registered(served: &Served, name: &str) -> Outside {
    let agent = Outside::create(served, name, None).await;
    let body = json!({"id": agent.id, "delivery_mode": "poll", "agent_card": {"name": "My laptop", "description": "…"}});
    let reply = plugin(
        served,
        &agent,
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
    agent
}

#[tokio::test]
async fn channel_plugin_probe_with_the_all_zero_cursor_gets_410_or_it_exits() {
    let served = closed().await;
    let agent = registered(&served, "A").await;
    let path = format!(
        "/workspaces/{}/activity?type=a2a_receive&since_id=00000000-0000-0000-0000-000000000000&limit=1",
        agent.id
    );
    assert_eq!(
        plugin(&served, &agent, &[], "GET", &path, None)
            .await
            .status,
        410
    );
}

#[tokio::test]
async fn poll_channel_plugin_register_without_url_and_heartbeat_with_only_workspace_id() {
    let served = closed().await;
    let agent = registered(&served, "A").await;
    let beat = json!({"workspace_id": agent.id});
    let reply = plugin(
        &served,
        &agent,
        &[],
        "POST",
        "/registry/heartbeat",
        Some(&beat),
    )
    .await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn channel_plugin_poll_begins_with_since_secs_30_reads_oldest_first_and_goes_on_from_the_last_id()
 {
    let served = closed().await;
    let agent = registered(&served, "A").await;
    for text in ["one", "two"] {
        assert_eq!(served.say(&agent.id, text).await.0, 200);
    }
    let base = format!(
        "/workspaces/{}/activity?type=a2a_receive&limit=100",
        agent.id
    );
    let reply = plugin(
        &served,
        &agent,
        &[],
        "GET",
        &format!("{base}&since_secs=30"),
        None,
    )
    .await;
    let rows = reply.json.as_array().unwrap();
    let text = |row: &Value| row["request_body"]["params"]["message"]["parts"][0]["text"].clone();
    assert_eq!(
        rows.iter().map(text).collect::<Vec<_>>(),
        [json!("one"), json!("two")]
    );
    for key in ["id", "workspace_id", "method", "summary", "created_at"] {
        assert!(rows[0][key].is_string(), "{key}: {}", reply.text);
    }
    assert!(rows[0].get("source_id").is_some_and(Value::is_null));
    let part = &rows[0]["request_body"]["params"]["message"]["parts"][0];
    assert_eq!(
        (&part["kind"], &part["type"]),
        (&json!("text"), &json!("text"))
    );
    let next = format!("{base}&since_id={}", rows[1]["id"].as_str().unwrap());
    assert_eq!(
        plugin(&served, &agent, &[], "GET", &next, None).await.text,
        "[]"
    );
}

#[tokio::test]
async fn channel_plugin_reply_to_user_by_notify_is_not_fed_back_to_it() {
    let served = closed().await;
    let agent = registered(&served, "A").await;
    let path = format!("/workspaces/{}/notify", agent.id);
    let reply = plugin(
        &served,
        &agent,
        &[],
        "POST",
        &path,
        Some(&json!({"message": "hello"})),
    )
    .await;
    assert_eq!(reply.status, 200);
    let path = format!(
        "/workspaces/{}/activity?type=a2a_receive&limit=100&since_secs=30",
        agent.id
    );
    assert_eq!(
        plugin(&served, &agent, &[], "GET", &path, None).await.text,
        "[]"
    );
}

#[tokio::test]
async fn channel_plugin_reply_to_peer_without_role_and_with_source_header_only_is_logged_as_the_peers()
 {
    let served = closed().await;
    let agent = registered(&served, "A").await;
    let peer = registered(&served, "Peer").await;
    let source = [("X-Source-Workspace-Id", agent.id.as_str())];
    let body = json!({"jsonrpc": "2.0", "id": "x", "method": "message/send", "params": {"message": {"messageId": "p-1",
        "parts": [{"type": "text", "text": "for you"}]}}});
    let path = format!("/workspaces/{}/a2a", peer.id);
    let reply = plugin(&served, &agent, &source, "POST", &path, Some(&body)).await;
    assert!((200..300).contains(&reply.status), "{}", reply.text);
    let path = format!(
        "/workspaces/{}/activity?type=a2a_receive&since_secs=30",
        peer.id
    );
    let rows = plugin(&served, &peer, &[], "GET", &path, None).await;
    assert_eq!(
        rows.json[0]["source_id"],
        agent.id.as_str(),
        "{}",
        rows.text
    );
}

#[tokio::test]
async fn channel_plugin_list_peers_with_q_reads_nine_fields() {
    let served = closed().await;
    let agent = registered(&served, "A").await;
    registered(&served, "Report writer").await;
    let path = format!("/registry/{}/peers?q=report", agent.id);
    let reply = plugin(&served, &agent, &[], "GET", &path, None).await;
    for key in [
        "id",
        "name",
        "role",
        "tier",
        "status",
        "url",
        "parent_id",
        "active_tasks",
        "agent_card",
    ] {
        assert!(reply.json[0].get(key).is_some(), "{key}: {}", reply.text);
    }
}

#[tokio::test]
async fn channel_plugin_get_workspace_info_of_a_removed_one_is_410_with_its_body() {
    let served = closed().await;
    let (agent, gone) = (
        registered(&served, "A").await,
        registered(&served, "Gone").await,
    );
    served.delete(&format!("/workspaces/{}", gone.id)).await;
    let path = format!("/workspaces/{}", gone.id);
    let reply = plugin(&served, &agent, &[], "GET", &path, None).await;
    assert_eq!(
        (reply.status, &reply.json["error"]),
        (410, &json!("workspace removed"))
    );
}
