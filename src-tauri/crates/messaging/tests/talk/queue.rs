//! Messages that wait: order, capacity, kills, give-backs, ends (contract 02 section 2).

use crate::support::*;
use messaging::{Caller, Dependencies, Messaging, SendOptions};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use store::rows::workspaces::Column;
use tokio::sync::{Semaphore, mpsc};
use wire::{Status, kind};

fn ended<'e>(id: &'e str, status: &'e str) -> impl Fn(&wire::Event) -> bool + 'e {
    move |event| {
        event.event == kind::QUEUE_UPDATED
            && event.workspace_id == id
            && event.payload["status"] == status
    }
}

#[tokio::test]
async fn waiting_messages_are_delivered_once_in_order_and_one_at_a_time() {
    let world = World::new().await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let agent = {
        let (now, most) = (now.clone(), most.clone());
        agent(move |body| {
            let (now, most) = (now.clone(), most.clone());
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                now.fetch_sub(1, Ordering::SeqCst);
                json_answer(200, reply(&body, &format!("did {}", text_of(&body))))
            }
        })
        .await
    };
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let texts: Vec<String> = (0..12).map(|n| format!("message {n}")).collect();
    for text in &texts {
        assert_eq!(world.send(&id, says(text)).await.unwrap().status, 202);
    }
    let mut events = world.events();
    world.comes_online(&id, &agent.url).await;
    for _ in &texts {
        until(&mut events, ended(&id, "completed")).await;
    }
    assert_eq!(agent.texts(), texts);
    assert_eq!(most.load(Ordering::SeqCst), 1, "max_concurrent_tasks is 1");
    let chat = world.chat(&id).await;
    assert_eq!(chat.len(), 24);
    assert_eq!(chat[1], ("agent".into(), "did message 0".into()));
}

#[tokio::test]
async fn as_many_as_the_target_takes_run_at_once() {
    let world = World::new().await;
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let agent = {
        let gate = gate.clone();
        agent(move |body| {
            let (gate, arrived) = (gate.clone(), arrived.clone());
            async move {
                arrived.send(()).unwrap();
                gate.acquire().await.unwrap().forget();
                json_answer(200, reply(&body, "ok"))
            }
        })
        .await
    };
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    world.set(&id, Column::MaxConcurrentTasks, 3).await;
    for n in 0..5 {
        world.send(&id, says(&format!("{n}"))).await.unwrap();
    }
    let mut events = world.events();
    world.comes_online(&id, &agent.url).await;
    for _ in 0..3 {
        soon(arrivals.recv()).await;
    }
    world.messaging.drain(&id).await;
    assert!(arrivals.try_recv().is_err(), "the fourth waits");
    gate.add_permits(5);
    for _ in 0..5 {
        until(&mut events, ended(&id, "completed")).await;
    }
}

#[tokio::test]
async fn a_busy_agent_is_left_alone_until_its_heartbeat_says_it_is_free() {
    let world = World::new().await;
    let agent = echo().await;
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    world.send(&id, says("later")).await.unwrap();
    let mut events = world.events();
    let beat = |tasks: i64| {
        world.store.events().publish_unkept(wire::Event {
            event: kind::WORKSPACE_HEARTBEAT.into(),
            workspace_id: id.clone(),
            timestamp: world.clock.now().into(),
            payload: json!({"active_tasks": tasks, "uptime_seconds": 1}),
            seq: None,
        });
    };
    let key = id.clone();
    write(&world.store, move |write| {
        Box::pin(async move {
            let now = write.stamp();
            store::rows::usage::set_task(write.conn(), &key, 1, Some("own work"), &now)
                .await
                .map(drop)
        })
    })
    .await;
    world.comes_online(&id, &agent.url).await;
    beat(1);
    world.messaging.drain(&id).await;
    assert!(agent.bodies().is_empty());
    beat(0);
    until(&mut events, ended(&id, "completed")).await;
    assert_eq!(agent.texts(), ["later"]);
}

#[tokio::test]
async fn the_same_message_waits_once() {
    let world = World::new().await;
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let body = json!({"method": "message/send", "params": {"message": {"messageId": "m", "parts": [{"text": "x"}]}}});
    let first = world.send(&id, body.clone()).await.unwrap().body;
    let second = world.send(&id, body).await.unwrap().body;
    assert_eq!(
        (&first["queue_id"], &second["queue_depth"]),
        (&second["queue_id"], &json!(1))
    );
    assert_eq!(world.chat(&id).await.len(), 1);
}

