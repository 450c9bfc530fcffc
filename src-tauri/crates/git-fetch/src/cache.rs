//! `<root>/<owner>__<name>/<commit>/`: fetched commits, what is known to be complete, and what refs were last time.

use crate::address::RepoUrl;
use crate::error::GitError;
use crate::manifest::Manifest;
use crate::reference::{Commit, Ref};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Begins the names of folders that are being filled.
const FILLING: &str = ".filling-";
const LOCK: &str = ".lock";
const REFS: &str = "refs.json";
const REFS_MAX: u64 = 1 << 20;

/// A folder of fetched commits. Making one touches no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    root: PathBuf,
}

/// What a sweep removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Paths below the root: `<owner>__<name>/<commit>`.
    pub removed: Vec<String>,
}

impl Cache {
    /// The cache in `root`; made when something is fetched into it.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// Where a commit is or will be.
    pub fn folder(&self, repo: &RepoUrl, commit: &Commit) -> PathBuf {
        self.root.join(repo.folder()).join(commit.as_str())
    }

    /// Path of a commit below the root, with forward slashes.
    pub fn name(repo: &RepoUrl, commit: &Commit) -> String {
        format!("{}/{commit}", repo.folder())
    }

    /// The links that were left out of a commit, if the whole commit is here and unchanged. Blocks: every file is
    /// hashed.
    pub(crate) fn have(&self, repo: &RepoUrl, commit: &Commit) -> Option<Vec<String>> {
        let folder = self.folder(repo, commit);
        if !real_folder(&self.root)
            || !real_folder(&self.root.join(repo.folder()))
            || !real_folder(&folder)
        {
            return None;
        }
        let manifest = Manifest::read(&folder)?;
        match manifest.verify(&folder, commit) {
            Ok(()) => Some(manifest.left_out),
            Err(reason) => {
                tracing::warn!(%repo, %commit, reason, "a fetched commit was changed on disk; it is not used");
                None
            }
        }
    }

    /// The commit a ref was when it was last asked for.
    pub fn remembered(&self, repo: &RepoUrl, wanted: &Ref) -> Option<Commit> {
        Commit::parse(self.refs(repo).get(&ref_key(repo, wanted))?)
    }

