//! Why a command was refused.

use store::StoreError;
use wire::ChildName;

/// A command on workspaces was refused; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault could not seal a secret.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// A value is not allowed; the text says which and why.
    #[error("{0}")]
    Invalid(&'static str),
    /// What should be the id of a workspace is none.
    #[error("invalid workspace ID")]
    BadId,
    /// A field of a new workspace is not allowed; the contract's text is one for all of them.
    #[error("invalid workspace fields")]
    Fields {
        /// Which field, and what it may be.
        detail: String,
    },
    /// Nothing by that id (or not in a state this command knows).
    #[error("{0}")]
    NotFound(&'static str),
    /// It is deleted for good.
    #[error("workspace removed")]
    Removed {
        /// Which.
        id: String,
        /// When.
        removed_at: Option<String>,
    },
    /// Another took its place.
    #[error("workspace moved")]
    Forwarded {
        /// Which.
        to: String,
    },
    /// The state it is in does not allow this.
    #[error("{text}")]
    Conflict {
        /// Stable word.
        code: &'static str,
        /// For people.
        text: String,
    },
    /// It works; stopping it needs `force`.
    #[error("workspace has active tasks; use ?force=true to terminate them")]
    Busy {
        /// Running tasks.
        active_tasks: i64,
    },
    /// Others would go with it; that needs a confirmation (contract 01 section 3.5).
    #[error("This workspace has sub-workspaces. Delete with ?confirm=true to cascade delete.")]
    NeedsConfirmation {
        /// Every descendant.
        children: Vec<ChildName>,
    },
}

impl WorkspaceError {
    pub(crate) fn conflict(code: &'static str, text: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            text: text.into(),
        }
    }

    /// The answer for a removed row.
    pub(crate) fn removed(row: &store::WorkspaceRow) -> Self {
        Self::Removed {
            id: row.id.clone(),
            removed_at: row.removed_at.clone(),
        }
    }
}
