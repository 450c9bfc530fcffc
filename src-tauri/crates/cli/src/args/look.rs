//! `events`, `logs`, `doctor`: what happens, what was said, what is missing.

use clap::Args;
use std::path::PathBuf;

/// `events`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  molecule-stack events --limit 100\n  molecule-stack events --follow --json | jq .event"
)]
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
#[command(
    after_help = "Examples:\n  molecule-stack logs Writer --follow\n  molecule-stack logs \"My org/Writer\" --lines 50"
)]
pub struct Logs {
    /// Name or id of the agent.
    pub name: String,
    /// Go on with what it writes from now on.
    #[arg(long, short)]
    pub follow: bool,
    /// Lines shown.
    #[arg(long, default_value_t = 200, allow_negative_numbers = true)]
    pub lines: u32,
}

/// `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Write a masked bundle of findings and logs to this file, for a report.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
}
