//! What is due, who gets it when, and who does not.

use super::*;

#[tokio::test]
async fn what_is_due_goes_to_its_agent_once_and_everything_tells_of_it() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "standup").await;
    let mut events = world.events();
    pass(&world, &clock, Duration::from_secs(45)).await;
    assert!(agent.texts().is_empty(), "it is not due yet");

    clock.advance(Duration::from_secs(15));
    let began = until(&mut events, is(kind::CRON_STARTED, &id)).await;
    wire::check_payload(kind::CRON_STARTED, &began.payload).unwrap();
    assert_eq!(began.payload["next_run_at"], "2026-05-02T09:02:00.000000Z");
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    assert_eq!(agent.texts(), ["do standup"]);
    let sent = &agent.bodies()[0]["params"]["message"];
    let key = sent["messageId"].as_str().unwrap();
    assert_eq!(
        (&sent["role"], key.len()),
        (&json!("user"), "cron-".len() + 8 + 1 + 8)
    );
    assert!(
        key.starts_with(&format!("cron-{}-", &schedule[..8])),
        "{key}"
    );

    let kept = row(&world, &schedule).await;
    assert_eq!(
        (
            kept.last_status.as_str(),
            kept.last_error.as_str(),
            kept.run_count
        ),
        ("ok", "", 1)
    );
    assert_eq!(
        kept.last_run_at.as_deref(),
        Some("2026-05-02T09:01:00.000000Z")
    );
    assert_eq!(
        kept.next_run_at.as_deref(),
        Some("2026-05-02T09:02:00.000000Z")
    );
    let past = history(&world, &id, &schedule).await;
    assert_eq!(past.len(), 1);
    assert_eq!(
        (past[0].status.as_str(), past[0].cause.as_str()),
        ("ok", "clock")
    );
    assert!(
        past[0].duration_ms.is_some(),
        "no. 83: the duration is kept"
    );
    assert_eq!(
        past[0].request,
        json!({"schedule_id": schedule, "schedule_name": "standup", "cron_expr": "* * * * *", "prompt": "do standup"})
    );
    let rows = world.activity(&id).await;
    let kinds: Vec<&str> = rows
        .iter()
        .map(|row| row["activity_type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["cron_run", "a2a_receive"]);
    assert_eq!(
        (
            &rows[0]["method"],
            &rows[0]["summary"],
            &rows[0]["status"],
            &rows[0]["source_id"]
        ),
        (
            &json!("cron"),
            &json!("Cron: standup"),
            &json!("ok"),
            &Value::Null
        )
    );
    assert_eq!(rows[1]["source_kind"], "schedule");
    assert_eq!(
        world.chat(&id).await,
        [
            ("system".into(), "do standup".into()),
            ("agent".into(), "echo: do standup".into())
        ],
        "who opens the chat sees what was asked and answered"
    );

    pass(&world, &clock, Duration::from_secs(45)).await;
    assert_eq!(agent.texts().len(), 1, "once a slot");
    clock.advance(Duration::from_secs(15));
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    assert_eq!(agent.texts().len(), 2);
}

#[tokio::test]
async fn the_built_in_agent_carries_them_out_too() {
    let (world, clock) = World::simulated().await;
    let id = world
        .workspace("A", None, "mock", Status::Online, None)
        .await;
    let schedule = schedule(&world, &id, "standup").await;
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    assert_eq!(world.chat(&id).await.len(), 2);
}

#[tokio::test]
async fn no_77_a_busy_role_gets_it_when_it_is_free_and_the_slots_between_are_left_out() {
    let (world, clock) = World::simulated().await;
    let (agent, mut arrivals, gate) = gated(fine).await;
    let id = world.online("A", &agent.url).await;
    let (first, second) = (
        schedule(&world, &id, "one").await,
        schedule(&world, &id, "two").await,
    );
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    soon(arrivals.recv()).await.unwrap();
    let states = store::rows::schedule_runs::open_of_workspace(world.store.read(), &id)
        .await
        .unwrap();
    let mut sent: Vec<bool> = states.iter().map(|one| one.sent).collect();
    sent.sort_unstable();
    assert_eq!(
        sent,
        [false, true],
        "one is at work, the other one waits: {states:?}"
    );
    assert_eq!(row(&world, &second).await.last_status, "queued");

    // Two more slots pass; each schedule has a run that is not over.
    pass(&world, &clock, MINUTE * 2).await;
    let reason = skipped(&mut events, &first).await;
    assert_eq!(
        reason,
        "skipped: the run that began at 2026-05-02 09:01 UTC is not over"
    );
    let past = history(&world, &id, &first).await;
    let statuses: Vec<&str> = past.iter().map(|run| run.status.as_str()).collect();
    assert_eq!(
        statuses,
        ["skipped", "queued"],
        "the same again is only counted"
    );
    assert_eq!(past[0].request["skipped"], true);
    let kept = row(&world, &first).await;
    assert_eq!((kept.run_count, kept.last_status.as_str()), (3, "skipped"));
    assert_eq!(agent.texts().len(), 1);

    gate.add_permits(2);
    for _ in 0..2 {
        until(&mut events, is(kind::CRON_EXECUTED, &id)).await;
    }
    let mut texts = agent.texts();
    texts.sort();
    assert_eq!(texts, ["do one", "do two"]);
    assert_eq!(row(&world, &first).await.last_status, "ok");
}

#[tokio::test]
async fn a_sleeping_role_is_woken_and_a_starting_one_waited_for() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let asleep = world
        .workspace("A", None, "langgraph", Status::Hibernated, None)
        .await;
    let starting = world
        .workspace("B", None, "langgraph", Status::Provisioning, None)
        .await;
    let ids = [
        schedule(&world, &asleep, "one").await,
        schedule(&world, &starting, "two").await,
    ];
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    assert_eq!(world.wake.calls(), [format!("wake {asleep}")]);
    assert!(agent.texts().is_empty());
    for (workspace, schedule) in [(&asleep, &ids[0]), (&starting, &ids[1])] {
        world.comes_online(workspace, &agent.url).await;
        assert_eq!(executed(&mut events, schedule).await, "ok");
    }
    assert_eq!(agent.texts(), ["do one", "do two"]);
}

