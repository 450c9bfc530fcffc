//! The Python runtime in a container (15.1): what it says to peers, to the person and about itself.

use crate::{
    closed,
    exact::{Library::Httpx, send},
    open,
    runtime::{own, pushed},
};
use product_tests::Outside;
use serde_json::{Value, json};
use testkit::{EchoAgent, Served};

/// An agent of the open mode that never presented a token, and its peer that echoes.
async fn with_peer(served: &Served) -> (Outside, Outside, EchoAgent) {
    let agent = Outside::create(served, "A", None).await;
    let peer = Outside::create(served, "Peer", None).await;
    let echo = EchoAgent::start().await.unwrap();
    peer.place(served, &echo).await;
    (agent, peer, echo)
}

fn message(text: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": "call-1", "method": "message/send", "params": {"message": {"role": "user",
        "messageId": "m-1", "parts": [{"kind": "text", "text": text}]}}})
}

#[tokio::test]
async fn runtime_delegate_task_posts_full_json_rpc_with_self_headers_and_reads_result_parts_0_text()
{
    let served = open().await;
    let (agent, peer, echo) = with_peer(&served).await;
    let path = format!("/workspaces/{}/a2a", peer.id);
    let reply = own(&served, &agent, "POST", &path, Some(&message("count"))).await;
    assert_eq!(
        (reply.status, &reply.json["result"]["parts"][0]["text"]),
        (200, &json!("echo: count")),
        "{}",
        reply.text
    );
    assert_eq!(reply.json["id"], "call-1", "the id is kept");
    let heard = &echo.heard()[0];
    assert_eq!(heard.headers["x-workspace-id"], agent.id.as_str());
    assert!(
        heard.headers.get("authorization").is_none(),
        "no token of the caller is handed on"
    );
}

#[tokio::test]
async fn runtime_delegate_task_reads_error_message_and_code_of_the_agents_own_error() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let peer = Outside::create(&served, "Peer", None).await;
    let error = json!({"jsonrpc": "2.0", "id": "call-1", "error": {"code": -32601, "message": "Method not found"}});
    let deaf = EchoAgent::answering("/", error.clone()).await.unwrap();
    peer.register(&served, &deaf).await;
    let path = format!("/workspaces/{}/a2a", peer.id);
    let reply = own(&served, &agent, "POST", &path, Some(&message("count"))).await;
    assert_eq!((reply.status, &reply.json), (200, &error));
}

#[tokio::test]
async fn runtime_get_workspace_info_reads_itself_with_a_bearer_and_without_one_only_in_open_mode() {
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let path = format!("/workspaces/{}", agent.id);
    let reply = own(&served, &agent, "GET", &path, None).await;
    assert_eq!((reply.status, &reply.json["id"]), (200, &json!(agent.id)));
    let bare = send(&served, Httpx, "GET", &path, &[], None).await;
    assert_eq!(bare.status, 401, "the variant of its command line");
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let path = format!("/workspaces/{}", agent.id);
    assert_eq!(
        send(&served, Httpx, "GET", &path, &[], None).await.status,
        200
    );
}

#[tokio::test]
async fn runtime_send_message_to_user_notifies_with_attachments_that_come_back_byte_for_byte() {
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let uri = "workspace:/workspace/.molecule/chat-uploads/9b-a%20b+c.zip";
    let body = json!({"message": "Build is ready", "attachments": [{"uri": uri, "name": "a b+c.zip",
        "mimeType": "application/zip", "size": 1048576}]});
    let path = format!("/workspaces/{}/notify", agent.id);
    let reply = own(&served, &agent, "POST", &path, Some(&body)).await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (200, r#"{"status":"sent"}"#)
    );
    let (_, chat) = served
        .get(&format!("/workspaces/{}/chat-history", agent.id))
        .await;
    let said = &chat["messages"][0];
    assert_eq!(said["content"], "Build is ready", "{chat}");
    assert_eq!(said["attachments"][0]["uri"], uri);
    assert_eq!(said["attachments"][0]["size"], 1_048_576);
}

