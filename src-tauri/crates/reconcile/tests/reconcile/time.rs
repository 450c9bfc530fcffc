//! Only awake time counts.

use crate::house::{Agent, House};
use clock::Clock;
use containers::Operation;
use std::time::Duration;
use store::rows::workspaces::Column;
use wire::{Status, kind};

#[tokio::test]
async fn eight_hours_of_sleep_restart_nobody() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.clock.suspend(Duration::from_secs(8 * 3600));
    house.settled().await;
    house.pass(60).await;
    assert_eq!(house.row(&id).await.status, Status::Online);
    // Where the clock runs on while the machine sleeps, the tick comes late and says the same.
    house.clock.advance(Duration::from_secs(8 * 3600));
    house.settled().await;
    house.pass(60).await;
    assert_eq!(house.row(&id).await.status, Status::Online);
    assert_eq!(house.count(Operation::Start), 1);
}

#[tokio::test]
async fn a_silent_agent_is_told_and_restarted_and_a_beating_one_is_not() {
    let house = House::started().await;
    let (silent, beating) = (house.plain("silent").await, house.plain("beating").await);
    house.until(&silent, Status::Online).await;
    house.until(&beating, Status::Online).await;
    house.settled().await;
    for _ in 0..6 {
        house.pass(30).await;
        house.beat(&beating).await;
    }
    house.pass(5).await;
    let offline = house.events(kind::WORKSPACE_OFFLINE).await;
    assert!(
        !offline.is_empty()
            && offline
                .iter()
                .all(|event| event.workspace_id.as_deref() == Some(silent.as_str()))
    );
    assert_eq!(offline.last().unwrap().payload["code"], "silent");
    house.pass(5).await;
    house.until(&silent, Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
    assert_eq!(
        house
            .starts
            .lock()
            .unwrap()
            .iter()
            .filter(|id| **id == beating)
            .count(),
        1
    );
    assert_eq!(
        house
            .starts
            .lock()
            .unwrap()
            .iter()
            .filter(|id| **id == silent)
            .count(),
        2
    );
}

#[tokio::test]
async fn a_start_of_the_platform_begins_every_age_anew() {
    let mut house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.pass(170).await;
    house.kill().await;
    house.start();
    house.settled().await;
    house.pass(170).await;
    assert_eq!(house.row(&id).await.status, Status::Online);
    assert_eq!(house.count(Operation::Start), 1);
}

#[tokio::test]
async fn an_external_agent_that_falls_silent_is_awaited() {
    let house = House::started().await;
    let id = house
        .add("external", |new| {
            new.runtime = "external".into();
            new.status = Status::Online;
        })
        .await;
    house.settled().await;
    house.pass(85).await;
    assert_eq!(house.row(&id).await.status, Status::Online);
    house.pass(10).await;
    assert_eq!(house.row(&id).await.status, Status::AwaitingAgent);
    assert_eq!(house.events(kind::WORKSPACE_OFFLINE).await.len(), 1);
    assert_eq!(house.events(kind::WORKSPACE_AWAITING_AGENT).await.len(), 1);
}

#[tokio::test]
async fn an_agent_that_never_comes_fails_by_its_runtimes_limit() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.behave(&id, Agent::Mute);
    let hermes = house.add("h", |new| new.runtime = "hermes".into()).await;
    house.behave(&hermes, Agent::Mute);
    house
        .until_row(&id, |row| row.provisioning_started_at.is_some())
        .await;
    house.settled().await;
    house.pass(595).await;
    assert_eq!(house.row(&id).await.status, Status::Provisioning);
    house.pass(10).await;
    let row = house.row(&id).await;
    assert_eq!(
        (row.status, row.status_code.as_deref()),
        (Status::Failed, Some("timeout"))
    );
    assert!(
        row.last_sample_error
            .unwrap()
            .starts_with("provisioning timed out")
    );
    let failed = &house.events(kind::WORKSPACE_PROVISION_FAILED).await[0];
    assert_eq!(
        (&failed.payload["timeout_secs"], &failed.payload["source"]),
        (&600.into(), &"provision_timeout_sweep".into())
    );
    assert_eq!(
        house.row(&hermes).await.status,
        Status::Provisioning,
        "that one has half an hour"
    );
    assert_eq!(
        house.containers().await.len(),
        2,
        "its container stays for a look"
    );
}

