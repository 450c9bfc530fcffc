//! What the handle, the supervisor and its jobs share.

use crate::{
    entry::Entry,
    files::Writers,
    reconciler::Command,
    relay,
    settings::{Options, Settings},
    source::{Dependencies, EngineStatus},
    start::ImageReady,
};
use containers::{Engine, EngineInfo, NetworkInfo, Reach, names};
use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
    time::Duration,
};
use tokio::sync::{mpsc, watch};
use vault::redact::KnownSecrets;

/// A connection to an engine.
#[derive(Clone)]
pub(crate) struct Link {
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// What it is.
    pub info: EngineInfo,
    /// Bytes that agents may use together, as the engine and this process's control group allow.
    pub budget: u64,
    /// Counts connections, so that a late failure of an old one does not end a new one.
    pub epoch: u64,
}

/// Everything that is only in memory.
#[derive(Default)]
pub(crate) struct State {
    /// By workspace id.
    pub entries: HashMap<String, Entry>,
    /// The engine, while it answers.
    pub link: Option<Link>,
    /// Counts connections.
    pub epoch: u64,
    /// Network and way to this host, once made on this connection.
    pub network: Option<(NetworkInfo, Reach)>,
    /// The relay of this connection, where one is needed.
    pub relay: Option<relay::Running>,
    /// Names of the volumes that the engine has.
    pub volumes: HashSet<String>,
    /// Images that were seen on this connection, by runtime.
    pub images: HashMap<String, ImageReady>,
    /// Image of helper containers, once it was needed on this connection.
    pub helper: Option<ImageReady>,
    /// Settings in force.
    pub settings: Settings,
    /// Numbers those that wait.
    pub arrivals: u64,
}

impl State {
    /// Bytes all agents may use together.
    pub fn budget(&self) -> u64 {
        let Some(link) = &self.link else { return 0 };
        match self.settings.memory_budget_mb {
            Some(mebibytes) => mebibytes.saturating_mul(containers::MIB),
            None => link.budget,
        }
    }

    /// Bytes promised to containers. What waits for its next start is counted when it gets it.
    pub fn planned(&self) -> u64 {
        self.entries
            .values()
            .filter(|entry| entry.queued.is_none())
            .map(|entry| entry.reserved)
            .sum()
    }

    /// Whether the engine has config or session volumes of a workspace.
    pub fn has_volumes(&self, id: &str) -> bool {
        self.volumes.contains(&names::config_volume(id))
            || self.volumes.contains(&names::session_volume(id))
    }
}

/// See the module.
pub(crate) struct Shared {
    pub deps: Dependencies,
    pub state: Mutex<State>,
    pub status: watch::Sender<EngineStatus>,
    pub commands: mpsc::UnboundedSender<Command>,
    pub known: KnownSecrets,
    pub pulse: watch::Sender<Pulse>,
    /// Commands that were given.
    pub given: AtomicU64,
    /// Held while the way to this host is found, so that it is found once.
    pub finding_way: tokio::sync::Mutex<()>,
    /// Who writes files now.
    pub writers: Writers,
    /// Why the secrets of agents are not known for masking, as it was told last.
    pub unmasked: Mutex<String>,
}

/// How far the supervisor is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pulse {
    /// Newest event of the log that it has dealt with.
    pub seq: i64,
    /// Commands that it has obeyed.
    pub commands: u64,
    /// No job runs.
    pub idle: bool,
    /// When the next thing falls due.
    pub due: Option<Duration>,
}

impl Shared {
    /// The state; a panic of a job does not make it unusable, because every change to it is whole.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known of one workspace.
    pub fn entry<T>(&self, id: &str, change: impl FnOnce(&mut Entry) -> T) -> T {
        let now = self.deps.clock.awake();
        let mut state = self.state();
        let entry = state.entries.entry(id.to_owned()).or_insert_with(|| Entry {
            sign_at: now,
            active_at: now,
            ..Entry::default()
        });
        change(entry)
    }

    /// Changes what is known of one workspace if anything is.
    pub fn known_entry<T>(&self, id: &str, change: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        self.state().entries.get_mut(id).map(change)
    }

    pub fn options(&self) -> &Options {
        &self.deps.options
    }

    pub fn awake(&self) -> Duration {
        self.deps.clock.awake()
    }

    pub fn link(&self) -> Option<Link> {
        self.state().link.clone()
    }

    /// Where the last output of ended containers is kept.
    pub fn log_dir(&self) -> PathBuf {
        match &self.options().log_dir {
            Some(dir) => dir.clone(),
            None => self.deps.store.path().with_file_name("container-logs"),
        }
    }

    /// New settings; images are looked for again if their choice changed.
    pub fn put_in_force(&self, settings: Settings) {
        let mut state = self.state();
        if state.settings.runtime_images != settings.runtime_images
            || state.settings.image_registry != settings.image_registry
        {
            state.images.clear();
        }
        state.settings = settings;
    }

    /// What waited for secrets or the database does not wait for its pause to end; pauses after crashes stay.
    pub fn forget_waits(&self) {
        for entry in self.state().entries.values_mut() {
            let crashed = entry.trouble.as_ref().is_some_and(|trouble| {
                matches!(trouble.reason.code.as_str(), "agent_crashed" | "silent")
            });
            if !crashed {
                entry.retry_at = None;
            }
        }
    }
}
