//! Schedules carried out: when, to whom, how often, and what is told of it (contract 02 section 10.3).

use crate::support::*;
use axum::response::Response;
use clock::{Clock, SimulatedClock};
use messaging::{AgentFacts, Dependencies, Messaging, MessagingError};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use store::rows::{
    schedules::{self, ScheduleRow},
    workspaces::Column,
};
use tokio::sync::{Semaphore, broadcast, mpsc};
use wire::{Event, Status, kind};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

type Events = broadcast::Receiver<Arc<Event>>;

/// A schedule of every minute that is on, due a minute after nine.
async fn schedule(world: &World, workspace: &str, name: &str) -> String {
    scheduled(
        world,
        workspace,
        name,
        "* * * * *",
        Some("2026-05-02T09:01:00.000000Z"),
    )
    .await
}

async fn scheduled(
    world: &World,
    workspace: &str,
    name: &str,
    cron: &str,
    next: Option<&str>,
) -> String {
    let id = store::new_id();
    let row = ScheduleRow {
        id: id.clone(),
        workspace_id: workspace.to_owned(),
        name: name.to_owned(),
        cron_expr: cron.to_owned(),
        timezone: "UTC".into(),
        prompt: format!("do {name}"),
        enabled: true,
        last_run_at: None,
        next_run_at: next.map(str::to_owned),
        run_count: 0,
        last_status: String::new(),
        last_error: String::new(),
        source: "runtime".into(),
        wanted: Some(true),
        agreed: true,
        edited: false,
        by_agent: false,
        created_at: "2026-05-02T08:00:00.000000Z".into(),
        updated_at: "2026-05-02T08:00:00.000000Z".into(),
    };
    let subject = workspace.to_owned();
    write(&world.store, move |write| {
        Box::pin(async move {
            schedules::insert(write.conn(), &row).await?;
            let payload = json!({"changed": ["schedules"], "needs_restart": false, "reasons": []});
            let event = store::NewEvent::about(&subject, kind::WORKSPACE_UPDATED, payload);
            write.event(event).await.map(drop)
        })
    })
    .await;
    id
}

async fn row(world: &World, id: &str) -> ScheduleRow {
    schedules::get(world.store.read(), id)
        .await
        .unwrap()
        .unwrap()
}

/// Time passes as a loop lives it: step by step, so that it sleeps anew in between.
async fn pass(world: &World, clock: &SimulatedClock, time: Duration) {
    let mut left = time;
    while left > Duration::ZERO {
        let step = left.min(Duration::from_secs(15));
        went_round(world, clock).await;
        clock.advance(step);
        left -= step;
    }
    went_round(world, clock).await;
}

/// Asks the loops to go round, and again when they did, so that what they began by the clock is begun.
async fn went_round(world: &World, clock: &SimulatedClock) {
    for _ in 0..2 {
        let loops = clock.loops().report(world.clock.as_ref()).await;
        assert!(
            loops
                .iter()
                .any(|one| one.name == "scheduler" && !one.stale),
            "{loops:?}"
        );
    }
}

async fn executed(events: &mut Events, schedule: &str) -> String {
    let event = until(events, |event| {
        event.event == kind::CRON_EXECUTED && event.payload["schedule_id"] == schedule
    })
    .await;
    wire::check_payload(kind::CRON_EXECUTED, &event.payload).unwrap();
    event.payload["status"].as_str().unwrap().to_owned()
}

async fn skipped(events: &mut Events, schedule: &str) -> String {
    let event = until(events, |event| {
        event.event == kind::CRON_SKIPPED && event.payload["schedule_id"] == schedule
    })
    .await;
    wire::check_payload(kind::CRON_SKIPPED, &event.payload).unwrap();
    event.payload["reason"].as_str().unwrap().to_owned()
}

async fn history(world: &World, workspace: &str, schedule: &str) -> Vec<wire::ScheduleRun> {
    world
        .messaging
        .schedule_history(workspace, schedule)
        .await
        .unwrap()
}

/// An agent that says when a message arrived and answers when it is let.
async fn gated(
    answer: impl Fn(&Value) -> Response + Clone + Send + Sync + 'static,
) -> (TestAgent, mpsc::UnboundedReceiver<()>, Arc<Semaphore>) {
    let (arrived, arrivals) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let agent = {
        let gate = gate.clone();
        agent(move |body| {
            let (gate, arrived, answer) = (gate.clone(), arrived.clone(), answer.clone());
            async move {
                let _ = arrived.send(());
                gate.acquire().await.unwrap().forget();
                answer(&body)
            }
        })
        .await
    };
    (agent, arrivals, gate)
}

