//! Changes of one workspace and of where it stands.

use crate::*;

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
