//! Named entries of secret bytes, wherever this computer keeps such things.

mod chunked;
mod file;
mod namespace;
mod os;

use crate::{Secret, VaultError};
use async_trait::async_trait;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use crate::passphrase::{Cost, SHORTEST_PASSPHRASE};
pub(crate) use chunked::Entries;
pub use chunked::{Chunked, ENTRY_LIMIT};
pub use file::FileKeychain;
pub use namespace::{BuildKind, Namespace};
pub use os::{OsEntries, OsKeychain};

/// What [`Keychain::get_many`] found, by name.
pub type Found = BTreeMap<String, Result<Secret, VaultError>>;

/// A place that keeps named secrets. One process at a time uses a namespace of it.
///
/// Every implementation passes [`crate::testing::conformance`].
#[async_trait]
pub trait Keychain: Send + Sync + fmt::Debug {
    /// The value of `name`; none when there is no such entry. "None" is only answered when the keychain was seen to be
    /// usable: a locked one that says "no entry" gives [`VaultError::Locked`].
    async fn get(&self, name: &str) -> Result<Option<Secret>, VaultError>;

    /// The values of several entries, in one go; names of none are left out. An entry that cannot be read is an error of
    /// its own. Made for what asks for many names at once, most of which may have no entry: one question for the list of
    /// names instead of several for each name that there is nothing of.
    ///
    /// # Errors
    /// When the keychain cannot be used at all; "none" is only answered as by [`Self::get`].
    async fn get_many(&self, names: &BTreeSet<String>) -> Result<Found, VaultError>;

    /// Writes `name` whole, whatever its length, and reads it back. After an error the former value is still there.
    async fn set(&self, name: &str, value: &Secret) -> Result<(), VaultError>;

    /// Removes `name`; false when there was no such entry.
    async fn delete(&self, name: &str) -> Result<bool, VaultError>;

    /// Names of all entries, sorted.
    async fn list(&self) -> Result<Vec<String>, VaultError>;

    /// Removes every entry and whatever an interrupted call left behind; gives the names that were removed. What is
    /// left is as if this program had never been here.
    async fn purge(&self) -> Result<Vec<String>, VaultError>;

    /// Finds out by a set, get and delete of a random value whether the keychain can be used now. A desktop's keychain
    /// may ask the person for its password meanwhile, up to a minute, so nothing else should wait for this.
    async fn probe(&self) -> KeychainState;

    /// What kind of place this is.
    fn kind(&self) -> KeychainKind;

    /// The place in words for people, for example `The keychain of this computer (Molecule Desktop)`.
    fn describe(&self) -> String;
}

/// What kind of place secrets are kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeychainKind {
    /// The operating system's keychain.
    System,
    /// A file of entries sealed under a passphrase.
    Passphrase,
    /// A file of entries sealed under `SECRETS_ENCRYPTION_KEY`.
    Environment,
    /// Memory of a test.
    Simulated,
}

/// Whether secrets can be read and written now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeychainState {
    /// A value went in, came back and was removed.
    Ready,
    /// It is there and waits to be unlocked.
    Locked {
        /// What that means and what to do.
        text: String,
    },
    /// Nothing answers.
    Absent {
        /// What that means and what to do.
        text: String,
    },
    /// It answers, but does not keep what it is given.
    Failing {
        /// What that means and what to do.
        text: String,
    },
}

impl KeychainState {
    /// The state that an error means.
    pub fn from_error(error: &VaultError) -> Self {
        let text = error.to_string();
        match error {
            VaultError::Locked { .. }
            | VaultError::FileLocked { .. }
            | VaultError::WrongPassphrase { .. } => Self::Locked { text },
            VaultError::Absent { .. } => Self::Absent { text },
            _ => Self::Failing { text },
        }
    }

    /// Whether secrets can be used.
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Ready)
    }

    /// Word for programs: `ready`, `locked`, `absent` or `failing`. A ready file keychain is shown by its kind
    /// instead, see [`KeychainKind::code`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Locked { .. } => "locked",
            Self::Absent { .. } => "absent",
            Self::Failing { .. } => "failing",
        }
    }

    /// What the state means and what to do, in a sentence or two.
    pub fn text(&self) -> &str {
        match self {
            Self::Ready => "Secrets can be stored and read.",
            Self::Locked { text } | Self::Absent { text } | Self::Failing { text } => text,
        }
    }
}

impl KeychainKind {
    /// Word of a ready keychain of this kind in the API: `ready`, `passphrase` or `environment`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::System | Self::Simulated => "ready",
            Self::Passphrase => "passphrase",
            Self::Environment => "environment",
        }
    }
}