#[tokio::test]
async fn runtime_memory_write_note_with_a_stray_workspace_id_field_is_logged() {
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let body = json!({"workspace_id": agent.id, "activity_type": "memory_write", "summary": "Remembered: tea"});
    let path = format!("/workspaces/{}/activity", agent.id);
    let reply = own(&served, &agent, "POST", &path, Some(&body)).await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (200, r#"{"status":"logged"}"#)
    );
    let rows = own(
        &served,
        &agent,
        "GET",
        &format!("{path}?type=memory_write"),
        None,
    )
    .await;
    assert_eq!(rows.json[0]["summary"], "Remembered: tea");
    assert_eq!(rows.json[0]["source_id"], agent.id.as_str());
}

#[tokio::test]
async fn runtime_langchain_notify_without_message_and_without_bearer_is_401_closed_and_sent_open() {
    let body = json!({"type": "delegation_update", "task_id": "t-1", "target_workspace_id": "peer", "status": "completed"});
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let path = format!("/workspaces/{}/notify", agent.id);
    let reply = send(&served, Httpx, "POST", &path, &[], Some(&body)).await;
    assert_eq!(reply.status, 401);
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let path = format!("/workspaces/{}/notify", agent.id);
    let reply = send(&served, Httpx, "POST", &path, &[], Some(&body)).await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (200, r#"{"status":"sent"}"#)
    );
}

