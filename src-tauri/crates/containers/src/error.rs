//! Everything that can go wrong with an engine, in words a person can act on.
//!
//! The engine's own text is kept as the source of an error and never becomes the message: it may name paths and
//! addresses of the machine, and it helps nobody who is not looking for it (contract 04, D31).

use std::time::Duration;

/// The engine's own words about a failure, for logs and for those who ask. Never shown by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Cause(pub String);

/// What was looked for and is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// No container of that id or name.
    Container,
    /// No file or folder of that path in the container.
    Path,
    /// No volume of that name.
    Volume,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Missing::Container => "container",
            Missing::Path => "path",
            Missing::Volume => "volume",
        })
    }
}

/// A failed engine call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// Nothing answers at the engine's address, or it went away during the call.
    #[error(
        "The container engine at {endpoint} does not answer. Start Docker (or Podman's socket) and it carries on by itself."
    )]
    Unavailable {
        /// Where it was looked for.
        endpoint: String,
        /// What the connection said.
        #[source]
        source: Option<Cause>,
    },
    /// The engine answers, but this user may not use it.
    #[error(
        "No permission to use the container engine at {endpoint}. Add your user to the group that owns the socket (usually `docker`), log in again, then retry."
    )]
    PermissionDenied {
        /// The engine's address.
        endpoint: String,
        /// What the connection said.
        #[source]
        source: Option<Cause>,
    },
    /// The engine is too old, or what is asked does not exist on it.
    #[error("{what} {remedy}")]
    Incompatible {
        /// What does not fit, a sentence.
        what: String,
        /// What to do, a sentence.
        remedy: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
    /// The engine has no image of that reference.
    #[error(
        "The image {reference} is not on this engine. Pull or build it, or choose another image for this runtime."
    )]
    ImageMissing {
        /// The image asked for.
        reference: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
    /// A pull ended without the image.
    #[error(
        "The image {reference} could not be pulled. Check the name, that the registry can be reached and that you may read from it, then retry."
    )]
    PullFailed {
        /// The image asked for.
        reference: String,
        /// What the registry said.
        #[source]
        source: Option<Cause>,
    },
    /// The network that the container should join is gone.
    #[error(
        "The network {name} is gone. It is made again at the next start of an agent; nothing else is needed."
    )]
    NetworkMissing {
        /// The network's name.
        name: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
    /// A port that should be published is in use.
    #[error(
        "A port that {name} should publish is in use by another program. End that program, or start the agent again to get another port."
    )]
    PortConflict {
        /// The container.
        name: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
    /// Another container or volume, not one of this workspace, has the name.
    #[error("{}", holder.words(name))]
    NameTaken {
        /// The name.
        name: String,
        /// Whose it is.
        holder: Holder,
    },
    /// The container, path or volume is not there.
    #[error("There is no {what} {name} on this engine.")]
    NotFound {
        /// What kind of thing.
        what: Missing,
        /// Its id, name or path.
        name: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
    /// The call needs a running container.
    #[error("The container {name} is not running. Start the agent, then retry.")]
    NotRunning {
        /// The container.
        name: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
    /// The volume or image is used by a container.
    #[error("{name} is in use by a container. Stop that container first.")]
    InUse {
        /// The volume or image.
        name: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
    /// The engine could not start the container's program.
    #[error(
        "The container {name} could not be started: {why} Correct that, then start the agent again."
    )]
    StartFailed {
        /// The container.
        name: String,
        /// What stood in the way, a sentence.
        why: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
    /// The call took too long.
    #[error("{doing} took longer than {} seconds. The engine may be busy; retry in a moment.", .after.as_secs())]
    Timeout {
        /// What was being done, a noun phrase.
        doing: String,
        /// The limit.
        after: Duration,
    },
    /// What was read is larger than the caller takes.
    #[error("{what} is larger than the limit of {limit} bytes.")]
    TooLarge {
        /// What was read.
        what: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// What was asked for makes no sense to the engine: a bad name, a folder to mount that does not exist.
    #[error("{what} {remedy}")]
    Invalid {
        /// What is wrong, a sentence.
        what: String,
        /// What to do, a sentence.
        remedy: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
    /// Anything else the engine reports.
    #[error(
        "{doing} failed in the container engine. The engine's log says more; retry, and restart the engine if it stays."
    )]
    Failed {
        /// What was being done, a noun phrase.
        doing: String,
        /// What the engine said.
        #[source]
        source: Option<Cause>,
    },
}

/// Whose a thing is that has the name we want (D42).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Another workspace, or something that no platform made.
    Foreign,
    /// Another installation of this platform, for the same workspace: one was copied from the other.
    Installation,
}

impl Holder {
    fn words(self, name: &str) -> String {
        match self {
            Self::Foreign => format!(
                "The name {name} is taken by a container or volume that does not belong to this workspace. Rename or remove that one, then start the agent again."
            ),
            Self::Installation => format!(
                "{name} belongs to another installation on this engine that has the same agent: one of the two is a copy of the other. It holds that agent's files, so do not remove it by hand. To keep both, remove the agent here and add it anew, which gives it names of its own. To keep this one alone, purge the other one from its own data folder (molecule-stack --data-dir FOLDER purge), then start the agent again; where that folder is lost, restore its backup with --original-gone."
            ),
        }
    }
}

impl EngineError {
    /// The stable reason code that clients see beside the text (contract 04, D31).
    pub fn code(&self) -> &'static str {
        match self {
            EngineError::Unavailable { .. } => "docker_unavailable",
            EngineError::PermissionDenied { .. } => "permission_denied",
            EngineError::Incompatible { .. } => "incompatible",
            EngineError::ImageMissing { .. } | EngineError::PullFailed { .. } => "image_missing",
            EngineError::NetworkMissing { .. } => "network_missing",
            EngineError::PortConflict { .. } => "port_conflict",
            EngineError::NameTaken { .. } => "name_taken",
            EngineError::NotFound { .. } => "not_found",
            EngineError::NotRunning { .. } => "not_running",
            EngineError::InUse { .. } => "in_use",
            EngineError::StartFailed { .. } => "start_failed",
            EngineError::Timeout { .. } => "timeout",
            EngineError::TooLarge { .. } => "too_large",
            EngineError::Invalid { .. } => "invalid",
            EngineError::Failed { .. } => "engine_failed",
        }
    }

    /// Whether waiting may help: the engine is away or slow. Everything else needs somebody to change something.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            EngineError::Unavailable { .. } | EngineError::Timeout { .. }
        )
    }

    /// The engine's own words, if there are any. For logs.
    pub fn cause(&self) -> Option<&Cause> {
        match self {
            EngineError::Unavailable { source, .. }
            | EngineError::PermissionDenied { source, .. }
            | EngineError::Incompatible { source, .. }
            | EngineError::ImageMissing { source, .. }
            | EngineError::PullFailed { source, .. }
            | EngineError::NetworkMissing { source, .. }
            | EngineError::PortConflict { source, .. }
            | EngineError::NotFound { source, .. }
            | EngineError::NotRunning { source, .. }
            | EngineError::InUse { source, .. }
            | EngineError::StartFailed { source, .. }
            | EngineError::Invalid { source, .. }
            | EngineError::Failed { source, .. } => source.as_ref(),
            EngineError::NameTaken { .. }
            | EngineError::Timeout { .. }
            | EngineError::TooLarge { .. } => None,
        }
    }
}
