//! Plugins into config volumes: the four steps of an install in a running agent, the same result before a start, and
//! what finishes whatever a kill cut short (contract 03 section 8.2).
//!
//! The rows say what should be in a volume and what is. An install first writes what should be, then works, then writes
//! what is; so a kill anywhere leaves a row that differs, and the next start of the agent or of the platform makes the
//! volume what the row says. Every step may be repeated.

use crate::{
    File, Manifest, Receipt, Shelf, Support, Tree, VolumeError,
    failpoints::reached,
    manifest::has_adapter,
    owned::{self, Change, Owned},
    setup,
    tree::{MARKER, finish},
    volume::{self, Volume},
};
use containers::archive::{Archive, Owner};
use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Store, rows::plugins::PluginRow};
use tokio::sync::OwnedMutexGuard;

/// Where plugins are, below `/configs`.
pub(crate) const FOLDER: &str = "plugins";
const STAGING: &str = "plugins/.staging";
const PREVIOUS: &str = "plugins/.previous";

/// See the module. Clones are the same.
#[derive(Clone)]
pub struct Delivery {
    pub(crate) store: Store,
    pub(crate) shelf: Shelf,
    locks: Arc<Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>>,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Delivery").finish_non_exhaustive()
    }
}

/// A live install that did not come about.
#[derive(Debug)]
pub(crate) struct Undone {
    /// Why.
    pub error: VolumeError,
    /// Files outside the plugin's own folder may have been written already.
    pub touched: bool,
}

impl From<VolumeError> for Undone {
    fn from(error: VolumeError) -> Self {
        Self {
            error,
            touched: false,
        }
    }
}

/// What a plugin's row says it brings, ready to be brought.
pub(crate) struct Package {
    /// What its folder holds.
    pub tree: Tree,
    /// What it brings elsewhere.
    pub owned: Owned,
    /// Its `setup.sh`, where the platform runs it; a script that does nothing is in its place.
    pub script: Option<File>,
}

impl Package {
    pub fn of(name: &str, mut tree: Tree, runtime: &str) -> Self {
        let manifest: Manifest = Manifest::of(&tree).unwrap_or_default();
        let support = manifest.support(runtime, has_adapter(&tree, runtime));
        let owned = Owned::of(name, &tree, &manifest, support);
        let script = match support {
            Support::Native => setup::take(&mut tree),
            _ => None,
        };
        Self {
            tree,
            owned,
            script,
        }
    }

    /// A plugin on its way out brings nothing.
    pub fn none() -> Self {
        Self {
            tree: Tree::default(),
            owned: Owned::default(),
            script: None,
        }
    }
}

impl Delivery {
    /// Over a store; `archives` is where plugins are kept on this computer.
    pub fn new(store: Store, archives: impl Into<PathBuf>) -> Self {
        Self {
            store,
            shelf: Shelf::new(archives),
            locks: Arc::default(),
        }
    }

