//! Commands change what should be, all or nothing, and tell it.
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use clock::{Clock, SimulatedClock};
use std::{sync::Arc, time::Duration};
use store::{OpenOptions, Store, WorkspaceRow, rows::workspaces as rows};
use wire::{
    CreateWorkspace, Desired, Heartbeat, PatchWorkspace, RestartRequest, RuntimeMetadata, Status,
    kind,
};
use workspaces::{Beats, Command, Hibernated, WorkspaceError};

struct House {
    _folder: tempfile::TempDir,
    store: Store,
    clock: SimulatedClock,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = SimulatedClock::at(chrono::DateTime::UNIX_EPOCH);
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let store = Store::open(OpenOptions::new(folder.path().join("test.sqlite"), shared))
            .await
            .unwrap();
        Self {
            _folder: folder,
            store,
            clock,
        }
    }

    async fn make(&self, name: &str, parent: Option<&str>, runtime: &str) -> String {
        let request = CreateWorkspace {
            name: name.into(),
            parent_id: parent.map(Into::into),
            runtime: Some(runtime.into()),
            ..CreateWorkspace::default()
        };
        workspaces::create(
            &self.store,
            store::new_id(),
            request,
            None,
            Vec::new(),
            None,
        )
        .await
        .unwrap()
        .id
    }

    async fn row(&self, id: &str) -> WorkspaceRow {
        rows::get(self.store.read(), id).await.unwrap().unwrap()
    }

    async fn set(&self, id: &str, status: Status) {
        let id = id.to_owned();
        let done: Result<bool, store::StoreError> = self
            .store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::set_status(write.conn(), &id, &[], status, None, &now).await
                })
            })
            .await;
        done.unwrap();
    }

    async fn kinds(&self) -> Vec<String> {
        let mut connection = self.store.read().acquire().await.unwrap();
        let rows = store::events_after(&mut connection, 0, 1000)
            .await
            .unwrap()
            .unwrap();
        rows.into_iter().map(|row| row.event_type).collect()
    }
}

#[tokio::test]
async fn a_restart_raises_the_generation_and_any_number_coalesce() {
    let house = House::new().await;
    let id = house.make("One", None, "claude-code").await;
    house.set(&id, Status::Online).await;
    let first = workspaces::restart(&house.store, &id, RestartRequest::default())
        .await
        .unwrap();
    let second = workspaces::restart(&house.store, &id, RestartRequest::default())
        .await
        .unwrap();
    assert!(!first.merged);
    assert!(
        second.merged,
        "a cycle that has not begun yet covers the second request too"
    );
    let row = house.row(&id).await;
    assert_eq!((row.status, row.generation), (Status::Provisioning, 3));
}

#[tokio::test]
async fn a_removed_workspace_cannot_be_restarted_and_an_external_one_neither() {
    let house = House::new().await;
    let gone = house.make("Gone", None, "claude-code").await;
    workspaces::remove(&house.store, &gone, false, false)
        .await
        .unwrap();
    let refused = workspaces::restart(&house.store, &gone, RestartRequest::default())
        .await
        .unwrap_err();
    assert!(matches!(refused, WorkspaceError::Removed { .. }));
    let external = house.make("Outside", None, "external").await;
    let refused = workspaces::restart(&house.store, &external, RestartRequest::default())
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        WorkspaceError::Conflict {
            code: "external_workspace",
            ..
        }
    ));
}

#[tokio::test]
async fn pause_takes_the_subtree_and_resume_brings_it_back() {
    let house = House::new().await;
    let lead = house.make("Lead", None, "claude-code").await;
    let member = house.make("Member", Some(&lead), "claude-code").await;
    assert_eq!(workspaces::pause(&house.store, &lead).await.unwrap(), 2);
    assert_eq!(house.row(&member).await.status, Status::Paused);
    assert!(matches!(
        workspaces::pause(&house.store, &lead).await,
        Err(WorkspaceError::NotFound(_))
    ));
    let below = workspaces::restart(&house.store, &member, RestartRequest::default())
        .await
        .unwrap_err();
    assert!(
        below
            .to_string()
            .contains("parent workspace \"Lead\" is paused")
    );
    assert_eq!(workspaces::resume(&house.store, &lead).await.unwrap(), 2);
    assert_eq!(house.row(&member).await.desired, Desired::Running);
}

