//! The seam to a workspace's config volume. The reconciler implements it over the engine; tests over a folder.

use crate::{PluginError, Tree};
use async_trait::async_trait;

/// A step in a config volume could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VolumeError {
    /// The container went away meanwhile; its next start brings what is missing.
    #[error("the container is not there any more")]
    Gone,
    /// The image has no program to move or remove files.
    #[error("the image holds no program to move or remove files")]
    NoTools,
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

/// The folder `/configs` of one workspace. Paths are relative to it, forward slashes.
#[async_trait]
pub trait Volume: Send + Sync {
    /// Reads a file or folder as an archive; its paths begin with the last part of `path`. `None` if nothing is there.
    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, VolumeError>;

    /// Unpacks an archive. A file in it replaces a folder of the same path.
    async fn put(&self, archive: Vec<u8>) -> Result<(), VolumeError>;

    /// Moves a file or folder in one step; the target is a file that is replaced, or does not exist.
    async fn rename(&self, from: &str, to: &str) -> Result<(), VolumeError>;

    /// Removes files and folders with everything in them; what is gone already is fine.
    async fn remove(&self, paths: &[String]) -> Result<(), VolumeError>;
}

/// All files below a folder of the volume.
pub(crate) async fn tree(volume: &dyn Volume, path: &str) -> Result<Option<Tree>, VolumeError> {
    let Some(tar) = volume.get(path).await? else {
        return Ok(None);
    };
    let last = path.rsplit('/').next().unwrap_or(path);
    Tree::unpack(&tar, last).map(Some).map_err(of)
}

/// One file of the volume.
pub(crate) async fn file(volume: &dyn Volume, path: &str) -> Result<Option<Vec<u8>>, VolumeError> {
    let Some(tar) = volume.get(path).await? else {
        return Ok(None);
    };
    let mut all = Tree::unpack(&tar, "").map_err(of)?;
    let last = path.rsplit('/').next().unwrap_or(path);
    Ok(all.files.remove(last).map(|file| file.content))
}

/// An archive that could not be made or read.
pub(crate) fn of(error: PluginError) -> VolumeError {
    VolumeError::Failed(error.to_string())
}