    /// Work on the plugins of one workspace happens one after the other (contract 03 no. 88).
    pub(crate) async fn lock(&self, id: &str) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            Arc::clone(locks.entry(id.to_owned()).or_default())
        };
        lock.lock_owned().await
    }

    /// The four steps in a running agent, then what it owns elsewhere. The row is already written; `live` is what its
    /// folder holds now. Gives what was written.
    pub(crate) async fn bring(
        &self,
        volume: &dyn Volume,
        row: &PluginRow,
        package: &Package,
        live: Option<&Tree>,
    ) -> Result<Receipt, Undone> {
        let (id, name) = (row.workspace_id.as_str(), row.plugin_name.as_str());
        let stamp = stamp();
        drill("plugin.begin").await?;
        let change =
            owned::plan(volume, name, &package.owned, &Receipt::parse(&row.receipt)).await?;
        let swapped = match live {
            Some(live) if is_same(live, &package.tree) => false,
            _ => {
                self.four_steps(volume, name, &package.tree, live.is_some(), &stamp)
                    .await?;
                true
            }
        };
        if !swapped && live.is_some_and(|live| !live.files.contains_key(MARKER)) {
            mark(volume, name).await;
        }
        let written = self.write_owned(volume, id, name, &change, &stamp).await;
        if let Err(error) = written {
            if swapped {
                self.take_back(volume, name, live.is_some(), &stamp).await;
            }
            return Err(Undone {
                error,
                touched: true,
            });
        }
        // The way back is not needed any more; leftovers of earlier ends go too (no. 86).
        let leftovers = [STAGING.to_owned(), PREVIOUS.to_owned()];
        if (swapped || row.is_pending() || !change.texts.is_empty())
            && let Err(error) = volume.remove(&leftovers).await
        {
            tracing::warn!(workspace = id, plugin = name, %error, "the folders of an install were left; the next one removes them");
        }
        drill("plugin.cleaned").await.map_err(|error| Undone {
            error,
            touched: true,
        })?;
        Ok(change.done)
    }

    async fn four_steps(
        &self,
        volume: &dyn Volume,
        name: &str,
        tree: &Tree,
        exists: bool,
        stamp: &str,
    ) -> Result<(), VolumeError> {
        let (staged, before) = (
            format!("{STAGING}/{name}.{stamp}"),
            format!("{PREVIOUS}/{name}.{stamp}"),
        );
        let live = format!("{FOLDER}/{name}");
        let clear = || async {
            if let Err(error) = volume.remove(std::slice::from_ref(&staged)).await {
                tracing::warn!(plugin = name, %error, "a staged plugin was left; the next install removes it");
            }
        };
        let stage = async {
            volume.put(staging(tree, &staged)?).await?;
            drill("plugin.staged").await
        };
        if let Err(error) = stage.await {
            clear().await;
            return Err(error);
        }
        if exists {
            let snapshot = async {
                volume.rename(&live, &before).await?;
                Ok::<_, VolumeError>(())
            };
            if let Err(error) = snapshot.await {
                clear().await;
                return Err(error);
            }
        }
        let swap = async {
            drill("plugin.snapshot").await?;
            volume.rename(&staged, &live).await
        };
        if let Err(error) = swap.await {
            clear().await;
            if exists && let Err(second) = volume.rename(&before, &live).await {
                return Err(VolumeError::Failed(format!(
                    "{error}; and the version before could not be put back: {second}. It is in /configs/{before}; the next start of the agent brings a whole one."
                )));
            }
            return Err(error);
        }
        // From here on the new version is there; a failure of the marker alone changes nothing about that.
        if drill("plugin.swapped").await.is_ok() {
            mark(volume, name).await;
        } else {
            unmarked(name, "a drill");
        }
        Ok(())
    }

    /// The version before is put back after all.
    async fn take_back(&self, volume: &dyn Volume, name: &str, exists: bool, stamp: &str) {
        let live = format!("{FOLDER}/{name}");
        let done = async {
            volume.remove(std::slice::from_ref(&live)).await?;
            if exists {
                let before = format!("{PREVIOUS}/{name}.{stamp}");
                volume.rename(&before, &live).await?;
            }
            Ok::<_, VolumeError>(())
        };
        if let Err(error) = done.await {
            tracing::error!(plugin = name, %error, "the version before could not be put back; the next start of the agent brings a whole one");
        }
    }

    /// Notes what will be written outside the folder, then writes it.
    async fn write_owned(
        &self,
        volume: &dyn Volume,
        id: &str,
        name: &str,
        change: &Change,
        stamp: &str,
    ) -> Result<(), VolumeError> {
        drill("plugin.marked").await?;
        if change.is_empty() {
            return Ok(());
        }
        self.note(id, name, &change.planned).await?;
        drill("plugin.planned").await?;
        let beside = format!("{STAGING}/{name}.{stamp}.texts");
        let mut archive = Archive::new();
        files(&mut archive, &change.put)?;
        let texts: Vec<(String, &String)> = change
            .texts
            .keys()
            .enumerate()
            .map(|(number, path)| (format!("{beside}/{number}"), path))
            .collect();
        for (staged, path) in &texts {
            let text = change
                .texts
                .get(*path)
                .map(String::as_bytes)
                .unwrap_or_default();
            add(&mut archive, staged, text, 0o644)?;
            folder_of(&mut archive, path)?;
        }
        if !(change.put.is_empty() && texts.is_empty()) {
            volume.put(finish(archive).map_err(volume::of)?).await?;
        }
        for (staged, path) in &texts {
            volume.rename(staged, path).await?;
        }
        if !change.remove.is_empty() {
            let gone: Vec<String> = change.remove.iter().cloned().collect();
            volume.remove(&gone).await?;
        }
        drill("plugin.owned").await
    }

    /// Takes a plugin out of a running agent: what it owns elsewhere, then its folder. The row says `removing` already.
    pub(crate) async fn take_away(
        &self,
        volume: &dyn Volume,
        row: &PluginRow,
    ) -> Result<Vec<String>, VolumeError> {
        let name = row.plugin_name.as_str();
        drill("unplug.begin").await?;
        let old = Receipt::parse(&row.receipt);
        let mut change = owned::plan(volume, name, &Owned::default(), &old).await?;
        // Emptied folders of an earlier start go now.
        change.remove.extend(old.stubs.iter().cloned());
        self.write_owned(volume, &row.workspace_id, name, &change, &stamp())
            .await?;
        drill("unplug.owned").await?;
        volume
            .remove(&[format!("{FOLDER}/{name}"), STAGING.into(), PREVIOUS.into()])
            .await?;
        drill("unplug.folder").await?;
        Ok(change.done.kept)
    }
}

