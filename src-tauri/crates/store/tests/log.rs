//! The event log: numbers, replay, pruning.
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::TimeDelta;
use clock::{Clock, SimulatedClock};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use store::{
    EventFilter, NewEvent, OpenOptions, Retention, Store, StoreError, events_after, events_page,
    prune_events,
};
use wire::kind;

async fn open(folder: &tempfile::TempDir, clock: &SimulatedClock) -> Store {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    Store::open(OpenOptions::new(folder.path().join("test.sqlite"), clock))
        .await
        .unwrap()
}

async fn tell(store: &Store, name: &'static str, number: i64) -> i64 {
    let written: Result<i64, StoreError> = store
        .write(move |write| {
            Box::pin(async move {
                write
                    .event(NewEvent::global(name, json!({"number": number})))
                    .await
            })
        })
        .await;
    written.unwrap()
}

#[tokio::test]
async fn a_reader_that_comes_back_with_its_number_misses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clock = SimulatedClock::at(chrono::DateTime::UNIX_EPOCH);
    let store = open(&folder, &clock).await;
    let first = tell(&store, kind::WORKSPACE_UPDATED, 1).await;
    for number in 2..=700 {
        tell(&store, kind::WORKSPACE_UPDATED, number).await;
    }
    let mut connection = store.read().acquire().await.unwrap();
    let mut seen = first;
    let mut numbers = Vec::new();
    loop {
        let page = events_after(&mut connection, seen, 250)
            .await
            .unwrap()
            .unwrap();
        let Some(last) = page.last() else { break };
        seen = last.seq;
        numbers.extend(
            page.iter()
                .map(|row| row.payload["number"].as_i64().unwrap()),
        );
    }
    assert_eq!(numbers, (2..=700).collect::<Vec<_>>());
    assert_eq!(store.events().last_seq(), seen);
}

#[tokio::test]
async fn numbers_are_never_used_twice_even_when_the_newest_rows_were_pruned() {
    let folder = tempfile::tempdir().unwrap();
    let clock = SimulatedClock::at(chrono::DateTime::UNIX_EPOCH);
    let store = open(&folder, &clock).await;
    tell(&store, kind::WORKSPACE_UPDATED, 1).await;
    let transient = tell(&store, kind::TASK_UPDATED, 2).await;
    clock.advance(Duration::from_secs(25 * 3600));
    let dropped: Result<u64, StoreError> = store
        .write(|write| {
            Box::pin(async move {
                let now = write.now();
                prune_events(write.conn(), Retention::default(), now).await
            })
        })
        .await;
    assert_eq!(
        dropped.unwrap(),
        1,
        "structural events stay for ever, transient ones a day"
    );
    assert!(tell(&store, kind::WORKSPACE_UPDATED, 3).await > transient);

    let mut connection = store.read().acquire().await.unwrap();
    assert!(
        events_after(&mut connection, transient - 1, 10)
            .await
            .unwrap()
            .is_none(),
        "who stood before the gap is told to read everything again"
    );
    assert!(
        events_after(&mut connection, transient, 10)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        clock.now(),
        chrono::DateTime::UNIX_EPOCH + TimeDelta::hours(25)
    );
}

#[tokio::test]
async fn pages_leave_transient_events_out_unless_asked_for_by_type() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, &SimulatedClock::at(chrono::DateTime::UNIX_EPOCH)).await;
    tell(&store, kind::WORKSPACE_UPDATED, 1).await;
    tell(&store, kind::TASK_UPDATED, 2).await;
    let plain = EventFilter {
        limit: 10,
        ..EventFilter::default()
    };
    let names = |rows: Vec<store::StoredEvent>| {
        rows.into_iter()
            .map(|row| row.event_type)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(events_page(store.read(), &plain).await.unwrap()),
        [kind::WORKSPACE_UPDATED]
    );
    let asked = EventFilter {
        types: vec![kind::TASK_UPDATED.into()],
        ..plain
    };
    assert_eq!(
        names(events_page(store.read(), &asked).await.unwrap()),
        [kind::TASK_UPDATED]
    );
}

#[tokio::test]
async fn a_page_after_a_number_is_what_follows_it_directly() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder, &SimulatedClock::at(chrono::DateTime::UNIX_EPOCH)).await;
    for count in 0..5 {
        tell(&store, kind::WORKSPACE_UPDATED, count).await;
    }
    let all = EventFilter {
        limit: 10,
        ..EventFilter::default()
    };
    let seqs = |rows: Vec<store::StoredEvent>| rows.iter().map(|row| row.seq).collect::<Vec<_>>();
    let newest_first = seqs(events_page(store.read(), &all).await.unwrap());
    let after_first = EventFilter {
        since: newest_first.last().copied(),
        limit: 2,
        ..EventFilter::default()
    };
    let page = seqs(events_page(store.read(), &after_first).await.unwrap());
    assert_eq!(
        page,
        newest_first[2..4],
        "the two that follow, newest first"
    );
}
