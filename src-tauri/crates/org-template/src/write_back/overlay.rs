//! Files as they would be, files as they were read, and repositories asked for once.

use super::FileChange;
use crate::external::{ExternalAsk, ExternalTree, Externals};
use crate::files::{FileError, FileKind, Files, Leaving, Parsed};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Reads each file once and keeps the bytes: two readings of one org see the same, whatever happens on disk meanwhile.
pub struct Snapshot<'a> {
    inner: &'a dyn Files,
    read: RefCell<BTreeMap<String, Result<Vec<u8>, FileError>>>,
    parsed: Arc<Parsed>,
}

impl<'a> Snapshot<'a> {
    /// A snapshot that is taken as it is asked.
    pub fn new(inner: &'a dyn Files) -> Self {
        Self {
            inner,
            read: RefCell::default(),
            parsed: Arc::default(),
        }
    }

    /// A snapshot that has these files already, and takes from `parsed` what an earlier one parsed.
    pub fn with(
        inner: &'a dyn Files,
        taken: BTreeMap<String, Vec<u8>>,
        parsed: &Arc<Parsed>,
    ) -> Self {
        let read = taken.into_iter().map(|(path, bytes)| (path, Ok(bytes)));
        Self {
            inner,
            read: RefCell::new(read.collect()),
            parsed: parsed.clone(),
        }
    }

    /// Every file that was read, with its bytes.
    pub fn taken(self) -> BTreeMap<String, Vec<u8>> {
        let read = self.read.into_inner().into_iter();
        read.filter_map(|(path, bytes)| Some((path, bytes.ok()?)))
            .collect()
    }
}

impl Files for Snapshot<'_> {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, FileError> {
        if let Some(known) = self.read.borrow().get(path) {
            return match known {
                Ok(bytes) if bytes.len() as u64 > limit => Err(FileError::TooLarge),
                other => other.clone(),
            };
        }
        let bytes = self.inner.read(path, limit);
        self.read
            .borrow_mut()
            .insert(path.to_owned(), bytes.clone());
        bytes
    }

    fn kind(&self, path: &str) -> FileKind {
        match self.read.borrow().get(path) {
            Some(Ok(_)) => FileKind::File,
            _ => self.inner.kind(path),
        }
    }

    fn reaches(&self, path: &str) -> bool {
        self.inner.reaches(path)
    }

    fn leaves(&self, path: &str) -> Option<Leaving> {
        self.inner.leaves(path)
    }

    fn parsed(&self) -> Option<&Parsed> {
        Some(&self.parsed)
    }
}

/// Files with some of them replaced.
pub(super) struct Overlay<'a> {
    inner: &'a dyn Files,
    changed: &'a BTreeMap<String, FileChange>,
    read: RefCell<BTreeSet<String>>,
}

impl<'a> Overlay<'a> {
    pub fn new(inner: &'a dyn Files, changed: &'a BTreeMap<String, FileChange>) -> Self {
        Self {
            inner,
            changed,
            read: RefCell::default(),
        }
    }

    /// Files that were read.
    pub fn reached(&self) -> BTreeSet<String> {
        self.read.borrow().clone()
    }
}

impl Files for Overlay<'_> {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, FileError> {
        self.read.borrow_mut().insert(path.to_owned());
        match self.changed.get(path) {
            Some(change) if change.after.len() as u64 > limit => Err(FileError::TooLarge),
            Some(change) => Ok(change.after.clone().into_bytes()),
            None => self.inner.read(path, limit),
        }
    }

    fn kind(&self, path: &str) -> FileKind {
        if self.changed.contains_key(path) {
            FileKind::File
        } else {
            self.inner.kind(path)
        }
    }

    fn reaches(&self, path: &str) -> bool {
        self.inner.reaches(path)
    }

    fn leaves(&self, path: &str) -> Option<Leaving> {
        self.inner.leaves(path)
    }

    fn parsed(&self) -> Option<&Parsed> {
        self.inner.parsed()
    }
}

/// Asks for each repository once, so that both readings and the walk see the same commit.
pub(super) struct Once<'a> {
    inner: &'a dyn Externals,
    asked: RefCell<BTreeMap<ExternalAsk, Result<Option<ExternalTree>, String>>>,
}

impl<'a> Once<'a> {
    pub fn new(inner: &'a dyn Externals) -> Self {
        Self {
            inner,
            asked: RefCell::default(),
        }
    }
}

impl Externals for Once<'_> {
    fn tree(&self, ask: &ExternalAsk) -> Result<Option<ExternalTree>, String> {
        if let Some(known) = self.asked.borrow().get(ask) {
            return known.clone();
        }
        let answer = self.inner.tree(ask);
        self.asked.borrow_mut().insert(ask.clone(), answer.clone());
        answer
    }
}
