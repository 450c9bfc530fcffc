//! Backup and restore. Secrets stay sealed in a backup; the key is in the keychain.

use crate::{
    DataFolder, PlatformOptions,
    identity::{self, DATABASE, Said},
};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};
use store::{OpenOptions, Peek, Store, StoreError};
use tempfile::TempDir;

/// Beside the database, the other name inside a backup.
pub(crate) const SEALED: &str = "keychain.sealed";

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
    /// There is a file already, and nobody said that it may go.
    #[error("{0} exists already; choose another name, or say --force to replace it")]
    Exists(PathBuf),
    /// The installation that the backup is of still lives in another data folder of this computer.
    #[error(
        "the installation that this backup is of lives in {0}, so its containers and volumes stay with it; leave out \
         --original-gone to restore a copy with an id of its own, or purge that one first"
    )]
    OriginalLives(PathBuf),
    /// The file is no backup of ours.
    #[error("{path} is no backup of Molecule Desktop: {reason}")]
    NotABackup {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The disk of the backup is full.
    #[error(
        "there is no room for the backup in {0}: its disk is full; free some space there, or choose another folder; \
         nothing was written"
    )]
    NoRoom(PathBuf),
    /// The disk of the data folder has no room for what the backup holds.
    #[error(
        "there is no room in {0} for what the backup holds: its disk is full; free some space there and try again; \
         nothing was changed"
    )]
    NoRoomHere(PathBuf),
    /// The database could not be opened or copied.
    #[error("the database could not be copied: {0}")]
    Database(String),
    /// No engine answers, and agents of this installation ran in containers.
    #[error(
        "no container engine answers, so containers and volumes of this installation would be left behind and nothing would \
         know them any more; start the engine and try again, or say --without-engine to leave them (they carry the label \
         molecule.platform.instance={instance}). Nothing was removed. {cause}"
    )]
    NoEngine {
        /// The installation's id.
        instance: String,
        /// What was tried.
        cause: String,
    },
    /// The engine did not do its part; what was removed until then stays removed, run it again.
    #[error(transparent)]
    Engine(#[from] containers::EngineError),
    /// The keychain did not do its part.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
}

impl KeepError {
    /// The stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InUse => "in_use",
            Self::File { .. } => "io",
            Self::Exists(_) => "file_exists",
            Self::OriginalLives(_) => "original_lives",
            Self::NotABackup { .. } => "not_a_backup",
            Self::NoRoom(_) | Self::NoRoomHere(_) => "no_room",
            Self::Database(_) => "database",
            Self::Engine(_) => "engine",
            Self::NoEngine { .. } => "docker_unavailable",
            Self::Vault(_) => "keychain",
        }
    }

    /// Whether a file could not be written because its disk is full.
    fn is_full(&self) -> bool {
        matches!(self, Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull)
    }
}

pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> KeepError {
    let path = path.to_owned();
    move |source| KeepError::File { path, source }
}

/// The system's own words, without the name of a temporary file that nobody asked for.
fn plain(error: io::Error) -> io::Error {
    let inner = error
        .get_ref()
        .and_then(|error| error.source())
        .and_then(|error| error.downcast_ref::<io::Error>())
        .and_then(io::Error::raw_os_error);
    inner.map_or(error, io::Error::from_raw_os_error)
}

/// Writes a backup of an open store and the sealed file beside it to `target`: whole, or not at all, and in place of
/// another file only when told to `replace` it. Files inside containers (volumes) are not part of it.
///
/// # Errors
/// See [`KeepError`]; `target` is then as it was.
pub async fn backup(
    store: &Store,
    data_dir: &Path,
    target: &Path,
    replace: bool,
) -> Result<(), KeepError> {
    if !replace && target.exists() {
        return Err(KeepError::Exists(target.to_owned()));
    }
    let folder = target
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let missing = io::Error::new(io::ErrorKind::NotFound, "there is no such folder");
        return Err(file(folder)(missing));
    }
    let written = pack(store, data_dir, folder, target, replace).await;
    written.map_err(|error| {
        if error.is_full() {
            return KeepError::NoRoom(folder.to_owned());
        }
        error
    })
}

/// Copies the database and puts it into one file, beside which everything is made that it needs on the way.
async fn pack(
    store: &Store,
    data_dir: &Path,
    folder: &Path,
    target: &Path,
    replace: bool,
) -> Result<(), KeepError> {
    let work = tempfile::tempdir_in(folder).map_err(|error| file(folder)(plain(error)))?;
    let copy = work.path().join(DATABASE);
    store.copy_to(&copy).await.map_err(|error| match error {
        // The store speaks of its own disk; the one that is full is where the copy goes.
        StoreError::DiskFull => KeepError::NoRoom(folder.to_owned()),
        error => KeepError::Database(error.to_string()),
    })?;
    let packed =
        tempfile::NamedTempFile::new_in(folder).map_err(|error| file(folder)(plain(error)))?;
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
    let kept = if replace {
        packed.persist(target)
    } else {
        packed.persist_noclobber(target)
    };
    kept.map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => KeepError::Exists(target.to_owned()),
        _ => KeepError::File {
            path: target.to_owned(),
            source: error.error,
        },
    })?;
    Ok(())
}

/// The same while no platform runs: takes the data folder for the time it needs.
///
/// # Errors
/// See [`KeepError`]; `target` is then as it was.
pub async fn backup_at_rest(
    options: &PlatformOptions,
    target: &Path,
    replace: bool,
) -> Result<(), KeepError> {
    let Ok(data) = DataFolder::claim(&options.data_dir).map_err(file(&options.data_dir))? else {
        return Err(KeepError::InUse);
    };
    let store = Store::open(OpenOptions::new(data.database(), options.clock.clone()))
        .await
        .map_err(|error| KeepError::Database(error.to_string()))?;
    let written = backup(&store, data.path(), target, replace).await;
    store.close().await;
    written
}

