//! Keeping and ending: backup, restore, purge. Secrets stay sealed in a backup; the key is in the keychain.

use crate::{DataFolder, PlatformOptions};
use containers::{
    Engine,
    locate::{self, Surroundings},
};
use serde::Serialize;
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};
use store::{OpenOptions, Store};
use vault::{BuildKind, Keychain, MasterKey, Namespace, OsKeychain};

/// Names inside a backup.
const DATABASE: &str = "molecule.sqlite";
const SEALED: &str = "keychain.sealed";

/// A backup, restore or purge failed; the text says what was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The data folder is in use.
    #[error("stop the running platform first (`molecule-stack down`)")]
    InUse,
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no backup of ours.
    #[error("{path} is no backup of Molecule Desktop: {reason}")]
    NotABackup {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The database could not be opened or copied.
    #[error("the database could not be copied: {0}")]
    Database(String),
    /// The engine did not do its part; what was removed until then stays removed, run it again.
    #[error(transparent)]
    Engine(#[from] containers::EngineError),
    /// The keychain did not do its part.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
}

fn file(path: &Path) -> impl FnOnce(io::Error) -> KeepError {
    let path = path.to_owned();
    move |source| KeepError::File { path, source }
}

/// Writes a backup of an open store and the sealed file beside it to `target`: whole, or not at all. Files inside
/// containers (volumes) are not part of it.
///
/// # Errors
/// See [`KeepError`]; `target` is then as it was.
pub async fn backup(store: &Store, data_dir: &Path, target: &Path) -> Result<(), KeepError> {
    let folder = target
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let missing = io::Error::new(io::ErrorKind::NotFound, "there is no such folder");
        return Err(file(folder)(missing));
    }
    let work = tempfile::tempdir_in(folder).map_err(file(folder))?;
    let copy = work.path().join(DATABASE);
    store
        .copy_to(&copy)
        .await
        .map_err(|error| KeepError::Database(error.to_string()))?;
    let packed = tempfile::NamedTempFile::new_in(folder).map_err(file(folder))?;
    let mut tar = tar::Builder::new(packed);
    tar.append_path_with_name(&copy, DATABASE)
        .map_err(file(target))?;
    let sealed = data_dir.join(SEALED);
    if sealed.exists() {
        tar.append_path_with_name(&sealed, SEALED)
            .map_err(file(&sealed))?;
    }
    let packed = tar.into_inner().map_err(file(target))?;
    packed.as_file().sync_all().map_err(file(target))?;
    packed.persist(target).map_err(|error| KeepError::File {
        path: target.to_owned(),
        source: error.error,
    })?;
    Ok(())
}

/// The same while no platform runs: takes the data folder for the time it needs.
///
/// # Errors
/// See [`KeepError`]; `target` is then as it was.
pub async fn backup_at_rest(options: &PlatformOptions, target: &Path) -> Result<(), KeepError> {
    let Ok(data) = DataFolder::claim(&options.data_dir).map_err(file(&options.data_dir))? else {
        return Err(KeepError::InUse);
    };
    let store = Store::open(OpenOptions::new(data.database(), options.clock.clone()))
        .await
        .map_err(|error| KeepError::Database(error.to_string()))?;
    let written = backup(&store, data.path(), target).await;
    store.close().await;
    written
}

/// Puts a backup in place of what the data folder holds; the former database and sealed file are kept beside it.
///
/// # Errors
/// See [`KeepError`]; the data folder is then as it was.
pub async fn restore(options: &PlatformOptions, source: &Path) -> Result<(), KeepError> {
    let Ok(data) = DataFolder::claim(&options.data_dir).map_err(file(&options.data_dir))? else {
        return Err(KeepError::InUse);
    };
    let not = |reason: String| KeepError::NotABackup {
        path: source.to_owned(),
        reason,
    };
    let work = tempfile::tempdir_in(data.path()).map_err(file(data.path()))?;
    let mut archive = tar::Archive::new(File::open(source).map_err(file(source))?);
    let mut found = Vec::new();
    for entry in archive.entries().map_err(file(source))? {
        let mut entry = entry.map_err(|_| not("it is no archive".into()))?;
        let name = entry
            .path()
            .map_err(|_| not("it is no archive".into()))?
            .to_string_lossy()
            .into_owned();
        let Some(name) = [DATABASE, SEALED].into_iter().find(|known| *known == name) else {
            return Err(not(format!("it holds \"{name}\"")));
        };
        let mut target = File::create(work.path().join(name)).map_err(file(data.path()))?;
        io::copy(&mut entry, &mut target).map_err(file(data.path()))?;
        found.push(name);
    }
    if !found.contains(&DATABASE) {
        return Err(not("it holds no database".into()));
    }
    // Opened with the code that start runs: a newer schema or a damaged file is refused before anything is replaced.
    let opened = Store::open(OpenOptions::new(
        work.path().join(DATABASE),
        options.clock.clone(),
    ))
    .await
    .map_err(|error| not(error.to_string()))?;
    opened.close().await;
    let database = data.database();
    aside(&database, &database.with_extension("before-restore.sqlite"))?;
    // What was written last may still be in the log beside the database: without it the former one would be older.
    for kind in ["sqlite-wal", "sqlite-shm"] {
        aside(
            &database.with_extension(kind),
            &database.with_extension(format!("before-restore.{kind}")),
        )?;
    }
    if found.contains(&SEALED) {
        let sealed = data.sealed_file();
        aside(&sealed, &sealed.with_extension("before-restore.sealed"))?;
    }
    for name in found {
        let target = data.path().join(name);
        fs::rename(work.path().join(name), &target).map_err(file(&target))?;
    }
    Ok(())
}

