//! What the reconciler remembers of one workspace, in memory only; a new start finds all of it again.

use crate::{admission, backoff::Backoff, status::Failure};
use containers::{ContainerInfo, ContainerState, TierOverrides, counted, names};
use std::time::Duration;
use store::WorkspaceRow;
use wire::{Desired, Status};

/// Its container, as the engine told last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The engine's id.
    pub id: String,
    /// Whether its program runs.
    pub state: ContainerState,
    /// The generation it was made for.
    pub generation: Option<i64>,
    /// Loopback port of the agent.
    pub host_port: Option<u16>,
    /// The platform's address it was told when it was made.
    pub told_address: Option<String>,
    /// How it ended.
    pub exit_code: Option<i64>,
    /// It ended for want of memory.
    pub out_of_memory: bool,
    /// Its end was met while listing, so the engine or the machine went down with it; that is no crash.
    pub found_dead: bool,
}

impl Seen {
    /// From a list or an inspection.
    pub fn of(info: &ContainerInfo) -> Self {
        Self {
            id: info.id.clone(),
            state: info.state,
            generation: info.generation,
            host_port: info.host_port.or_else(|| own_port(info)),
            told_address: info.labels.get(names::LABEL_ADDRESS).cloned(),
            exit_code: info.exit_code,
            out_of_memory: info.out_of_memory,
            found_dead: !is_running(info.state),
        }
    }

    /// Its program runs (or is frozen by somebody).
    pub fn runs(&self) -> bool {
        is_running(self.state)
    }
}

/// With host networking nothing is published; its label says where it listens.
fn own_port(info: &ContainerInfo) -> Option<u16> {
    let port = info.labels.get(names::LABEL_PORT)?.parse().ok()?;
    is_running(info.state).then_some(port)
}

fn is_running(state: ContainerState) -> bool {
    matches!(state, ContainerState::Running | ContainerState::Paused)
}

/// What the row said when it was read last.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub desired: Desired,
    pub status: Status,
    pub runtime: String,
    pub has_container: bool,
    pub external: bool,
    pub generation: i64,
    pub parent_id: Option<String>,
    pub memory: u64,
    pub idle_minutes: Option<i64>,
    pub active_tasks: i64,
    pub last_active_at: Option<String>,
}

impl Facts {
    pub fn of(row: &WorkspaceRow, tiers: &TierOverrides) -> Self {
        Self {
            desired: row.desired,
            status: row.status,
            runtime: row.runtime.clone(),
            has_container: row.has_container(),
            external: row.is_external(),
            generation: row.generation,
            parent_id: row.parent_id.clone(),
            memory: counted(granted(row), tiers),
            idle_minutes: row.hibernation_idle_minutes,
            active_tasks: row.active_tasks,
            last_active_at: row.last_active_at.clone(),
        }
    }

    /// Alive, as its row says.
    pub fn is_alive(&self) -> bool {
        matches!(self.status, Status::Online | Status::Degraded)
    }
}

/// The tier it gets: what it asks for, at most what a person granted (contract 04 D48).
pub(crate) fn granted(row: &WorkspaceRow) -> i64 {
    let asked = if (1..=4).contains(&row.tier) {
        row.tier
    } else {
        2
    };
    asked.min(row.tier_granted.max(1))
}

/// One workspace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    /// The row, `None` while there is none.
    pub facts: Option<Facts>,
    /// Its container.
    pub seen: Option<Seen>,
    /// A job of it runs.
    pub busy: bool,
    /// That job only writes down why it waits: it keeps its place in the queue.
    pub telling: bool,
    /// Restarts so far.
    pub backoff: Backoff,
    /// Not before this awake time.
    pub retry_at: Option<Duration>,
    /// What went wrong last, until it goes well.
    pub trouble: Option<Failure>,
    /// Since when it waits to start, as a running number.
    pub queued: Option<u64>,
    /// A message waits for it, or it ran a moment ago.
    pub urgent: bool,
    /// Its container has to go although it runs: it fell silent.
    pub condemned: Option<Failure>,
    /// Its container was told an address at which the platform does not listen any more (D12).
    pub lost_touch: bool,
    /// What was told about its waiting, so that it is told once.
    pub told: Option<(admission::Wait, usize)>,
    /// Bytes promised to its container.
    pub reserved: u64,
    /// Generation the back-off counts for.
    pub generation: i64,
    /// Last sign of life, awake.
    pub sign_at: Duration,
    /// Start of its container, awake, until it is online.
    pub started_at: Option<Duration>,
    /// How long its own config lets a start take.
    pub start_limit: Option<Duration>,
    /// Last work, awake.
    pub active_at: Duration,
    /// The `last_active_at` that `active_at` belongs to.
    pub active_mark: Option<String>,
}

impl Entry {
    /// Every age begins anew (design law 2).
    pub fn begin_anew(&mut self, now: Duration) {
        self.sign_at = now;
        self.active_at = now;
        if self.started_at.is_some() {
            self.started_at = Some(now);
        }
    }

    /// It does not wait any more.
    pub fn dequeue(&mut self) {
        self.queued = None;
        self.told = None;
    }
}
