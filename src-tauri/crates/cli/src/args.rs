//! The command line.

mod agent;
mod org;
mod schedule;

pub use agent::{AgentNew, AgentSet, AgentVerb};
use clap::{Args, Parser, Subcommand};
pub use org::{Org, OrgSet};
pub use schedule::Schedule;
use std::path::PathBuf;

/// Runs organisations of AI agents on this computer, without a window.
#[derive(Debug, Parser)]
#[command(name = "molecule-stack", version, propagate_version = true)]
pub struct Arguments {
    /// Data folder; default: MOLECULE_HOME, else the folder of the operating system.
    #[arg(long, global = true, env = "MOLECULE_HOME", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Answers and errors as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run the platform in the foreground until it is stopped.
    Serve(Serve),
    /// Run an org: start the platform if none runs, import the folder, wait until its agents are there.
    Up(Up),
    /// Stop the platform.
    Down(Down),
    /// Show engine, memory, agents.
    Status,
    /// Import an org folder into the running platform.
    Import(Import),
    /// Show what happens.
    Events(Events),
    /// Show the output of an agent's container.
    Logs(Logs),
    /// Look at everything a start needs and say what to do.
    Doctor(Doctor),
    /// Make, list or revoke tokens for your own clients.
    Token(Token),
    /// Print a link that opens the canvas in a browser, once.
    Open,
    /// Org folders.
    #[command(subcommand)]
    Org(Org),
    /// Plugins of agents.
    #[command(subcommand)]
    Plugin(Plugin),
    /// What agents do by the clock.
    #[command(subcommand)]
    Schedule(Schedule),
    /// Secrets and personas.
    #[command(subcommand, alias = "secret")]
    Secrets(Secrets),
    /// Files of an agent, whether it runs or not.
    #[command(subcommand)]
    Files(Files),
    /// Folders that agents are made of.
    #[command(subcommand)]
    Template(Template),
    /// An agent and all below it as one file.
    #[command(subcommand)]
    Bundle(BundleVerb),
    /// Show or change settings.
    Settings(SettingsArgs),
    /// One agent: make, show, change, pause, sleep, remove it.
    #[command(subcommand)]
    Agent(AgentVerb),
    /// Send a message to an agent and print its answer.
    Send(Send),
    /// Start agents that are stopped.
    Start(Scope),
    /// Stop agents; their files stay.
    Stop(Scope),
    /// Restart agents.
    Restart(Scope),
    /// Remove an agent and all below it; for thirty days it can be brought back.
    Remove(Remove),
    /// List removed agents, or bring one back with all that went with it.
    BringBack(BringBack),
    /// Write a backup; secrets stay sealed in it.
    Backup(Backup),
    /// Put a backup in place of the data folder's content.
    Restore(Restore),
    /// Remove all that this installation made: containers, volumes, network, keychain entries, data.
    Purge(Purge),
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// `serve`.
#[derive(Debug, Args, Default, Clone)]
pub struct Serve {
    /// Port; 0 picks a free one.
    #[arg(long)]
    pub port: Option<u16>,
    /// Use no container engine.
    #[arg(long)]
    pub no_engine: bool,
    /// Open development mode: requests need no credential. For this run only.
    #[arg(long)]
    pub open_dev_mode: bool,
    /// Print a one-time link to the canvas.
    #[arg(long)]
    pub print_link: bool,
    /// Read a passphrase from standard input and keep secrets in a file sealed under it.
    #[arg(long)]
    pub passphrase_stdin: bool,
    /// When stopped by a signal, stop the agents too.
    #[arg(long)]
    pub stop_agents: bool,
}

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
    #[arg(long, value_name = "TIER", value_parser = clap::value_parser!(i64).range(1..=4))]
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
    /// Only say what would happen.
    #[arg(long)]
    pub dry_run: bool,
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

/// `down`.
#[derive(Debug, Args)]
pub struct Down {
    /// Leave the agents running.
    #[arg(long)]
    pub keep_agents: bool,
}

/// `events`.
#[derive(Debug, Args)]
pub struct Events {
    /// Go on with what happens from now on.
    #[arg(long, short)]
    pub follow: bool,
    /// Begin after this number.
    #[arg(long, value_name = "SEQ", value_parser = clap::value_parser!(i64).range(0..), allow_negative_numbers = true)]
    pub since: Option<i64>,
    /// Events shown at first.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(0..), allow_negative_numbers = true)]
    pub limit: i64,
}

/// `logs`.
#[derive(Debug, Args)]
pub struct Logs {
    /// Name or id of the agent.
    pub name: String,
    /// Go on with what it writes from now on.
    #[arg(long, short)]
    pub follow: bool,
    /// Lines shown.
    #[arg(long, default_value_t = 200)]
    pub lines: usize,
}

/// `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Write a masked bundle of findings and logs to this file, for a report.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
}

