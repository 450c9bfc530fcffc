//! The single writer: one transaction a group, each job its own unit, events only after COMMIT.
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use clock::{Clock, SystemClock};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use store::{NewEvent, OpenOptions, Store, StoreError, rows};

async fn open(folder: &tempfile::TempDir) -> Store {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    Store::open(OpenOptions::new(folder.path().join("test.sqlite"), clock))
        .await
        .unwrap()
}

async fn note(store: &Store, text: &'static str, fail: bool) -> Result<i64, StoreError> {
    store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::settings::set(write.conn(), text, &text, &now).await?;
                let seq = write
                    .event(NewEvent::global("SETTINGS_CHANGED", json!({"text": text})))
                    .await?;
                if fail {
                    Err(StoreError::Corrupt("as the test wants".into()))
                } else {
                    Ok(seq)
                }
            })
        })
        .await
}

#[tokio::test]
async fn a_change_and_its_event_are_one_unit() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let mut live = store.events().subscribe();
    note(&store, "kept", false).await.unwrap();
    note(&store, "undone", true).await.unwrap_err();
    note(&store, "later", false).await.unwrap();
    let first = live.recv().await.unwrap();
    let second = live.recv().await.unwrap();
    assert_eq!(first.payload["text"], "kept");
    assert_eq!(
        second.payload["text"], "later",
        "an undone change is never told"
    );
    assert!(second.seq > first.seq);
    let undone: Option<String> = rows::settings::get(store.read(), "undone").await.unwrap();
    assert_eq!(undone, None);
}

#[tokio::test]
async fn a_failing_job_undoes_only_itself_though_others_share_its_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let names: Vec<&'static str> = (0..100)
        .map(|number| &*Box::leak(format!("key-{number}").into_boxed_str()))
        .collect();
    let jobs = names
        .iter()
        .enumerate()
        .map(|(number, name)| note(&store, name, number % 3 == 0));
    let results = futures::future::join_all(jobs).await;
    for (number, (name, result)) in names.iter().zip(results).enumerate() {
        let kept: Option<String> = rows::settings::get(store.read(), name).await.unwrap();
        assert_eq!(result.is_err(), number % 3 == 0);
        assert_eq!(kept.is_some(), number % 3 != 0, "{name}");
    }
}

#[tokio::test]
async fn a_panic_in_a_job_undoes_it_and_the_writer_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let result: Result<(), StoreError> = store
        .write(|write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::settings::set(write.conn(), "half", &1, &now).await?;
                panic!("as the test wants");
            })
        })
        .await;
    assert!(matches!(result, Err(StoreError::Panicked)));
    let half: Option<i64> = rows::settings::get(store.read(), "half").await.unwrap();
    assert_eq!(half, None);
    note(&store, "after", false).await.unwrap();
}

#[tokio::test]
async fn a_caller_that_hangs_up_changes_nothing_about_its_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let caller = tokio::spawn({
        let store = store.clone();
        async move {
            store
                .write(|write| {
                    Box::pin(async move {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        let now = write.stamp();
                        rows::settings::set(write.conn(), "hung up", &true, &now).await
                    })
                })
                .await
        }
    });
    tokio::time::sleep(Duration::from_millis(10)).await;
    caller.abort();
    note(&store, "next", false).await.unwrap();
    let kept: Option<bool> = rows::settings::get(store.read(), "hung up").await.unwrap();
    assert_eq!(kept, Some(true));
}

#[tokio::test]
async fn readers_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let refused = sqlx::query("DELETE FROM settings")
        .execute(store.read())
        .await;
    assert!(refused.is_err(), "there is one way to write");
}

#[tokio::test]
async fn after_close_nothing_is_written_and_everything_before_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    note(&store, "before", false).await.unwrap();
    store.close().await;
    assert!(matches!(
        note(&store, "after", false).await,
        Err(StoreError::Closed)
    ));
    let again = open(&folder).await;
    let before: Option<String> = rows::settings::get(again.read(), "before").await.unwrap();
    assert_eq!(before.as_deref(), Some("before"));
}

#[tokio::test]
async fn a_copy_is_whole_though_the_wal_holds_the_newest_rows() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    note(&store, "copied", false).await.unwrap();
    let copy = folder.path().join("copy.sqlite");
    store.copy_to(&copy).await.unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let opened = Store::open(OpenOptions::new(copy, clock)).await.unwrap();
    let copied: Option<String> = rows::settings::get(opened.read(), "copied").await.unwrap();
    assert_eq!(copied.as_deref(), Some("copied"));
}