#[tokio::test]
async fn a_persons_restart_lifts_a_pause() {
    let house = House::new().await;
    let id = house.make("One", None, "claude-code").await;
    workspaces::pause(&house.store, &id).await.unwrap();
    workspaces::restart(&house.store, &id, RestartRequest::default())
        .await
        .unwrap();
    let row = house.row(&id).await;
    assert_eq!(
        (row.status, row.desired, row.sleep_kind),
        (Status::Provisioning, Desired::Running, None)
    );
}

#[tokio::test]
async fn hibernate_refuses_a_busy_agent_unless_forced() {
    let house = House::new().await;
    let beats = Beats::start(house.store.clone(), Arc::new(house.clock.clone()));
    let id = house.make("One", None, "claude-code").await;
    house.set(&id, Status::Online).await;
    beats
        .beat(Heartbeat {
            workspace_id: id.clone(),
            active_tasks: Some(2),
            ..Heartbeat::default()
        })
        .await
        .unwrap();
    beats.flush().await.unwrap();
    let busy = workspaces::hibernate(&house.store, &id, false)
        .await
        .unwrap_err();
    assert!(matches!(busy, WorkspaceError::Busy { active_tasks: 2 }));
    assert_eq!(
        workspaces::hibernate(&house.store, &id, true)
            .await
            .unwrap(),
        Hibernated::Claimed
    );
    assert_eq!(
        workspaces::hibernate(&house.store, &id, true)
            .await
            .unwrap(),
        Hibernated::Already
    );
    workspaces::wake(&house.store, &id).await.unwrap();
    assert_eq!(house.row(&id).await.status, Status::Provisioning);
}

#[tokio::test]
async fn a_delete_asks_before_it_takes_others_along_and_tells_children_first() {
    let house = House::new().await;
    let lead = house.make("Lead", None, "mock").await;
    let team = house.make("Team", Some(&lead), "mock").await;
    let deep = house.make("Deep", Some(&team), "mock").await;
    let gate = workspaces::remove(&house.store, &lead, false, false)
        .await
        .unwrap_err();
    let WorkspaceError::NeedsConfirmation { children } = gate else {
        panic!("{gate}")
    };
    assert_eq!(
        children.len(),
        2,
        "every descendant is named, not only the direct ones"
    );
    let done = workspaces::remove(&house.store, &lead, true, false)
        .await
        .unwrap();
    assert_eq!(done.removed, [deep.clone(), team, lead.clone()]);
    assert_eq!(house.row(&deep).await.desired, Desired::Absent);
    assert!(matches!(
        workspaces::remove(
            &house.store,
            "00000000-0000-4000-8000-000000000000",
            true,
            false
        )
        .await,
        Err(WorkspaceError::NotFound(_))
    ));
    let purged = workspaces::remove(&house.store, &lead, true, true)
        .await
        .unwrap();
    assert!(purged.purged);
    assert!(
        rows::get(house.store.read(), &lead)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_patch_is_all_or_nothing() {
    let house = House::new().await;
    let lead = house.make("Lead", None, "mock").await;
    let member = house.make("Member", Some(&lead), "mock").await;
    let cycle = PatchWorkspace {
        name: Some("Renamed".into()),
        parent_id: Some(Some(member.clone())),
        ..PatchWorkspace::default()
    };
    let refused = workspaces::change(&house.store, &lead, cycle)
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        WorkspaceError::Conflict {
            code: "parent_cycle",
            ..
        }
    ));
    assert_eq!(
        house.row(&lead).await.name,
        "Lead",
        "the name before the refused parent was not stored either"
    );
}

#[tokio::test]
async fn a_team_moves_with_its_lead() {
    let house = House::new().await;
    let lead = house.make("Lead", None, "mock").await;
    let member = house.make("Member", Some(&lead), "mock").await;
    let at = |x, y| PatchWorkspace {
        x: Some(x),
        y: Some(y),
        ..PatchWorkspace::default()
    };
    workspaces::change(&house.store, &lead, at(100.0, 100.0))
        .await
        .unwrap();
    workspaces::change(&house.store, &member, at(120.0, 230.0))
        .await
        .unwrap();
    workspaces::change(&house.store, &lead, at(400.0, 50.0))
        .await
        .unwrap();
    let row = house.row(&member).await;
    assert_eq!((row.x, row.y), (420.0, 180.0));
    assert!(
        house
            .kinds()
            .await
            .contains(&kind::WORKSPACE_MOVED.to_owned())
    );
}

