//! What is remembered between two reads is never older than the last change that was answered.
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use clock::{Clock, SystemClock};
use std::sync::Arc;
use store::{
    NewWorkspace, OpenOptions, Store, StoreError, Write, WriteFuture,
    rows::{layouts, tokens, workspaces},
};
use wire::{Desired, Status, WorkspaceAccess};

struct House {
    _folder: tempfile::TempDir,
    store: Store,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let options = OpenOptions::new(folder.path().join("test.sqlite"), clock);
        Self {
            store: Store::open(options).await.unwrap(),
            _folder: folder,
        }
    }

    async fn write<F>(&self, job: F)
    where
        F: for<'w> FnOnce(&'w mut Write) -> WriteFuture<'w, (), StoreError> + Send + 'static,
    {
        self.store.write(job).await.unwrap();
    }

    async fn add(&self, id: &'static str, parent: Option<&'static str>) {
        self.write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                workspaces::insert(write.conn(), &new(id, parent), &now).await
            })
        })
        .await;
    }
}

fn new(id: &str, parent: Option<&str>) -> NewWorkspace {
    NewWorkspace {
        id: id.into(),
        name: id.into(),
        role: None,
        tier: 2,
        tier_granted: 2,
        status: Status::Online,
        runtime: "external".into(),
        model: None,
        parent_id: parent.map(Into::into),
        url: None,
        workspace_dir: None,
        workspace_access: WorkspaceAccess::None,
        budget_limit: None,
        max_concurrent_tasks: 1,
        template_dir: None,
        files_dir: None,
        org_id: None,
        import_key: None,
        desired: Desired::Running,
    }
}

#[tokio::test]
async fn a_workspace_is_read_anew_after_any_change_of_it_or_its_place() {
    let house = House::new().await;
    assert!(house.store.workspace("a").await.unwrap().is_none());
    house.add("a", None).await;
    let first = house.store.workspace("a").await.unwrap().unwrap();
    let again = house.store.workspace("a").await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&first, &again), "nothing changed");
    house
        .write(|write| {
            Box::pin(async move {
                let now = write.stamp();
                let name = workspaces::Column::Name;
                workspaces::set_column(write.conn(), "a", name, "renamed", &now).await
            })
        })
        .await;
    assert_eq!(
        house.store.workspace("a").await.unwrap().unwrap().name,
        "renamed"
    );
    house
        .write(|write| Box::pin(async move { layouts::place(write.conn(), "a", 3.0, 4.0).await }))
        .await;
    let row = house.store.workspace("a").await.unwrap().unwrap();
    assert_eq!((row.x, row.y), (3.0, 4.0));
    house
        .write(|write| {
            Box::pin(async move { workspaces::purge(write.conn(), &["a".into()]).await })
        })
        .await;
    assert!(house.store.workspace("a").await.unwrap().is_none());
}

#[tokio::test]
async fn the_hierarchy_is_read_anew_after_a_move() {
    let house = House::new().await;
    for (id, parent) in [("a", None), ("b", Some("a")), ("x", None)] {
        house.add(id, parent).await;
    }
    let before = house.store.hierarchy().await.unwrap();
    assert!(!before.may_talk("b", "x"));
    assert!(Arc::ptr_eq(
        &before,
        &house.store.hierarchy().await.unwrap()
    ));
    house
        .write(|write| {
            Box::pin(async move {
                let now = write.stamp();
                let parent = workspaces::Column::ParentId;
                workspaces::set_column(write.conn(), "b", parent, "x", &now).await
            })
        })
        .await;
    let after = house.store.hierarchy().await.unwrap();
    assert!(after.may_talk("b", "x") && !after.may_talk("a", "b"));
}

#[tokio::test]
async fn the_mark_of_tokens_moves_before_a_revocation_is_answered_and_stands_still_for_the_rest() {
    let house = House::new().await;
    house.add("a", None).await;
    let first = house.store.tokens_mark();
    house
        .write(|write| {
            Box::pin(async move {
                let now = write.stamp();
                tokens::add(write.conn(), "a", &[1; 32], "prefix00", "user", &now, &now)
                    .await
                    .map(drop)
            })
        })
        .await;
    let made = house.store.tokens_mark();
    assert!(made > first);
    house
        .write(|write| Box::pin(async move { layouts::place(write.conn(), "a", 1.0, 1.0).await }))
        .await;
    assert_eq!(house.store.tokens_mark(), made);
    house
        .write(|write| {
            Box::pin(async move {
                let now = write.stamp();
                tokens::revoke_all(write.conn(), "a", &now).await
            })
        })
        .await;
    let revoked = house.store.tokens_mark();
    assert!(revoked > made);
    house
        .write(|write| {
            Box::pin(async move { workspaces::purge(write.conn(), &["a".into()]).await })
        })
        .await;
    assert!(
        house.store.tokens_mark() > revoked,
        "they went with their workspace"
    );
}