/// A backup, unpacked beside the data folder that it is for. Nothing is replaced before [`Restore::finish`].
#[derive(Debug)]
pub struct Restore {
    data: DataFolder,
    work: TempDir,
    found: Vec<&'static str>,
    store: Store,
    instance: Option<String>,
    original: Original,
}

/// What is known of the installation that a backup is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Original {
    /// It is the one in this data folder.
    This,
    /// It lives in another data folder of this computer.
    LivesIn(PathBuf),
    /// It may be gone, or live where nothing can be seen from here.
    Unknown,
}

impl Restore {
    /// Takes the data folder and unpacks a backup, which the code that start runs must be able to open.
    ///
    /// # Errors
    /// See [`KeepError`]; the data folder is then as it was.
    pub async fn open(options: &PlatformOptions, source: &Path) -> Result<Self, KeepError> {
        let Ok(data) = DataFolder::claim(&options.data_dir).map_err(file(&options.data_dir))?
        else {
            return Err(KeepError::InUse);
        };
        let not = |reason: String| KeepError::NotABackup {
            path: source.to_owned(),
            reason,
        };
        let full = || KeepError::NoRoomHere(data.path().to_owned());
        let unpacked = tempfile::tempdir_in(data.path())
            .map_err(|error| file(data.path())(plain(error)))
            .and_then(|work| Ok((unpack(source, work.path())?, work)));
        let (found, work) = match unpacked {
            Err(error) if error.is_full() => return Err(full()),
            unpacked => unpacked?,
        };
        if !found.contains(&DATABASE) {
            return Err(not("it holds no database".into()));
        }
        // A newer schema or a damaged file is refused before anything is replaced.
        let unpacked = work.path().join(DATABASE);
        let store = Store::open(OpenOptions::new(unpacked.clone(), options.clock.clone()))
            .await
            .map_err(|error| {
                if error.is_full() {
                    full()
                } else {
                    not(error.to_string())
                }
            })?;
        let said = said(&unpacked)
            .await
            .map_err(|error| not(error.to_string()))?;
        let here = said_here(&data.database()).await;
        let is_this = said.instance.is_some()
            && said.instance == here.instance
            && identity::lives_elsewhere(&here, data.path())
                .await
                .is_none();
        let original = if is_this {
            Original::This
        } else {
            match identity::lives_elsewhere(&said, data.path()).await {
                Some(place) => Original::LivesIn(place),
                None => Original::Unknown,
            }
        };
        Ok(Self {
            data,
            work,
            found,
            store,
            instance: said.instance,
            original,
        })
    }

    /// Whether the installation that the backup is of still lives.
    pub fn original(&self) -> &Original {
        &self.original
    }

    /// Puts it in place of what the data folder holds; the former database and sealed file are kept beside it.
    ///
    /// It stays the installation it was, with its containers, volumes and keychain entries, in the data folder where it
    /// already is, and when `original_gone` says that nobody else uses them. Else it is a copy with an id of its own.
    /// Answers whether it is a copy.
    ///
    /// # Errors
    /// See [`KeepError`]; the data folder is then as it was.
    pub async fn finish(self, original_gone: bool) -> Result<bool, KeepError> {
        let copied = |error: store::StoreError| KeepError::Database(error.to_string());
        let stays = match (&self.original, original_gone) {
            (Original::This, _) | (Original::Unknown, true) => true,
            (Original::LivesIn(place), true) => {
                return Err(KeepError::OriginalLives(place.clone()));
            }
            (_, false) => false,
        };
        if let Some(instance) = &self.instance {
            let settled = if stays {
                identity::stay(&self.store, instance).await
            } else {
                identity::part_from(&self.store, instance).await
            };
            settled.map_err(copied)?;
        }
        self.store.close().await;
        let database = self.data.database();
        aside(&database, &database.with_extension("before-restore.sqlite"))?;
        // What was written last may still be in the log beside the database: without it the former one would be older.
        for kind in ["sqlite-wal", "sqlite-shm"] {
            aside(
                &database.with_extension(kind),
                &database.with_extension(format!("before-restore.{kind}")),
            )?;
        }
        if self.found.contains(&SEALED) {
            let sealed = self.data.sealed_file();
            aside(&sealed, &sealed.with_extension("before-restore.sealed"))?;
        }
        for name in self.found {
            let target = self.data.path().join(name);
            fs::rename(self.work.path().join(name), &target).map_err(file(&target))?;
        }
        Ok(!stays)
    }
}

async fn said(database: &Path) -> Result<Said, store::StoreError> {
    let mut peek = Peek::open(database).await?;
    identity::said(&mut peek).await
}

/// What the database that is to be replaced says; one that does not open is nobody's.
async fn said_here(database: &Path) -> Said {
    if !database.exists() {
        return Said::default();
    }
    said(database).await.unwrap_or_default()
}

/// Unpacks what a backup may hold, and nothing else, into `folder`.
fn unpack(source: &Path, folder: &Path) -> Result<Vec<&'static str>, KeepError> {
    let not = |reason: String| KeepError::NotABackup {
        path: source.to_owned(),
        reason,
    };
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
        let mut target = File::create(folder.join(name)).map_err(file(folder))?;
        io::copy(&mut entry, &mut target).map_err(file(folder))?;
        found.push(name);
    }
    Ok(found)
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
