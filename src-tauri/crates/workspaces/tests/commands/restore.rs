//! Removed workspaces come back.

use crate::*;

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