/// Moves a file to where it is kept; what an earlier restore kept there is gone even when there is nothing to move,
/// because a database and the log of another one do not belong together.
fn aside(from: &Path, to: &Path) -> Result<(), KeepError> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(file(to)(error)),
        _ => {}
    }
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(file(from)(error)),
        _ => Ok(()),
    }
}

/// What a purge removes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Leftovers {
    /// Containers, by name.
    pub containers: Vec<String>,
    /// Volumes, by name.
    pub volumes: Vec<String>,
    /// Network.
    pub network: Option<String>,
    /// Entries of the keychain, by name.
    pub keychain: Vec<String>,
    /// The data folder.
    pub data_dir: PathBuf,
    /// Why a part could not be looked at.
    pub notes: Vec<String>,
}

/// Lists (and with `remove` takes away) all that this installation made: containers, volumes, network, keychain
/// entries, data. Only what carries its own id is touched.
///
/// # Errors
/// See [`KeepError`]; it can be run again.
pub async fn purge(options: &PlatformOptions, remove: bool) -> Result<Leftovers, KeepError> {
    let Ok(data) = DataFolder::claim(&options.data_dir).map_err(file(&options.data_dir))? else {
        return Err(KeepError::InUse);
    };
    let mut left = Leftovers {
        data_dir: data.path().to_owned(),
        ..Leftovers::default()
    };
    let instance = match Store::open(OpenOptions::new(data.database(), options.clock.clone())).await
    {
        Ok(store) => {
            let instance = store::rows::settings::get::<String>(store.read(), "instance")
                .await
                .ok()
                .flatten();
            store.close().await;
            instance
        }
        Err(error) => {
            left.notes.push(format!(
                "the database does not open, so containers cannot be told apart: {error}"
            ));
            None
        }
    };
    if let Some(instance) = &instance {
        containers_of(instance, options, remove, &mut left).await?;
        keychain_of(instance, remove, &mut left).await?;
    }
    if remove {
        let path = data.path().to_owned();
        drop(data);
        fs::remove_dir_all(&path).map_err(file(&path))?;
    }
    Ok(left)
}

/// Entries in the computer's keychain. With `SECRETS_ENCRYPTION_KEY` everything was in the data folder.
async fn keychain_of(instance: &str, remove: bool, left: &mut Leftovers) -> Result<(), KeepError> {
    if MasterKey::from_environment()?.is_some() {
        return Ok(());
    }
    let keychain = OsKeychain::new(Namespace::new(BuildKind::current(), instance));
    match keychain.list().await {
        Ok(names) => {
            left.keychain = names;
            if remove {
                keychain.purge().await?;
            }
        }
        Err(error) => left.notes.push(error.to_string()),
    }
    Ok(())
}

async fn containers_of(
    instance: &str,
    options: &PlatformOptions,
    remove: bool,
    left: &mut Leftovers,
) -> Result<(), KeepError> {
    let installation = crate::start::installation(instance, options.network.clone());
    let search = locate::find(&Surroundings::of_process(), &installation).await;
    let Some((engine, _)) = search.found else {
        left.notes.push(format!(
            "no container engine answers, so containers and volumes were not looked for: {}",
            search.error()
        ));
        return Ok(());
    };
    for container in engine.containers().await? {
        if remove {
            engine.remove(&container.id).await?;
        }
        left.containers.push(container.name);
    }
    for volume in engine.volumes().await? {
        if remove {
            engine.remove_volume(&volume.name).await?;
        }
        left.volumes.push(volume.name);
    }
    left.network = Some(installation.network);
    if remove {
        engine.remove_network().await?;
    }
    Ok(())
}
