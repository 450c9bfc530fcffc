//! Verbs on agents that stand for themselves: `send`, `start`, `stop`, `restart`, `remove`, `bring-back`.

use clap::Args;

/// `send`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  molecule-stack send Writer \"Write a short page about bees\"\n  git diff | molecule-stack send \"My org/Reviewer\""
)]
pub struct Send {
    /// Name or id of the agent.
    pub name: String,
    /// The message; standard input when absent.
    pub text: Option<String>,
}

/// Which agents.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  molecule-stack restart Writer Designer\n  molecule-stack stop \"My org/Lead\" --recursive\n  molecule-stack start --all"
)]
pub struct Scope {
    /// Names or ids of agents.
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// And all below them.
    #[arg(long, short)]
    pub recursive: bool,
    /// All agents.
    #[arg(long, conflicts_with = "names")]
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
