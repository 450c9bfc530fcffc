//! Plugins kept on this computer as archives named by their content, so that any agent can be given them at any later
//! start, whatever became of their source.

use crate::{PluginError, Tree, tree::sha256};
use std::{
    collections::HashSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// See the module. Clones are the same shelf.
#[derive(Debug, Clone)]
pub struct Shelf {
    dir: Arc<PathBuf>,
    /// Held for reading by whoever put an archive that no row names yet.
    unnamed: Arc<RwLock<()>>,
}

impl Shelf {
    /// A shelf in a folder, which is made when it is first used.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: Arc::new(dir.into()),
            unnamed: Arc::default(),
        }
    }

    fn place(&self, key: &str) -> PathBuf {
        self.dir.join(format!("{key}.tar"))
    }

    /// Keeps a tree, and gives the key it is found by: SHA-256 of its archive.
    ///
    /// # Errors
    /// When it cannot be written; nothing is kept then.
    pub async fn put(&self, tree: Arc<Tree>) -> Result<String, PluginError> {
        let shelf = self.clone();
        blocking(move || {
            let tar = tree.pack("")?;
            let key = sha256(&tar);
            let place = shelf.place(&key);
            if fs::read(&place).is_ok_and(|there| there == tar) {
                return Ok(key);
            }
            write(&shelf.dir, &place, &tar).map_err(PluginError::Staging)?;
            Ok(key)
        })
        .await
    }

    /// The tree with that key.
    ///
    /// # Errors
    /// [`PluginError::Damaged`] when the archive is gone or not what its name says.
    pub async fn get(&self, key: &str) -> Result<Tree, PluginError> {
        let (shelf, key) = (self.clone(), key.to_owned());
        blocking(move || {
            let tar = fs::read(shelf.place(&key))
                .map_err(|error| PluginError::Damaged(error.to_string()))?;
            if sha256(&tar) != key {
                return Err(PluginError::Damaged(
                    "another content than its name says".into(),
                ));
            }
            Tree::unpack(&tar, "")
        })
        .await
    }

    /// Whether there is an archive of that key.
    pub async fn has(&self, key: &str) -> bool {
        let place = self.place(key);
        blocking(move || Ok(place.is_file())).await.unwrap_or(false)
    }

    /// Nothing is swept while this is held.
    pub async fn hold(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.unnamed).read_owned().await
    }

    /// Waits until no archive is without a row, and lets none come meanwhile.
    pub async fn quiet(&self) -> OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.unnamed).write_owned().await
    }

    /// Removes whatever is not in `keep`. Gives how many went. Ask for [`Shelf::quiet`] before the rows are read.
    pub async fn sweep(&self, keep: HashSet<String>) -> usize {
        let shelf = self.clone();
        let swept = blocking(move || {
            let mut gone = 0;
            for entry in fs::read_dir(&*shelf.dir).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let key = name.strip_suffix(".tar").unwrap_or(&name);
                if !keep.contains(key) && fs::remove_file(entry.path()).is_ok() {
                    gone += 1;
                }
            }
            Ok(gone)
        });
        swept.await.unwrap_or(0)
    }
}

/// Whole or not at all: beside, to disk, renamed.
fn write(dir: &Path, place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(dir)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(place)?;
    Ok(())
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PluginError> + Send + 'static,
) -> Result<T, PluginError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(PluginError::Stopping))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::demo;

    #[tokio::test]
    async fn what_is_kept_is_found_by_its_content_and_damage_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().join("archives"));
        let key = shelf.put(Arc::new(demo())).await.unwrap();
        assert_eq!(shelf.put(Arc::new(demo())).await.unwrap(), key);
        assert_eq!(shelf.get(&key).await.unwrap().files, demo().files);
        fs::write(shelf.place(&key), b"cut").unwrap();
        assert_eq!(shelf.get(&key).await.unwrap_err().code(), "damaged");
        assert_eq!(
            shelf.put(Arc::new(demo())).await.unwrap(),
            key,
            "a damaged one is written again"
        );
        assert!(shelf.get(&key).await.is_ok());
        fs::write(dir.path().join("archives/.tmp123"), b"left by a kill").unwrap();
        assert_eq!(shelf.sweep([key.clone()].into()).await, 1);
        assert!(shelf.get(&key).await.is_ok());
        assert_eq!(shelf.sweep(HashSet::new()).await, 1);
        assert_eq!(shelf.get(&key).await.unwrap_err().code(), "damaged");
    }
}
