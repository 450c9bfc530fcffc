//! Drills: the platform is gone at every named point, and at random; a new one on the same store and engine makes
//! everything whole. A binary of its own, because failpoints hold for a whole process.

// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../house/mod.rs"]
mod house;
mod quick;

use fail::FailScenario;
use house::House;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reconcile::FAILPOINTS;
use std::{collections::BTreeMap, time::Duration};
use wire::{Desired, Status};

/// A job that reaches the point hangs there for ever; the platform is then dropped.
fn arm(point: &str) {
    fail::cfg(point, "return(hang)").unwrap();
}

/// Something of every kind happens: a start, a restart, a stop, a crash, a delete, a purge.
async fn stir(house: &House, ids: &[String]) {
    let _ = workspaces::restart(&house.store, &ids[0], wire::RestartRequest::default()).await;
    let _ = workspaces::pause(&house.store, &ids[1]).await;
    house.engine.exit(&house.container(&ids[2]), 1).await;
    let _ = workspaces::remove(&house.store, &ids[3], true, false).await;
    let _ = workspaces::remove(&house.store, &ids[4], true, true).await;
    house.plain("new").await;
}

async fn five(house: &House) -> Vec<String> {
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        ids.push(house.plain(name).await);
    }
    ids
}

/// A new platform makes everything whole; pauses after crashes are awake time, so it passes.
async fn converges(house: &mut House, what: &str) {
    house.start();
    for _ in 0..40 {
        house.pass(5).await;
        let rows = store::rows::workspaces::list(house.store.read())
            .await
            .unwrap();
        let open = rows.iter().any(|row| {
            row.desired == wire::Desired::Running && row.status != Status::Online
                || row.desired == wire::Desired::Stopped
                    && !matches!(row.status, Status::Paused | Status::Hibernated)
        });
        if !open {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    house.settled().await;
    println!("{what}: whole again");
    house.assert_whole().await;
}

#[tokio::test]
async fn the_platform_ends_at_every_named_point() {
    let scenario = FailScenario::setup();
    println!("failpoints: {FAILPOINTS:?}");
    for point in FAILPOINTS {
        let mut house = House::new().await;
        house.start();
        let ids = five(&house).await;
        for id in &ids {
            house.until(id, Status::Online).await;
        }
        house.settled().await;
        arm(point);
        stir(&house, &ids).await;
        // Long enough for whatever is not held up to get somewhere; what it got to does not matter.
        tokio::time::sleep(Duration::from_millis(50)).await;
        house.kill().await;
        fail::remove(*point);
        converges(&mut house, point).await;
        assert_eq!(
            house.containers().await.len(),
            3,
            "{point}: two that stay and the new one"
        );
    }
    scenario.teardown();
}

/// The first start of all, cut off at every point of it.
#[tokio::test]
async fn a_first_start_that_is_cut_off_is_made_good() {
    let scenario = FailScenario::setup();
    for point in FAILPOINTS
        .iter()
        .filter(|point| point.starts_with("start."))
    {
        let mut house = House::new().await;
        arm(point);
        house.start();
        let id = house.plain("a").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        house.kill().await;
        fail::remove(*point);
        converges(&mut house, point).await;
        assert_eq!(house.row(&id).await.status, Status::Online, "{point}");
    }
    scenario.teardown();
}

/// Commands, crashes, an engine that comes and goes, and kills at random moments; every acknowledged command holds in
/// the end. The seed is printed with the failure.
#[tokio::test]
async fn fifty_random_kills() {
    let scenario = FailScenario::setup();
    for seed in 0..50_u64 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut house = House::new().await;
        house.start();
        let mut said = BTreeMap::new();
        for round in 0..3 {
            for _ in 0..random.random_range(2..8) {
                act(&house, &mut said, &mut random).await;
            }
            tokio::time::sleep(Duration::from_micros(random.random_range(0..30_000))).await;
            house.kill().await;
            // While it is gone, containers may end too.
            if random.random_bool(0.3)
                && let Some(one) = house.containers().await.first()
            {
                house.engine.exit(&one.id, 1).await;
            }
            if round < 2 {
                house.start();
            }
        }
        house.engine.start_engine();
        converges(&mut house, &format!("seed {seed}")).await;
        for (id, wanted) in &said {
            let row = store::rows::workspaces::get(house.store.read(), id)
                .await
                .unwrap();
            assert_eq!(
                row.map(|row| row.desired),
                *wanted,
                "seed {seed}: an acknowledged command was lost"
            );
        }
    }
    scenario.teardown();
}

/// One command or mishap; `said` holds what the last acknowledged command wants of each workspace.
async fn act(house: &House, said: &mut BTreeMap<String, Option<Desired>>, random: &mut StdRng) {
    let there: Vec<String> = said
        .iter()
        .filter(|(_, wanted)| !matches!(wanted, None | Some(Desired::Absent)))
        .map(|(id, _)| id.clone())
        .collect();
    let any = (!there.is_empty()).then(|| there[random.random_range(0..there.len())].clone());
    let store = &house.store;
    let (id, wanted) = match (random.random_range(0..9), any) {
        (0 | 1, _) | (_, None) => (house.plain("one").await, Some(Some(Desired::Running))),
        (2, Some(id)) => {
            let done = workspaces::restart(store, &id, wire::RestartRequest::default()).await;
            (id, done.is_ok().then_some(Some(Desired::Running)))
        }
        (3, Some(id)) => {
            let done = workspaces::pause(store, &id).await;
            (id, done.is_ok().then_some(Some(Desired::Stopped)))
        }
        (4, Some(id)) => {
            let done = workspaces::resume(store, &id).await;
            (id, done.is_ok().then_some(Some(Desired::Running)))
        }
        (5, Some(id)) => {
            let done = workspaces::hibernate(store, &id, true).await;
            (id, done.is_ok().then_some(Some(Desired::Stopped)))
        }
        (6, Some(id)) => {
            let purge = random.random_bool(0.5);
            let done = workspaces::remove(store, &id, true, purge).await;
            (
                id,
                done.is_ok().then_some((!purge).then_some(Desired::Absent)),
            )
        }
        (7, Some(id)) => {
            house.engine.stop_engine().await;
            if random.random_bool(0.5) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            house.engine.start_engine();
            (id, None)
        }
        (_, Some(id)) => {
            house.engine.exit(&house.container(&id), 2).await;
            (id, None)
        }
    };
    if let Some(wanted) = wanted {
        said.insert(id, wanted);
    }
    if random.random_bool(0.4) {
        tokio::time::sleep(Duration::from_micros(random.random_range(0..8_000))).await;
    }
}
