//! Create, restart, pause, resume, sleep, wake, delete: each changes a row only, the reconciler follows.

use crate::house::{Agent, House};
use containers::{Operation, names};
use futures::StreamExt;
use reconcile::StopAgents;
use store::rows::workspaces::Column;
use wire::{Desired, Status, kind};

#[tokio::test]
async fn a_created_workspace_comes_online() {
    let house = House::started().await;
    let id = house.plain("a").await;
    let row = house.until(&id, Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
    assert_eq!(row.status_code, None);
    let found = house.engine.calls();
    let steps: Vec<Operation> = found.iter().map(|(operation, _)| *operation).collect();
    let first = |wanted| steps.iter().position(|step| *step == wanted).unwrap();
    assert!(
        first(Operation::Create) < first(Operation::Put),
        "files are put into a created container"
    );
    assert!(
        first(Operation::Put) < first(Operation::Start),
        "and before it runs"
    );
    assert_eq!(
        house.volumes(),
        [names::config_volume(&id), names::work_volume(&id)]
    );
}

#[tokio::test]
async fn a_start_gives_the_agent_what_it_needs() {
    let house = House::started().await;
    let id = house
        .add("Lead", |new| {
            new.tier = 3;
            new.role = Some("Leads".into());
        })
        .await;
    let row = house.until(&id, Status::Online).await;
    assert_eq!(
        row.status_code.as_deref(),
        Some("tier_not_granted"),
        "shown beside a healthy status"
    );
    let info = &house.containers().await[0];
    assert_eq!(info.name, house.container(&id));
    let config =
        String::from_utf8(house.engine.file(&info.id, "/configs/config.yaml").unwrap()).unwrap();
    assert!(
        config.contains("name: \"Lead\"") && config.contains("tier: 3"),
        "{config}"
    );
    assert_eq!(
        house
            .engine
            .file(&info.id, "/configs/.auth_token")
            .unwrap()
            .len(),
        43
    );
}

#[tokio::test]
async fn a_restart_makes_one_new_container_and_keeps_the_volume() {
    let house = House::started().await;
    let id = house.plain("a").await;
    let before = house.until(&id, Status::Online).await;
    house.settled().await;
    house.restart(&id).await;
    let after = house
        .until_row(&id, |row| {
            row.status == Status::Online && row.running_generation == Some(2)
        })
        .await;
    assert_ne!(before.container_id, after.container_id);
    house.settled().await;
    house.assert_whole().await;
    assert_eq!(house.count(Operation::Create), 2);
}

#[tokio::test]
async fn many_restarts_cost_at_most_two_cycles() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.engine.forget_calls();
    // A cycle takes its time, as with a real engine, so that the others meet a running one.
    house
        .engine
        .delay(Operation::Stop, std::time::Duration::from_millis(30));
    for _ in 0..20 {
        house.restart(&id).await;
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let wanted = house.row(&id).await.generation;
    house
        .until_row(&id, |row| {
            row.status == Status::Online && row.running_generation == Some(wanted)
        })
        .await;
    house.settled().await;
    house.assert_whole().await;
    assert!(
        house.count(Operation::Start) <= 2,
        "{} starts",
        house.count(Operation::Start)
    );
}

#[tokio::test]
async fn pause_stops_with_grace_and_resume_starts_from_the_volume() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    workspaces::pause(&house.store, &id).await.unwrap();
    house.settled().await;
    house.assert_whole().await;
    assert!(house.containers().await.is_empty());
    assert_eq!(
        house.count(Operation::Stop),
        1,
        "asked to end before it is removed"
    );
    workspaces::resume(&house.store, &id).await.unwrap();
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
}

#[tokio::test]
async fn sleep_shows_its_two_steps_and_wakes_again() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    workspaces::hibernate(&house.store, &id, false)
        .await
        .unwrap();
    house.until(&id, Status::Hibernated).await;
    house.settled().await;
    house.assert_whole().await;
    assert_eq!(house.events(kind::WORKSPACE_HIBERNATED).await.len(), 1);
    workspaces::wake(&house.store, &id).await.unwrap();
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
}

#[tokio::test]
async fn delete_keeps_the_work_and_purge_keeps_nothing() {
    let house = House::started().await;
    let (kept, purged) = (house.plain("kept").await, house.plain("purged").await);
    house.until(&kept, Status::Online).await;
    house.until(&purged, Status::Online).await;
    workspaces::remove(&house.store, &kept, true, false)
        .await
        .unwrap();
    workspaces::remove(&house.store, &purged, true, true)
        .await
        .unwrap();
    house.settled().await;
    assert!(house.containers().await.is_empty());
    assert_eq!(house.volumes(), [names::work_volume(&kept)]);
    assert_eq!(house.row(&kept).await.status, Status::Removed);
}

