//! Why a repository, a ref or a commit could not be had. No text holds a token or a path of this computer.

use std::time::Duration;

/// A fetch (or a step of it) was refused or failed. Nothing half fetched is left where a later fetch would believe it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// The address of a repository is not understood.
    #[error("{text} is no repository address: {reason}")]
    Address {
        /// As given.
        text: String,
        /// What is wrong and what to write.
        reason: String,
    },
    /// A ref is not of the allowed form.
    #[error("{text} is no usable ref: {reason}")]
    Ref {
        /// As given.
        text: String,
        /// What is wrong and what to write.
        reason: String,
    },
    /// The setting of the allowlist is not understood; nothing is fetched until it is.
    #[error("the entry {entry} of the repository allowlist is not understood: {reason}")]
    AllowlistEntry {
        /// The entry.
        entry: String,
        /// What is wrong and what to write.
        reason: String,
    },
    /// The repository is on no allowed place. Said before anything touches the network.
    #[error(
        "{place} is not on the list of allowed repositories ({list}); if you trust it, add it to \
         MOLECULE_EXTERNAL_REPO_ALLOWLIST and start the platform again"
    )]
    NotAllowed {
        /// `host/path` that was asked for.
        place: String,
        /// The entries in force.
        list: String,
    },
    /// The address wants a transport that is switched off.
    #[error("{scheme} addresses are not fetched; use https")]
    Transport {
        /// `http`, `file` or `ssh`.
        scheme: String,
    },
    /// There is no git command, or it is too old for a token in its environment.
    #[error("{0}")]
    NoGit(String),
    /// The host did not answer (no network, name unknown, refused, timed out by git itself).
    #[error("{place} cannot be reached: {reason}")]
    Unreachable {
        /// `host/path`.
        place: String,
        /// What git said.
        reason: String,
    },
    /// The host wants a credential that was not given, or refuses the one given.
    #[error("{place} refuses access ({reason}); check the token and what it may read")]
    Denied {
        /// `host/path`.
        place: String,
        /// What git said.
        reason: String,
    },
    /// The repository has no such branch, tag or commit.
    #[error("{place} has no ref {wanted}{}", reason_after(.reason))]
    UnknownRef {
        /// `host/path`.
        place: String,
        /// The ref or commit.
        wanted: String,
        /// What git said; may be empty.
        reason: String,
    },
    /// Git ended with another error (no such repository, broken data, a redirect).
    #[error("{place} could not be fetched: {reason}")]
    Failed {
        /// `host/path`.
        place: String,
        /// What git said.
        reason: String,
    },
    /// It took longer than the limit; git was ended.
    #[error("{place} took longer than {} s and was given up", .limit.as_secs())]
    TimedOut {
        /// `host/path`.
        place: String,
        /// The limit.
        limit: Duration,
    },
    /// The commit holds more than the limit.
    #[error("{place} is too large: {reason}")]
    TooLarge {
        /// `host/path`.
        place: String,
        /// What is over which limit.
        reason: String,
    },
    /// What came is not the commit that was asked for, or holds what cannot be kept.
    #[error("{place} at {commit} is not usable: {reason}")]
    NotTheCommit {
        /// `host/path`.
        place: String,
        /// The commit.
        commit: String,
        /// What is different.
        reason: String,
    },
    /// A folder or file of the cache could not be read or written.
    #[error("the folder for fetched repositories cannot be used: {0}")]
    Cache(String),
}

fn reason_after(reason: &str) -> String {
    if reason.is_empty() {
        String::new()
    } else {
        format!(" ({reason})")
    }
}

impl GitError {
    /// Whether trying again later, with the network back, may help. Only then may an older answer stand in.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. })
    }

    pub(crate) fn cache(what: &str, error: &std::io::Error) -> Self {
        Self::Cache(format!("{what}: {}", error.kind()))
    }
}
