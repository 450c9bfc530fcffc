//! Heartbeats and what they change.

use crate::*;

#[tokio::test]
async fn absent_fields_of_a_heartbeat_mean_unchanged() {
    let house = House::new().await;
    let beats = Beats::start(house.store.clone(), Arc::new(house.clock.clone()));
    let id = house.make("One", None, "external").await;
    let full = Heartbeat {
        workspace_id: id.clone(),
        current_task: Some("Drafting".into()),
        active_tasks: Some(1),
        uptime_seconds: Some(60),
        error_rate: Some(0.25),
        ..Heartbeat::default()
    };
    beats.beat(full).await.unwrap();
    beats
        .beat(Heartbeat {
            workspace_id: id.clone(),
            ..Heartbeat::default()
        })
        .await
        .unwrap();
    beats.flush().await.unwrap();
    let row = house.row(&id).await;
    assert_eq!(row.current_task.as_deref(), Some("Drafting"));
    assert_eq!((row.active_tasks, row.uptime_seconds), (1, 60));
    assert_eq!(
        row.status,
        Status::Online,
        "awaiting_agent ends with the first sign of life"
    );
}

#[tokio::test]
async fn a_task_push_changes_only_the_task() {
    let house = House::new().await;
    let beats = Beats::start(house.store.clone(), Arc::new(house.clock.clone()));
    let id = house.make("One", None, "external").await;
    let wedged = Heartbeat {
        workspace_id: id.clone(),
        runtime_state: Some("wedged".into()),
        uptime_seconds: Some(60),
        runtime_metadata: Some(Some(RuntimeMetadata {
            capabilities: [("session".to_owned(), true)].into(),
            idle_timeout_seconds: Some(900),
        })),
        ..Heartbeat::default()
    };
    beats
        .beat(Heartbeat {
            workspace_id: id.clone(),
            ..Heartbeat::default()
        })
        .await
        .unwrap();
    beats.beat(wedged).await.unwrap();
    assert_eq!(house.row(&id).await.status, Status::Degraded);
    let push = Heartbeat {
        workspace_id: id.clone(),
        current_task: Some("Still stuck".into()),
        active_tasks: Some(1),
        error_rate: Some(0.0),
        sample_error: Some(String::new()),
        uptime_seconds: Some(0),
        ..Heartbeat::default()
    };
    beats.beat(push).await.unwrap();
    beats.flush().await.unwrap();
    let row = house.row(&id).await;
    assert_eq!(
        row.status,
        Status::Degraded,
        "a push says nothing about the agent's health"
    );
    assert_eq!(row.uptime_seconds, 60);
    assert_eq!(
        beats.capabilities(&id).idle_timeout,
        Some(Duration::from_secs(900)),
        "absent metadata leaves what is known"
    );
}

#[tokio::test]
async fn recovery_needs_a_low_error_rate() {
    let house = House::new().await;
    let beats = Beats::start(house.store.clone(), Arc::new(house.clock.clone()));
    let id = house.make("One", None, "external").await;
    let beat = |rate: f64, state: &str| Heartbeat {
        workspace_id: id.clone(),
        error_rate: Some(rate),
        runtime_state: Some(state.into()),
        uptime_seconds: Some(5),
        ..Heartbeat::default()
    };
    beats.beat(beat(0.0, "")).await.unwrap();
    for (rate, state, expected) in [
        (0.6, "", Status::Degraded),
        (0.3, "", Status::Degraded),
        (0.05, "ok", Status::Online),
        (0.0, "wedged", Status::Degraded),
        (0.0, "", Status::Online),
    ] {
        beats.beat(beat(rate, state)).await.unwrap();
        assert_eq!(
            house.row(&id).await.status,
            expected,
            "rate {rate}, state \"{state}\""
        );
    }
}

#[tokio::test]
async fn a_beat_of_a_paused_or_removed_workspace_changes_no_status() {
    let house = House::new().await;
    let beats = Beats::start(house.store.clone(), Arc::new(house.clock.clone()));
    let id = house.make("One", None, "claude-code").await;
    workspaces::pause(&house.store, &id).await.unwrap();
    beats
        .beat(Heartbeat {
            workspace_id: id.clone(),
            uptime_seconds: Some(9),
            ..Heartbeat::default()
        })
        .await
        .unwrap();
    beats.flush().await.unwrap();
    assert_eq!(house.row(&id).await.status, Status::Paused);
    workspaces::remove(&house.store, &id, true, false)
        .await
        .unwrap();
    let again = Beats::start(house.store.clone(), Arc::new(house.clock.clone()));
    let gone = again
        .beat(Heartbeat {
            workspace_id: id,
            ..Heartbeat::default()
        })
        .await
        .unwrap_err();
    assert!(matches!(gone, WorkspaceError::Removed { .. }));
}

#[tokio::test]
async fn a_flush_writes_every_workspace_and_only_what_was_said() {
    let house = House::new().await;
    let beats = Beats::start(house.store.clone(), Arc::new(house.clock.clone()));
    let mut ids = Vec::new();
    for number in 0..40 {
        let id = house.make(&format!("w{number}"), None, "mock").await;
        house.set(&id, Status::Online).await;
        beats
            .beat(Heartbeat {
                workspace_id: id.clone(),
                uptime_seconds: Some(number + 1),
                error_rate: Some(0.25),
                sample_error: Some("it's \"odd\"; {}".into()),
                monthly_spend: (number % 2 == 0).then_some(7),
                ..Heartbeat::default()
            })
            .await
            .unwrap();
        ids.push(id);
    }
    beats.flush().await.unwrap();
    for (number, id) in ids.iter().enumerate() {
        let row = house.row(id).await;
        assert_eq!(row.uptime_seconds, i64::try_from(number).unwrap() + 1);
        assert_eq!(row.last_error_rate, 0.25);
        assert_eq!(row.last_sample_error.as_deref(), Some("it's \"odd\"; {}"));
        assert_eq!(row.monthly_spend, if number % 2 == 0 { 7 } else { 0 });
        assert_eq!(
            row.last_heartbeat_at.as_deref(),
            Some("1970-01-01T00:00:00.000000Z")
        );
        assert_eq!(row.current_task, None);
    }
}

#[tokio::test]
async fn of_a_crowd_of_beats_the_rooms_hear_the_first_at_once_and_then_the_newest() {
    let house = House::new().await;
    let id = house.make("One", None, "mock").await;
    house.set(&id, Status::Online).await;
    let beats = Beats::start(house.store.clone(), Arc::new(house.clock.clone()));
    let mut inside = house.store.events().subscribe();
    let mut clients = house.store.events().subscribe_clients();
    for uptime in 1..=100 {
        beats
            .beat(Heartbeat {
                workspace_id: id.clone(),
                uptime_seconds: Some(uptime),
                ..Heartbeat::default()
            })
            .await
            .unwrap();
    }
    let first = inside.try_recv().unwrap();
    assert_eq!(first.payload["uptime_seconds"], 1);
    assert!(inside.try_recv().is_err(), "the rest is held for a moment");
    for uptime in 1..=100 {
        let told = clients.try_recv().unwrap();
        assert_eq!(
            told.event().payload["uptime_seconds"],
            uptime,
            "clients get each"
        );
    }
    let last = loop {
        // The task that tells them sleeps by this clock, from whenever it got its turn.
        house.clock.advance(Duration::from_millis(20));
        tokio::task::yield_now().await;
        if let Ok(event) = inside.try_recv() {
            break event;
        }
    };
    assert_eq!(last.payload["uptime_seconds"], 100);
}
