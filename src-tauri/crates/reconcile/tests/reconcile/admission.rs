//! Memory, places and order.

use crate::house::House;
use reconcile::Release;
use store::rows::workspaces::Column;
use wire::Status;

/// Room for two agents of 512 MiB.
async fn small() -> House {
    let mut house = House::new().await;
    house.options.settings.memory_budget_mb = Some(1100);
    house.start();
    house
}

#[tokio::test]
async fn what_does_not_fit_waits_visibly_and_starts_when_room_appears() {
    let house = small().await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        ids.push(house.plain(name).await);
        house.settled().await;
    }
    assert_eq!(house.row(&ids[0]).await.status, Status::Online);
    assert_eq!(house.row(&ids[1]).await.status, Status::Online);
    for (id, position) in [(&ids[2], 1), (&ids[3], 2)] {
        let row = house.row(id).await;
        assert_eq!(
            (row.status, row.status_code.as_deref()),
            (Status::Provisioning, Some("waiting_for_memory"))
        );
        assert!(
            row.status_text
                .unwrap()
                .contains(&format!("position {position}"))
        );
    }
    assert_eq!(
        house.reconciler().memory(),
        wire::MemoryView {
            budget_mb: 1100,
            planned_mb: 1024
        }
    );
    workspaces::pause(&house.store, &ids[0]).await.unwrap();
    house.until(&ids[2], Status::Online).await;
    house.settled().await;
    assert_eq!(house.row(&ids[2]).await.status_code, None);
    assert!(
        house
            .row(&ids[3])
            .await
            .status_text
            .unwrap()
            .contains("position 1")
    );
    let mut settings = house.reconciler().current_settings();
    settings.memory_budget_mb = Some(2048);
    house.reconciler().settings(settings);
    house.until(&ids[3], Status::Online).await;
    house.settled().await;
    house.assert_whole().await;
}

#[tokio::test]
async fn a_message_puts_the_longest_idle_to_sleep_for_a_waiting_one() {
    let house = small().await;
    let (old, new) = (house.plain("old").await, house.plain("new").await);
    house.until(&old, Status::Online).await;
    house.until(&new, Status::Online).await;
    house.settled().await;
    house.pass(20).await;
    house.set(&new, Column::LastActiveAt, house.now()).await;
    let (first, wanted) = (house.plain("first").await, house.plain("wanted").await);
    house.settled().await;
    assert_eq!(
        house.reconciler().release_waiting(&wanted).await,
        Release::MadeRoom(vec![old.clone()])
    );
    house.until(&wanted, Status::Online).await;
    house.settled().await;
    assert_eq!(house.row(&old).await.status, Status::Hibernated);
    assert_eq!(house.row(&new).await.status, Status::Online);
    assert_eq!(
        house.row(&first).await.status,
        Status::Provisioning,
        "nobody waits for that one"
    );
    assert_eq!(
        house.reconciler().release_waiting(&new).await,
        Release::NotWaiting
    );
}

#[tokio::test]
async fn working_agents_are_not_put_to_sleep() {
    let house = small().await;
    for name in ["a", "b"] {
        let id = house.plain(name).await;
        house.until(&id, Status::Online).await;
        house.tasks(&id, 1).await;
        house.set(&id, Column::LastActiveAt, house.now()).await;
    }
    let wanted = house.plain("wanted").await;
    house.settled().await;
    assert_eq!(
        house.reconciler().release_waiting(&wanted).await,
        Release::NoneIdle
    );
    house.settled().await;
    assert_eq!(
        house.row(&wanted).await.status_code.as_deref(),
        Some("waiting_for_memory")
    );
}

#[tokio::test]
async fn a_restart_keeps_its_place() {
    let house = small().await;
    let running = house.plain("a").await;
    house.plain("b").await;
    house.plain("c").await;
    house.until(&running, Status::Online).await;
    house.settled().await;
    house.restart(&running).await;
    house
        .until_row(&running, |row| {
            row.status == Status::Online && row.running_generation == Some(2)
        })
        .await;
    house.settled().await;
    assert_eq!(house.containers().await.len(), 2);
}

#[tokio::test]
async fn a_higher_tier_may_grow_but_is_counted_as_any_other() {
    let house = small().await;
    let large = house
        .add("large", |new| (new.tier, new.tier_granted) = (3, 3))
        .await;
    let plain = house.plain("plain").await;
    house.until(&large, Status::Online).await;
    house.until(&plain, Status::Online).await;
    house.settled().await;
    assert_eq!(house.reconciler().memory().planned_mb, 1024);
}

#[tokio::test]
async fn what_can_never_fit_says_so_and_blocks_nobody() {
    let mut house = House::new().await;
    house.options.settings.memory_budget_mb = Some(1100);
    house.options.settings.tiers.memory_mb[0] = Some(2048);
    house.start();
    let large = house.plain("large").await;
    let row = house
        .until_row(&large, |row| row.status_code.is_some())
        .await;
    assert!(row.status_text.unwrap().contains("Raise the memory budget"));
    let small = house.add("small", |new| new.tier = 1).await;
    house.until(&small, Status::Online).await;
}

#[tokio::test]
async fn parents_start_first_and_only_so_many_at_once() {
    let mut house = House::new().await;
    house.options.settings.concurrent_starts = 1;
    house.engine.stop_engine().await;
    house.start();
    let root = house.plain("root").await;
    let middle = house
        .add("middle", |new| new.parent_id = Some(root.clone()))
        .await;
    let leaf = house
        .add("leaf", |new| new.parent_id = Some(middle.clone()))
        .await;
    let other = house.plain("other root").await;
    house.settled().await;
    house.engine.start_engine();
    house.reconciler().look_for_engine();
    for id in [&root, &middle, &leaf, &other] {
        house.until(id, Status::Online).await;
    }
    let starts = house.starts.lock().unwrap().clone();
    assert_eq!(starts, [root, other, middle, leaf]);
}

#[tokio::test]
async fn a_real_orgs_worth_of_agents_starts() {
    let house = House::started().await;
    let mut ids = Vec::new();
    for number in 0..42 {
        ids.push(house.plain(&format!("agent {number}")).await);
    }
    for id in &ids {
        house.until(id, Status::Online).await;
    }
    house.settled().await;
    house.assert_whole().await;
    assert_eq!(house.starts.lock().unwrap().len(), 42, "each once");
}
