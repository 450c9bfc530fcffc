//! What can go wrong with a plugin. Texts are those of contract 03 sections 2.13, 7 and 8.

use crate::VolumeError;
use std::path::{Path, PathBuf};
use store::StoreError;

/// Something about a plugin could not be done.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The text is no source.
    #[error("invalid plugin source")]
    InvalidSource,
    /// Nobody serves the scheme.
    #[error("failed to resolve plugin source")]
    UnknownScheme,
    /// A name with separators, `..` or letters that names do not have.
    #[error("invalid plugin name")]
    InvalidName,
    /// A tracked ref of no known form.
    #[error("invalid track")]
    InvalidTrack,
    /// A git source without a ref.
    #[error(
        "unpinned {scheme} source: append a tag or commit SHA (e.g. \"{scheme}://owner/repo#v1.2.0\"). Set PLUGIN_ALLOW_UNPINNED=true to override"
    )]
    Unpinned {
        /// Its scheme.
        scheme: &'static str,
        /// The source as normalised.
        source_raw: String,
    },
    /// The host or repository is not on the list of those that may be fetched from.
    #[error(
        "{source_raw} is not on the list of allowed repositories; add it to MOLECULE_EXTERNAL_REPO_ALLOWLIST"
    )]
    NotAllowedHost {
        /// The source as normalised.
        source_raw: String,
    },
    /// The source does not exist.
    #[error("failed to fetch plugin from {scheme}")]
    NotFound {
        /// Its scheme.
        scheme: &'static str,
        /// The source as normalised.
        source_raw: String,
        /// The folder that was looked into, where it is one of this computer.
        folder: Option<PathBuf>,
    },
    /// It took too long.
    #[error("failed to fetch plugin from {scheme}")]
    Deadline {
        /// Its scheme.
        scheme: &'static str,
        /// The source as normalised.
        source_raw: String,
    },
    /// It could not be fetched; the reason is in the log.
    #[error("failed to fetch plugin from {scheme}")]
    Fetch {
        /// Its scheme.
        scheme: &'static str,
        /// The source as normalised.
        source_raw: String,
    },
    /// What was fetched has no usable name.
    #[error("resolver returned invalid plugin name")]
    FetchedName,
    /// It is larger than allowed.
    #[error("staged plugin exceeds size limit")]
    TooLarge,
    /// `manifest.json` declares another digest.
    #[error("plugin manifest integrity check failed")]
    Integrity,
    /// A digest was asked for and there is no `plugin.yaml`.
    #[error("sha256 check failed: plugin.yaml not found in staged plugin")]
    NoManifest,
    /// The `plugin.yaml` is another one.
    #[error("sha256 mismatch: expected {expected}, got {found}")]
    Mismatch {
        /// As the caller said.
        expected: String,
        /// As it is.
        found: String,
    },
    /// The source gives something else than what a person was shown.
    #[error(
        "the plugin changed since its files were shown: expected {expected}, got {found}; look at it again, then install it"
    )]
    Changed {
        /// Digest that was shown.
        expected: String,
        /// Digest that is there now.
        found: String,
    },
    /// It holds code that no person was shown yet, and an agent asks for it.
    #[error(
        "plugin \"{name}\" holds code that nobody was shown yet; a person has to look at it and install it"
    )]
    NotShown {
        /// Its name.
        name: String,
    },
    /// The org does not allow it.
    #[error("plugin \"{name}\" is not in the org allowlist")]
    NotAllowed {
        /// Its name.
        name: String,
    },
    /// Whether the org allows it cannot be said.
    #[error("the org allowlist cannot be read, so nothing is installed; retry shortly")]
    AllowlistUnknown,
    /// There is no such workspace.
    #[error("workspace not found")]
    NoWorkspace,
    /// There is no such org.
    #[error("org not found")]
    NoOrg,
    /// It is not installed.
    #[error("plugin \"{name}\" is not installed in this workspace")]
    NotInstalled {
        /// Its name.
        name: String,
    },
    /// Another name came out of the source than the caller asked for.
    #[error("source resolved to plugin \"{resolved}\" but URL requested \"{requested}\"")]
    OtherName {
        /// What is there.
        resolved: String,
        /// What was asked for.
        requested: String,
    },
    /// There is no such update.
    #[error("plugin update not found")]
    NoUpdate,
    /// The update was resolved already.
    #[error("plugin update is not pending (it is {status})")]
    NotPending {
        /// What it is.
        status: String,
    },
    /// Canary workspaces have to take it first.
    #[error("apply to canary first")]
    CanaryFirst {
        /// Canary workspaces that wait for the same target.
        waiting: Vec<String>,
    },
    /// No room to stage it.
    #[error("failed to create staging dir")]
    Staging(#[source] std::io::Error),
    /// The kept archive of a plugin is gone or damaged.
    #[error("the kept files of the plugin are damaged ({0}); install it again")]
    Damaged(String),
    /// A folder of the registry cannot be read.
    #[error("{path} cannot be read: {why}")]
    Unreadable {
        /// Which.
        path: String,
        /// What the system said.
        why: String,
    },
    /// A step in the config volume failed; what was there before is there again.
    #[error("plugin deliver failed")]
    Deliver(#[source] VolumeError),
    /// It could not be taken away.
    #[error("failed to remove plugin")]
    Remove(#[source] VolumeError),
    /// A task of the platform ended early.
    #[error("the platform is stopping")]
    Stopping,
}

impl PluginError {
    pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable {
            path: path.display().to_string(),
            why: error.to_string(),
        }
    }

    /// The stable word beside the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "store_unavailable",
            Self::InvalidSource => "invalid_source",
            Self::UnknownScheme => "unknown_scheme",
            Self::InvalidName => "invalid_name",
            Self::InvalidTrack => "invalid_track",
            Self::Unpinned { .. } => "unpinned",
            Self::NotAllowedHost { .. } => "source_not_allowed",
            Self::NotFound { .. } => "source_not_found",
            Self::Deadline { .. } => "fetch_timeout",
            Self::Fetch { .. } => "fetch_failed",
            Self::FetchedName => "invalid_name",
            Self::TooLarge => "too_large",
            Self::Integrity => "integrity_failed",
            Self::NoManifest => "manifest_missing",
            Self::Mismatch { .. } => "sha256_mismatch",
            Self::Changed { .. } => "changed_since_shown",
            Self::NotShown { .. } => "code_not_shown",
            Self::NotAllowed { .. } => "not_in_allowlist",
            Self::AllowlistUnknown => "allowlist_unknown",
            Self::NoWorkspace | Self::NoOrg | Self::NoUpdate => "not_found",
            Self::NotInstalled { .. } => "not_installed",
            Self::OtherName { .. } => "other_name",
            Self::NotPending { .. } => "not_pending",
            Self::CanaryFirst { .. } => "canary_first",
            Self::Staging(_) => "staging_failed",
            Self::Damaged(_) => "damaged",
            Self::Unreadable { .. } => "unreadable",
            Self::Deliver(_) => "deliver_failed",
            Self::Remove(_) => "remove_failed",
            Self::Stopping => "stopping",
        }
    }

    /// What exactly is wrong and what to do, where the contract's text does not say it.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::NotFound {
                source_raw,
                folder: Some(folder),
                ..
            } => {
                let name = source_raw.strip_prefix("local://").unwrap_or(source_raw);
                Some(format!("there is no plugin {name} in {}", folder.display()))
            }
            Self::NotFound { source_raw, .. } => Some(format!("there is nothing at {source_raw}")),
            Self::InvalidSource | Self::InvalidName | Self::UnknownScheme => Some(
                "a plugin comes from the registry folder of this computer (its NAME) or from a repository: \
                 github://owner/repo#v1.0.0, gitea://owner/repo#v1.0.0"
                    .to_owned(),
            ),
            Self::Fetch { .. } => Some(
                "there is no such repository or ref, it is private and no token is set for its host, or the host cannot be \
                 reached; the platform's log holds the words of git"
                    .to_owned(),
            ),
            Self::Deadline { .. } => Some("its host did not answer in time; try again later".to_owned()),
            _ => None,
        }
    }

    /// The same in one sentence: the detail where there is one, else the text.
    pub fn told(&self) -> String {
        self.detail().unwrap_or_else(|| self.to_string())
    }

    /// The source that the answer names, if the contract has it there.
    pub fn source_raw(&self) -> Option<&str> {
        match self {
            Self::Unpinned { source_raw, .. }
            | Self::NotAllowedHost { source_raw }
            | Self::NotFound { source_raw, .. }
            | Self::Deadline { source_raw, .. }
            | Self::Fetch { source_raw, .. } => Some(source_raw),
            _ => None,
        }
    }
}
