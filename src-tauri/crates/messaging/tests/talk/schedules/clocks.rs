//! Machines that slept, and clocks that were wrong.

use super::*;

#[tokio::test]
async fn what_was_missed_while_the_machine_slept_runs_once() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    went_round(&world, &clock).await;
    clock.suspend(HOUR * 8);
    pass(&world, &clock, Duration::from_secs(30)).await;
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    went_round(&world, &clock).await;
    assert_eq!(agent.texts().len(), 1, "480 slots went by");
    assert_eq!(
        row(&world, &schedule).await.next_run_at.as_deref(),
        Some("2026-05-02T17:01:00.000000Z")
    );
}

#[tokio::test]
async fn a_clock_that_was_wrong_delays_nothing() {
    let (world, _clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    // Written while the clock said 2031; and one that has no time at all.
    let far = scheduled(
        &world,
        &id,
        "far",
        "* * * * *",
        Some("2031-01-01T00:00:00.000000Z"),
    )
    .await;
    let none = scheduled(&world, &id, "none", "0 0 * * *", None).await;
    let second = world.started_anew().await;
    assert_eq!(
        row(&world, &far).await.next_run_at.as_deref(),
        Some("2026-05-02T09:01:00.000000Z")
    );
    assert_eq!(
        row(&world, &none).await.next_run_at.as_deref(),
        Some("2026-05-03T00:00:00.000000Z")
    );
    second.shutdown().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_delays_nothing() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    clock.set_back(HOUR * 24);
    pass(&world, &clock, MINUTE * 2).await;
    assert_eq!(executed(&mut events, &schedule).await, "ok");
}