#[tokio::test]
async fn an_answer_to_a_waiting_agent_can_be_looked_up_and_big_bodies_are_kept_once() {
    let world = World::new().await;
    let agent = echo().await;
    let (from, to) = (
        world.online("From", &agent.url).await,
        world
            .workspace("To", None, "langgraph", Status::Hibernated, None)
            .await,
    );
    let big = "x".repeat(20_000);
    let caller = Caller::Workspace(from.clone());
    let sent = world
        .messaging
        .send(&to, caller, says(&big), SendOptions::default())
        .await
        .unwrap();
    let queue_id = sent.body["queue_id"].as_str().unwrap().to_owned();
    let mut events = world.events();
    world.comes_online(&to, &agent.url).await;
    let event = until(&mut events, ended(&to, "completed")).await;
    assert_eq!(
        (&event.payload["queue_id"], &event.payload["caller_id"]),
        (&json!(queue_id), &json!(from))
    );
    let status = world.messaging.queue_status(&queue_id).await.unwrap();
    assert_eq!(
        (status.caller_id.as_deref(), status.attempts),
        (Some(from.as_str()), 1)
    );
    assert!(
        status.result.unwrap()["result"]["parts"][0]["text"]
            .as_str()
            .unwrap()
            .starts_with("echo: xxx")
    );
    // The request and the answer, nothing twice and nothing left over.
    let bodies: i64 = sqlx_count(&world, "SELECT count(*) FROM message_bodies").await;
    assert_eq!(bodies, 2);
    assert_eq!(
        agent.seen.lock().unwrap()[0].0["x-workspace-id"],
        from.as_str()
    );
}

async fn sqlx_count(world: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(world.store.read())
        .await
        .unwrap()
}

