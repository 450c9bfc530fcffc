//! Create, start, stop, and the states between.

use crate::*;

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