fn fine(body: &Value) -> Response {
    json_answer(200, reply(body, "done"))
}

#[tokio::test]
async fn what_is_due_goes_to_its_agent_once_and_everything_tells_of_it() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "standup").await;
    let mut events = world.events();
    pass(&world, &clock, Duration::from_secs(45)).await;
    assert!(agent.texts().is_empty(), "it is not due yet");

    clock.advance(Duration::from_secs(15));
    let began = until(&mut events, is(kind::CRON_STARTED, &id)).await;
    wire::check_payload(kind::CRON_STARTED, &began.payload).unwrap();
    assert_eq!(began.payload["next_run_at"], "2026-05-02T09:02:00.000000Z");
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    assert_eq!(agent.texts(), ["do standup"]);
    let sent = &agent.bodies()[0]["params"]["message"];
    let key = sent["messageId"].as_str().unwrap();
    assert_eq!(
        (&sent["role"], key.len()),
        (&json!("user"), "cron-".len() + 8 + 1 + 8)
    );
    assert!(
        key.starts_with(&format!("cron-{}-", &schedule[..8])),
        "{key}"
    );

    let kept = row(&world, &schedule).await;
    assert_eq!(
        (
            kept.last_status.as_str(),
            kept.last_error.as_str(),
            kept.run_count
        ),
        ("ok", "", 1)
    );
    assert_eq!(
        kept.last_run_at.as_deref(),
        Some("2026-05-02T09:01:00.000000Z")
    );
    assert_eq!(
        kept.next_run_at.as_deref(),
        Some("2026-05-02T09:02:00.000000Z")
    );
    let past = history(&world, &id, &schedule).await;
    assert_eq!(past.len(), 1);
    assert_eq!(
        (past[0].status.as_str(), past[0].cause.as_str()),
        ("ok", "clock")
    );
    assert!(
        past[0].duration_ms.is_some(),
        "no. 83: the duration is kept"
    );
    assert_eq!(
        past[0].request,
        json!({"schedule_id": schedule, "schedule_name": "standup", "cron_expr": "* * * * *", "prompt": "do standup"})
    );
    let rows = world.activity(&id).await;
    let kinds: Vec<&str> = rows
        .iter()
        .map(|row| row["activity_type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["cron_run", "a2a_receive"]);
    assert_eq!(
        (
            &rows[0]["method"],
            &rows[0]["summary"],
            &rows[0]["status"],
            &rows[0]["source_id"]
        ),
        (
            &json!("cron"),
            &json!("Cron: standup"),
            &json!("ok"),
            &Value::Null
        )
    );
    assert_eq!(rows[1]["source_kind"], "schedule");
    assert_eq!(
        world.chat(&id).await,
        [
            ("system".into(), "do standup".into()),
            ("agent".into(), "echo: do standup".into())
        ],
        "who opens the chat sees what was asked and answered"
    );

    pass(&world, &clock, Duration::from_secs(45)).await;
    assert_eq!(agent.texts().len(), 1, "once a slot");
    clock.advance(Duration::from_secs(15));
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    assert_eq!(agent.texts().len(), 2);
}

#[tokio::test]
async fn the_built_in_agent_carries_them_out_too() {
    let (world, clock) = World::simulated().await;
    let id = world
        .workspace("A", None, "mock", Status::Online, None)
        .await;
    let schedule = schedule(&world, &id, "standup").await;
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    assert_eq!(world.chat(&id).await.len(), 2);
}

#[tokio::test]
async fn no_77_a_busy_role_gets_it_when_it_is_free_and_the_slots_between_are_left_out() {
    let (world, clock) = World::simulated().await;
    let (agent, mut arrivals, gate) = gated(fine).await;
    let id = world.online("A", &agent.url).await;
    let (first, second) = (
        schedule(&world, &id, "one").await,
        schedule(&world, &id, "two").await,
    );
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    soon(arrivals.recv()).await.unwrap();
    let states = store::rows::schedule_runs::open_of_workspace(world.store.read(), &id)
        .await
        .unwrap();
    let mut sent: Vec<bool> = states.iter().map(|one| one.sent).collect();
    sent.sort_unstable();
    assert_eq!(
        sent,
        [false, true],
        "one is at work, the other one waits: {states:?}"
    );
    assert_eq!(row(&world, &second).await.last_status, "queued");

    // Two more slots pass; each schedule has a run that is not over.
    pass(&world, &clock, MINUTE * 2).await;
    let reason = skipped(&mut events, &first).await;
    assert_eq!(
        reason,
        "skipped: the run that began at 2026-05-02 09:01 UTC is not over"
    );
    let past = history(&world, &id, &first).await;
    let statuses: Vec<&str> = past.iter().map(|run| run.status.as_str()).collect();
    assert_eq!(
        statuses,
        ["skipped", "queued"],
        "the same again is only counted"
    );
    assert_eq!(past[0].request["skipped"], true);
    let kept = row(&world, &first).await;
    assert_eq!((kept.run_count, kept.last_status.as_str()), (3, "skipped"));
    assert_eq!(agent.texts().len(), 1);

    gate.add_permits(2);
    for _ in 0..2 {
        until(&mut events, is(kind::CRON_EXECUTED, &id)).await;
    }
    let mut texts = agent.texts();
    texts.sort();
    assert_eq!(texts, ["do one", "do two"]);
    assert_eq!(row(&world, &first).await.last_status, "ok");
}

#[tokio::test]
async fn a_sleeping_role_is_woken_and_a_starting_one_waited_for() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let asleep = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let starting = world
        .workspace("B", None, "langgraph", Status::Provisioning, None)
        .await;
    let ids = [
        schedule(&world, &asleep, "one").await,
        schedule(&world, &starting, "two").await,
    ];
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    assert_eq!(world.wake.calls(), [format!("wake {asleep}")]);
    assert!(agent.texts().is_empty());
    for (workspace, schedule) in [(&asleep, &ids[0]), (&starting, &ids[1])] {
        world.comes_online(workspace, &agent.url).await;
        assert_eq!(executed(&mut events, schedule).await, "ok");
    }
    assert_eq!(agent.texts(), ["do one", "do two"]);
}