#[tokio::test]
async fn an_agent_that_says_not_now_gets_the_message_again_and_it_does_not_count() {
    let (world, clock) = World::simulated().await;
    let tries = Arc::new(AtomicUsize::new(0));
    let agent = {
        let tries = tries.clone();
        agent(move |body| {
            let turn = tries.fetch_add(1, Ordering::SeqCst);
            async move {
                if turn < 7 {
                    json_answer(503, json!({"error": "not now"}))
                } else {
                    json_answer(200, reply(&body, "now"))
                }
            }
        })
        .await
    };
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let sent = world.send(&id, says("x")).await.unwrap();
    let mut events = world.events();
    world.comes_online(&id, &agent.url).await;
    for _ in 0..7 {
        until(&mut events, ended(&id, "queued")).await;
        clock.advance(Duration::from_secs(6));
        world.messaging.drain(&id).await;
    }
    until(&mut events, ended(&id, "completed")).await;
    let status = world
        .messaging
        .queue_status(sent.body["queue_id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(status.attempts, 1);
}

#[tokio::test]
async fn a_message_that_breaks_its_agent_fails_after_five_attempts_and_lets_the_next_one_pass() {
    let (world, clock) = World::simulated().await;
    let url = raw_agent(b"").await;
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let sent = world.send(&id, says("poison")).await.unwrap();
    let mut events = world.events();
    world.comes_online(&id, &url).await;
    for _ in 0..4 {
        until(&mut events, ended(&id, "queued")).await;
        clock.advance(Duration::from_secs(70));
        world.messaging.drain(&id).await;
    }
    until(&mut events, ended(&id, "failed")).await;
    let status = world
        .messaging
        .queue_status(sent.body["queue_id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!((status.status.as_str(), status.attempts), ("failed", 5));
    assert!(
        status
            .last_error
            .unwrap()
            .contains("ended before the agent answered")
    );
    assert_eq!(world.activity(&id).await[0]["status"], "error");
    assert_eq!(
        sqlx_count(&world, "SELECT count(*) FROM message_bodies").await,
        0
    );
}

#[tokio::test]
async fn messages_run_out_after_a_day_with_a_reason() {
    let (world, clock) = World::simulated().await;
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let sent = world.send(&id, says("x")).await.unwrap();
    let mut events = world.events();
    let event = soon(async {
        loop {
            clock.advance(Duration::from_secs(3600));
            tokio::select! {
                event = until(&mut events, ended(&id, "dropped")) => return event,
                () = tokio::time::sleep(Duration::from_millis(10)) => {}
            }
        }
    })
    .await;
    assert_eq!(event.payload["reason"], "nobody could take it in time");
    let status = world
        .messaging
        .queue_status(sent.body["queue_id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(status.status, "dropped");
}

#[tokio::test]
async fn an_administrator_can_drop_what_is_stale_and_removal_drops_the_rest() {
    let (world, clock) = World::simulated().await;
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    world.send(&id, says("old")).await.unwrap();
    clock.advance(Duration::from_secs(3601));
    let new = world.send(&id, says("new")).await.unwrap();
    assert_eq!(
        world
            .messaging
            .drop_stale(Duration::from_secs(3600), Some(&id))
            .await
            .unwrap(),
        1
    );
    let mut events = world.events();
    let key = id.clone();
    write(&world.store, move |write| {
        Box::pin(async move {
            let now = write.stamp();
            store::rows::workspaces::mark_removed(write.conn(), &key, &now).await?;
            write
                .event(store::NewEvent::about(
                    key,
                    kind::WORKSPACE_REMOVED,
                    json!({}),
                ))
                .await
                .map(drop)
        })
    })
    .await;
    let event = until(&mut events, ended(&id, "dropped")).await;
    assert_eq!(
        (&event.payload["queue_id"], &event.payload["reason"]),
        (&new.body["queue_id"], &json!("the workspace was removed"))
    );
}

/// The whole platform dies while an acknowledged message is with its agent; the next one delivers it again, under the
/// same message id, and nothing that waited behind it is lost.
#[test]
fn a_kill_in_the_middle_of_a_delivery_loses_no_acknowledged_message() {
    let outside = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m.sqlite");
    let hang = Arc::new(Mutex::new(true));
    let (arrived, mut arrivals) = mpsc::unbounded_channel::<Value>();
    let agent = outside.block_on({
        let hang = hang.clone();
        agent(move |body| {
            let hangs = *hang.lock().unwrap();
            arrived.send(body.clone()).unwrap();
            async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
                json_answer(200, reply(&body, "done"))
            }
        })
    });

    let deps = |store: store::Store, wake: Arc<FakeWake>| Dependencies {
        store,
        clock: Arc::new(clock::SystemClock::new()),
        wake,
        agents: Arc::new(Facts::default()),
        secrets: vault::redact::KnownSecrets::new(),
        options: options(),
    };

    let first = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (id, sleeper, ids) = first.block_on(async {
        let store = open(&path, Arc::new(clock::SystemClock::new())).await;
        let messaging = Messaging::start(deps(store.clone(), Arc::new(FakeWake::default())))
            .await
            .unwrap();
        let id = add(&store, "A", None, "langgraph", Status::Hibernated, None).await;
        let sleeper = add(&store, "B", None, "langgraph", Status::Hibernated, None).await;
        let mut ids = Vec::new();
        for (to, text) in [(&id, "one"), (&id, "two"), (&sleeper, "three")] {
            let sent = messaging
                .send(to, Caller::Person, says(text), SendOptions::default())
                .await
                .unwrap();
            assert_eq!(sent.status, 202);
            ids.push(sent.body["queue_id"].as_str().unwrap().to_owned());
        }
        comes_online(&store, &id, &agent.url).await;
        (id, sleeper, ids)
    });
    let begun = outside.block_on(soon(arrivals.recv())).unwrap();
    first.shutdown_background();
    *hang.lock().unwrap() = false;

    outside.block_on(async {
        let store = open(&path, Arc::new(clock::SystemClock::new())).await;
        let mut events = store.events().subscribe();
        let wake = Arc::new(FakeWake::default());
        let messaging = Messaging::start(deps(store.clone(), wake.clone()))
            .await
            .unwrap();
        for _ in 0..2 {
            until(&mut events, ended(&id, "completed")).await;
        }
        assert_eq!(
            wake.calls(),
            [format!("wake {sleeper}")],
            "the sleeper is asked for again"
        );
        comes_online(&store, &sleeper, &agent.url).await;
        until(&mut events, ended(&sleeper, "completed")).await;
        for queue_id in &ids {
            assert_eq!(
                messaging.queue_status(queue_id).await.unwrap().status,
                "completed"
            );
        }
    });
    let texts = agent.texts();
    assert_eq!(texts, ["one", "one", "two", "three"]);
    let again = &agent.bodies()[1];
    assert_eq!(
        begun["params"]["message"]["messageId"],
        again["params"]["message"]["messageId"]
    );
}

#[tokio::test]
async fn a_second_message_to_a_waking_target_waits_behind_the_first() {
    let world = World::new().await;
    let agent = echo().await;
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    world.send(&id, says("one")).await.unwrap();
    world.status(&id, Status::Provisioning, None).await;
    let second = world.send(&id, says("two")).await.unwrap();
    assert_eq!(
        (second.status, &second.body["queue_depth"]),
        (202, &json!(2))
    );
    let mut events = world.events();
    world.comes_online(&id, &agent.url).await;
    for _ in 0..2 {
        until(&mut events, ended(&id, "completed")).await;
    }
    assert_eq!(agent.texts(), ["one", "two"]);
}

#[tokio::test]
async fn a_shutdown_ends_calls_and_keeps_what_was_acknowledged() {
    let world = World::new().await;
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let agent = agent(move |_| {
        arrived.send(()).unwrap();
        std::future::pending()
    })
    .await;
    let id = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let sent = world.send(&id, says("kept")).await.unwrap();
    world.comes_online(&id, &agent.url).await;
    soon(arrivals.recv()).await;
    let direct = world.online("B", &agent.url).await;
    let waiting = tokio::spawn({
        let (messaging, direct) = (world.messaging.clone(), direct.clone());
        async move {
            messaging
                .send(&direct, Caller::Person, says("x"), SendOptions::default())
                .await
        }
    });
    soon(arrivals.recv()).await;
    soon(world.messaging.shutdown()).await;
    assert_eq!(soon(waiting).await.unwrap().unwrap_err().status(), 503);
    assert_eq!(
        world.send(&direct, says("x")).await.unwrap_err().status(),
        503
    );

    let again = echo().await;
    world.set(&id, Column::Url, again.url.as_str()).await;
    let mut events = world.events();
    let next = world.started_anew().await;
    until(&mut events, ended(&id, "completed")).await;
    let status = next
        .queue_status(sent.body["queue_id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(status.status, "completed");
    assert_eq!(again.texts(), ["kept"]);
}
