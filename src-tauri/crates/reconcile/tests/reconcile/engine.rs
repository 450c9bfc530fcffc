//! The engine goes and comes.

use crate::house::{Agent, House};
use containers::{Engine, Operation, names};
use reconcile::{EngineCondition, Off};
use std::sync::Arc;
use wire::{Status, kind};

#[tokio::test]
async fn without_an_engine_it_waits_visibly_and_goes_on_by_itself() {
    let mut house = House::new().await;
    house.engine.stop_engine().await;
    house.start();
    let id = house.plain("a").await;
    let row = house
        .until_row(&id, |row| {
            row.status_code.as_deref() == Some("docker_unavailable")
        })
        .await;
    assert_eq!(row.status, Status::Provisioning);
    assert!(row.status_text.unwrap().contains("Start Docker"));
    house.settled().await;
    assert_eq!(
        house.reconciler().engine_state().borrow().state,
        EngineCondition::Unavailable
    );
    house.engine.start_engine();
    house.pass(40).await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
    assert_eq!(
        house.reconciler().engine_state().borrow().state,
        EngineCondition::Ready
    );
    assert!(house.reconciler().engine().is_some());
    let told: Vec<_> = house
        .events(kind::ENGINE_STATE)
        .await
        .into_iter()
        .map(|event| event.payload["state"].clone())
        .collect();
    assert_eq!(told, ["ready", "unavailable"], "newest first, each once");
}

#[tokio::test]
async fn on_another_port_idle_agents_are_made_anew_and_busy_ones_when_they_fall_silent() {
    let mut house = House::started().await;
    let (idle, busy) = (house.plain("idle").await, house.plain("busy").await);
    for id in [&idle, &busy] {
        house.until(id, Status::Online).await;
    }
    house.settled().await;
    let before = (house.row(&idle).await, house.row(&busy).await);
    house.kill().await;
    house.tasks(&busy, 1).await;

    house.start();
    house.settled().await;
    assert_eq!(
        house.row(&idle).await.container_id,
        before.0.container_id,
        "the same address: both stay"
    );
    house.kill().await;
    house.port = 9090;
    house.start();
    house
        .until_row(&idle, |row| {
            row.status == Status::Online && row.container_id != before.0.container_id
        })
        .await;
    house.settled().await;
    assert_eq!(house.row(&busy).await.container_id, before.1.container_id);
    let told: Vec<_> = house
        .containers()
        .await
        .into_iter()
        .map(|container| {
            let address = container.labels[names::LABEL_ADDRESS].clone();
            (container.workspace_id.unwrap(), address.ends_with(":9090"))
        })
        .collect();
    assert!(told.contains(&(idle.clone(), true)));
    assert!(told.contains(&(busy.clone(), false)));

    house.pass(240).await;
    house
        .until_row(&busy, |row| row.container_id != before.1.container_id)
        .await;
}

#[tokio::test]
async fn nobody_looks_for_an_engine_that_nothing_waits_for() {
    let mut house = House::new().await;
    house.engine.stop_engine().await;
    house.start();
    house.settled().await;
    let looks = house.count(Operation::Info);
    house.pass(600).await;
    assert_eq!(house.count(Operation::Info), looks);
    house.engine.start_engine();
    house.reconciler().look_for_engine();
    house.settled().await;
    assert_eq!(
        house.reconciler().engine_state().borrow().state,
        EngineCondition::Ready,
        "a person looked"
    );
}

#[tokio::test]
async fn pauses_between_looks_grow() {
    let mut house = House::new().await;
    house.engine.stop_engine().await;
    house.start();
    house.plain("a").await;
    house.pass(300).await;
    let looks = house.count(Operation::Info);
    assert!((8..=16).contains(&looks), "{looks} looks in five minutes");
}

