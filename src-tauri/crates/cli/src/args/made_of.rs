//! `template` and `bundle`: what agents are made of, and what they are packed into.

use clap::Subcommand;
use std::path::PathBuf;

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