#[tokio::test]
async fn nothing_is_sent_to_who_is_paused_failed_or_out_of_budget() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let paused = world.online("A", &agent.url).await;
    world.status(&paused, Status::Paused, None).await;
    let failed = world.online("B", &agent.url).await;
    world
        .status(&failed, Status::Failed, Some("image_missing"))
        .await;
    let spent = world.online("C", &agent.url).await;
    world.set(&spent, Column::BudgetLimit, 0_i64).await;
    for (workspace, reason) in [
        (&paused, "skipped: the role is paused"),
        (&failed, "skipped: a sentence"),
        (&spent, "skipped: workspace budget limit exceeded"),
    ] {
        let schedule = schedule(&world, workspace, "x").await;
        let mut events = world.events();
        let (status, _, body) = told(
            world
                .messaging
                .run_schedule(workspace, &schedule, false)
                .await
                .unwrap_err(),
        );
        assert!(
            matches!(status, 402 | 503),
            "who asks is told at once: {body}"
        );
        pass(&world, &clock, MINUTE * 3).await;
        assert_eq!(skipped(&mut events, &schedule).await, reason);
        assert_eq!(
            history(&world, workspace, &schedule).await.len(),
            1,
            "once for all of them"
        );
        let kept = row(&world, &schedule).await;
        assert!(
            kept.run_count >= 3 && kept.next_run_at > kept.last_run_at,
            "{kept:?}"
        );
    }
    assert!(agent.texts().is_empty());
}

#[tokio::test]
async fn no_more_than_ten_are_under_way_at_a_time() {
    let (world, clock) = World::simulated().await;
    let (agent, mut arrivals, gate) = gated(fine).await;
    let mut ids = Vec::new();
    for n in 0..13 {
        let id = world.online(&format!("A{n}"), &agent.url).await;
        schedule(&world, &id, "x").await;
        ids.push(id);
    }
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    for _ in 0..10 {
        soon(arrivals.recv()).await.unwrap();
    }
    went_round(&world, &clock).await;
    assert_eq!(agent.texts().len(), 10);
    // A person's message does not wait behind them.
    let free = echo().await;
    let other = world.online("B", &free.url).await;
    assert_eq!(world.send(&other, says("hello")).await.unwrap().status, 200);
    gate.add_permits(13);
    for _ in 0..13 {
        until(&mut events, |event| event.event == kind::CRON_EXECUTED).await;
    }
    assert_eq!(agent.texts().len(), 13);
}