#[tokio::test]
async fn nothing_is_sent_to_who_is_paused_failed_or_out_of_budget() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let paused = world.online("A", &agent.url).await;
    world.status(&paused, Status::Paused, None).await;
    let failed = world.online("B", &agent.url).await;
    world
        .status(&failed, Status::Failed, Some("image_missing"))
        .await;
    let spent = world.online("C", &agent.url).await;
    world.set(&spent, Column::BudgetLimit, 0_i64).await;
    for (workspace, reason) in [
        (&paused, "skipped: the role is paused"),
        (&failed, "skipped: a sentence"),
        (&spent, "skipped: workspace budget limit exceeded"),
    ] {
        let schedule = schedule(&world, workspace, "x").await;
        let mut events = world.events();
        let (status, _, body) = told(
            world
                .messaging
                .run_schedule(workspace, &schedule, false)
                .await
                .unwrap_err(),
        );
        assert!(
            matches!(status, 402 | 503),
            "who asks is told at once: {body}"
        );
        pass(&world, &clock, MINUTE * 3).await;
        assert_eq!(skipped(&mut events, &schedule).await, reason);
        assert_eq!(
            history(&world, workspace, &schedule).await.len(),
            1,
            "once for all of them"
        );
        let kept = row(&world, &schedule).await;
        assert!(
            kept.run_count >= 3 && kept.next_run_at > kept.last_run_at,
            "{kept:?}"
        );
    }
    assert!(agent.texts().is_empty());
}

#[tokio::test]
async fn what_was_missed_while_the_machine_slept_runs_once() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    went_round(&world, &clock).await;
    clock.suspend(HOUR * 8);
    pass(&world, &clock, Duration::from_secs(30)).await;
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    went_round(&world, &clock).await;
    assert_eq!(agent.texts().len(), 1, "480 slots went by");
    assert_eq!(
        row(&world, &schedule).await.next_run_at.as_deref(),
        Some("2026-05-02T17:01:00.000000Z")
    );
}

