//! `org`.

use clap::{Args, Subcommand};

/// `org`.
#[derive(Debug, Subcommand)]
pub enum Org {
    /// Folders that were registered, and templates that can be imported.
    List,
    /// How an import goes that was begun with --detach, or how it ended.
    ImportState {
        /// Its id, as `import --detach` said it.
        id: String,
    },
    /// Roles of an org and where its files say them; the values of one role when it is named.
    Roles {
        /// The org: DIR or NAME of `org list`, or its folder on disk.
        dir: String,
        /// Name or key of a role.
        role: Option<String>,
    },
    /// Change values of a role in the org's own files: plugins, prompts, routing, or any other; the diff is shown.
    Set(OrgSet),
    /// Write what was changed on the canvas into the org's own files, as a small diff.
    Save {
        /// The org: DIR or NAME of `org list`, or its folder on disk.
        dir: String,
        /// Only show the diff.
        #[arg(long)]
        dry_run: bool,
        /// Whom the change of a shared value is for: KEY/FIELD=all or KEY/FIELD=only_this. May be repeated.
        #[arg(long, value_name = "KEY/FIELD=SCOPE")]
        choose: Vec<String>,
    },
    /// Remove an org and its agents; the folder on disk stays.
    Remove {
        /// The org: DIR or NAME of `org list`, or its folder on disk.
        dir: String,
        /// Remove the agents' data too.
        #[arg(long)]
        purge: bool,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

/// `org set`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  molecule-stack org set my-org Writer model=opus tier=3\n  molecule-stack org set my-org Lead/Writer --add-plugin notes --dry-run\n  molecule-stack org set my-org Writer --from-file initial_prompt=prompt.md"
)]
pub struct OrgSet {
    /// The org: DIR or NAME of `org list`, or its folder on disk.
    pub dir: String,
    /// Name or key of the role, as `org roles` shows it.
    pub role: String,
    /// FIELD=VALUE; lists, numbers and true or false as JSON, an empty value unsets. May be repeated.
    #[arg(value_name = "FIELD=VALUE")]
    pub values: Vec<String>,
    /// Take the value of a field from a file, as for long prompts: FIELD=PATH. May be repeated.
    #[arg(long, value_name = "FIELD=PATH")]
    pub from_file: Vec<String>,
    /// Give the role a plugin. May be repeated.
    #[arg(long, value_name = "PLUGIN")]
    pub add_plugin: Vec<String>,
    /// Take a plugin from the role. May be repeated.
    #[arg(long, value_name = "PLUGIN")]
    pub remove_plugin: Vec<String>,
    /// Only show the diff.
    #[arg(long)]
    pub dry_run: bool,
    /// Whom the change of a shared value is for: KEY/FIELD=all or KEY/FIELD=only_this. May be repeated.
    #[arg(long, value_name = "KEY/FIELD=SCOPE")]
    pub choose: Vec<String>,
}