#[tokio::test]
async fn changing_what_a_container_is_made_of_asks_for_a_restart() {
    let house = House::new().await;
    let id = house.make("One", None, "claude-code").await;
    let patch = PatchWorkspace {
        tier: Some(3),
        model: Some("opus".into()),
        ..PatchWorkspace::default()
    };
    let patched = workspaces::change(&house.store, &id, patch).await.unwrap();
    assert!(patched.needs_restart);
    assert_eq!(patched.reasons, ["tier", "model"]);
    assert!(house.row(&id).await.needs_restart);
}

#[tokio::test]
async fn a_stack_command_only_touches_what_it_applies_to() {
    let house = House::new().await;
    let lead = house.make("Lead", None, "mock").await;
    let member = house.make("Member", Some(&lead), "mock").await;
    let other = house.make("Other", None, "mock").await;
    let stopped = workspaces::stack_command(&house.store, Command::Stop, Some(lead.clone()), true)
        .await
        .unwrap();
    assert_eq!(stopped, [lead.clone(), member.clone()]);
    let started = workspaces::stack_command(&house.store, Command::Start, None, true)
        .await
        .unwrap();
    assert_eq!(started.len(), 2, "{other} was never stopped");
}

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

fn registration(id: &str, url: Option<&str>) -> wire::Register {
    wire::Register {
        id: id.to_owned(),
        url: url.map(str::to_owned),
        agent_card: serde_json::json!({"name": "A"}),
        delivery_mode: None,
    }
}

#[tokio::test]
async fn the_platforms_own_address_of_a_container_stays_whatever_its_agent_reports() {
    let house = House::new().await;
    let id = house.make("One", None, "langgraph").await;
    let ours = id.clone();
    let done: Result<(), store::StoreError> = house
        .store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                for (column, value) in [
                    (rows::Column::ContainerId, "c0ffee"),
                    (rows::Column::Url, "http://127.0.0.1:32768"),
                ] {
                    rows::set_column(write.conn(), &ours, column, value, &now).await?;
                }
                let generation = rows::Column::RunningGeneration;
                rows::set_column(write.conn(), &ours, generation, 1_i64, &now).await
            })
        })
        .await;
    done.unwrap();
    let reported = registration(&id, Some("http://5d0f2c9be1a7:8000"));
    workspaces::register(&house.store, reported, false, false)
        .await
        .unwrap();
    let row = house.row(&id).await;
    assert_eq!(row.url.as_deref(), Some("http://127.0.0.1:32768"));
    assert_eq!(row.status, Status::Online);
    assert!(row.agent_card.is_some(), "the card is kept in any case");
    workspaces::register(&house.store, registration(&id, None), false, false)
        .await
        .expect("it need not name an address at all");
}

#[tokio::test]
async fn an_agent_of_an_earlier_container_does_not_make_the_new_one_look_alive() {
    let house = House::new().await;
    let id = house.make("One", None, "langgraph").await;
    let late = registration(&id, Some("http://93.184.215.14"));
    workspaces::register(&house.store, late, false, false)
        .await
        .unwrap();
    assert_eq!(house.row(&id).await.status, Status::Provisioning);
    assert_eq!(
        house.kinds().await.last().unwrap(),
        kind::AGENT_CARD_UPDATED
    );
}