#[tokio::test]
async fn a_clock_that_was_wrong_delays_nothing() {
    let (world, _clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    // Written while the clock said 2031; and one that has no time at all.
    let far = scheduled(
        &world,
        &id,
        "far",
        "* * * * *",
        Some("2031-01-01T00:00:00.000000Z"),
    )
    .await;
    let none = scheduled(&world, &id, "none", "0 0 * * *", None).await;
    let second = Messaging::start(Dependencies {
        store: world.store.clone(),
        clock: world.clock.clone(),
        wake: world.wake.clone(),
        agents: world.facts.clone(),
        secrets: world.secrets.clone(),
        options: options(),
    })
    .await
    .unwrap();
    assert_eq!(
        row(&world, &far).await.next_run_at.as_deref(),
        Some("2026-05-02T09:01:00.000000Z")
    );
    assert_eq!(
        row(&world, &none).await.next_run_at.as_deref(),
        Some("2026-05-03T00:00:00.000000Z")
    );
    second.shutdown().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_delays_nothing() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    clock.set_back(HOUR * 24);
    pass(&world, &clock, MINUTE * 2).await;
    assert_eq!(executed(&mut events, &schedule).await, "ok");
}

#[tokio::test]
async fn no_82_it_runs_when_asked_once_at_a_time() {
    let (world, _clock) = World::simulated().await;
    let (agent, mut arrivals, gate) = gated(fine).await;
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "x").await;
    {
        let key = schedule.clone();
        write(&world.store, move |write| {
            Box::pin(async move {
                let mut row = schedules::get(&mut *write.conn(), &key).await?.unwrap();
                row.enabled = false;
                schedules::update(write.conn(), &row, "2026-05-02T09:00:00.000000Z").await
            })
        })
        .await;
    }
    let dry = world
        .messaging
        .run_schedule(&id, &schedule, true)
        .await
        .unwrap();
    assert_eq!(
        serde_json::to_value(&dry).unwrap(),
        json!({"status": "fired", "workspace_id": id, "prompt": "do x"})
    );
    let mut events = world.events();
    let fired = world
        .messaging
        .run_schedule(&id, &schedule, false)
        .await
        .unwrap();
    let run = fired.run_id.unwrap();
    soon(arrivals.recv()).await.unwrap();
    let again = world
        .messaging
        .run_schedule(&id, &schedule, false)
        .await
        .unwrap_err();
    assert!(matches!(&again, MessagingError::ScheduleRunning { run_id } if *run_id == run));
    assert_eq!(told(again).0, 409);
    gate.add_permits(1);
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    let past = history(&world, &id, &schedule).await;
    assert_eq!(
        (past[0].run_id.as_str(), past[0].cause.as_str()),
        (run.as_str(), "asked")
    );
    assert_eq!(
        row(&world, &schedule).await.next_run_at.as_deref(),
        Some("2026-05-02T09:01:00.000000Z"),
        "what the clock does stays as it is"
    );
    for (workspace, schedule) in [(id.as_str(), "no"), ("other", schedule.as_str())] {
        let error = world
            .messaging
            .run_schedule(workspace, schedule, false)
            .await
            .unwrap_err();
        assert_eq!(told(error).0, 404);
    }
    assert_eq!(agent.texts().len(), 1);
}

#[tokio::test]
async fn no_84_three_answers_without_a_word_make_it_stale_and_one_word_mends_it() {
    let (world, clock) = World::simulated().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let agent = {
        let asked = asked.clone();
        agent(move |body| {
            let text = match asked.fetch_add(1, Ordering::SeqCst) {
                0 => "",
                1 | 2 => "(no response generated)",
                _ => "here I am",
            };
            async move { json_answer(200, reply(&body, text)) }
        })
        .await
    };
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    for wanted in ["ok", "ok", "stale", "ok"] {
        pass(&world, &clock, MINUTE).await;
        assert_eq!(executed(&mut events, &schedule).await, wanted);
    }
    assert_eq!(row(&world, &schedule).await.last_error, "");
}

