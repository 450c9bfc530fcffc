//! `schedule`.

use clap::Subcommand;

/// `schedule`.
#[derive(Debug, Subcommand)]
pub enum Schedule {
    /// What agents do by the clock: when it ran last, what came of it, when it is due next.
    List {
        /// Name or id of an agent; without it, all that have schedules.
        agent: Option<String>,
    },
    /// Add a schedule; `org save` writes it into the org's files.
    Add {
        /// Name or id of the agent.
        agent: String,
        /// When: minute, hour, day of month, month, day of week (`0 9 * * 1-5`).
        cron: String,
        /// What is sent; read from standard input when absent.
        prompt: Option<String>,
        /// What to call it; made up when absent.
        #[arg(long, default_value = "")]
        name: String,
        /// Time zone (Europe/Berlin); default: UTC.
        #[arg(long, value_name = "ZONE")]
        timezone: Option<String>,
        /// Leave it switched off.
        #[arg(long)]
        off: bool,
    },
    /// Change a schedule.
    Set {
        /// Name or id of the agent.
        agent: String,
        /// Name or id of the schedule.
        schedule: String,
        /// Its new name.
        #[arg(long)]
        name: Option<String>,
        /// When.
        #[arg(long)]
        cron: Option<String>,
        /// Time zone.
        #[arg(long, value_name = "ZONE")]
        timezone: Option<String>,
        /// What is sent; `-` reads it from standard input.
        #[arg(long, allow_hyphen_values = true)]
        prompt: Option<String>,
    },
    /// Switch a schedule on: from then on it calls the agent's model by itself.
    On {
        /// Name or id of the agent.
        agent: String,
        /// Name or id of the schedule.
        schedule: String,
    },
    /// Switch a schedule off.
    Off {
        /// Name or id of the agent.
        agent: String,
        /// Name or id of the schedule.
        schedule: String,
    },
    /// Run a schedule now, whether it is on or not; its times stay as they are.
    Run {
        /// Name or id of the agent.
        agent: String,
        /// Name or id of the schedule.
        schedule: String,
        /// Wait for the end of the run; the exit code says whether it went well.
        #[arg(long, short)]
        wait: bool,
        /// Only show what would be sent.
        #[arg(long, conflicts_with = "wait")]
        dry_run: bool,
    },
    /// The last runs of a schedule, the newest first.
    History {
        /// Name or id of the agent.
        agent: String,
        /// Name or id of the schedule.
        schedule: String,
    },
    /// Take a schedule away.
    Rm {
        /// Name or id of the agent.
        agent: String,
        /// Name or id of the schedule.
        schedule: String,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}
