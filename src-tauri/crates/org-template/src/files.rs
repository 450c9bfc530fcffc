//! The file system as this crate sees it: paths below one root, sizes bounded.

use crate::node::Node;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How much a template may hold. Every limit exists so that a hostile or broken folder fails fast with a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Levels of `!include` below `org.yaml` (contract 03 section 2.3).
    pub include_depth: usize,
    /// Levels of `!external` (contract 03 section 2.4).
    pub external_depth: usize,
    /// Distinct files read.
    pub files: usize,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
    /// Values of the expanded document; long texts count as several.
    pub nodes: u64,
    /// Values that aliases may add to one file.
    pub alias_nodes: u64,
    /// Nesting of the expanded document. Kept low because readers recurse and threads have small stacks.
    pub nesting: usize,
    /// Problems collected before giving up.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            include_depth: 16,
            external_depth: 4,
            files: 10_000,
            file_bytes: 4 << 20,
            total_bytes: 64 << 20,
            nodes: 1_000_000,
            alias_nodes: 50_000,
            nesting: 128,
            problems: 50,
        }
    }
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file (links followed).
    File,
    /// A directory (links followed).
    Dir,
    /// Something else: a pipe, a device, a socket.
    Other,
    /// Nothing.
    Missing,
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    /// Nothing has this name.
    Missing,
    /// Larger than the given limit.
    TooLarge,
    /// The operating system refused, or it is no regular file; the reason, without host paths.
    Unreadable(String),
}

/// Reads below one root. Paths are clean, relative, with forward slashes ([`crate::inside_root`]).
pub trait Files {
    /// The bytes of a file of at most `limit` bytes.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, FileError>;
    /// What a path names.
    fn kind(&self, path: &str) -> FileKind;
    /// Whether an unguarded relative path names something that exists. Only used to word a refusal; nothing is read.
    fn reaches(&self, path: &str) -> bool;
    /// How a clean path leaves the folder through a link; nothing when it stays inside.
    fn leaves(&self, _path: &str) -> Option<Leaving> {
        None
    }
    /// Where readings of the same org that follow each other keep what they parsed.
    fn parsed(&self) -> Option<&Parsed> {
        None
    }
}

/// Trees of files that were parsed: a reading that meets the same bytes again takes the tree instead. Meant for one
/// command that reads an org several times, with the same [`Limits`]; nothing is forgotten until it is dropped.
#[derive(Debug, Default)]
pub struct Parsed(Mutex<HashMap<String, Tree>>);

/// What a file held, and what that was parsed to.
#[derive(Debug)]
struct Tree {
    bytes: Vec<u8>,
    node: Arc<Node>,
}

impl Parsed {
    pub(crate) fn get(&self, path: &str, bytes: &[u8]) -> Option<Arc<Node>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tree = known.get(path).filter(|tree| tree.bytes == bytes)?;
        Some(tree.node.clone())
    }

    pub(crate) fn keep(&self, path: &str, bytes: Vec<u8>, node: &Arc<Node>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let node = node.clone();
        known.insert(path.to_owned(), Tree { bytes, node });
    }
}

/// The real file system below a folder. Symbolic links are followed (contract 03 section 2.3).
#[derive(Debug, Clone)]
pub struct DiskFiles {
    root: PathBuf,
}

impl DiskFiles {
    /// Files below `root`.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        let mut full = self.root.clone();
        full.extend(path.split('/').filter(|p| !p.is_empty()));
        full
    }
}