/// Whatever step a start has reached, a delete leaves nothing of it behind.
#[tokio::test]
async fn delete_at_each_step_of_a_start() {
    for operation in [
        Operation::EnsureNetwork,
        Operation::EnsureVolume,
        Operation::Create,
        Operation::Put,
        Operation::Get,
        Operation::Start,
        Operation::Inspect,
    ] {
        let house = House::started().await;
        house.settled().await;
        house
            .engine
            .delay(operation, std::time::Duration::from_millis(20));
        let id = house.plain("a").await;
        while house.count(operation) == 0 {
            // `Get` is not needed where all files were delivered just now.
            if house.row(&id).await.status == Status::Online {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        workspaces::remove(&house.store, &id, true, false)
            .await
            .unwrap();
        house.settled().await;
        assert!(house.containers().await.is_empty(), "{operation:?}");
        let volumes = house.volumes();
        assert!(
            volumes.iter().all(|name| *name == names::work_volume(&id)),
            "{operation:?}: {volumes:?}"
        );
        assert_eq!(
            house.row(&id).await.status,
            Status::Removed,
            "{operation:?}"
        );
    }
}

#[tokio::test]
async fn the_built_in_agent_needs_no_engine_and_external_ones_are_left_alone() {
    let house = House::new().await;
    house.engine.stop_engine().await;
    let mut house = house;
    house.start();
    let mock = house.add("mock", |new| new.runtime = "mock".into()).await;
    let external = house
        .add("external", |new| {
            new.runtime = "external".into();
            new.status = Status::AwaitingAgent;
        })
        .await;
    house.until(&mock, Status::Online).await;
    house.settled().await;
    assert_eq!(house.row(&external).await.status, Status::AwaitingAgent);
    workspaces::pause(&house.store, &mock).await.unwrap();
    house.settled().await;
    assert_eq!(house.row(&mock).await.status, Status::Paused);
    workspaces::resume(&house.store, &mock).await.unwrap();
    house.until(&mock, Status::Online).await;
}

#[tokio::test]
async fn the_platform_ends_with_or_without_its_agents() {
    let mut house = House::started().await;
    let (a, b) = (house.plain("a").await, house.plain("b").await);
    house.until(&a, Status::Online).await;
    house.until(&b, Status::Online).await;
    house.settled().await;
    let report = house.reconciler().shutdown(StopAgents::Keep).await;
    assert_eq!((report.kept.len(), house.containers().await.len()), (2, 2));
    house.start();
    house.settled().await;
    assert_eq!(
        house.starts.lock().unwrap().len(),
        2,
        "agents that went on are found again, not started again"
    );
    house.assert_whole().await;
    let report = house.reconciler().shutdown(StopAgents::Stop).await;
    assert_eq!((report.stopped.len(), report.failed.len()), (2, 0));
    assert!(house.containers().await.is_empty());
    let row = house.row(&a).await;
    assert_eq!(
        (row.desired, row.status),
        (Desired::Running, Status::Offline)
    );
    house.start();
    house.until(&a, Status::Online).await;
    house.until(&b, Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
}

#[tokio::test]
async fn output_is_shown_live_and_kept_after_the_end_with_secrets_masked() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.behave(&id, Agent::Crash(3));
    house
        .until_row(&id, |row| {
            row.status_code.as_deref() == Some("agent_crashed")
        })
        .await;
    house.settled().await;
    let kept = house.reconciler().console(&id, 200).await.unwrap();
    assert!(kept.contains("something is wrong"), "{kept}");
    assert!(kept.contains("REDACTED"), "{kept}");
    assert_eq!(
        house.reconciler().console(&id, 1).await.unwrap(),
        "something is wrong\n"
    );
    assert_eq!(
        house
            .reconciler()
            .console("nobody", 1)
            .await
            .unwrap_err()
            .code(),
        "not_found"
    );

    let well = house.plain("well").await;
    house.until(&well, Status::Online).await;
    house.settled().await;
    let lines = house.reconciler().console_follow(&well).await.unwrap();
    workspaces::pause(&house.store, &well).await.unwrap();
    let lines: Vec<_> = lines.collect().await;
    assert!(
        lines.iter().all(Result::is_ok),
        "the stream ends with the container"
    );
}

#[tokio::test]
async fn a_change_of_runtime_takes_the_old_container_away() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.set(&id, Column::Runtime, "mock").await;
    house.settled().await;
    assert!(house.containers().await.is_empty());
    assert_eq!(house.row(&id).await.container_id, None);
}
