//! `plugin`.

use clap::Subcommand;

/// `plugin`.
#[derive(Debug, Subcommand)]
pub enum Plugin {
    /// Plugins of the registry; of one agent with --agent.
    List {
        /// Name or id of the agent.
        #[arg(long)]
        agent: Option<String>,
    },
    /// Show a plugin and everything in it that would run.
    Show {
        /// NAME, local://NAME, github://OWNER/REPO#REF or gitea://[HOST/]OWNER/REPO#REF.
        source: String,
    },
    /// Show a plugin's code, then install it in an agent.
    #[command(
        after_help = "Examples:\n  molecule-stack plugin install notes --agent Writer\n  molecule-stack plugin install github://owner/repo#v1.0.0 --agent Writer --track tag:latest"
    )]
    Install {
        /// NAME, local://NAME, github://OWNER/REPO#REF or gitea://[HOST/]OWNER/REPO#REF.
        source: String,
        /// Name or id of the agent.
        #[arg(long)]
        agent: String,
        /// What it follows: none, tag:TAG, tag:latest, sha:COMMIT.
        #[arg(long, value_name = "REF")]
        track: Option<String>,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Take a plugin away from an agent, with everything its install wrote.
    Uninstall {
        /// Its name, as `plugin list` shows it.
        name: String,
        /// Name or id of the agent.
        #[arg(long)]
        agent: String,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Plugins that org files want and that are not installed, with the reason.
    Wanted,
    /// What became of a plugin's setup.sh, and what it printed.
    Log {
        /// Its name, as `plugin list` shows it.
        name: String,
        /// Name or id of the agent.
        #[arg(long)]
        agent: String,
    },
    /// List updates that wait.
    Updates {
        /// Ask the sources first.
        #[arg(long)]
        check: bool,
        /// canary or production.
        #[arg(long)]
        tier: Option<String>,
    },
    /// Show the code of updates, then apply them: one by its id, or all of a tier.
    #[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["id", "tier", "plugin"]))]
    Apply {
        /// Id of one update, or the first eight characters of one.
        id: Option<String>,
        /// canary or production.
        #[arg(long, conflicts_with = "id")]
        tier: Option<String>,
        /// Only this plugin.
        #[arg(long, conflicts_with = "id")]
        plugin: Option<String>,
        /// Although canary agents wait for the same update.
        #[arg(long)]
        force: bool,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Keep an update away until there is a newer one.
    Dismiss {
        /// Its id, or the first eight characters of one, as `plugin updates` shows it.
        id: String,
    },
    /// Who gets updates first: canary agents before the production ones.
    Tier {
        /// canary or production.
        tier: UpdateTier,
        /// Name or id of the agent.
        #[arg(long)]
        agent: String,
    },
    /// Which plugins an org allows; nothing listed allows all.
    Allowlist {
        /// Name or id of an agent of the org.
        #[arg(long)]
        agent: String,
        /// Allow these as well.
        #[arg(long, value_name = "PLUGIN", num_args = 1..)]
        add: Vec<String>,
        /// Allow these no longer.
        #[arg(long, value_name = "PLUGIN", num_args = 1..)]
        remove: Vec<String>,
        /// Allow everything again.
        #[arg(long, conflicts_with_all = ["add", "remove"])]
        clear: bool,
    },
}

/// Who gets updates of plugins first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum UpdateTier {
    /// Before the others.
    Canary,
    /// After them.
    Production,
}
