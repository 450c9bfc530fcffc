//! What is asked of a write-back, and what it answers.

use super::Edit;
use crate::effective::Effective;
use crate::error::Problem;
use crate::org::Org;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a role goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parent {
    /// To the roots of the org.
    Root,
    /// Below the role with this import key.
    Role(String),
    /// Below a role that another change of the same call adds, by its handle.
    Added(String),
}

/// A change of the org.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A value of a role; null unsets it.
    Set {
        /// Import key.
        key: String,
        /// Name as in [`crate::Role::fields`]; `plugins` and `schedules` are the whole effective list.
        field: String,
        /// The effective value wanted.
        value: Value,
    },
    /// A role, with everything below it, goes below another parent, behind what is there.
    Move {
        /// Import key.
        key: String,
        /// Where to.
        parent: Parent,
    },
    /// A role goes, with everything below it that is not moved away.
    Remove {
        /// Import key.
        key: String,
    },
    /// A new role.
    Add {
        /// A word of the caller's, to name it in other changes and in the answer.
        handle: String,
        /// Where it stands.
        parent: Parent,
        /// Its values by field; those that it inherits anyway are not written.
        values: Vec<(String, Value)>,
    },
}

impl Change {
    /// Import key (or handle) and field: how choices and answers name a change.
    pub fn place(&self) -> (&str, &str) {
        match self {
            Self::Set { key, field, .. } => (key, field),
            Self::Move { key, .. } => (key, "parent"),
            Self::Remove { key } => (key, "removed"),
            Self::Add { handle, .. } => (handle, "created"),
        }
    }
}

/// Whom a change of a shared value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All roles that share it.
    All,
    /// The one role; the others keep what they have.
    OnlyThis,
}

/// Choices by import key and field.
pub type Choices = BTreeMap<(String, String), Scope>;

/// How roles come to share a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// Their file is included several times.
    File,
    /// An anchor and its aliases, or a merged mapping.
    Anchor,
    /// The org's `defaults`.
    Defaults,
    /// One prompt file.
    PromptFile,
}

/// Something that must be chosen before a change can be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Import key (or handle) of the role.
    pub key: String,
    /// Its name.
    pub role: String,
    /// Field as in [`Change::place`].
    pub field: String,
    /// How it is shared.
    pub shared: Shared,
    /// Names of the other roles.
    pub with: Vec<String>,
    /// What can be chosen.
    pub options: Vec<Scope>,
    /// File that holds the value.
    pub file: String,
    /// Line from 1.
    pub line: u32,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// Path below the org folder.
    pub path: String,
    /// What it holds now; `None` for a new file.
    pub before: Option<String>,
    /// What it is to hold.
    pub after: String,
    /// The changes of the text that was there (for a copy: of the text it is copied from).
    pub edits: Vec<Edit>,
}

/// What is to be written, proved to read back as wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Files that change, by path.
    pub files: Vec<FileChange>,
    /// Import key after, by import key before, of every role that is still there.
    pub keys: BTreeMap<String, String>,
    /// Import key of every added role, by handle.
    pub added: BTreeMap<String, String>,
    /// The org as it reads afterwards.
    pub org: Org,
    /// The same, merged.
    pub effective: Effective,
    /// Warnings that were not there before.
    pub warnings: Vec<Problem>,
}