/// Rows keep what they are while it is away, nobody is restarted en masse, and what ended with it starts again.
#[tokio::test]
async fn an_engine_that_restarts_costs_no_crashes() {
    let house = House::started().await;
    let ids = [
        house.plain("a").await,
        house.plain("b").await,
        house.plain("c").await,
    ];
    for id in &ids {
        house.until(id, Status::Online).await;
    }
    house.settled().await;
    house.engine.stop_engine().await;
    let mut state = house.reconciler().engine_state();
    state
        .wait_for(|status| status.state == EngineCondition::Unavailable)
        .await
        .unwrap();
    house.settled().await;
    for id in &ids {
        assert_eq!(
            house.row(id).await.status,
            Status::Online,
            "it keeps what it is"
        );
    }
    house.engine.start_engine();
    house.pass(40).await;
    for id in &ids {
        house
            .until_row(id, |row| {
                row.status == Status::Online && row.running_generation.is_some()
            })
            .await;
    }
    house.settled().await;
    house.assert_whole().await;
    assert_eq!(house.starts.lock().unwrap().len(), 6, "each once more");
    assert!(
        house
            .events(kind::WORKSPACE_PROVISION_FAILED)
            .await
            .is_empty()
    );
}

/// A reconciler that was told to use no engine.
fn off(house: &House, options: reconcile::Options) -> reconcile::Reconciler {
    reconcile::Reconciler::start(reconcile::Dependencies {
        store: house.store.clone(),
        clock: Arc::new(house.clock.clone()),
        engines: Arc::new(Off),
        vault: house.vault.clone(),
        known_secrets: vault::redact::KnownSecrets::new(),
        platform_url: Arc::new(|_| String::new()),
        loopback: Arc::new(|| ([127, 0, 0, 1], 1).into()),
        plugins: house.plugins(),
        options,
    })
}

#[tokio::test]
async fn switched_off_is_switched_off() {
    let house = House::new().await;
    let reconciler = off(&house, house.options.clone());
    assert_eq!(
        reconciler.engine_state().borrow().state,
        EngineCondition::Off
    );
    let id = house.plain("a").await;
    let row = house
        .until_row(&id, |row| {
            row.status_code.as_deref() == Some("docker_unavailable")
        })
        .await;
    assert!(row.status_text.unwrap().contains("--no-engine"));
    assert!(house.engine.calls().is_empty());
}

#[tokio::test]
async fn a_runtime_without_an_image_says_so_while_there_is_no_engine() {
    let house = House::new().await;
    let mut options = house.options.clone();
    options.settings.runtime_images.clear();
    let _reconciler = off(&house, options);
    let known = house.plain("a").await;
    let lost = house
        .add("lost", |row| row.runtime = "lang-graph".to_owned())
        .await;
    let told = |id: String| {
        let house = &house;
        async move {
            let row = house
                .until_row(&id, |row| {
                    row.status_code.as_deref() == Some("docker_unavailable")
                })
                .await;
            row.status_text.unwrap()
        }
    };
    let lost = told(lost).await;
    assert!(
        lost.contains("did you mean langgraph?") && lost.contains("--no-engine"),
        "{lost}"
    );
    let known = told(known).await;
    assert!(!known.contains("not known"), "{known}");
}

#[tokio::test]
async fn a_delete_without_an_engine_is_made_good_when_it_returns() {
    let house = House::started().await;
    let id = house.plain("a").await;
    house.behave(&id, Agent::Well);
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.engine.stop_engine().await;
    let mut state = house.reconciler().engine_state();
    state
        .wait_for(|status| status.state == EngineCondition::Unavailable)
        .await
        .unwrap();
    workspaces::remove(&house.store, &id, true, true)
        .await
        .unwrap();
    house.settled().await;
    house.engine.start_engine();
    house.reconciler().look_for_engine();
    house.settled().await;
    assert!(house.containers().await.is_empty());
    assert!(house.volumes().is_empty());
}

/// Agents of an earlier run keep beating at the address they were given; a platform that only listened there after its
/// next own start would see all of them fall silent three minutes after a restart.
#[tokio::test]
async fn the_way_back_is_open_again_before_any_start_when_containers_were_left_running() {
    let mut house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.kill().await;
    let (asked, starts) = (house.count(Operation::Reach), house.count(Operation::Start));
    house.start();
    house.settled().await;
    assert_eq!(
        house.count(Operation::Reach),
        asked + 1,
        "the way back is looked up at once"
    );
    assert_eq!(
        house.count(Operation::Start),
        starts,
        "nothing was started to learn it"
    );
}

#[tokio::test]
async fn a_network_that_somebody_removed_is_made_again() {
    let house = House::started().await;
    let first = house.plain("a").await;
    house.until(&first, Status::Online).await;
    house.settled().await;
    house.engine.remove_network().await.unwrap();
    let second = house.plain("b").await;
    house.until(&second, Status::Online).await;
    house.restart(&first).await;
    house.until(&first, Status::Online).await;
}
