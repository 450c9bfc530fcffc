//! What readers may keep in memory between two writes, and for how long.
//!
//! SQLite itself tells which tables a write touched, so nothing can change tokens or the hierarchy without its mark
//! moving on: a reader that finds the mark it remembered may use what it remembered.

use crate::StoreError;
use sqlx::{SqliteConnection, sqlite::SqliteOperation};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// One mark and whether the open transaction touched what it stands for.
#[derive(Debug, Default)]
struct Mark {
    number: AtomicU64,
    touched: AtomicBool,
}

impl Mark {
    fn touch(&self) {
        self.touched.store(true, Ordering::Relaxed);
    }

    fn move_on(&self) {
        if self.touched.swap(false, Ordering::AcqRel) {
            self.number.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn now(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }
}

/// The marks of one database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    tokens: Mark,
    workspaces: Mark,
}

impl Marks {
    /// Has SQLite tell of every row that the write connection changes.
    pub async fn watch(&self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        let inner = self.inner.clone();
        connection
            .lock_handle()
            .await
            .map_err(StoreError::classify)?
            .set_update_hook(move |change| match change.table {
                "workspace_auth_tokens" | "org_api_tokens" => inner.tokens.touch(),
                "workspaces" => {
                    inner.workspaces.touch();
                    if matches!(change.operation, SqliteOperation::Delete) {
                        // Its tokens may have gone with it, by cascade.
                        inner.tokens.touch();
                    }
                }
                // Every read of a workspace takes its place along.
                "canvas_layouts" => inner.workspaces.touch(),
                _ => {}
            });
        Ok(())
    }

    /// A transaction ended, whichever way. Called before anybody is answered.
    pub fn move_on(&self) {
        self.inner.tokens.move_on();
        self.inner.workspaces.move_on();
    }

    /// Moves whenever a token was made, used for the first time, revoked or given an end.
    pub fn tokens(&self) -> u64 {
        self.inner.tokens.now()
    }

    /// Moves whenever a workspace row or its place changed.
    pub fn workspaces(&self) -> u64 {
        self.inner.workspaces.now()
    }
}
