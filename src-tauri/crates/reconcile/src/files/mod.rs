//! Files of workspaces as people and clients reach them (contract 03 sections 5.7 and 6, no. 62 to 72; contract 04
//! section 14.1, D9, D28): exact bytes, conflicts seen, credentials hidden, nothing outside the root, running or not.
//!
//! Every call goes through the engine's own archive calls, never through a shell. A workspace that does not run is
//! reached through its volumes: a helper container is created around them, used and removed, and started only to take
//! something away. `guard` says which paths are asked for, `resolve` where they lead, `place` through which container.

mod context;
mod error;
mod guard;
mod list;
mod place;
mod read;
mod remove;
mod resolve;
mod write;

pub use context::SharedFile;
pub use error::FileError;
pub use guard::{Root, relative};
pub use list::FileEntry;
pub use read::{FileContent, LARGEST_READ, ReadPart};
pub use write::{Expect, FileWrite, MOST_FILES, Written};

pub(crate) use remove::take_away;

use crate::shared::Shared;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The files of all workspaces.
#[derive(Clone)]
pub struct Files {
    shared: Arc<Shared>,
}

impl Files {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// What a folder of a workspace holds, `depth` levels deep, by path; empty when there is no such folder, or nothing
    /// to look into because the agent never ran. Credential files and what tools keep for themselves are left out.
    ///
    /// # Errors
    /// [`FileError`]: a path that leaves the root, an engine that is away, a folder that is too large.
    pub async fn list(
        &self,
        id: &str,
        root: Root,
        path: &str,
        depth: usize,
    ) -> Result<Vec<FileEntry>, FileError> {
        let (shared, id, path) = (self.shared.clone(), id.to_owned(), path.to_owned());
        whole(async move { list::list(&shared, &id, root, &path, depth).await }).await
    }

    /// One file, byte for byte.
    ///
    /// # Errors
    /// [`FileError`].
    pub async fn read(&self, id: &str, root: Root, path: &str) -> Result<FileContent, FileError> {
        let (shared, id, path) = (self.shared.clone(), id.to_owned(), path.to_owned());
        whole(async move { read::read(&shared, &id, root, &path).await }).await
    }

    /// A part of one file, byte for byte, however large the file is: `length` bytes from `offset` on, fewer where it
    /// ends, and never more than [`LARGEST_READ`].
    ///
    /// # Errors
    /// [`FileError`].
    pub async fn read_part(
        &self,
        id: &str,
        root: Root,
        path: &str,
        offset: u64,
        length: u64,
    ) -> Result<ReadPart, FileError> {
        let (shared, id, path) = (self.shared.clone(), id.to_owned(), path.to_owned());
        whole(async move { read::part(&shared, &id, (root, &path), offset, length).await }).await
    }

    /// Writes files below `/configs`, all or none: every path and every expectation is checked before the first byte
    /// goes, and all go in one archive. With `prune`, visible files that are not among them are removed afterwards.
    ///
    /// # Errors
    /// [`FileError`].
    pub async fn write(
        &self,
        id: &str,
        files: Vec<FileWrite>,
        prune: bool,
    ) -> Result<Written, FileError> {
        let (shared, id) = (self.shared.clone(), id.to_owned());
        whole(async move { write::write(&shared, &id, files, prune).await }).await
    }

    /// Removes a file, or a folder with all it holds, below `/configs`. A link is removed, not what it leads to.
    ///
    /// # Errors
    /// [`FileError::NotFound`] when nothing is there.
    pub async fn remove(&self, id: &str, path: &str, expect: &Expect) -> Result<(), FileError> {
        let (shared, id, path) = (self.shared.clone(), id.to_owned(), path.to_owned());
        let expect = expect.clone();
        whole(async move { remove::remove(&shared, &id, &path, &expect).await }).await
    }

    /// What a workspace shares with those below it: the readable files that `shared_context` of its `config.yaml` names.
    ///
    /// # Errors
    /// When the workspace is not there or the engine is away.
    pub async fn shared_context(&self, id: &str) -> Result<Vec<SharedFile>, FileError> {
        let (shared, id) = (self.shared.clone(), id.to_owned());
        whole(async move { context::shared_context(&shared, &id).await }).await
    }
}

/// Work that its caller may hang up on: it ends all the same, so that no set is half written and no helper stays.
async fn whole<T: Send + 'static>(
    work: impl Future<Output = Result<T, FileError>> + Send + 'static,
) -> Result<T, FileError> {
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(error) => Err(FileError::Interrupted {
            why: error.to_string(),
        }),
    }
}

/// One writer a workspace: what was compared is what is replaced, as far as clients of the platform go.
#[derive(Default)]
pub(crate) struct Writers(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Writers {
    pub async fn enter(&self, id: &str) -> tokio::sync::OwnedMutexGuard<()> {
        let lock = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody holds or waits for those that only this map knows.
            all.retain(|_, lock| Arc::strong_count(lock) > 1);
            all.entry(id.to_owned()).or_default().clone()
        };
        lock.lock_owned().await
    }
}
