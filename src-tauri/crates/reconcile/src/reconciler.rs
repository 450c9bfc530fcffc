//! The handle that the rest of the house holds.

use crate::{
    console, deliver,
    deliver::{Delivered, DeliveredFile},
    error::ReconcileError,
    files::{Files, Writers},
    settings::Settings,
    shared::{Pulse, Shared, State},
    source::{Dependencies, EngineStatus},
    start::SourceFile,
    supervisor::Supervisor,
    turns::Turns,
};
use containers::{Engine, MIB};
use futures::stream::BoxStream;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

/// What to do with running agents when the platform ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopAgents {
    /// They are stopped, and start again with the platform.
    Stop,
    /// They go on, and are found again at the next start.
    Keep,
}

/// What an end did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShutdownReport {
    /// Workspaces whose container was stopped.
    pub stopped: Vec<String>,
    /// Workspaces whose container goes on.
    pub kept: Vec<String>,
    /// Workspaces whose container could not be stopped in time, and why.
    pub failed: Vec<(String, String)>,
}

/// What could be done for an agent that a message waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// It does not wait: it runs, sleeps, failed, or is unknown.
    NotWaiting,
    /// It starts now, or next.
    Starting,
    /// These idle agents were put to sleep to make room.
    MadeRoom(Vec<String>),
    /// All others work; it starts when one of them ends.
    NoneIdle,
    /// It waits for something that no sleeping agent can give, such as the engine.
    Waiting,
}

pub(crate) enum Command {
    Look(String),
    LookAll,
    Find,
    Settings(Box<Settings>),
    Release(String, oneshot::Sender<Release>),
    Shutdown(StopAgents, oneshot::Sender<ShutdownReport>),
}

/// Brings what is to what should be: one task per workspace that has work. Clones are the same reconciler; when the
/// last one is dropped its tasks end where they are, which is harmless.
#[derive(Clone)]
pub struct Reconciler {
    shared: Arc<Shared>,
    tasks: Arc<Tasks>,
}

/// Ends the supervisor, and with it every job, with the last handle; and whoever begins due restarts.
struct Tasks {
    supervisor: JoinHandle<()>,
    turns: JoinHandle<()>,
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.supervisor.abort();
        self.turns.abort();
    }
}

impl fmt::Debug for Reconciler {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Reconciler")
            .field("engine", &*self.shared.status.borrow())
            .finish_non_exhaustive()
    }
}

