//! The command line.

mod agent;
mod agents;
mod files;
mod import;
mod look;
mod made_of;
mod org;
mod plugin;
mod schedule;
mod settings;
mod token;

pub use agent::{AgentNew, AgentSet, AgentVerb};
pub use agents::{BringBack, Remove, Scope, Send};
use clap::{Args, Parser, Subcommand};
pub use files::Files;
pub use import::{Import, ImportFlags, PromptKind, Up};
pub use look::{Doctor, Events, Logs};
pub use made_of::{BundleVerb, Template};
pub use org::{Org, OrgSet};
pub use plugin::{Plugin, UpdateTier};
pub use schedule::Schedule;
pub use settings::SettingsArgs;
use std::path::PathBuf;
pub use token::{Token, TokenVerb};

/// Longest time without work before an agent sleeps: a year.
const MOST_MINUTES: i64 = 525_600;
/// Most tasks that one agent can be given at once.
const MOST_TASKS: i64 = 1000;

/// Runs organisations of AI agents on this computer, without a window.
#[derive(Debug, Parser)]
#[command(
    name = "molecule-stack",
    version,
    propagate_version = true,
    after_help = "An agent is named by its name, by an id or the first eight characters of one, or by a path: \"My org/Writer\", Lead/Writer.\n\n\
                  Exit codes: 0 done, 1 failed, 2 wrong command line, 3 another process owns the data folder, 4 the container engine is the reason, \
                  5 the credential is, 6 the plan has conflicts. With --json an error is {\"error\", \"code\"} on standard output, with file, line \
                  and column where it is about a file.\n\n\
                  A first try: molecule-stack up sample, then molecule-stack open."
)]
pub struct Arguments {
    /// Data folder; default: MOLECULE_HOME, else the folder of the operating system.
    #[arg(long, global = true, value_name = "DIR")]
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
    /// Run an org: start the platform if none runs, import the folder, wait for its agents.
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
    /// One agent: make, show, change, pause, put to sleep, remove it.
    #[command(subcommand)]
    Agent(AgentVerb),
    /// Send a message to an agent and print its answer.
    Send(Send),
    /// Start agents that were stopped, or that failed.
    Start(Scope),
    /// Stop agents until they are started; their files stay. `agent pause` stops a team.
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
    /// Remove all that this installation made: containers, volumes, keychain entries, data.
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
    #[arg(long, allow_negative_numbers = true)]
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

/// `down`.
#[derive(Debug, Args)]
pub struct Down {
    /// Leave the agents running.
    #[arg(long)]
    pub keep_agents: bool,
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
    #[command(
        after_help = "Examples:\n  molecule-stack secrets set OPENAI_API_KEY < key.txt\n  molecule-stack secrets set GITHUB_TOKEN --agent Writer"
    )]
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
        /// anthropic, github, openai or openrouter.
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
    /// Open the place for secrets of a platform that runs: a file sealed under a passphrase, which is asked for or read
    /// from standard input. The first time this chooses that place.
    Unlock {
        /// Read the passphrase from standard input, also on a terminal.
        #[arg(long)]
        passphrase_stdin: bool,
        /// Try this computer's keychain once more instead.
        #[arg(long, conflicts_with = "passphrase_stdin")]
        keychain: bool,
    },
    /// Make a new key and seal every stored secret with it.
    RotateKey {
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

/// `backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// File to write.
    pub file: PathBuf,
    /// Replace a file that is there.
    #[arg(long)]
    pub force: bool,
}

/// `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// File that `backup` wrote.
    pub file: PathBuf,
    /// The installation it is of is gone for good: take its id over, and with it its containers, volumes and keychain
    /// entries. Without this a backup of another installation becomes a copy with an id of its own.
    #[arg(long)]
    pub original_gone: bool,
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
    /// Go on when no container engine answers, and leave what it holds: nothing knows those containers and volumes then.
    #[arg(long, requires = "yes")]
    pub without_engine: bool,
    /// Only show the list, also while the platform runs. The default.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}