impl Files for DiskFiles {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, FileError> {
        let full = self.path(path);
        let reason = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => FileError::Missing,
            std::io::ErrorKind::PermissionDenied => {
                FileError::Unreadable("permission denied".into())
            }
            kind => FileError::Unreadable(kind.to_string()),
        };
        // Asked before opening: opening a pipe would wait for a writer for ever.
        let meta = std::fs::metadata(&full).map_err(reason)?;
        if meta.is_dir() {
            return Err(FileError::Unreadable("it is a folder".into()));
        }
        if !meta.is_file() {
            return Err(FileError::Unreadable("it is not a regular file".into()));
        }
        if meta.len() > limit {
            return Err(FileError::TooLarge);
        }
        let file = std::fs::File::open(&full).map_err(reason)?;
        let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0));
        // The length is only a hint: the file may grow while it is read.
        file.take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(reason)?;
        if bytes.len() as u64 > limit {
            return Err(FileError::TooLarge);
        }
        Ok(bytes)
    }

    fn kind(&self, path: &str) -> FileKind {
        match std::fs::metadata(self.path(path)) {
            Ok(meta) if meta.is_file() => FileKind::File,
            Ok(meta) if meta.is_dir() => FileKind::Dir,
            Ok(_) => FileKind::Other,
            Err(_) => FileKind::Missing,
        }
    }

    fn reaches(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    fn leaves(&self, path: &str) -> Option<Leaving> {
        let mut link = String::new();
        for name in path.split('/') {
            if !link.is_empty() {
                link.push('/');
            }
            link.push_str(name);
            let full = self.path(&link);
            // What is no link stays where it is.
            if !std::fs::symlink_metadata(&full).ok()?.is_symlink() || link.is_empty() {
                continue;
            }
            let target = full.canonicalize().ok()?;
            if !target.starts_with(self.root.canonicalize().ok()?) {
                return Some(Leaving {
                    is_itself: link == path,
                    is_role: holds_role(&full) || holds_role(&self.path(path)),
                    link,
                    target,
                });
            }
        }
        None
    }
}

/// Whether a folder holds what makes a folder a role's.
fn holds_role(folder: &Path) -> bool {
    [
        "workspace.yaml",
        "workspace.yml",
        "system-prompt.md",
        "initial-prompt.md",
    ]
    .iter()
    .any(|file| folder.join(file).is_file())
}

/// A link on the way of a path that leads out of the org's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// The part of the path that is the link.
    pub link: String,
    /// Where it leads to in the end.
    pub target: PathBuf,
    /// The link is the whole path.
    pub is_itself: bool,
    /// It leads to a role's folder, as departments in repositories of their own are joined (contract 03 section 2.3).
    pub is_role: bool,
}

/// The in-memory twin of [`DiskFiles`].
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
    unreadable: Vec<String>,
    outside: Vec<String>,
}

impl MemoryFiles {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; its folders exist from then on.
    pub fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }

    /// Adds a file that exists and cannot be read.
    pub fn with_unreadable(mut self, path: &str) -> Self {
        self.files.insert(path.to_owned(), Vec::new());
        self.unreadable.push(path.to_owned());
        self
    }

    /// Says that an unguarded path exists outside the root.
    pub fn with_outside(mut self, path: &str) -> Self {
        self.outside.push(path.to_owned());
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, FileError> {
        if self.unreadable.iter().any(|p| p == path) {
            return Err(FileError::Unreadable("permission denied".into()));
        }
        match self.files.get(path) {
            Some(bytes) if bytes.len() as u64 > limit => Err(FileError::TooLarge),
            Some(bytes) => Ok(bytes.clone()),
            None if self.kind(path) == FileKind::Dir => {
                Err(FileError::Unreadable("it is a folder".into()))
            }
            None => Err(FileError::Missing),
        }
    }

    fn kind(&self, path: &str) -> FileKind {
        if self.files.contains_key(path) {
            return FileKind::File;
        }
        let folder = format!("{path}/");
        let below = self
            .files
            .range(folder.clone()..)
            .next()
            .is_some_and(|(name, _)| name.starts_with(&folder));
        if path.is_empty() || below {
            FileKind::Dir
        } else {
            FileKind::Missing
        }
    }

    fn reaches(&self, path: &str) -> bool {
        self.outside.iter().any(|p| p == path)
    }
}
