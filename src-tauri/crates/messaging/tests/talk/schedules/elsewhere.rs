//! Agents that keep time themselves, and agents that fetch.

use super::*;

#[tokio::test]
async fn a_runtime_with_a_scheduler_of_its_own_is_left_to_it() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let facts = AgentFacts {
        scheduler: true,
        ..AgentFacts::default()
    };
    world.facts.0.lock().unwrap().insert(id.clone(), facts);
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    skipped(&mut events, &schedule).await;
    let kept = row(&world, &schedule).await;
    assert_eq!(
        (kept.run_count, kept.last_run_at),
        (0, None),
        "only the time moves on"
    );
    assert_eq!(
        kept.next_run_at.as_deref(),
        Some("2026-05-02T09:02:00.000000Z")
    );
    assert!(agent.texts().is_empty());
}

#[tokio::test]
async fn no_83_one_that_is_fetched_is_over_with_the_reply() {
    let (world, clock) = World::simulated().await;
    let id = world
        .workspace("A", None, "external", Status::Online, None)
        .await;
    world.set(&id, Column::DeliveryMode, "poll").await;
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    until(&mut events, is(kind::CRON_STARTED, &id)).await;
    assert_eq!(row(&world, &schedule).await.last_status, "queued");
    let fetched = world.activity(&id).await;
    assert_eq!(
        fetched[0]["request_body"]["params"]["message"]["parts"][0]["text"],
        "do x"
    );
    world
        .messaging
        .notify(&id, &json!({"message": "did it"}))
        .await
        .unwrap();
    assert_eq!(executed(&mut events, &schedule).await, "ok");

    // The next one is not answered: the one after it goes all the same.
    pass(&world, &clock, MINUTE * 2).await;
    assert_eq!(executed(&mut events, &schedule).await, "queued");
    let statuses: Vec<String> = history(&world, &id, &schedule)
        .await
        .into_iter()
        .map(|run| run.status)
        .collect();
    assert_eq!(statuses, ["queued", "queued", "ok"]);
}
