//! Schedules carried out: when, to whom, how often, and what is told of it (contract 02 section 10.3).

mod clocks;
mod due;
mod elsewhere;
mod ends;

use crate::support::*;
use axum::response::Response;
use clock::{Clock, SimulatedClock};
use messaging::{AgentFacts, MessagingError};
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
    let row = schedule_row(workspace, name, cron, next);
    let id = row.id.clone();
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
