//! Why an org could not be registered, planned or imported (contract 03 section 2.8).

use org_template::{EnvNeed, Problem};
use serde::Serialize;
use store::StoreError;
use vault::VaultError;
use wire::{PlanView, SaveView};

/// A command on orgs was refused. Nothing was changed. The text is the contract's `error`; the variants carry what
/// else a body holds.
#[derive(Debug, thiserror::Error)]
pub enum OrgsError {
    /// The database did not take or give something.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value of the request (or the schema of an inline template) is not understood (400).
    #[error("invalid request body")]
    InvalidBody {
        /// Which value, and what it may be.
        detail: String,
        /// Problems of an inline template, with their places.
        problems: Vec<Problem>,
    },
    /// The mode is none of `""`, `merge`, `sync`, `reconcile` (400).
    #[error("invalid mode")]
    InvalidMode,
    /// `dir` is absolute or leaves the folder of orgs (400).
    #[error("invalid org directory")]
    InvalidDirectory,
    /// Nothing importable has this name (404).
    #[error("org template not found: {dir}")]
    NotFound {
        /// As asked for.
        dir: String,
    },
    /// Reading, YAML or `!include` failed (400).
    #[error("org template expansion failed")]
    Expansion {
        /// Every problem, with its place.
        problems: Vec<Problem>,
    },
    /// The document is no valid org (400).
    #[error("invalid org template")]
    InvalidTemplate {
        /// Every problem, with its place.
        problems: Vec<Problem>,
    },
    /// Neither `dir` nor a named `template` (400).
    #[error("provide 'dir' or 'template'")]
    NothingGiven,
    /// Personas may supply what is missing, and the place that holds them is locked (500).
    #[error(
        "could not verify required environment variables; try again or pass force=true to override"
    )]
    CouldNotVerify,
    /// Required variables have no value in any layer (412).
    #[error("missing required environment variables")]
    MissingEnv(Box<MissingEnv>),
    /// The same folder is being imported now (409).
    #[error("import already running")]
    AlreadyRunning,
    /// Files and canvas changed the same values; nothing is applied until each is decided (409).
    #[error("{}; pick the files or the canvas for each, nothing was changed", conflicts(.0))]
    Conflicts(Box<PlanView>),
    /// Roles want to mount folders of this computer that nobody allowed (409; contract 03 no. 16).
    #[error(
        "this org asks for folders of this computer that are not allowed yet: {}; allow them in the plan, or pass them as folders",
        folders.join(", ")
    )]
    FoldersNotAllowed {
        /// Which.
        folders: Vec<String>,
        /// Names of the roles that ask.
        roles: Vec<String>,
    },
    /// The files hold changes that the platform has not taken in, or are not what they were when they were read (409).
    #[error(
        "{} changed on disk; nothing was written. Take the change in first (plan and import), then save again",
        files.join(", ")
    )]
    FilesChanged {
        /// Paths below the org folder.
        files: Vec<String>,
        /// What taking them in would do, when that is known.
        plan: Option<Box<PlanView>>,
    },
    /// Values to be saved are shared by several roles, and nobody chose whom the change is for (409).
    #[error(
        "choose for each shared value whether the change is for all roles or for one; nothing was written"
    )]
    SaveQuestions(Box<SaveView>),
    /// Changes that cannot be written into the files (409).
    #[error("{}", refusals(.0))]
    SaveRefused(Box<SaveView>),
    /// The system refused to write the files; none of them was changed.
    #[error("{path} could not be written: {reason}; no file was changed")]
    SaveFailed {
        /// File below the org folder.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The org's `.env` files hold values, and there is no open place to seal them (409; design law 5).
    #[error(
        "the .env files of this org hold secrets; choose first where secrets are kept, then import again"
    )]
    VaultClosed,
    /// The keychain or the sealing failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A folder cannot be registered (400).
    #[error("{path}: {reason}")]
    Folder {
        /// As asked for.
        path: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A folder that should be registered does not exist (404).
    #[error("there is no folder {path}; check the path")]
    NoSuchFolder {
        /// As asked for.
        path: String,
    },
    /// No registered org has this name (404).
    #[error("no org is registered as {dir}")]
    UnknownOrg {
        /// As asked for.
        dir: String,
    },
    /// The built-in sample could not be written to the data folder.
    #[error("the sample org could not be written to {path}: {reason}")]
    Sample {
        /// Where.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A bundle is wrong somewhere (400).
    #[error(transparent)]
    Bundle(crate::BundleError),
    /// The time of a schedule cannot be kept (400).
    #[error(transparent)]
    Schedule(#[from] crate::ScheduleProblem),
    /// Another schedule of the workspace has this name (409).
    #[error("schedule name already exists")]
    ScheduleName,
    /// An agent may not say yes for a person (403).
    #[error("a person has to switch this schedule on: it comes with the org and was not ticked")]
    ScheduleNotTicked,
    /// The workspace has no such schedule (404).
    #[error("schedule not found")]
    NoSchedule,
    /// There is no such workspace (404).
    #[error("workspace not found")]
    NoWorkspace,
    /// A workspace could not be removed.
    #[error(transparent)]
    Workspace(#[from] workspaces::WorkspaceError),
    /// A task of ours ended early. A defect of ours.
    #[error("an internal error ended this; nothing was changed, the log has the details")]
    Internal,
}

/// The 412 body (contract 03 section 2.8), and which roles lack what (no. 19).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MissingEnv {
    /// Requirements without a value.
    pub missing_env: Vec<EnvNeed>,
    /// All requirements.
    pub required_env: Vec<EnvNeed>,
    /// Org name.
    pub template: String,
    /// What to do.
    pub suggestion: &'static str,
    /// Names of the roles by requirement, in the order of `missing_env`; empty for what the org itself declares.
    pub missing_by_role: Vec<Vec<String>>,
}

impl MissingEnv {
    /// The contract's sentence.
    pub(crate) const SUGGESTION: &'static str =
        "set these as global secrets (POST /settings/secrets) or pass force=true to override";
}

impl OrgsError {
    /// Stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(StoreError::DiskFull) => "disk_full",
            Self::Store(_) | Self::Internal => "internal",
            Self::InvalidBody { .. } => "invalid_body",
            Self::InvalidMode => "invalid_mode",
            Self::InvalidDirectory => "invalid_org_directory",
            Self::NotFound { .. } => "org_not_found",
            Self::Expansion { .. } => "org_expansion_failed",
            Self::InvalidTemplate { .. } => "invalid_org_template",
            Self::NothingGiven => "nothing_given",
            Self::CouldNotVerify => "env_not_verified",
            Self::MissingEnv(_) => "missing_env",
            Self::AlreadyRunning => "import_running",
            Self::Conflicts(_) => "plan_conflicts",
            Self::FoldersNotAllowed { .. } => "folders_not_allowed",
            Self::FilesChanged { .. } => "files_changed",
            Self::SaveQuestions(_) => "choices_needed",
            Self::SaveRefused(_) => "save_refused",
            Self::SaveFailed { .. } => "save_failed",
            Self::VaultClosed => "vault_closed",
            Self::Vault(error) => error.code(),
            Self::Folder { .. } => "folder_unusable",
            Self::NoSuchFolder { .. } => "folder_not_found",
            Self::UnknownOrg { .. } => "org_not_registered",
            Self::Sample { .. } => "sample_not_written",
            Self::Bundle(_) => "invalid_bundle",
            Self::Workspace(_) => "workspace_refused",
            Self::Schedule(crate::ScheduleProblem::Incomplete) => "invalid_body",
            Self::Schedule(_) => "invalid_schedule",
            Self::ScheduleName => "schedule_exists",
            Self::ScheduleNotTicked => "schedule_not_ticked",
            Self::NoSchedule | Self::NoWorkspace => "not_found",
        }
    }

    /// Problems of a template with file, line, column, text and hint; the first is the one to show in short.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::InvalidBody { problems, .. }
            | Self::Expansion { problems }
            | Self::InvalidTemplate { problems } => problems,
            _ => &[],
        }
    }

    /// The same for answers to programs: each with the sentence for people as `display`.
    pub fn problems_shown(&self) -> Vec<serde_json::Value> {
        let shown = |problem: &Problem| {
            let mut item = serde_json::json!(problem);
            item["display"] = problem.to_string().into();
            item
        };
        self.problems().iter().map(shown).collect()
    }

    /// The cause in one line, without host paths; for the `detail` of an answer (contract 03 no. 38).
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::InvalidBody { detail, .. } if !detail.is_empty() => Some(detail.clone()),
            Self::Bundle(error) => Some(error.detail.clone()),
            Self::Schedule(problem) => problem.detail(),
            _ => self.problems().first().map(ToString::to_string),
        }
    }

    pub(crate) fn body(detail: impl Into<String>) -> Self {
        Self::InvalidBody {
            detail: detail.into(),
            problems: Vec::new(),
        }
    }
}

fn conflicts(plan: &PlanView) -> String {
    match plan.conflicts.len() {
        1 => "1 value was changed in the files and on the canvas".to_owned(),
        n => format!("{n} values were changed in the files and on the canvas"),
    }
}

fn refusals(save: &SaveView) -> String {
    let lines: Vec<String> = save
        .refused
        .iter()
        .map(|one| match one.role.as_str() {
            "" => one.text.clone(),
            role => format!("{role}, {}: {}", one.field, one.text),
        })
        .collect();
    format!("{}; nothing was written", lines.join("; "))
}
