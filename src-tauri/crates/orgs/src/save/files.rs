//! Several files replaced as one: all of them or none, also through a kill.
//!
//! Every new text is written beside its file and flushed. A journal then says what is to be renamed; only after that the
//! renames happen, each of them atomic. A start that finds a journal does the renames that are missing.

use crate::{OrgsError, failpoints::reached};
use org_template::write_back::FileChange;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

/// Folder of the journals, below the data folder.
pub(super) const JOURNALS: &str = "saves";

#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    /// Whether every new text is written; before that nothing was renamed.
    ready: bool,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    /// Path below the org folder, for messages.
    shown: String,
    target: PathBuf,
    temp: PathBuf,
    /// Digest of what is there before; `None` for a new file.
    before: Option<String>,
}

/// Files on their way to being replaced.
#[derive(Debug)]
pub(super) struct Writing {
    journal: PathBuf,
    entries: Vec<Entry>,
    /// What was there before.
    old: Vec<Option<Vec<u8>>>,
}

impl Writing {
    /// Writes the new texts beside the files. Nothing is replaced yet.
    pub fn prepare(
        root: &Path,
        journals: &Path,
        changes: &[FileChange],
    ) -> Result<Self, OrgsError> {
        let id = store::new_id();
        let failed = |path: &str, reason: String| OrgsError::SaveFailed {
            path: path.to_owned(),
            reason,
        };
        let real_root = root
            .canonicalize()
            .map_err(|error| failed(".", error.to_string()))?;
        let mut entries = Vec::with_capacity(changes.len());
        let mut old = Vec::with_capacity(changes.len());
        for (n, change) in changes.iter().enumerate() {
            // A link is followed: the file it names is replaced, not the link.
            let full = root.join(&change.path);
            let target = match &change.before {
                Some(_) => full.canonicalize(),
                None => match (full.parent().map(Path::canonicalize), full.file_name()) {
                    (Some(Ok(folder)), Some(name)) => Ok(folder.join(name)),
                    _ => Err(ErrorKind::NotFound.into()),
                },
            }
            .map_err(|error| failed(&change.path, error.to_string()))?;
            let Some(folder) = target.parent().filter(|dir| dir.starts_with(&real_root)) else {
                return Err(failed(
                    &change.path,
                    "it lies outside the org folder".to_owned(),
                ));
            };
            let temp = folder.join(format!(".save-{id}-{n}.tmp"));
            old.push(change.before.clone().map(String::into_bytes));
            entries.push(Entry {
                shown: change.path.clone(),
                before: change.before.as_ref().map(|text| digest(text.as_bytes())),
                target,
                temp,
            });
        }
        let writing = Self {
            journal: journals.join(format!("{id}.json")),
            entries,
            old,
        };
        writing
            .note(false)
            .map_err(|error| failed("the journal", error.to_string()))?;
        for (entry, change) in writing.entries.iter().zip(changes) {
            let done = write_new(&entry.temp, change.after.as_bytes(), Some(&entry.target));
            if let Err(error) = done {
                writing.clear();
                return Err(failed(&entry.shown, error.to_string()));
            }
        }
        Ok(writing)
    }

    /// Replaces the files, unless one of them is not what it was any more.
    pub fn commit(self) -> Result<Self, OrgsError> {
        let changed: Vec<String> = self
            .entries
            .iter()
            .zip(&self.old)
            .filter(|(entry, old)| current(&entry.target).ok().as_ref() != Some(*old))
            .map(|(entry, _)| entry.shown.clone())
            .collect();
        if !changed.is_empty() {
            self.clear();
            return Err(OrgsError::FilesChanged {
                files: changed,
                plan: None,
            });
        }
        if let Err(error) = self.note(true) {
            self.clear();
            return Err(OrgsError::SaveFailed {
                path: "the journal".to_owned(),
                reason: error.to_string(),
            });
        }
        for (n, entry) in self.entries.iter().enumerate() {
            if let Err(error) = renamed(entry) {
                let reason = error.to_string();
                self.restore(n)?;
                return Err(OrgsError::SaveFailed {
                    path: entry.shown.clone(),
                    reason,
                });
            }
            reached("save.renaming");
        }
        Ok(self)
    }

