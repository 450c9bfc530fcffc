//! Why a file could not be listed, read or written.

use containers::EngineError;
use store::StoreError;
use workspaces::WorkspaceError;

/// A refusal of the files of a workspace.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is no such workspace, or it was deleted.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
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
    /// The path is none below a root, or two of a set are the same file.
    #[error("invalid path")]
    Path {
        /// What is wrong with it, a sentence.
        why: String,
    },
    /// Fewer or more levels than are listed.
    #[error("depth must be 1-5")]
    Depth,
    /// No image is there for the container through which files of a stopped agent are reached.
    #[error(
        "The files of an agent that does not run are reached through a small container, and there is no image for it: {why}"
    )]
    NoHelper {
        /// What is missing, and what to do.
        why: String,
    },
    /// The path leads out of its root through a link.
    #[error("{path} leads out of {root} through a link; name the file where it is")]
    Outside {
        /// As asked for.
        path: String,
        /// The root.
        root: &'static str,
    },
    /// The file holds credentials by its name.
    #[error(
        "{path} holds credentials; they are neither shown nor written here. Use the workspace's secrets instead"
    )]
    Credential {
        /// As asked for.
        path: String,
    },
    /// Nothing is there.
    #[error("file not found")]
    NotFound,
    /// Nothing is there because this root exists only while the agent runs.
    #[error("file not found (container offline)")]
    Offline,
    /// A folder stands where a file is meant.
    #[error("{path} is a folder; list it, or name a file below it")]
    IsFolder {
        /// As asked for.
        path: String,
    },
    /// A file stands where a folder is meant, or something that is neither.
    #[error("{path} is no folder; nothing can be below it")]
    NotFolder {
        /// As asked for.
        path: String,
    },
    /// It is neither a file nor a folder.
    #[error("{path} is neither a file nor a folder")]
    Special {
        /// As asked for.
        path: String,
    },
    /// Somebody changed the file since it was read.
    #[error("file changed")]
    Changed {
        /// Which.
        path: String,
        /// Digest of what is there now; `None` when nothing is.
        hash: Option<String>,
    },
    /// More than is taken at once.
    #[error(
        "{path} is larger than the limit of {limit} bytes; read it in parts, with offset and length"
    )]
    TooLarge {
        /// As asked for.
        path: String,
        /// The limit.
        limit: u64,
    },
    /// More files than are taken at once.
    #[error("too many files ({count}), max {most}")]
    TooMany {
        /// As many.
        count: usize,
        /// At most.
        most: usize,
    },
    /// The agent runs elsewhere, or nowhere, and keeps no files here.
    #[error(
        "this workspace has no container of ours, so it keeps no files here; change them where its agent runs, or in its org's folder when the platform itself answers for it"
    )]
    NoContainer,
    /// The work ended before its time: the platform stops, or it has a defect.
    #[error("the work on the files ended before its time ({why}); look at them again, then retry")]
    Interrupted {
        /// What is known.
        why: String,
    },
    /// What takes files away did not manage it.
    #[error("failed to delete: {why}")]
    NotRemoved {
        /// In its own words.
        why: String,
    },
}

impl FileError {
    /// The stable word beside the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Workspace(_) => "not_found",
            Self::Store(_) => "platform_unavailable",
            Self::Engine(error) => error.code(),
            Self::NoEngine { .. } => "docker_unavailable",
            Self::Depth => "invalid_depth",
            Self::NoHelper { .. } => "image_missing",
            Self::Path { .. } => "invalid_path",
            Self::Outside { .. } => "link_outside",
            Self::Credential { .. } => "credential_file",
            Self::NotFound | Self::Offline => "not_found",
            Self::IsFolder { .. } => "is_folder",
            Self::NotFolder { .. } => "not_a_folder",
            Self::Special { .. } => "not_a_file",
            Self::Changed { .. } => "file_changed",
            Self::TooLarge { .. } => "too_large",
            Self::TooMany { .. } => "too_many_files",
            Self::NoContainer => "no_container",
            Self::Interrupted { .. } => "interrupted",
            Self::NotRemoved { .. } => "not_removed",
        }
    }
}