#[tokio::test]
async fn whose_word_an_address_is_stays_known_while_it_is_repeated() {
    let house = House::new().await;
    let id = house.make("One", None, "external").await;
    let by_person = async |url: &str, person: bool| {
        let register = registration(&id, Some(url));
        workspaces::register(&house.store, register, person, false)
            .await
            .unwrap();
        house.row(&id).await.url_by_person
    };
    assert!(by_person("http://127.0.0.1:9", true).await);
    assert!(by_person("http://127.0.0.1:9", false).await, "repeated");
    assert!(
        !by_person("http://93.184.215.14", false).await,
        "another one"
    );
    assert!(!by_person("http://127.0.0.1:9", false).await);
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

#[tokio::test]
async fn what_was_deleted_comes_back_as_it_was_with_all_that_went_with_it() {
    let house = House::new().await;
    let lead = house.make("Lead", None, "mock").await;
    let team = house.make("Team", Some(&lead), "mock").await;
    let early = house.make("Early", Some(&team), "mock").await;
    let deep = house.make("Deep", Some(&team), "claude-code").await;
    let place = PatchWorkspace {
        x: Some(40.0),
        y: Some(70.0),
        ..PatchWorkspace::default()
    };
    workspaces::change(&house.store, &team, place)
        .await
        .unwrap();
    workspaces::pause(&house.store, &deep).await.unwrap();
    workspaces::remove(&house.store, &early, false, false)
        .await
        .unwrap();
    house.clock.advance(Duration::from_secs(60));
    workspaces::remove(&house.store, &team, true, false)
        .await
        .unwrap();

    let listed = workspaces::removed(&house.store, house.clock.now())
        .await
        .unwrap();
    let found: Vec<_> = listed
        .iter()
        .map(|one| (one.name.as_str(), one.below))
        .collect();
    assert_eq!(
        found,
        [("Team", 1), ("Early", 0)],
        "what went in one delete is one entry, the latest first"
    );

    let back = workspaces::restore(&house.store, &team).await.unwrap();
    assert_eq!(back.restored, [team.clone(), deep.clone()]);
    let row = house.row(&team).await;
    assert_eq!(
        (row.status, row.desired),
        (Status::Provisioning, Desired::Running)
    );
    assert_eq!((row.x, row.y, row.placed), (40.0, 70.0, true));
    assert_eq!(row.parent_id.as_deref(), Some(lead.as_str()));
    assert_eq!(row.removed_at, None);
    let row = house.row(&deep).await;
    assert_eq!(
        (row.status, row.desired),
        (Status::Paused, Desired::Stopped),
        "what did not run does not begin to"
    );
    assert_eq!(
        house.row(&early).await.status,
        Status::Removed,
        "what was deleted before is another matter"
    );
    let kinds = house.kinds().await;
    assert!(kinds.ends_with(&[
        kind::WORKSPACE_UPDATED.to_owned(),
        kind::WORKSPACE_PROVISIONING.to_owned(),
        kind::WORKSPACE_UPDATED.to_owned(),
    ]));
    let twice = workspaces::restore(&house.store, &team).await.unwrap_err();
    assert!(
        matches!(
            twice,
            WorkspaceError::Conflict {
                code: "not_removed",
                ..
            }
        ),
        "{twice}"
    );
}

#[tokio::test]
async fn what_comes_back_finds_its_parent_gone_or_paused() {
    let house = House::new().await;
    let lead = house.make("Lead", None, "mock").await;
    let one = house.make("One", Some(&lead), "mock").await;
    workspaces::remove(&house.store, &one, false, false)
        .await
        .unwrap();
    workspaces::pause(&house.store, &lead).await.unwrap();
    workspaces::restore(&house.store, &one).await.unwrap();
    assert_eq!(
        house.row(&one).await.status,
        Status::Paused,
        "below a pause nothing starts"
    );

    workspaces::remove(&house.store, &one, false, false)
        .await
        .unwrap();
    house.clock.advance(Duration::from_secs(1));
    workspaces::remove(&house.store, &lead, false, false)
        .await
        .unwrap();
    let back = workspaces::restore(&house.store, &one).await.unwrap();
    assert_eq!(back.notes, ["One stands alone: Lead is removed."]);
    assert_eq!(house.row(&one).await.parent_id, None);
}

#[tokio::test]
async fn after_its_time_nothing_comes_back() {
    let house = House::new().await;
    let one = house.make("One", None, "mock").await;
    workspaces::remove(&house.store, &one, false, false)
        .await
        .unwrap();
    house.clock.advance(Duration::from_secs(31 * 24 * 3600));
    assert_eq!(
        workspaces::removed(&house.store, house.clock.now())
            .await
            .unwrap(),
        []
    );
    let over = workspaces::restore(&house.store, &one).await.unwrap_err();
    assert!(
        matches!(
            over,
            WorkspaceError::Conflict {
                code: "restore_over",
                ..
            }
        ),
        "{over}"
    );
    assert!(matches!(
        workspaces::restore(&house.store, &store::new_id()).await,
        Err(WorkspaceError::NotFound(_))
    ));
}
