//! `settings`.

use super::MOST_MINUTES;
use clap::Args;

/// `settings`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  molecule-stack settings --image claude-code=my/image:tag\n  molecule-stack settings --image '*=stand-in'          # every role on the built-in agent\n  molecule-stack settings --memory 8192 --sleep-after 30"
)]
pub struct SettingsArgs {
    /// Image for a runtime: RUNTIME=IMAGE; `stand-in` is the built-in agent, empty removes; `*` means every runtime.
    #[arg(long, value_name = "RUNTIME=IMAGE")]
    pub image: Vec<String>,
    /// Memory for agents in MiB; 0 reads it from the engine.
    #[arg(long, value_name = "MIB", allow_negative_numbers = true)]
    pub memory: Option<u32>,
    /// Minutes without work before an agent sleeps; 0 never.
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(i64).range(0..=MOST_MINUTES), allow_negative_numbers = true)]
    pub sleep_after: Option<i64>,
    /// Apply changes of org folders without asking.
    #[arg(long)]
    pub auto_apply: Option<bool>,
    /// Pause the reactions to changed files.
    #[arg(long)]
    pub pause_reload: Option<bool>,
    /// Days that changes of the org stay in the event log; 0 for ever.
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    pub keep_changes: Option<u32>,
    /// Days that what happened while it ran stays in the event log; 0 for ever.
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    pub keep_events: Option<u32>,
    /// Hours that what is only of interest live stays in the event log; 0 for ever.
    #[arg(long, value_name = "HOURS", allow_negative_numbers = true)]
    pub keep_live: Option<u32>,
}