#[tokio::test]
async fn runtime_langchain_discovers_with_the_header_only_and_needs_exactly_200_with_url() {
    let served = open().await;
    let (agent, peer, echo) = with_peer(&served).await;
    let header = [("X-Workspace-ID", agent.id.as_str())];
    let path = format!("/registry/discover/{}", peer.id);
    let reply = send(&served, Httpx, "GET", &path, &header, None).await;
    assert_eq!(
        (reply.status, &reply.json["url"]),
        (200, &json!(echo.url()))
    );
    let served = closed().await;
    let agent = pushed(&served, "A", None).await;
    let header = [("X-Workspace-ID", agent.id.as_str())];
    let path = format!("/registry/discover/{}", agent.id);
    assert_eq!(
        send(&served, Httpx, "GET", &path, &header, None)
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn runtime_langchain_post_with_its_id_and_no_bearer_carries_metadata_and_reads_every_text_part()
 {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let peer = Outside::create(&served, "Peer", None).await;
    let answer = json!({"jsonrpc": "2.0", "id": "x", "result": {"kind": "task", "status": {"state": "completed"},
        "artifacts": [{"parts": [{"kind": "text", "text": "one"}, {"kind": "text", "text": "two"}]}]}});
    let worker = EchoAgent::answering("/", answer.clone()).await.unwrap();
    peer.register(&served, &worker).await;
    let metadata = json!({"parent_task_id": "t-0", "source_workspace_id": agent.id, "traceparent": "00-aa-bb-01"});
    let body = json!({"jsonrpc": "2.0", "id": "x", "method": "message/send", "params": {"message": {"role": "user",
        "messageId": "msg-t-1-1", "parts": [{"kind": "text", "text": "go"}]}, "metadata": metadata}});
    let header = [("X-Workspace-ID", agent.id.as_str())];
    let path = format!("/workspaces/{}/a2a", peer.id);
    let reply = send(&served, Httpx, "POST", &path, &header, Some(&body)).await;
    assert_eq!((reply.status, &reply.json), (200, &answer));
    let heard = &worker.heard()[0].body;
    assert_eq!(heard["params"]["metadata"]["traceparent"], "00-aa-bb-01");
    assert_eq!(heard["params"]["message"]["messageId"], "msg-t-1-1");
}

#[tokio::test]
async fn runtime_a2a_cli_sends_its_id_on_discovery_only() {
    let served = open().await;
    let (agent, peer, _echo) = with_peer(&served).await;
    let header = [("X-Workspace-ID", agent.id.as_str())];
    let path = format!("/registry/discover/{}", peer.id);
    assert_eq!(
        send(&served, Httpx, "GET", &path, &header, None)
            .await
            .status,
        200
    );
    for path in [
        format!("/registry/{}/peers", agent.id),
        format!("/workspaces/{}", agent.id),
    ] {
        let reply = send(&served, Httpx, "GET", &path, &[], None).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    }
    let path = format!("/workspaces/{}/a2a", peer.id);
    let reply = send(&served, Httpx, "POST", &path, &[], Some(&message("hi"))).await;
    assert_eq!(reply.json["result"]["parts"][0]["text"], "echo: hi");
}

#[tokio::test]
async fn runtime_prompt_build_reads_peers_and_the_parents_shared_context_with_its_id_only() {
    let served = open().await;
    let lead = Outside::create(&served, "Lead", None).await;
    let agent = Outside::create(&served, "A", Some(&lead.id)).await;
    let header = [("X-Workspace-ID", agent.id.as_str())];
    for path in [
        format!("/registry/{}/peers", agent.id),
        format!("/workspaces/{}/shared-context", lead.id),
    ] {
        let reply = send(&served, Httpx, "GET", &path, &header, None).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    }
    let served = closed().await;
    let lead = pushed(&served, "Lead", None).await;
    let agent = pushed(&served, "A", Some(&lead.id)).await;
    let path = format!("/workspaces/{}/shared-context", lead.id);
    let reply = own(&served, &agent, "GET", &path, None).await;
    assert_eq!(reply.status, 200, "a child may read it: {}", reply.text);
    let header = [("X-Workspace-ID", agent.id.as_str())];
    let reply = send(&served, Httpx, "GET", &path, &header, None).await;
    assert_eq!(reply.status, 401, "but not by its word alone");
}

#[tokio::test]
async fn runtime_agent_replies_with_file_parts_and_tool_trace_are_logged_and_shown() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let trace = json!([{"tool": "read_file", "input": "{}", "output_preview": "text"}]);
    let answer = json!({"jsonrpc": "2.0", "id": "x", "result": {"kind": "message", "role": "agent", "messageId": "r",
        "parts": [{"kind": "text", "text": "done"}, {"kind": "file", "file": {"name": "out.pdf",
            "mimeType": "application/pdf", "uri": "workspace:/workspace/out.pdf"}}],
        "metadata": {"tool_trace": trace}}});
    let worker = EchoAgent::answering("/", answer).await.unwrap();
    agent.place(&served, &worker).await;
    assert_eq!(served.say(&agent.id, "make it").await.0, 200);
    let path = format!("/workspaces/{}/activity?type=a2a_receive", agent.id);
    let (_, rows) = served.get(&path).await;
    assert_eq!(rows[0]["tool_trace"], trace, "{rows}");
    let (_, chat) = served
        .get(&format!("/workspaces/{}/chat-history", agent.id))
        .await;
    let said = &chat["messages"][1];
    assert_eq!(said["content"], "done", "{chat}");
    assert_eq!(
        said["attachments"][0]["uri"],
        "workspace:/workspace/out.pdf"
    );
}

#[tokio::test]
async fn runtime_agent_input_reads_message_parts_and_metadata_history() {
    let served = closed().await;
    let agent = Outside::create(&served, "A", None).await;
    let echo = EchoAgent::start().await.unwrap();
    agent.place(&served, &echo).await;
    let history = json!([{"role": "user", "parts": [{"kind": "text", "text": "hello"}]},
        {"role": "agent", "parts": [{"kind": "text", "text": "hi"}]}]);
    let body = json!({"method": "message/send", "params": {"message": {"role": "user", "parts": [{"kind": "text",
        "text": "and now?"}]}, "metadata": {"history": history}}});
    let (status, answer) = served
        .post(&format!("/workspaces/{}/a2a", agent.id), body)
        .await;
    assert_eq!(status, 200, "{answer}");
    let heard = &echo.heard()[0].body;
    assert_eq!(heard["params"]["metadata"]["history"], history);
    assert_eq!(heard["params"]["message"]["parts"][0]["text"], "and now?");
    assert!(
        heard["params"]["message"]["messageId"].is_string(),
        "{heard}"
    );
}

#[tokio::test]
async fn older_wheel_posts_to_itself_without_its_id_so_the_row_looks_like_the_users() {
    let served = open().await;
    let agent = Outside::create(&served, "A", None).await;
    let echo = EchoAgent::start().await.unwrap();
    agent.register(&served, &echo).await;
    let path = format!("/workspaces/{}/a2a", agent.id);
    let reply = send(&served, Httpx, "POST", &path, &[], Some(&message("Begin."))).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let (_, rows) = served
        .get(&format!(
            "/workspaces/{}/activity?type=a2a_receive",
            agent.id
        ))
        .await;
    assert_eq!(rows[0]["source_id"], Value::Null, "{rows}");
}
