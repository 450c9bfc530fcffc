//! What is left behind goes, what belongs to others stays.

use crate::house::{House, IMAGE};
use containers::{ContainerSpec, Engine, Installation, TierOverrides, VolumeSpec, limits, names};
use std::time::Duration;
use wire::Status;

async fn leave(engine: &containers::Simulated, id: &str) {
    engine.ensure_network().await.unwrap();
    for name in [names::config_volume(id), names::work_volume(id)] {
        engine
            .ensure_volume(&VolumeSpec {
                name,
                workspace_id: Some(id.into()),
            })
            .await
            .unwrap();
    }
    let mut spec = ContainerSpec::new(
        names::container_name(id),
        IMAGE,
        limits(2, &TierOverrides::default()),
    );
    spec.workspace_id = Some(id.into());
    let container = engine.create(&spec).await.unwrap();
    engine.start(&container).await.unwrap();
}

#[tokio::test]
async fn containers_and_volumes_without_a_row_vanish_and_others_stay() {
    let mut house = House::new().await;
    let (ours, theirs) = (
        uuid::Uuid::new_v4().to_string(),
        uuid::Uuid::new_v4().to_string(),
    );
    leave(&house.engine, &ours).await;
    let other = house
        .engine
        .seen_by(Installation::new(uuid::Uuid::new_v4()));
    leave(&other, &theirs).await;
    house.start();
    house.settled().await;
    assert!(house.containers().await.is_empty());
    assert_eq!(
        other.containers().await.unwrap().len(),
        1,
        "another installation's are none of our business"
    );
    assert_eq!(
        house.volumes(),
        [names::config_volume(&theirs), names::work_volume(&theirs)]
    );
}

#[tokio::test]
async fn helpers_of_an_earlier_run_go_and_those_of_others_stay() {
    let mut house = House::new().await;
    let other = house
        .engine
        .seen_by(Installation::new(uuid::Uuid::new_v4()));
    for engine in [&house.engine, &other] {
        engine.ensure_network().await.unwrap();
        let limits = limits(1, &TierOverrides::default());
        let name = format!("helper-{}", uuid::Uuid::new_v4());
        let helper = engine
            .create(&ContainerSpec::new(name, IMAGE, limits))
            .await
            .unwrap();
        engine.start(&helper).await.unwrap();
    }
    house.start();
    house.settled().await;
    assert!(house.containers().await.is_empty());
    assert_eq!(other.containers().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_killed_delete_left_goes_at_the_next_start() {
    let mut house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    house.settled().await;
    house.kill().await;
    workspaces::remove(&house.store, &id, true, false)
        .await
        .unwrap();
    house.start();
    house.settled().await;
    assert!(house.containers().await.is_empty());
    assert_eq!(house.volumes(), [names::work_volume(&id)]);
}

#[tokio::test]
async fn work_of_deleted_ones_goes_when_its_time_is_over() {
    let mut house = House::started().await;
    let id = house.plain("a").await;
    house.until(&id, Status::Online).await;
    workspaces::remove(&house.store, &id, true, false)
        .await
        .unwrap();
    house.settled().await;
    house.kill().await;
    house.clock.suspend(Duration::from_secs(29 * 24 * 3600));
    house.start();
    house.settled().await;
    assert_eq!(house.volumes().len(), 1);
    house.kill().await;
    house.clock.suspend(Duration::from_secs(2 * 24 * 3600));
    house.start();
    house.settled().await;
    assert!(house.volumes().is_empty());
}
