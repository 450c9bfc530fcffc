//! The command line of the original (15.6) and the original's own canvas (4.9).

use crate::{
    closed,
    exact::{
        Library::{Fetch, Go},
        Reply, bearer, send,
    },
    open,
};
use product_tests::{Outside, seconds};
use serde_json::{Value, json};
use testkit::{EchoAgent, Served, ServedOptions};

async fn connect(
    served: &Served,
    agent: &Outside,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Reply {
    let bearer = bearer(&agent.token);
    send(
        served,
        Go,
        method,
        path,
        &[("Authorization", &bearer)],
        body,
    )
    .await
}

async fn connected(served: &Served, name: &str) -> Outside {
    let agent = Outside::create(served, name, None).await;
    let body = json!({"id": agent.id, "agent_card": {"name": "molecule-connect",
        "description": "molecule connect (CLI bridge)", "version": "0.1.0"}, "delivery_mode": "poll"});
    let reply = connect(served, &agent, "POST", "/registry/register", Some(&body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    agent
}

#[tokio::test]
async fn cli_connect_heartbeat_with_runtime_state_ok_and_uptime_0_recovers_a_degraded_workspace() {
    let served = closed().await;
    let agent = connected(&served, "A").await;
    let failing = json!({"error_rate": 0.9, "sample_error": "x", "uptime_seconds": 5});
    agent.beat(&served, failing).await;
    let status = |wanted: &'static str| move |row: &Value| row["status"] == wanted;
    served
        .until(&agent.id, "failing", seconds(10), status("degraded"))
        .await;
    agent
        .beat(
            &served,
            json!({"error_rate": 0.0, "runtime_state": "wedged"}),
        )
        .await;
    let beat = json!({"workspace_id": agent.id, "runtime_state": "ok", "uptime_seconds": 0});
    let reply = connect(&served, &agent, "POST", "/registry/heartbeat", Some(&beat)).await;
    assert!(reply.status < 400);
    served
        .until(&agent.id, "well again", seconds(10), status("online"))
        .await;
}

#[tokio::test]
async fn cli_connect_polls_every_second_its_parts_with_type_and_takes_the_last_row_as_cursor() {
    let served = closed().await;
    let agent = connected(&served, "A").await;
    for text in ["one", "two"] {
        assert_eq!(served.say(&agent.id, text).await.0, 200);
    }
    let base = format!(
        "/workspaces/{}/activity?limit=50&type=a2a_receive",
        agent.id
    );
    let first = connect(&served, &agent, "GET", &base, None).await;
    let rows = first.json.as_array().unwrap();
    assert_eq!(rows.len(), 2);
    let part = &rows[0]["request_body"]["params"]["message"]["parts"][0];
    assert_eq!(
        (&part["type"], &part["text"]),
        (&json!("text"), &json!("one")),
        "oldest first, with `type`"
    );
    let cursor = rows[1]["id"].as_str().unwrap();
    for _ in 0..5 {
        let next = connect(
            &served,
            &agent,
            "GET",
            &format!("{base}&since_id={cursor}"),
            None,
        )
        .await;
        assert_eq!(
            (next.status, next.text.as_str()),
            (200, "[]"),
            "nothing is replayed"
        );
    }
    let lost = format!("{base}&since_id=00000000-0000-4000-8000-00000000dead");
    assert_eq!(
        connect(&served, &agent, "GET", &lost, None).await.status,
        410
    );
}

/// A row that is no message would be answered, refused with 403, and end the loop of the command line for good.
#[tokio::test]
async fn cli_connect_polls_no_row_of_a_refused_sender_and_learns_where_its_peers_card_is() {
    let served = closed().await;
    let agent = connected(&served, "A").await;
    let peer = Outside::create(&served, "Peer", Some(&agent.id)).await;
    let root = Outside::create(&served, "Root", None).await;
    let stranger = Outside::create(&served, "Stranger", Some(&root.id)).await;
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "message/send",
        "params": {"message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]}}});
    let path = format!("/workspaces/{}/a2a", agent.id);
    let post = |from: &Outside| {
        let (served, from, body) = (&served, from.clone(), message.clone());
        let path = path.clone();
        async move {
            from.call(served, reqwest::Method::POST, &path, Some(body))
                .await
                .0
        }
    };
    assert_eq!((post(&stranger).await, post(&peer).await), (403, 200));
    let path = format!(
        "/workspaces/{}/activity?limit=50&type=a2a_receive",
        agent.id
    );
    let rows = connect(&served, &agent, "GET", &path, None).await.json;
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["source_id"], peer.id.as_str());
    assert_eq!(
        rows[0]["data"]["agent_card_url"],
        format!("{}/registry/discover/{}", served.url(), peer.id)
    );
}

#[tokio::test]
async fn cli_connect_reply_with_bearer_only_and_role_assistant_is_the_agents_own_word() {
    let served = open().await;
    let agent = connected(&served, "A").await;
    let peer = Outside::create(&served, "Peer", None).await;
    let echo = EchoAgent::start().await.unwrap();
    peer.register(&served, &echo).await;
    let body = json!({"jsonrpc": "2.0", "id": "7", "method": "message/send", "params": {"message": {"role": "assistant",
        "task_id": "t-1", "parts": [{"type": "text", "text": "reply"}]}}});
    let path = format!("/workspaces/{}/a2a", peer.id);
    let reply = connect(&served, &agent, "POST", &path, Some(&body)).await;
    assert!(reply.status < 400, "{}", reply.text);
    let (_, rows) = served
        .get(&format!(
            "/workspaces/{}/activity?type=a2a_receive",
            peer.id
        ))
        .await;
    assert_eq!(rows[0]["source_id"], agent.id.as_str(), "{rows}");
}

#[tokio::test]
async fn cli_admin_commands_health_list_get_create_delete_restart_peers_agent_list_inspect_without_credential_in_open_mode()
 {
    let served = open().await;
    let call = |method: &'static str, path: String, body: Option<Value>| {
        let served = &served;
        async move { send(served, Go, method, &path, &[], body.as_ref()).await }
    };
    assert_eq!(
        call("GET", "/health".into(), None).await.json["mode"],
        "open"
    );
    let made = call(
        "POST",
        "/workspaces".into(),
        Some(json!({"name": "A", "runtime": "mock"})),
    )
    .await;
    let id = made.json["id"].as_str().unwrap().to_owned();
    for path in [
        "/workspaces".to_owned(),
        format!("/workspaces/{id}"),
        format!("/registry/{id}/peers"),
    ] {
        assert_eq!(call("GET", path, None).await.status, 200);
    }
    let assigned = call(
        "POST",
        format!("/workspaces/{id}/agent"),
        Some(json!({"model": "m"})),
    )
    .await;
    let agent = assigned.json["agent_id"].as_str().unwrap().to_owned();
    for path in ["/agents".to_owned(), format!("/workspaces/{id}/agents")] {
        let reply = call("GET", path, None).await;
        for key in [
            "id",
            "name",
            "workspace_id",
            "status",
            "model",
            "runtime",
            "created_at",
        ] {
            assert!(reply.json[0].get(key).is_some(), "{key}: {}", reply.text);
        }
    }
    assert_eq!(
        call("GET", format!("/agents/{agent}"), None).await.status,
        200
    );
    assert_eq!(
        call("POST", format!("/workspaces/{id}/restart"), None)
            .await
            .status,
        200
    );
    assert_eq!(
        call("DELETE", format!("/workspaces/{id}?confirm=true"), None)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn cli_agent_send_with_agent_id_and_message_reads_result_or_error_as_text() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let echo = EchoAgent::start().await.unwrap();
    agent.register(&served, &echo).await;
    let path = format!("/workspaces/{}/a2a", agent.id);
    let body = json!({"agent_id": "a-1", "message": "hello"});
    let reply = send(&served, Go, "POST", &path, &[], Some(&body)).await;
    assert_eq!(
        (reply.status, &reply.json["result"]),
        (200, &json!("echo: hello"))
    );
}

#[tokio::test]
async fn canvas_of_the_original_reads_and_writes_with_its_admin_bearer_from_its_own_origin() {
    let options = ServedOptions::default()
        .env("ADMIN_TOKEN", "operator-chosen")
        .env("CORS_ORIGINS", "http://localhost:3000");
    let served = Served::start(options).await;
    let auth = bearer("operator-chosen");
    let headers = [
        ("Authorization", auth.as_str()),
        ("Origin", "http://localhost:3000"),
    ];
    let made = json!({"name": "A", "runtime": "mock"});
    let made = send(&served, Fetch, "POST", "/workspaces", &headers, Some(&made)).await;
    let id = made.json["id"].as_str().unwrap().to_owned();
    let one = format!("/workspaces/{id}");
    for (method, path, body) in [
        ("GET", "/workspaces".to_owned(), None),
        ("PATCH", one.clone(), Some(json!({"x": 10, "y": 20}))),
        ("PATCH", one.clone(), Some(json!({"collapsed": true}))),
        ("GET", format!("{one}/model"), None),
        ("GET", format!("{one}/tokens"), None),
        ("POST", format!("{one}/tokens"), None),
        ("GET", "/org/tokens".to_owned(), None),
        ("GET", "/events".to_owned(), None),
        (
            "PUT",
            "/canvas/viewport".to_owned(),
            Some(json!({"x": 0, "y": 0, "zoom": 1})),
        ),
        (
            "POST",
            "/registry/update-card".to_owned(),
            Some(json!({"workspace_id": id, "agent_card": {"name": "by hand"}})),
        ),
        ("GET", format!("{one}/state"), None),
        ("DELETE", format!("{one}?confirm=true"), None),
    ] {
        let reply = send(&served, Fetch, method, &path, &headers, body.as_ref()).await;
        assert!(
            (200..300).contains(&reply.status),
            "{method} {path}: {}",
            reply.text
        );
    }
}

#[tokio::test]
async fn cli_connect_poll_reads_at_most_1_mib_of_an_answer_so_more_comes_with_the_next_poll() {
    let served = closed().await;
    let agent = connected(&served, "A").await;
    // Escapes count: each of these is sent as six bytes.
    for number in 0..8 {
        let text = format!("{number} {}", "<".repeat(50_000));
        assert_eq!(served.say(&agent.id, &text).await.0, 200);
    }
    let base = format!(
        "/workspaces/{}/activity?limit=50&type=a2a_receive",
        agent.id
    );
    let (mut path, mut seen) = (base.clone(), Vec::new());
    for _ in 0..20 {
        let page = connect(&served, &agent, "GET", &path, None).await;
        assert!(page.text.len() <= 1024 * 1024, "{}", page.text.len());
        let rows = page.json.as_array().unwrap();
        let Some(last) = rows.last() else { break };
        path = format!("{base}&since_id={}", last["id"].as_str().unwrap());
        seen.extend(rows.iter().map(|row| {
            let part = &row["request_body"]["params"]["message"]["parts"][0];
            let text = part["text"].as_str().unwrap();
            text.chars().next().unwrap()
        }));
    }
    assert_eq!(
        seen.iter().collect::<String>(),
        "01234567",
        "each once, in order"
    );
}

#[tokio::test]
async fn cli_connect_register_with_a_wrong_token_is_4xx_and_aborts() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let wrong = Outside {
        token: "wrong".into(),
        ..agent
    };
    let body = json!({"id": wrong.id, "agent_card": {}, "delivery_mode": "poll"});
    let reply = connect(&served, &wrong, "POST", "/registry/register", Some(&body)).await;
    assert_eq!(reply.status, 401, "{}", reply.text);
}

#[tokio::test]
async fn cli_agent_send_to_a_workspace_that_cannot_answer_reads_error_as_text() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let path = format!("/workspaces/{}/a2a", agent.id);
    let body = json!({"agent_id": "a-1", "message": "hello"});
    let reply = send(&served, Go, "POST", &path, &[], Some(&body)).await;
    assert!(
        reply.status >= 400 && reply.json["error"].is_string(),
        "{}",
        reply.text
    );
}
