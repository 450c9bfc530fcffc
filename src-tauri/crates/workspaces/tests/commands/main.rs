//! Commands change what should be, all or nothing, and tell it.
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod beats;
mod changes;
mod lifecycle;
mod registry;
mod remove;
mod restore;

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