    /// Puts back what was there.
    pub fn undo(self) -> Result<(), OrgsError> {
        self.restore(self.entries.len())
    }

    /// Ends a save that is done.
    pub fn finish(self) {
        self.clear();
    }

    fn restore(&self, done: usize) -> Result<(), OrgsError> {
        for (entry, old) in self.entries.iter().zip(&self.old).take(done) {
            let back = match old {
                Some(bytes) => {
                    write_new(&entry.temp, bytes, Some(&entry.target)).and_then(|()| renamed(entry))
                }
                None => fs::remove_file(&entry.target),
            };
            if let Err(error) = back {
                tracing::error!(file = %entry.shown, %error, "a file could not be put back after a save that failed");
                return Err(OrgsError::SaveFailed {
                    path: entry.shown.clone(),
                    reason: format!("what was there could not be put back: {error}"),
                });
            }
        }
        self.clear();
        Ok(())
    }

    fn note(&self, ready: bool) -> std::io::Result<()> {
        let journal = Journal {
            ready,
            entries: self.entries.clone(),
        };
        if let Some(folder) = self.journal.parent() {
            fs::create_dir_all(folder)?;
        }
        let temp = self.journal.with_extension("tmp");
        let _ = fs::remove_file(&temp);
        write_new(&temp, &serde_json::to_vec(&journal)?, None)?;
        fs::rename(&temp, &self.journal)?;
        flush_folder(&self.journal);
        Ok(())
    }

    /// Removes what a save leaves beside the files, and its journal.
    fn clear(&self) {
        clear(&self.journal, &self.entries);
    }
}

/// Finishes what a kill interrupted. Says how many saves there were.
pub(super) fn recover(journals: &Path) -> Result<usize, OrgsError> {
    let Ok(list) = fs::read_dir(journals) else {
        return Ok(0);
    };
    let mut count = 0;
    for file in list.flatten().map(|file| file.path()) {
        if file.extension().is_none_or(|end| end != "json") {
            let _ = fs::remove_file(&file);
            continue;
        }
        let read = fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(journal): Option<Journal> = read else {
            tracing::warn!(journal = %file.display(), "the journal of a save cannot be read; it is left where it is");
            continue;
        };
        for entry in journal
            .entries
            .iter()
            .filter(|entry| journal.ready && entry.temp.exists())
        {
            let now = current(&entry.target)
                .ok()
                .flatten()
                .map(|bytes| digest(&bytes));
            if now != entry.before {
                tracing::warn!(file = %entry.shown, "a file changed after a save was cut short; it is left as it is");
            } else if let Err(error) = renamed(entry) {
                tracing::error!(file = %entry.shown, %error, "a save that was cut short could not be finished");
            }
        }
        clear(&file, &journal.entries);
        count += 1;
    }
    Ok(count)
}

fn clear(journal: &Path, entries: &[Entry]) {
    for entry in entries {
        let _ = fs::remove_file(&entry.temp);
    }
    if let Err(error) = fs::remove_file(journal)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(%error, "the journal of a save could not be removed");
    }
}

/// What a file holds; `None` when there is none.
fn current(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file that is not there, flushed, with the mode of another.
fn write_new(path: &Path, bytes: &[u8], like: Option<&Path>) -> std::io::Result<()> {
    let mut file = File::options().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    if let Some(meta) = like.and_then(|like| fs::metadata(like).ok()) {
        file.set_permissions(meta.permissions())?;
    }
    file.sync_all()
}

fn renamed(entry: &Entry) -> std::io::Result<()> {
    fs::rename(&entry.temp, &entry.target)?;
    flush_folder(&entry.target);
    Ok(())
}

/// A rename is only safe once its folder is flushed. Systems that cannot do that do it by themselves.
fn flush_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