/// `token`.
#[derive(Debug, Args)]
pub struct Token {
    /// What to do; lists them when absent.
    #[command(subcommand)]
    pub verb: Option<TokenVerb>,
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenVerb {
    /// Make a token for a client of yours, or for what speaks for one agent; it is shown once.
    New {
        /// What to call it.
        #[arg(default_value = "")]
        name: String,
        /// Name or id of an agent: the token opens that one alone; without it, it may do everything.
        #[arg(long)]
        agent: Option<String>,
        /// Print an address that carries it, for clients that can send no token.
        #[arg(long)]
        address: bool,
    },
    /// List them; those of one agent with --agent.
    List {
        /// Name or id of the agent.
        #[arg(long)]
        agent: Option<String>,
    },
    /// End one.
    Revoke {
        /// Its id, as `token list` shows it.
        id: String,
        /// Name or id of the agent it belongs to.
        #[arg(long)]
        agent: Option<String>,
    },
}

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
    Apply {
        /// Id of one update.
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
        /// Its id, as `plugin updates` shows it.
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

/// `secrets`.
#[derive(Debug, Subcommand)]
pub enum Secrets {
    /// Names of secrets; of one agent with --agent.
    List {
        /// Name or id of the agent.
        #[arg(long)]
        agent: Option<String>,
    },
    /// Set a secret; the value is read from standard input.
    Set {
        /// Variable name.
        key: String,
        /// Name or id of the agent; without it, for all.
        #[arg(long)]
        agent: Option<String>,
    },
    /// Delete a secret.
    Delete {
        /// Variable name.
        key: String,
        /// Name or id of the agent; without it, for all.
        #[arg(long)]
        agent: Option<String>,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Name the agents that get a secret.
    UsedBy {
        /// Variable name.
        key: String,
        /// Name or id of the agent whose secret it is; without it, the one of all.
        #[arg(long)]
        agent: Option<String>,
    },
    /// Ask a provider whether a key works; the key is read from standard input and not kept.
    Check {
        /// anthropic, github or openrouter.
        provider: String,
    },
    /// Read `<slug>/env` files of a folder into the keychain.
    ImportPersonas {
        /// The folder.
        dir: PathBuf,
    },
    /// List personas and the names they hold.
    Personas,
    /// Write all secrets and personas to a file, sealed under a passphrase that is asked for or read from standard input.
    Export {
        /// File to write.
        file: PathBuf,
        /// Replace a file that is there.
        #[arg(long, short)]
        yes: bool,
    },
    /// Take in what `export` wrote; the passphrase is asked for or read from standard input.
    Import {
        /// The file.
        file: PathBuf,
        /// Replace other values that are there.
        #[arg(long)]
        overwrite: bool,
    },
    /// Make a new key and seal every stored secret with it.
    RotateKey {
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

/// `files`.
#[derive(Debug, Subcommand)]
pub enum Files {
    /// What a folder of an agent holds.
    Ls {
        /// Name or id of the agent.
        name: String,
        /// Folder below the root.
        #[arg(default_value = "")]
        path: String,
        /// /configs, /workspace, /home or /plugins.
        #[arg(long, default_value = "/configs")]
        root: String,
        /// Levels, 1 to 5.
        #[arg(long, default_value_t = 1)]
        depth: u8,
    },
    /// Print a file, byte for byte.
    Get {
        /// Name or id of the agent.
        name: String,
        /// File below the root.
        path: String,
        /// /configs, /workspace, /home or /plugins.
        #[arg(long, default_value = "/configs")]
        root: String,
        /// Write it to this file instead.
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write a file below /configs.
    Put {
        /// Name or id of the agent.
        name: String,
        /// File below /configs.
        path: String,
        /// The file to send; standard input when absent.
        from: Option<PathBuf>,
        /// Only if the file there has this hash, as `files get --json` shows it.
        #[arg(long, value_name = "HASH")]
        replaces: Option<String>,
        /// Only if there is no such file yet.
        #[arg(long, conflicts_with = "replaces")]
        new: bool,
    },
    /// Remove a file or a folder below /configs.
    Rm {
        /// Name or id of the agent.
        name: String,
        /// File or folder below /configs.
        path: String,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

/// `template`.
#[derive(Debug, Subcommand)]
pub enum Template {
    /// Templates that agents can be made of.
    List,
    /// Make a template of a folder.
    Import {
        /// The folder; a config.yaml is generated where it has none.
        dir: PathBuf,
        /// Name of the agent; default: that of the folder.
        #[arg(long)]
        name: Option<String>,
    },
}

/// `bundle`.
#[derive(Debug, Subcommand)]
pub enum BundleVerb {
    /// Write an agent and all below it to a file, without secrets.
    Export {
        /// Name or id of the agent.
        name: String,
        /// File to write; default: the name with `.bundle.json`.
        file: Option<PathBuf>,
        /// Replace a file that is there.
        #[arg(long, short)]
        yes: bool,
    },
    /// Make the agents of such a file, as new ones.
    Import {
        /// The file.
        file: PathBuf,
    },
}

/// `settings`.
#[derive(Debug, Args)]
pub struct SettingsArgs {
    /// Image for a runtime: RUNTIME=IMAGE; `stand-in` is the built-in agent, empty removes; `*` means every runtime.
    #[arg(long, value_name = "RUNTIME=IMAGE")]
    pub image: Vec<String>,
    /// Memory for agents in MiB; 0 reads it from the engine.
    #[arg(long, value_name = "MIB", allow_negative_numbers = true)]
    pub memory: Option<u64>,
    /// Minutes without work before an agent sleeps; 0 never.
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(i64).range(0..), allow_negative_numbers = true)]
    pub sleep_after: Option<i64>,
    /// Apply changes of org folders without asking.
    #[arg(long)]
    pub auto_apply: Option<bool>,
    /// Pause the reactions to changed files.
    #[arg(long)]
    pub pause_reload: Option<bool>,
    /// Days that changes of the org stay in the event log; 0 for ever.
    #[arg(long, value_name = "DAYS")]
    pub keep_changes: Option<u32>,
    /// Days that what happened while it ran stays in the event log; 0 for ever.
    #[arg(long, value_name = "DAYS")]
    pub keep_events: Option<u32>,
    /// Hours that what is only of interest live stays in the event log; 0 for ever.
    #[arg(long, value_name = "HOURS")]
    pub keep_live: Option<u32>,
}

/// `send`.
#[derive(Debug, Args)]
pub struct Send {
    /// Name or id of the agent.
    pub name: String,
    /// The message; standard input when absent.
    pub text: Option<String>,
}

/// Which agents.
#[derive(Debug, Args)]
pub struct Scope {
    /// Name or id of an agent.
    pub name: Option<String>,
    /// And all below it.
    #[arg(long, short)]
    pub recursive: bool,
    /// All agents.
    #[arg(long, conflicts_with = "name")]
    pub all: bool,
}

/// `remove`.
#[derive(Debug, Args)]
pub struct Remove {
    /// Name or id of the agent.
    pub name: String,
    /// Remove all that is kept of it too: nothing brings it back.
    #[arg(long)]
    pub purge: bool,
    /// Do not ask.
    #[arg(long, short)]
    pub yes: bool,
}

/// `bring-back`.
#[derive(Debug, Args)]
pub struct BringBack {
    /// Name or id of a removed agent; lists them when absent.
    pub name: Option<String>,
}

/// `backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// File to write.
    pub file: PathBuf,
}

/// `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// File that `backup` wrote.
    pub file: PathBuf,
    /// Do not ask.
    #[arg(long, short)]
    pub yes: bool,
}

/// `purge`.
#[derive(Debug, Args)]
pub struct Purge {
    /// Remove what was listed; without it only the list is shown.
    #[arg(long, short)]
    pub yes: bool,
}
