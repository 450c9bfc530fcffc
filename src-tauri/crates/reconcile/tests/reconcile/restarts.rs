//! Containers that end by themselves: reasons, pauses, and when it is enough.

use crate::house::{Agent, House};
use containers::{EngineError, Operation};
use wire::{Status, kind};

#[tokio::test]
async fn an_ended_container_is_told_with_its_reason_and_started_again_after_a_pause() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    assert!(house.engine.exit(&house.container(&id), 7).await);
    let row = house.until(&id, Status::Offline).await;
    house.settled().await;
    assert_eq!(row.status_code.as_deref(), Some("agent_crashed"));
    let text = row.status_text.unwrap();
    assert!(
        text.contains("exit code 7") && text.contains("in 1 s (restart 1 of 5)"),
        "{text}"
    );
    assert_eq!(
        house.starts.lock().unwrap().len(),
        1,
        "not before its pause is over"
    );
    house.pass(5).await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
}

#[tokio::test]
async fn want_of_memory_is_named() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.engine.exhaust_memory(&house.container(&id)).await;
    let row = house.until(&id, Status::Offline).await;
    assert!(row.status_text.unwrap().contains("memory"));
}

#[tokio::test]
async fn a_crash_loop_ends_after_five_restarts_with_the_last_lines() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.behave(&id, Agent::Crash(3));
    for _ in 0..30 {
        house.pass(5).await;
        // The end of a container is told by the engine, on its own time.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        house.settled().await;
    }
    let row = house.until(&id, Status::Failed).await;
    assert_eq!(row.status_code.as_deref(), Some("crash_loop"));
    let sample = row.last_sample_error.unwrap();
    assert!(
        sample.contains("something is wrong") && !sample.contains(row.id.as_str()),
        "{sample}"
    );
    assert_eq!(
        house.starts.lock().unwrap().len(),
        6,
        "the first start and five restarts"
    );
    assert!(
        house.containers().await.is_empty(),
        "nothing is left running or lying about"
    );
    let failed = house.events(kind::WORKSPACE_PROVISION_FAILED).await;
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].payload["code"], "crash_loop");

    house.behave(&id, Agent::Well);
    house.restart(&id).await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
}

#[tokio::test]
async fn a_container_removed_by_hand_comes_back() {
    let house = House::started().await;
    let id = house.plain("a").await;
    let row = house.until(&id, Status::Online).await;
    house.settled().await;
    use containers::Engine;
    house
        .engine
        .remove(&row.container_id.unwrap())
        .await
        .unwrap();
    house.until(&id, Status::Offline).await;
    house.pass(5).await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
}

#[tokio::test]
async fn a_missing_image_fails_with_words_and_a_restart_tries_again() {
    let mut house = House::new().await;
    house.options.settings.runtime_images.clear();
    house.start();
    let id = house.plain("a").await;
    let row = house.until(&id, Status::Failed).await;
    assert_eq!(row.status_code.as_deref(), Some("image_missing"));
    assert!(row.status_text.unwrap().contains("langgraph"));
    house.settled().await;
    let mut settings = house.reconciler().current_settings();
    settings
        .runtime_images
        .insert("langgraph".into(), crate::house::IMAGE.into());
    house.reconciler().settings(settings);
    house.restart(&id).await;
    house.until(&id, Status::Online).await;
}

#[tokio::test]
async fn an_image_is_pulled_when_it_is_not_there() {
    let mut house = House::new().await;
    house.engine.offer_image("registry.example/agent:2");
    house
        .options
        .settings
        .runtime_images
        .insert("langgraph".into(), "registry.example/agent:2".into());
    house.start();
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    assert_eq!(house.count(Operation::Pull), 1);
}

#[tokio::test]
async fn a_taken_port_is_tried_again_and_a_taken_name_is_not() {
    let house = House::started().await;
    house.settled().await;
    house.engine.fail_next(
        Operation::Start,
        EngineError::PortConflict {
            name: "ws".into(),
            source: None,
        },
    );
    let id = house.plain("a").await;
    let row = house
        .until_row(&id, |row| {
            row.status_code.as_deref() == Some("port_conflict")
        })
        .await;
    assert_eq!(row.status, Status::Provisioning);
    house.settled().await;
    assert!(
        house.containers().await.is_empty(),
        "the container that could not start is gone"
    );
    house.pass(5).await;
    house.until(&id, Status::Online).await;

    house.engine.fail_next(
        Operation::Create,
        EngineError::NameTaken {
            name: "ws".into(),
            holder: containers::Holder::Foreign,
        },
    );
    let other = house.plain("b").await;
    let row = house.until(&other, Status::Failed).await;
    assert_eq!(row.status_code.as_deref(), Some("name_taken"));
}

#[tokio::test]
async fn a_stop_that_fails_is_told_and_tried_again() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    let error = EngineError::Failed {
        doing: "Stopping".into(),
        source: None,
    };
    house.engine.fail_next(Operation::Stop, error);
    workspaces::pause(&house.store, &id).await.unwrap();
    house
        .until_row(&id, |row| row.status_code.as_deref() == Some("stop_failed"))
        .await;
    house.settled().await;
    assert_eq!(house.row(&id).await.status, Status::Paused);
    house.pass(15).await;
    house.settled().await;
    house.assert_whole().await;
    assert_eq!(house.row(&id).await.status_code, None);
}

#[tokio::test]
async fn no_14_an_agent_does_not_start_without_its_files() {
    let house = House::started().await;
    house.settled().await;
    let error = || EngineError::Failed {
        doing: "Copying files into the container".into(),
        source: None,
    };
    house.engine.fail_next(Operation::Put, error());
    let starts = house.count(Operation::Start);
    let id = house.plain("a").await;
    let row = house.until_row(&id, |row| row.status_text.is_some()).await;
    assert!(
        row.status_text
            .as_deref()
            .unwrap()
            .contains("Copying files"),
        "the reason is told: {row:?}"
    );
    house.settled().await;
    assert_eq!(
        house.count(Operation::Start),
        starts,
        "it was not started on an empty folder"
    );
    house.restart(&id).await;
    house.until(&id, Status::Online).await;
}