#[tokio::test]
async fn an_idle_agent_falls_asleep_and_a_working_one_does_not() {
    let house = House::started().await;
    let (idle, working) = (house.plain("idle").await, house.plain("working").await);
    for id in [&idle, &working] {
        house.until(id, Status::Online).await;
        house.set(id, Column::HibernationIdleMinutes, 2).await;
    }
    house.settled().await;
    for _ in 0..5 {
        house.pass(25).await;
        house.beat(&idle).await;
        house.beat(&working).await;
        house.set(&working, Column::LastActiveAt, house.now()).await;
    }
    house.until(&idle, Status::Hibernated).await;
    house.settled().await;
    assert_eq!(house.row(&working).await.status, Status::Online);
    house.assert_whole().await;
}

#[tokio::test]
async fn the_engines_return_begins_every_age_anew() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.pass(165).await;
    // The engine is lost for a moment; its containers run on, and nobody could have been told from a silent one.
    let lost = containers::EngineError::Unavailable {
        endpoint: "its socket".into(),
        source: None,
    };
    house.engine.fail_next(Operation::Create, lost);
    let other = house.plain("b").await;
    house.settled().await;
    // It is looked for after a pause.
    for _ in 0..24 {
        if house.row(&other).await.status == Status::Online {
            break;
        }
        house.pass(5).await;
    }
    house.until(&other, Status::Online).await;
    house.settled().await;
    let begun = house.clock.awake();
    house.pass(150).await;
    assert_eq!(house.row(&id).await.status, Status::Online);
    assert!(house.events(kind::WORKSPACE_OFFLINE).await.is_empty());
    while house.events(kind::WORKSPACE_OFFLINE).await.is_empty() {
        house.pass(5).await;
        assert!(
            house.clock.awake() - begun < Duration::from_secs(240),
            "and then they age as ever"
        );
    }
}

#[tokio::test]
async fn a_start_under_way_and_an_external_agent_lose_no_time_to_sleep_or_a_stop_of_the_platform() {
    let mut house = House::started().await;
    let starting = house.plain("starting").await;
    house.behave(&starting, Agent::Mute);
    let external = house
        .add("external", |new| {
            new.runtime = "external".into();
            new.status = Status::Online;
        })
        .await;
    house
        .until_row(&starting, |row| row.provisioning_started_at.is_some())
        .await;
    house.settled().await;
    let as_before = async |house: &House, when: &str| {
        assert_eq!(
            house.row(&starting).await.status,
            Status::Provisioning,
            "{when}"
        );
        assert_eq!(house.row(&external).await.status, Status::Online, "{when}");
    };
    house.pass(80).await;
    house.clock.suspend(Duration::from_secs(8 * 3600));
    house.settled().await;
    as_before(&house, "asleep, the awake clock stood still").await;
    house.clock.advance(Duration::from_secs(8 * 3600));
    house.settled().await;
    house.pass(80).await;
    as_before(
        &house,
        "asleep, the awake clock ran on and the tick came late",
    )
    .await;
    house.kill().await;
    house.clock.advance(Duration::from_secs(3600));
    house.start();
    house.settled().await;
    house.pass(80).await;
    as_before(&house, "the platform was off for an hour").await;
    house.pass(15).await;
    assert_eq!(
        house.row(&external).await.status,
        Status::AwaitingAgent,
        "90 s in which it could have been heard"
    );
    house.pass(515).await;
    let row = house.row(&starting).await;
    assert_eq!(
        (row.status, row.status_code.as_deref()),
        (Status::Failed, Some("timeout")),
        "ten minutes in which it could have registered"
    );
}
