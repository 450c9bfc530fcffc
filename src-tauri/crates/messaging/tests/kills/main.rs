//! Drills: the platform is gone at every named point of a schedule's run. The next one on the same store neither loses
//! the run nor has it done twice. A binary of its own, because failpoints hold for a whole process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code
)]

#[path = "../talk/support.rs"]
mod support;

use messaging::FAILPOINTS;
use std::time::Duration;
use store::rows::schedules;
use support::*;
use wire::{Status, kind};

const MINUTE: Duration = Duration::from_secs(60);

async fn schedule(world: &World, workspace: &str) -> String {
    let row = schedule_row(
        workspace,
        "x",
        "* * * * *",
        Some("2026-05-02T09:01:00.000000Z"),
    );
    let id = row.id.clone();
    write(&world.store, move |write| {
        Box::pin(async move { schedules::insert(write.conn(), &row).await })
    })
    .await;
    id
}

/// Has the loop look.
async fn changed(world: &World, id: &str) {
    let payload =
        serde_json::json!({"changed": ["schedules"], "needs_restart": false, "reasons": []});
    let event = store::NewEvent::about(id, kind::WORKSPACE_UPDATED, payload);
    write(&world.store, move |write| {
        Box::pin(async move { write.event(event).await.map(drop) })
    })
    .await;
}

#[tokio::test]
async fn a_kill_at_any_point_of_a_run_neither_loses_nor_repeats_it() {
    let scenario = fail::FailScenario::setup();
    for (point, wanted) in FAILPOINTS.iter().zip([
        // Nothing was written; what is overdue runs once.
        ("ok", 1),
        // Begun and in the queue, which outlives everything.
        ("ok", 1),
        // The agent may have it: that is told, and it is not sent again.
        ("error", 0),
        ("error", 1),
        ("ok", 1),
    ]) {
        let (mut world, clock) = World::simulated().await;
        let agent = echo().await;
        let id = world
            .workspace("A", None, "langgraph", Status::Online, Some(&agent.url))
            .await;
        let schedule = schedule(&world, &id).await;
        fail::cfg(*point, "return(hang)").unwrap();
        let mut begun = world.events();
        clock.advance(MINUTE);
        changed(&world, &id).await;
        if *point != "schedule.due" {
            until(&mut begun, is(kind::CRON_STARTED, &id)).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.messaging.quiesce();
        fail::remove(*point);

        let mut events = world.events();
        world.messaging = world.started_anew().await;
        let kept = || async {
            schedules::get(world.store.read(), &schedule)
                .await
                .unwrap()
                .unwrap()
        };
        if matches!(kept().await.last_status.as_str(), "" | "queued") {
            until(&mut events, is(kind::CRON_EXECUTED, &id)).await;
        }
        let row = kept().await;
        assert_eq!(
            (row.last_status.as_str(), agent.texts().len()),
            wanted,
            "{point}: {row:?}"
        );
        assert_eq!(row.run_count, 1, "{point}");
        assert_eq!(
            row.next_run_at.as_deref(),
            Some("2026-05-02T09:02:00.000000Z"),
            "{point}"
        );
        let past = world
            .messaging
            .schedule_history(&id, &schedule)
            .await
            .unwrap();
        assert_eq!(past.len(), 1, "{point}: {past:?}");
        assert!(past[0].ended_at.is_some(), "{point}");

        // And the next slot is carried out as if nothing had been.
        tokio::time::sleep(Duration::from_millis(50)).await;
        clock.advance(MINUTE);
        until(&mut events, |event| {
            event.event == kind::CRON_EXECUTED && event.payload["run_id"] != past[0].run_id.as_str()
        })
        .await;
        assert_eq!(agent.texts().len(), wanted.1 + 1, "{point}");
        world.messaging.shutdown().await;
    }
    scenario.teardown();
}
