//! `import` and `up`: an org folder on its way in.

use super::Serve;
use clap::Args;

/// A kind of prompt that calls a model by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PromptKind {
    /// Once, at the first start.
    Initial,
    /// While idle.
    Idle,
    /// By schedule.
    Schedules,
    /// None of them, also when they were on before.
    None,
}

/// What an import may do; shared by `up` and `import`.
#[derive(Debug, Args, Clone)]
pub struct ImportFlags {
    /// merge only adds; sync updates and moves too; reconcile also removes what the files do not name.
    #[arg(long, value_enum, default_value_t = ImportMode::Sync)]
    pub mode: ImportMode,
    /// Also remove roles that the files no longer name.
    #[arg(long)]
    pub prune: bool,
    /// Import although required variables are missing.
    #[arg(long)]
    pub force: bool,
    /// Highest tier granted to this org; roles that ask for more run at tier 2.
    #[arg(long, value_name = "TIER", value_parser = clap::value_parser!(i64).range(1..=4), allow_negative_numbers = true)]
    pub grant_tier: Option<i64>,
    /// Prompts that may call a model by themselves (initial, idle, schedules); off by default.
    #[arg(long, value_delimiter = ',', value_name = "KIND")]
    pub prompts: Vec<PromptKind>,
    /// Answer to a conflict: KEY/FIELD=files or KEY/FIELD=canvas.
    #[arg(long, value_name = "ANSWER")]
    pub resolve: Vec<String>,
    /// Folder of this computer that roles of this org may mount.
    #[arg(long, value_name = "DIR")]
    pub allow_folder: Vec<String>,
    /// Folder allowed before that no role may mount any more.
    #[arg(long, value_name = "DIR")]
    pub revoke_folder: Vec<String>,
    /// Only say what would happen.
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask on a terminal whether the plan is to be carried out.
    #[arg(long, short)]
    pub yes: bool,
}

/// How files and platform are brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ImportMode {
    /// Add only.
    Merge,
    /// Add, update, move; remove with --prune.
    Sync,
    /// As sync, and remove what the files do not name.
    Reconcile,
}

impl ImportMode {
    /// As the API calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Sync => "sync",
            Self::Reconcile => "reconcile",
        }
    }
}

/// `up`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  molecule-stack up sample                          # the built-in sample\n  molecule-stack up my-org --prompts initial,schedules\n  molecule-stack up my-org --dry-run                   # only the plan\n  echo passphrase | molecule-stack up my-org --passphrase-stdin"
)]
pub struct Up {
    /// Folder that holds org.yaml; `sample` for the built-in sample.
    pub org: String,
    /// What the import may do.
    #[command(flatten)]
    pub import: ImportFlags,
    /// How to run the platform, if none runs.
    #[command(flatten)]
    pub serve: Serve,
    /// Return as soon as the import is done.
    #[arg(long)]
    pub no_wait: bool,
}

/// `import`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  molecule-stack import my-org --dry-run\n  molecule-stack import my-org --prune --yes\n  molecule-stack import my-org --resolve dir:lead/model=files"
)]
pub struct Import {
    /// Folder that holds org.yaml; `sample` for the built-in sample.
    pub org: String,
    /// What the import may do.
    #[command(flatten)]
    pub import: ImportFlags,
    /// Return at once; `org import-state` says how it goes.
    #[arg(long, conflicts_with = "dry_run")]
    pub detach: bool,
}