/// A folder holds exactly this version, whether marked or not.
pub(crate) fn is_same(live: &Tree, tree: &Tree) -> bool {
    let mut there = live.files.clone();
    there.remove(MARKER);
    there == tree.files
}

async fn mark(volume: &dyn Volume, name: &str) {
    let marked = async {
        let mut archive = Archive::new();
        add(
            &mut archive,
            &format!("{FOLDER}/{name}/{MARKER}"),
            b"",
            0o644,
        )?;
        volume.put(finish(archive).map_err(volume::of)?).await
    };
    if let Err(error) = marked.await {
        unmarked(name, &error.to_string());
    }
}

fn unmarked(name: &str, why: &str) {
    tracing::error!(
        plugin = name,
        why,
        "the plugin is in place, but its marker is not; create /configs/plugins/{name}/{MARKER} or install it again"
    );
}

fn staging(tree: &Tree, at: &str) -> Result<Vec<u8>, VolumeError> {
    let mut archive = Archive::new();
    for folder in [PREVIOUS, at] {
        archive
            .folder(folder, 0o755, Owner::AGENT)
            .map_err(failed)?;
    }
    tree.pack_into(&mut archive, at).map_err(volume::of)?;
    finish(archive).map_err(volume::of)
}

pub(crate) fn failed(error: containers::EngineError) -> VolumeError {
    VolumeError::Failed(error.to_string())
}

pub(crate) fn add(
    archive: &mut Archive,
    path: &str,
    content: &[u8],
    mode: u32,
) -> Result<(), VolumeError> {
    archive
        .file(path, content, mode, Owner::AGENT)
        .map_err(failed)
}

pub(crate) fn files(
    archive: &mut Archive,
    put: &BTreeMap<String, File>,
) -> Result<(), VolumeError> {
    for (path, file) in put {
        add(archive, path, &file.content, file.mode)?;
    }
    Ok(())
}

/// The folder a shared file is moved into has to be there.
fn folder_of(archive: &mut Archive, path: &str) -> Result<(), VolumeError> {
    match path.rsplit_once('/') {
        Some((folder, _)) => archive.folder(folder, 0o755, Owner::AGENT).map_err(failed),
        None => Ok(()),
    }
}

async fn drill(name: &str) -> Result<(), VolumeError> {
    reached(name)
        .await
        .map_err(|word| VolumeError::Failed(format!("a drill says {word}")))
}

/// `YYYYMMDDThhmmssZ` and a random end, because two installs may begin in one second (no. 87).
fn stamp() -> String {
    let now = chrono::Utc::now().format("%Y%m%dT%H%M%SZ");
    let id = store::new_id();
    format!("{now}-{}", id.get(..8).unwrap_or(&id))
}

#[cfg(test)]
mod tests {
    use super::stamp;
    use std::collections::BTreeSet;

    #[test]
    fn no_87_two_installs_of_one_second_have_stamps_of_their_own() {
        let stamps: BTreeSet<String> = (0..200).map(|_| stamp()).collect();
        assert_eq!(stamps.len(), 200);
        let first = stamps.first().map(String::as_str).unwrap_or_default();
        assert!(first.len() == 25 && first.as_bytes()[15] == b'Z', "{first}");
    }
}
