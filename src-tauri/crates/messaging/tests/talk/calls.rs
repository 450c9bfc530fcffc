//! Calls in flight: silence, deadlines, senders that go away, and what the agent gets to see (contract 02 section 1.4).

use crate::support::*;
use messaging::{Caller, MessagingError, SendOptions};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use store::rows::workspaces::Column;
use tokio::sync::Notify;
use wire::{Status, kind};

#[tokio::test]
async fn silence_is_202_in_progress_and_the_answer_follows_by_event_without_a_second_delivery() {
    let (world, clock) = World::simulated().await;
    let (asked, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let agent = {
        let (asked, release) = (asked.clone(), release.clone());
        agent(move |body| {
            let (asked, release) = (asked.clone(), release.clone());
            async move {
                asked.notify_one();
                release.notified().await;
                json_answer(200, reply(&body, "late"))
            }
        })
        .await
    };
    let id = world.online("A", &agent.url).await;
    let mut events = world.events();
    let sending = tokio::spawn({
        let (messaging, id) = (world.messaging.clone(), id.clone());
        async move {
            messaging
                .send(&id, Caller::Person, says("x"), SendOptions::default())
                .await
        }
    });
    soon(asked.notified()).await;
    // Signs of life keep the sender waiting.
    for _ in 0..3 {
        clock.advance(Duration::from_secs(200));
        beat(&world, &id).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(!sending.is_finished());
    // Silence does not.
    let outcome = soon(async {
        let mut sending = sending;
        loop {
            clock.advance(Duration::from_secs(301));
            tokio::select! {
                done = &mut sending => return done.unwrap().unwrap(),
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
    })
    .await;
    assert_eq!(
        (outcome.status, &outcome.body["delivery"]),
        (202, &json!("in_progress"))
    );
    release.notify_one();
    let event = until(&mut events, is(kind::A2A_RESPONSE, &id)).await;
    assert_eq!(event.payload["queue_id"], outcome.body["queue_id"]);
    assert_eq!(
        event.payload["response_body"]["result"]["parts"][0]["text"],
        "late"
    );
    assert_eq!(agent.bodies().len(), 1);
    let status = world
        .messaging
        .queue_status(outcome.body["queue_id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(status.status, "completed");
    assert_eq!(
        world.chat(&id).await,
        [("user".into(), "x".into()), ("agent".into(), "late".into())]
    );
}

async fn beat(world: &World, id: &str) {
    world.store.events().publish_unkept(wire::Event {
        event: kind::WORKSPACE_HEARTBEAT.into(),
        workspace_id: id.into(),
        timestamp: world.clock.now().into(),
        payload: json!({"active_tasks": 1, "uptime_seconds": 5}),
        seq: None,
    });
}

#[tokio::test]
async fn a_deadline_of_the_sender_ends_the_call_as_503_busy() {
    let (world, clock) = World::simulated().await;
    let asked = Arc::new(Notify::new());
    let agent = {
        let asked = asked.clone();
        agent(move |_| {
            asked.notify_one();
            std::future::pending()
        })
        .await
    };
    let id = world.online("A", &agent.url).await;
    let options = SendOptions {
        prefer_async: false,
        timeout: Some(Duration::from_secs(7)),
    };
    let sending = tokio::spawn({
        let (messaging, id) = (world.messaging.clone(), id.clone());
        async move {
            messaging
                .send(&id, Caller::Person, says("x"), options)
                .await
        }
    });
    soon(asked.notified()).await;
    clock.advance(Duration::from_secs(7));
    let error = soon(sending).await.unwrap().unwrap_err();
    assert!(matches!(error, MessagingError::Busy));
    assert_eq!(
        world.activity(&id).await[0]["error_detail"],
        "no answer within 7 s"
    );
}

#[tokio::test]
async fn the_201st_waiting_message_is_503_workspace_queue_full() {
    let world = World::new().await;
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let sends = (0..200).map(|n| world.send(&id, says(&format!("{n}"))));
    assert!(
        futures::future::join_all(sends)
            .await
            .into_iter()
            .all(|sent| sent.unwrap().status == 202)
    );
    let full = json!({"error": "workspace queue full", "busy": true, "retry_after": 30});
    assert_eq!(
        told(world.send(&id, says("x")).await.unwrap_err()),
        (503, Some(30), full)
    );
}

#[tokio::test]
async fn a_target_that_fetches_is_200_queued_poll_and_the_same_message_is_one() {
    let world = World::new().await;
    let id = world
        .workspace("A", None, "external", Status::AwaitingAgent, None)
        .await;
    world.set(&id, Column::DeliveryMode, "poll").await;
    let body = json!({"method": "message/send", "params": {"message": {"messageId": "m-1", "parts": [{"kind": "text", "text": "hi"}]}}});
    let first = world.send(&id, body.clone()).await.unwrap();
    assert_eq!(first.status, 200);
    assert_eq!(
        (&first.body["status"], &first.body["delivery_mode"]),
        (&json!("queued"), &json!("poll"))
    );
    assert_eq!(first.body["method"], "message/send");
    assert_eq!(world.send(&id, body).await.unwrap().body, first.body);
    let rows = world.activity(&id).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["id"], &rows[0]["status"]),
        (&first.body["activity_id"], &json!("ok"))
    );
    assert_eq!(rows[0].get("response_body"), None);
}

#[tokio::test]
async fn agents_learn_who_asks_and_get_nothing_else() {
    let world = World::new().await;
    let agent = echo().await;
    let (from, to) = (
        world.online("From", &agent.url).await,
        world.online("To", &agent.url).await,
    );
    world
        .messaging
        .send(
            &to,
            Caller::Workspace(from.clone()),
            says("x"),
            SendOptions::default(),
        )
        .await
        .unwrap();
    let (headers, body) = agent.seen.lock().unwrap()[0].clone();
    assert_eq!(headers["x-workspace-id"], from.as_str());
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers.get("authorization"), None);
    assert_eq!(
        body["params"]["metadata"]["source_workspace_id"],
        json!(from)
    );
    assert!(world.row(&from).await.last_outbound_at.is_some());
    assert!(world.row(&to).await.last_active_at.is_some());
    assert_eq!(world.activity(&to).await[0]["source_id"], json!(from));
    assert!(
        world.chat(&to).await.is_empty(),
        "agents' talk is not the person's chat"
    );
}

#[tokio::test]
async fn a_sender_that_goes_away_changes_nothing() {
    let world = World::new().await;
    let (asked, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let agent = {
        let (asked, release) = (asked.clone(), release.clone());
        agent(move |body| {
            let (asked, release) = (asked.clone(), release.clone());
            async move {
                asked.notify_one();
                release.notified().await;
                json_answer(200, reply(&body, "done"))
            }
        })
        .await
    };
    let id = world.online("A", &agent.url).await;
    let mut events = world.events();
    let sending = tokio::spawn({
        let (messaging, id) = (world.messaging.clone(), id.clone());
        async move {
            messaging
                .send(&id, Caller::Person, says("work"), SendOptions::default())
                .await
        }
    });
    soon(asked.notified()).await;
    sending.abort();
    let _ = sending.await;
    release.notify_one();
    until(&mut events, is(kind::A2A_RESPONSE, &id)).await;
    assert_eq!(
        world.chat(&id).await,
        [
            ("user".into(), "work".into()),
            ("agent".into(), "done".into())
        ]
    );
}

/// Bodies of every shape: each is refused with 400 or reaches the agent as one JSON-RPC request.
#[test]
fn whatever_body_comes_is_400_or_forwarded() {
    use proptest::prelude::*;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (world, agent, id) = runtime.block_on(async {
        let world = World::new().await;
        let agent = agent(|body| async move {
            json_answer(
                200,
                json!({"jsonrpc": "2.0", "id": body["id"], "result": {}}),
            )
        })
        .await;
        let id = world.online("A", &agent.url).await;
        (world, agent, id)
    });
    let keys: &'static [&'static str] = &[
        "jsonrpc", "method", "params", "message", "parts", "text", "kind", "metadata",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let body = leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(keys), inner), 0..5).prop_map(|pairs| {
                Value::Object(
                    pairs
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    });
    proptest!(ProptestConfig::with_cases(96), |(body in body)| {
        let before = agent.bodies().len();
        match runtime.block_on(world.send(&id, body)) {
            Ok(outcome) => {
                prop_assert_eq!(outcome.status, 200);
                let bodies = agent.bodies();
                prop_assert_eq!(bodies.len(), before + 1);
                prop_assert!(bodies[before].get("jsonrpc").is_some());
            }
            Err(error) => {
                prop_assert_eq!(error.status(), 400);
                prop_assert_eq!(agent.bodies().len(), before);
            }
        }
    });
}
