//! What can go wrong for a caller of the reconciler.

use containers::EngineError;
use store::StoreError;

/// A question to the reconciler could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine did not do what was asked.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// No engine answers now.
    #[error("The container engine is not there: {detail}")]
    NoEngine {
        /// Why, and what to do.
        detail: String,
    },
    /// There is no workspace of that id, or it is deleted.
    #[error("workspace not found")]
    NotFound,
    /// The workspace has no running container.
    #[error("The agent is not running. Start it, then try again.")]
    NotRunning,
    /// A path would leave `/configs`, or names a file that only the platform writes.
    #[error("\"{path}\" cannot be delivered: {why}")]
    Path {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Files could not be removed.
    #[error("The files could not be removed from the agent: {why}")]
    NotRemoved {
        /// Why, a sentence.
        why: String,
    },
    /// An archive of files could not be built.
    #[error("The files could not be packed for the container: {0}")]
    Pack(#[from] std::io::Error),
}

impl ReconcileError {
    /// The stable word beside the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "store_unavailable",
            Self::Engine(error) => error.code(),
            Self::NoEngine { .. } => "docker_unavailable",
            Self::NotFound => "not_found",
            Self::NotRunning => "not_running",
            Self::Path { .. } => "invalid_path",
            Self::NotRemoved { .. } => "not_removed",
            Self::Pack(_) => "pack_failed",
        }
    }
}