#[tokio::test]
async fn what_went_wrong_is_kept_and_never_sent_again() {
    let (world, clock) = World::simulated().await;
    let broken = raw_agent(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").await;
    let refusing =
        agent(|_| async { json_answer(500, json!({"error": "no key for the model"})) }).await;
    let (a, b) = (
        world.online("A", &broken).await,
        world.online("B", &refusing.url).await,
    );
    let (one, two) = (
        schedule(&world, &a, "x").await,
        schedule(&world, &b, "x").await,
    );
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    for _ in 0..2 {
        let event = until(&mut events, |event| event.event == kind::CRON_EXECUTED).await;
        assert_eq!(event.payload["status"], "error");
    }
    assert_eq!(row(&world, &two).await.last_error, "no key for the model");
    assert_ne!(row(&world, &one).await.last_error, "");
    let depth = store::rows::queue::depth(world.store.read(), &a)
        .await
        .unwrap();
    assert_eq!(
        depth, 0,
        "the agent may have begun, so it is not begun again"
    );
    assert_eq!(history(&world, &a, &one).await[0].status, "error");
}

#[tokio::test]
async fn a_runtime_with_a_scheduler_of_its_own_is_left_to_it() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let facts = AgentFacts {
        scheduler: true,
        ..AgentFacts::default()
    };
    world.facts.0.lock().unwrap().insert(id.clone(), facts);
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    skipped(&mut events, &schedule).await;
    let kept = row(&world, &schedule).await;
    assert_eq!(
        (kept.run_count, kept.last_run_at),
        (0, None),
        "only the time moves on"
    );
    assert_eq!(
        kept.next_run_at.as_deref(),
        Some("2026-05-02T09:02:00.000000Z")
    );
    assert!(agent.texts().is_empty());
}

#[tokio::test]
async fn no_83_one_that_is_fetched_is_over_with_the_reply() {
    let (world, clock) = World::simulated().await;
    let id = world
        .workspace("A", None, "external", Status::Online, None)
        .await;
    world.set(&id, Column::DeliveryMode, "poll").await;
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    until(&mut events, is(kind::CRON_STARTED, &id)).await;
    assert_eq!(row(&world, &schedule).await.last_status, "queued");
    let fetched = world.activity(&id).await;
    assert_eq!(
        fetched[0]["request_body"]["params"]["message"]["parts"][0]["text"],
        "do x"
    );
    world
        .messaging
        .notify(&id, &json!({"message": "did it"}))
        .await
        .unwrap();
    assert_eq!(executed(&mut events, &schedule).await, "ok");

    // The next one is not answered: the one after it goes all the same.
    pass(&world, &clock, MINUTE * 2).await;
    assert_eq!(executed(&mut events, &schedule).await, "queued");
    let statuses: Vec<String> = history(&world, &id, &schedule)
        .await
        .into_iter()
        .map(|run| run.status)
        .collect();
    assert_eq!(statuses, ["queued", "queued", "ok"]);
}

#[tokio::test]
async fn no_more_than_ten_are_under_way_at_a_time() {
    let (world, clock) = World::simulated().await;
    let (agent, mut arrivals, gate) = gated(fine).await;
    let mut ids = Vec::new();
    for n in 0..13 {
        let id = world.online(&format!("A{n}"), &agent.url).await;
        schedule(&world, &id, "x").await;
        ids.push(id);
    }
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    for _ in 0..10 {
        soon(arrivals.recv()).await.unwrap();
    }
    went_round(&world, &clock).await;
    assert_eq!(agent.texts().len(), 10);
    // A person's message does not wait behind them.
    let free = echo().await;
    let other = world.online("B", &free.url).await;
    assert_eq!(world.send(&other, says("hello")).await.unwrap().status, 200);
    gate.add_permits(13);
    for _ in 0..13 {
        until(&mut events, |event| event.event == kind::CRON_EXECUTED).await;
    }
    assert_eq!(agent.texts().len(), 13);
}

#[tokio::test]
async fn health_is_told_to_who_may_talk_to_it() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let lead = world.online("Lead", &agent.url).await;
    let member = world
        .workspace(
            "Member",
            Some(&lead),
            "langgraph",
            Status::Online,
            Some(&agent.url),
        )
        .await;
    let stranger = world
        .workspace(
            "Other",
            Some(&world.online("Else", &agent.url).await),
            "langgraph",
            Status::Online,
            None,
        )
        .await;
    let schedule = schedule(&world, &member, "x").await;
    let health = |caller| world.messaging.schedule_health(&member, caller);
    let lead = messaging::Caller::Workspace(lead);
    assert_eq!(health(&lead).await.unwrap()[0].id, schedule);
    let stranger = messaging::Caller::Workspace(stranger);
    assert!(matches!(
        health(&stranger).await,
        Err(MessagingError::AccessDenied)
    ));

    let all = || async { world.messaging.schedules_health().await.unwrap().remove(0) };
    let first = all().await;
    assert_eq!(
        (first.status.as_str(), first.stale_threshold_seconds),
        ("never_run", 120)
    );
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    executed(&mut events, &schedule).await;
    assert_eq!(all().await.status, "ok");
    clock.suspend(MINUTE * 3);
    assert_eq!(all().await.status, "stale");
}
