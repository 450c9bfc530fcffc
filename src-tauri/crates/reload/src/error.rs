//! What can go wrong in this room.

use store::StoreError;

/// A change could not be followed.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// The database did not answer; changes are compared again at the next one.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The list of folders to watch could not be had.
    #[error("cannot find out which folders to watch: {0}")]
    Sources(String),
    /// A folder could not be read.
    #[error("{path} cannot be read: {reason}; check that you may read it, then save again")]
    Unreadable {
        /// File or folder.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A task of ours ended early. A defect of ours.
    #[error("an internal error stopped this comparison; the log has the details")]
    Stopped,
    /// Hot reload was stopped.
    #[error("hot reload is stopped because the platform is shutting down")]
    Closed,
}

/// A reaction failed; the sentence says what happened, to what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReactionError(pub String);

impl ReactionError {
    /// An error from anything that has a sentence.
    pub fn new(text: impl std::fmt::Display) -> Self {
        Self(text.to_string())
    }
}
