//! `files`.

use clap::Subcommand;
use std::path::PathBuf;

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
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=5), allow_negative_numbers = true)]
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
