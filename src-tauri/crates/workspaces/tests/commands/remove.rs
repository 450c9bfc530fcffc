//! Deletes and their gate.

use crate::*;

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
