//! Hot reload with real folders, the real watcher and a real database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod awaited;
mod editors;
mod folders;
mod house;
mod limits;
mod orgs;
mod reactions;
mod restarts;
