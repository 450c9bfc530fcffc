//! `token`.

use clap::{Args, Subcommand};

/// `token`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  molecule-stack token new laptop\n  molecule-stack token new plugin --agent Writer --address\n  molecule-stack token revoke laptop"
)]
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
        /// Its name, its id or what it begins with, as `token list` shows them.
        token: String,
        /// Name or id of the agent it belongs to.
        #[arg(long)]
        agent: Option<String>,
    },
}
