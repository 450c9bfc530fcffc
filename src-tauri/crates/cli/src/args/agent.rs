//! `agent`: one agent, from its making to its end.

use super::{MOST_MINUTES, MOST_TASKS};
use clap::{Args, Subcommand};

/// `agent`.
#[derive(Debug, Subcommand)]
pub enum AgentVerb {
    /// List them with their ids.
    List {
        /// Only the ids, one a line.
        #[arg(long, short)]
        quiet: bool,
    },
    /// Show one.
    Show {
        /// Name or id of the agent.
        name: String,
    },
    /// Make one.
    New(Box<AgentNew>),
    /// Change what is named, and nothing else.
    Set(Box<AgentSet>),
    /// Stop one and all below it until they are resumed; messages to them wait meanwhile.
    Pause {
        /// Name or id of the agent.
        name: String,
    },
    /// End the pause of one and all below it.
    Resume {
        /// Name or id of the agent.
        name: String,
    },
    /// Put one to sleep; the next message wakes it.
    Sleep {
        /// Name or id of the agent.
        name: String,
        /// Although it works.
        #[arg(long)]
        force: bool,
    },
    /// Wake a sleeping one without a message.
    Wake {
        /// Name or id of the agent.
        name: String,
    },
    /// Make the sub-agents that its template describes.
    Expand {
        /// Name or id of the agent.
        name: String,
    },
    /// Remove everything below it.
    Collapse {
        /// Name or id of the agent.
        name: String,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Whom it may talk to.
    Peers {
        /// Name or id of the agent.
        name: String,
        /// Only those with this in their name or role.
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
    },
    /// Note which model it is meant to have, in place of the one noted before.
    Assign {
        /// Name or id of the agent.
        name: String,
        /// The model.
        model: String,
    },
    /// Take that note away.
    Unassign {
        /// Name or id of the agent.
        name: String,
    },
    /// Give that note to another agent.
    Reassign {
        /// Name or id of the agent that has it.
        name: String,
        /// Name or id of the agent that gets it.
        to: String,
    },
    /// Remove one and all below it.
    Remove {
        /// Name or id of the agent.
        name: String,
        /// Remove its data too: rows, volumes, what it wrote.
        #[arg(long)]
        purge: bool,
        /// Name or id of the agent that takes over: who asks for the old one is told.
        #[arg(long, value_name = "AGENT", conflicts_with = "purge")]
        forward_to: Option<String>,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

/// `agent new`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  molecule-stack agent new Proofreader --parent \"My org/Lead\" --role \"Reads once more\"\n  molecule-stack agent new Laptop --external           # runs elsewhere; its token is shown once"
)]
pub struct AgentNew {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[arg(long)]
    pub role: Option<String>,
    /// Template that it is made of, as `template list` shows it.
    #[arg(long)]
    pub template: Option<String>,
    /// Runtime: the program that is the agent; default: the template's.
    #[arg(long)]
    pub runtime: Option<String>,
    /// Model; default: the template's.
    #[arg(long)]
    pub model: Option<String>,
    /// How much of the machine it may use (tier), from 1 (little) to 4.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=4), allow_negative_numbers = true)]
    pub tier: Option<i64>,
    /// Name or id of its parent.
    #[arg(long, value_name = "AGENT")]
    pub parent: Option<String>,
    /// It runs elsewhere; its connection with the token is shown once.
    #[arg(long)]
    pub external: bool,
    /// Address of one that runs elsewhere; without it, it registers by itself.
    #[arg(long, requires = "external")]
    pub url: Option<String>,
    /// Folder of this computer that it sees as /workspace.
    #[arg(long, value_name = "DIR", requires = "access")]
    pub dir: Option<String>,
    /// What it may do there.
    #[arg(long, value_enum)]
    pub access: Option<Access>,
    /// Tasks it takes at once.
    #[arg(long, value_name = "TASKS", value_parser = clap::value_parser!(i64).range(1..=MOST_TASKS), allow_negative_numbers = true)]
    pub max_tasks: Option<i64>,
}

/// `agent set`.
#[derive(Debug, Args)]
#[group(skip)]
#[command(
    after_help = "Examples:\n  molecule-stack agent set Writer --model opus\n  molecule-stack agent set Writer --parent Lead --sleep-after 0"
)]
pub struct AgentSet {
    /// Name or id of the agent.
    pub agent: String,
    /// New name.
    #[arg(long)]
    pub name: Option<String>,
    /// What it is for.
    #[arg(long)]
    pub role: Option<String>,
    /// How much of the machine it may use (tier), from 1 (little) to 4.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=4), allow_negative_numbers = true)]
    pub tier: Option<i64>,
    /// Name or id of its new parent.
    #[arg(long, value_name = "AGENT", conflicts_with = "root")]
    pub parent: Option<String>,
    /// Take it out of its team: it becomes a root.
    #[arg(long)]
    pub root: bool,
    /// Runtime: the program that is the agent.
    #[arg(long)]
    pub runtime: Option<String>,
    /// Model; empty: the runtime's own choice.
    #[arg(long)]
    pub model: Option<String>,
    /// Provider of the model; empty: the runtime's own choice.
    #[arg(long)]
    pub provider: Option<String>,
    /// Folder of this computer that it sees as /workspace; empty: none.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<String>,
    /// What it may do there.
    #[arg(long, value_enum)]
    pub access: Option<Access>,
    /// Tasks it takes at once.
    #[arg(long, value_name = "TASKS", value_parser = clap::value_parser!(i64).range(1..=MOST_TASKS), allow_negative_numbers = true)]
    pub max_tasks: Option<i64>,
    /// Minutes without work before it sleeps; 0 never.
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(i64).range(0..=MOST_MINUTES), allow_negative_numbers = true)]
    pub sleep_after: Option<i64>,
    /// When it gets updates of plugins: canary agents first.
    #[arg(long, value_enum)]
    pub updates: Option<Updates>,
    /// Whether this root and all below it keep to themselves: other roots and their teams cannot talk to them.
    #[arg(long, value_name = "BOOL")]
    pub isolated: Option<bool>,
    /// Whether its team is folded on the canvas.
    #[arg(long, value_name = "BOOL")]
    pub folded: Option<bool>,
}

/// Access to a folder of this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Access {
    /// The folder is not there.
    None,
    /// It may read.
    Read,
    /// It may read and write.
    Write,
}

impl Access {
    /// As the API calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read_only",
            Self::Write => "read_write",
        }
    }
}

/// When updates reach an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Updates {
    /// First.
    Canary,
    /// After the canaries.
    Production,
}

impl Updates {
    /// As the API calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Canary => "canary",
            Self::Production => "production",
        }
    }
}