impl Reconciler {
    /// Starts it: looks for an engine, then at every row, then at whatever the event log tells.
    pub fn start(deps: Dependencies) -> Self {
        let first = if deps.engines.is_off() {
            EngineStatus::off()
        } else {
            EngineStatus::looking()
        };
        let (commands, received) = mpsc::unbounded_channel();
        let state = State {
            settings: deps.options.settings.clone(),
            ..State::default()
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            status: watch::channel(first).0,
            commands,
            known: deps.known_secrets.clone(),
            pulse: watch::channel(Pulse::default()).0,
            given: AtomicU64::new(0),
            finding_way: tokio::sync::Mutex::default(),
            writers: Writers::default(),
            unmasked: Mutex::default(),
            deps,
        });
        // Subscribed before the first look, so that nothing falls between the two.
        let events = shared.deps.store.events().subscribe();
        let turns = Turns::new(shared.clone()).run(shared.deps.store.events().subscribe());
        let tasks = Tasks {
            turns: tokio::spawn(turns),
            supervisor: tokio::spawn(Supervisor::new(shared.clone()).run(received, events)),
        };
        Self {
            shared,
            tasks: Arc::new(tasks),
        }
    }

    /// The engine's state, now and from now on.
    pub fn engine_state(&self) -> watch::Receiver<EngineStatus> {
        self.shared.status.subscribe()
    }

    /// The engine, while it answers.
    pub fn engine(&self) -> Option<Arc<dyn Engine>> {
        self.shared.link().map(|link| link.engine)
    }

    /// Memory that agents may use together, and what of it is promised.
    pub fn memory(&self) -> wire::MemoryView {
        let state = self.shared.state();
        wire::MemoryView {
            budget_mb: state.budget() / MIB,
            planned_mb: state.planned() / MIB,
        }
    }

    /// Looks at one workspace. Nobody has to call it: structural events do the same.
    pub fn look_at(&self, id: &str) {
        self.send(Command::Look(id.to_owned()));
    }

    /// Looks for an engine at once, because a person looks (contract 04 D71).
    pub fn look_for_engine(&self) {
        self.send(Command::Find);
    }

    /// The vault was opened, or its secrets changed: what waited for it goes on.
    pub fn vault_opened(&self) {
        // Containers that run already were given their secrets by an earlier process: those are masked too.
        let shared = self.shared.clone();
        tokio::spawn(async move { crate::start::learn_all(&shared).await });
        self.send(Command::LookAll);
    }

    /// Puts new settings in force, from the next step on.
    pub fn settings(&self, settings: Settings) {
        self.send(Command::Settings(Box::new(settings)));
    }

    /// The settings in force.
    pub fn current_settings(&self) -> Settings {
        self.shared.state().settings.clone()
    }

    /// A message wants this agent, which may be waiting for memory: it goes first, and the longest-idle others are put
    /// to sleep for it if that makes room.
    pub async fn release_waiting(&self, id: &str) -> Release {
        let (answer, answered) = oneshot::channel();
        self.send(Command::Release(id.to_owned(), answer));
        answered.await.unwrap_or(Release::NotWaiting)
    }

    /// The last lines of a workspace's container, running or ended, secrets masked; empty when it never ran.
    ///
    /// # Errors
    /// [`ReconcileError::NotFound`], or what engine and store say.
    pub async fn console(&self, id: &str, lines: u32) -> Result<String, ReconcileError> {
        console::console(&self.shared, id, lines).await
    }

    /// What `/configs` of a workspace holds now, by path, running or not; of one that never ran, what its start would put
    /// there.
    ///
    /// # Errors
    /// [`ReconcileError::NotFound`], [`ReconcileError::NoEngine`] when only the engine knows, what engine and store say.
    pub async fn held_files(
        &self,
        id: &str,
    ) -> Result<BTreeMap<String, SourceFile>, ReconcileError> {
        let (shared, id) = (self.shared.clone(), id.to_owned());
        // A caller who hangs up leaves no helper container behind.
        let work = tokio::spawn(async move { crate::held::held_files(&shared, &id).await });
        work.await.unwrap_or(Err(ReconcileError::NotFound))
    }

    /// The live output of a running container, line by line, secrets masked. Ends with the container.
    ///
    /// # Errors
    /// [`ReconcileError::NotRunning`], [`ReconcileError::NoEngine`].
    pub async fn console_follow(
        &self,
        id: &str,
    ) -> Result<BoxStream<'static, Result<String, ReconcileError>>, ReconcileError> {
        console::follow(&self.shared, id).await
    }

    /// Hot reload: writes and removes files below `/configs` of a running container, owner 1000, without a restart, and
    /// notes their digests as delivered.
    ///
    /// # Errors
    /// [`ReconcileError::Path`] for a path that leaves `/configs`, [`ReconcileError::NotRunning`], or the engine's.
    pub async fn deliver(
        &self,
        id: &str,
        files: Vec<DeliveredFile>,
    ) -> Result<Delivered, ReconcileError> {
        deliver::deliver(&self.shared, id, files).await
    }

    /// The files of workspaces, running or not.
    pub fn files(&self) -> Files {
        Files::new(self.shared.clone())
    }

    /// Waits until nothing is left to do at this moment: every event of the log read, no job running, nothing due.
    /// What waits for memory, for the engine or for a pause to end stays so.
    pub async fn settled(&self) {
        let mut pulse = self.shared.pulse.subscribe();
        loop {
            let now = *pulse.borrow_and_update();
            let read = now.seq >= self.shared.deps.store.events().last_seq()
                && now.commands >= self.shared.given.load(Ordering::Acquire);
            if now.idle && read && now.due.is_none_or(|due| due > self.shared.awake()) {
                return;
            }
            if pulse.changed().await.is_err() {
                return;
            }
        }
    }

    /// Ends it. Bounded: an agent that does not stop in its grace is killed, one that cannot be is reported.
    pub async fn shutdown(&self, agents: StopAgents) -> ShutdownReport {
        self.tasks.turns.abort();
        let (answer, answered) = oneshot::channel();
        self.send(Command::Shutdown(agents, answer));
        answered.await.unwrap_or_default()
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    fn send(&self, command: Command) {
        self.shared.given.fetch_add(1, Ordering::AcqRel);
        // After the end there is nobody to listen, and nothing to do.
        let _ = self.shared.commands.send(command);
    }
}
