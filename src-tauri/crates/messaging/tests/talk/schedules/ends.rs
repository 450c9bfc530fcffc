//! How runs end, and what is told of them.

use super::*;

#[tokio::test]
async fn no_82_it_runs_when_asked_once_at_a_time() {
    let (world, _clock) = World::simulated().await;
    let (agent, mut arrivals, gate) = gated(fine).await;
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "x").await;
    {
        let key = schedule.clone();
        write(&world.store, move |write| {
            Box::pin(async move {
                let mut row = schedules::get(&mut *write.conn(), &key).await?.unwrap();
                row.enabled = false;
                schedules::update(write.conn(), &row, "2026-05-02T09:00:00.000000Z").await
            })
        })
        .await;
    }
    let dry = world
        .messaging
        .run_schedule(&id, &schedule, true)
        .await
        .unwrap();
    assert_eq!(
        serde_json::to_value(&dry).unwrap(),
        json!({"status": "fired", "workspace_id": id, "prompt": "do x"})
    );
    let mut events = world.events();
    let fired = world
        .messaging
        .run_schedule(&id, &schedule, false)
        .await
        .unwrap();
    let run = fired.run_id.unwrap();
    soon(arrivals.recv()).await.unwrap();
    let again = world
        .messaging
        .run_schedule(&id, &schedule, false)
        .await
        .unwrap_err();
    assert!(matches!(&again, MessagingError::ScheduleRunning { run_id } if *run_id == run));
    assert_eq!(told(again).0, 409);
    gate.add_permits(1);
    assert_eq!(executed(&mut events, &schedule).await, "ok");
    let past = history(&world, &id, &schedule).await;
    assert_eq!(
        (past[0].run_id.as_str(), past[0].cause.as_str()),
        (run.as_str(), "asked")
    );
    assert_eq!(
        row(&world, &schedule).await.next_run_at.as_deref(),
        Some("2026-05-02T09:01:00.000000Z"),
        "what the clock does stays as it is"
    );
    for (workspace, schedule) in [(id.as_str(), "no"), ("other", schedule.as_str())] {
        let error = world
            .messaging
            .run_schedule(workspace, schedule, false)
            .await
            .unwrap_err();
        assert_eq!(told(error).0, 404);
    }
    assert_eq!(agent.texts().len(), 1);
}

#[tokio::test]
async fn no_84_three_answers_without_a_word_make_it_stale_and_one_word_mends_it() {
    let (world, clock) = World::simulated().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let agent = {
        let asked = asked.clone();
        agent(move |body| {
            let text = match asked.fetch_add(1, Ordering::SeqCst) {
                0 => "",
                1 | 2 => "(no response generated)",
                _ => "here I am",
            };
            async move { json_answer(200, reply(&body, text)) }
        })
        .await
    };
    let id = world.online("A", &agent.url).await;
    let schedule = schedule(&world, &id, "x").await;
    let mut events = world.events();
    for wanted in ["ok", "ok", "stale", "ok"] {
        pass(&world, &clock, MINUTE).await;
        assert_eq!(executed(&mut events, &schedule).await, wanted);
    }
    assert_eq!(row(&world, &schedule).await.last_error, "");
}

#[tokio::test]
async fn what_went_wrong_is_kept_and_never_sent_again() {
    let (world, clock) = World::simulated().await;
    let broken = raw_agent(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").await;
    let refusing =
        agent(|_| async { json_answer(500, json!({"error": "no key for the model"})) }).await;
    let (a, b) = (
        world.online("A", &broken).await,
        world.online("B", &refusing.url).await,
    );
    let (one, two) = (
        schedule(&world, &a, "x").await,
        schedule(&world, &b, "x").await,
    );
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    for _ in 0..2 {
        let event = until(&mut events, |event| event.event == kind::CRON_EXECUTED).await;
        assert_eq!(event.payload["status"], "error");
    }
    assert_eq!(row(&world, &two).await.last_error, "no key for the model");
    assert_ne!(row(&world, &one).await.last_error, "");
    let depth = store::rows::queue::depth(world.store.read(), &a)
        .await
        .unwrap();
    assert_eq!(
        depth, 0,
        "the agent may have begun, so it is not begun again"
    );
    assert_eq!(history(&world, &a, &one).await[0].status, "error");
}

#[tokio::test]
async fn health_is_told_to_who_may_talk_to_it() {
    let (world, clock) = World::simulated().await;
    let agent = echo().await;
    let lead = world.online("Lead", &agent.url).await;
    let member = world
        .workspace(
            "Member",
            Some(&lead),
            "langgraph",
            Status::Online,
            Some(&agent.url),
        )
        .await;
    let stranger = world
        .workspace(
            "Other",
            Some(&world.online("Else", &agent.url).await),
            "langgraph",
            Status::Online,
            None,
        )
        .await;
    let schedule = schedule(&world, &member, "x").await;
    let health = |caller| world.messaging.schedule_health(&member, caller);
    let lead = messaging::Caller::Workspace(lead);
    assert_eq!(health(&lead).await.unwrap()[0].id, schedule);
    let stranger = messaging::Caller::Workspace(stranger);
    assert!(matches!(
        health(&stranger).await,
        Err(MessagingError::AccessDenied)
    ));

    let all = || async { world.messaging.schedules_health().await.unwrap().remove(0) };
    let first = all().await;
    assert_eq!(
        (first.status.as_str(), first.stale_threshold_seconds),
        ("never_run", 120)
    );
    let mut events = world.events();
    pass(&world, &clock, MINUTE).await;
    executed(&mut events, &schedule).await;
    assert_eq!(all().await.status, "ok");
    clock.suspend(MINUTE * 3);
    assert_eq!(all().await.status, "stale");
}