    fn refs(&self, repo: &RepoUrl) -> BTreeMap<String, String> {
        let file = self.root.join(repo.folder()).join(REFS);
        let small =
            fs::symlink_metadata(&file).is_ok_and(|meta| meta.is_file() && meta.len() <= REFS_MAX);
        let text = if small { fs::read(&file).ok() } else { None };
        text.and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    /// Keeps what a ref is now, for the next time without a network.
    pub(crate) fn remember(
        &self,
        repo: &RepoUrl,
        wanted: &Ref,
        commit: &Commit,
    ) -> Result<(), GitError> {
        let mut refs = self.refs(repo);
        let known = refs.insert(ref_key(repo, wanted), commit.to_string());
        if known.as_deref() == Some(commit.as_str()) {
            return Ok(());
        }
        let folder = self.prepare(repo)?;
        let told = |error: std::io::Error| GitError::cache("the list of refs", &error);
        let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(told)?;
        serde_json::to_writer_pretty(&mut file, &refs).map_err(|e| told(e.into()))?;
        file.write_all(b"\n").map_err(told)?;
        file.persist(folder.join(REFS)).map_err(|e| told(e.error))?;
        Ok(())
    }

    /// Makes the folder of a repository, hidden from version control. Gives its path.
    pub(crate) fn prepare(&self, repo: &RepoUrl) -> Result<PathBuf, GitError> {
        let told = |error: std::io::Error| GitError::cache("it cannot be made", &error);
        let folder = self.root.join(repo.folder());
        for path in [&self.root, &folder] {
            if fs::symlink_metadata(path).is_ok() && !real_folder(path) {
                return Err(GitError::Cache(
                    "a link or a file stands in its place; remove it".to_owned(),
                ));
            }
            fs::create_dir_all(path).map_err(told)?;
        }
        let ignore = self.root.join(".gitignore");
        if fs::symlink_metadata(&ignore).is_err() {
            fs::write(&ignore, "# Fetched again when needed.\n*\n").map_err(told)?;
        }
        Ok(folder)
    }

    /// An empty folder beside the commits, gone again unless it is put in place.
    pub(crate) fn filling(&self, repo: &RepoUrl) -> Result<Filling, GitError> {
        let told = |error: std::io::Error| GitError::cache("a folder to fetch into", &error);
        let folder = self.prepare(repo)?;
        // The lock is there and held before the folder is: who sees the folder sees whether somebody fills it.
        let lock = tempfile::Builder::new()
            .prefix(FILLING)
            .suffix(LOCK)
            .tempfile_in(&folder)
            .map_err(told)?;
        lock.as_file().lock().map_err(told)?;
        let path = folder_of(lock.path());
        fs::create_dir(&path).map_err(told)?;
        Ok(Filling {
            path,
            moved: false,
            _lock: lock,
        })
    }

    /// Removes what interrupted fetches left: folders nobody fills any more.
    pub(crate) fn clear_interrupted(&self, repo: &RepoUrl) {
        let Ok(entries) = fs::read_dir(self.root.join(repo.folder())) else {
            return;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if !name.starts_with(FILLING) || !real_folder(&path) {
                continue;
            }
            let lock = fs::File::options().write(true).open(lock_of(&path));
            if lock.as_ref().map_or(true, |lock| lock.try_lock().is_ok()) {
                let _ = fs::remove_dir_all(&path);
                let _ = fs::remove_file(lock_of(&path));
            }
        }
    }

    /// Puts a filled folder in place. A folder that is there and whole wins: both hold the same.
    pub(crate) fn put(
        &self,
        repo: &RepoUrl,
        commit: &Commit,
        mut filled: Filling,
    ) -> Result<(), GitError> {
        let told = |error: &std::io::Error| GitError::cache("a fetched commit", error);
        let target = self.folder(repo, commit);
        let mut last = None;
        for _ in 0..8 {
            match fs::rename(filled.path(), &target) {
                Ok(()) => {
                    filled.moved = true;
                    return Ok(());
                }
                Err(error) => last = Some(error),
            }
            if self.have(repo, commit).is_some() {
                return Ok(());
            }
            if fs::symlink_metadata(&target).is_ok() {
                // Out of the way first: a rename is at once, a removal is not.
                let aside = self.filling(repo)?;
                match fs::rename(&target, aside.path().join("old")) {
                    Ok(()) => {}
                    Err(error) => last = Some(error),
                }
            }
        }
        Err(last.as_ref().map_or_else(
            || GitError::Cache("a fetched commit could not be put in place".to_owned()),
            told,
        ))
    }

    /// Removes commits that are not `in_use` (paths as [`Cache::name`] gives them), but keeps the `last` ones of every
    /// repository besides (contract 03 no. 44). What is not a commit of this cache is left alone.
    ///
    /// # Errors
    /// [`GitError::Cache`] when the folder cannot be read.
    pub fn sweep(&self, in_use: &BTreeSet<String>, last: usize) -> Result<Swept, GitError> {
        let told = |error: std::io::Error| GitError::cache("it cannot be read", &error);
        let mut swept = Swept::default();
        if !real_folder(&self.root) {
            return Ok(swept);
        }
        for repository in fs::read_dir(&self.root).map_err(told)? {
            let repository = repository.map_err(told)?.path();
            let Some(name) = repository.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if !name.contains("__") || !real_folder(&repository) {
                continue;
            }
            let mut spare = Vec::new();
            for commit in fs::read_dir(&repository).map_err(told)? {
                let commit = commit.map_err(told)?;
                let path = commit.path();
                let file_name = commit.file_name();
                let Some(hash) = file_name.to_str().and_then(Commit::parse) else {
                    continue;
                };
                let shown = format!("{name}/{hash}");
                if !real_folder(&path) || in_use.contains(&shown) {
                    continue;
                }
                let marked = fs::metadata(path.join(crate::manifest::COMPLETE));
                let at = marked.and_then(|meta| meta.modified()).ok();
                spare.push((at, shown, path));
            }
            spare.sort();
            let gone = spare.len().saturating_sub(last);
            for (_, shown, path) in spare.into_iter().take(gone) {
                fs::remove_dir_all(&path).map_err(told)?;
                swept.removed.push(shown);
            }
        }
        swept.removed.sort();
        Ok(swept)
    }
}

fn ref_key(repo: &RepoUrl, wanted: &Ref) -> String {
    format!("{} {wanted}", repo.place())
}

fn lock_of(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(LOCK);
    name.into()
}

fn folder_of(lock: &Path) -> PathBuf {
    let name = lock.file_name().unwrap_or_default().to_string_lossy();
    lock.with_file_name(name.strip_suffix(LOCK).unwrap_or(&name))
}

/// A folder that is no link.
fn real_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir())
}

/// A folder that is being filled; the lock says that somebody still does. It goes with this value unless it was moved.
pub(crate) struct Filling {
    path: PathBuf,
    moved: bool,
    _lock: tempfile::NamedTempFile,
}

impl Filling {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        if !self.moved {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
