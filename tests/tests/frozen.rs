//! An agent whose container somebody froze (`docker pause`): it is busy, not dead. Nobody is told that it is restarted,
//! nothing restarts it behind their back, and what a person asks of it is done all the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use containers::names::container_name;
use product_tests::{Engine, answer, minutes};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Served, ServedOptions, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_agent_is_busy_and_can_still_be_restarted_and_stopped() {
    let served = Served::start(ServedOptions::with_engine()).await;
    let engine = Engine::connect().await;
    served.stand_ins().await;
    let id = served.agent("Sleeper", "claude-code").await;
    served.online(1, minutes(3)).await;
    let container = engine.id_of(&id).await.expect("a container");

    engine.freeze(&container_name(&id)).await;
    // The caller's own limit ends the wait: the connection stands, and nobody reads from it.
    let message = json!({
        "method": "message/send",
        "params": {"message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]}},
    });
    let (status, said) = answer(
        served
            .request(Method::POST, &format!("/workspaces/{id}/a2a"))
            .header("X-Timeout", "2")
            .json(&message),
    )
    .await;
    assert_eq!(
        (status, &said["code"]),
        (503, &json!("agent_busy")),
        "{said}"
    );
    assert_ne!(said["restarting"], Value::Bool(true), "{said}");

    engine.thaw(&container_name(&id)).await;
    let (status, said) = served.say(&id, "are you there").await;
    assert_eq!(status, 200, "{said}");
    assert!(
        said.to_string().contains("Sleeper: are you there"),
        "{said}"
    );
    assert_eq!(
        engine.id_of(&id).await.as_deref(),
        Some(container.as_str()),
        "the container is the one it was"
    );

    // A person's word holds for a frozen one too.
    engine.freeze(&container_name(&id)).await;
    let since = served.last_seq().await;
    let (status, body) = served
        .post(&format!("/workspaces/{id}/restart"), json!({}))
        .await;
    assert!(status < 300, "{status} {body}");
    came_online(&served, since).await;
    assert_ne!(engine.id_of(&id).await.expect("a container"), container);
    let (status, said) = served.say(&id, "and now").await;
    assert_eq!(status, 200, "{said}");

    engine.freeze(&container_name(&id)).await;
    let (status, body) = served
        .post(&format!("/workspaces/{id}/pause"), json!({}))
        .await;
    assert!(status < 300, "{status} {body}");
    eventually("no container of a paused one", minutes(2), || async {
        engine.id_of(&id).await.is_none().then_some(())
    })
    .await;
}

/// Waits for the event that an agent came online after `since`.
async fn came_online(served: &Served, since: i64) {
    eventually("WORKSPACE_ONLINE", minutes(3), || async {
        let told = served.events(&["WORKSPACE_ONLINE"], since).await;
        (!told.is_empty()).then_some(())
    })
    .await;
}
