//! What messaging needs from the rest of the platform.

use async_trait::async_trait;
use clock::Clock;
use std::{fmt, sync::Arc, time::Duration};
use store::Store;
use vault::redact::KnownSecrets;

/// A workspace could not be asked to wake, start or restart. The message that asked is kept all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WakeError(pub String);

/// Lifecycle requests; they change the desired state and return, the reconciler does the work.
#[async_trait]
pub trait Wake: Send + Sync + 'static {
    /// Starts a hibernated workspace again. Asking for one that is awake or on its way does nothing.
    ///
    /// # Errors
    /// When the request could not be stored.
    async fn wake(&self, workspace_id: &str) -> Result<(), WakeError>;

    /// A message waits for a workspace that itself waits for memory: put the longest idle one to sleep if one is idle.
    async fn release_waiting(&self, workspace_id: &str);

    /// Whether its container runs. `None` when the engine gave no clear answer, or there is no container.
    async fn container_running(&self, workspace_id: &str) -> Option<bool>;

    /// Its container is dead: mark it offline, with the event, and start it again.
    async fn restart_dead(&self, workspace_id: &str);
}

/// What a runtime declared with its last full heartbeat (contract 02 section 1.8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgentFacts {
    /// Capability `session`: its adapter retries by itself.
    pub session: bool,
    /// Capability `scheduler`: it carries out its schedules itself.
    pub scheduler: bool,
    /// `idle_timeout_seconds`, when above 0.
    pub idle_timeout: Option<Duration>,
}

/// Knows what runtimes declared; the registry holds it in memory.
pub trait AgentReach: Send + Sync + 'static {
    /// The facts of one workspace; defaults when it declared none.
    fn facts(&self, workspace_id: &str) -> AgentFacts;
}

/// Figures a person may change.
#[derive(Debug, Clone)]
pub struct Options {
    /// Silence of a target after which its sender is not kept waiting (`A2A_IDLE_TIMEOUT_SECONDS`).
    pub idle_timeout: Duration,
    /// End of a call between agents that names no deadline.
    pub agent_ceiling: Duration,
    /// End of a call by a person (contract 02 no. 23).
    pub person_ceiling: Duration,
    /// Time a connection may take.
    pub connect_timeout: Duration,
    /// Time a queued message is kept.
    pub queue_ttl: Duration,
    /// The platform runs in the open development mode: loopback and private agent addresses may be dialled.
    pub open_mode: bool,
    /// Hosts at which the engine publishes container ports.
    pub engine_hosts: Vec<String>,
    /// The platform itself runs in a container: its own agents are reached by their name in the network.
    pub in_container: bool,
    /// Pause between the steps of a mock agent, so that a person can follow it. Zero in tests.
    pub mock_pace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            idle_timeout: Duration::from_secs(300),
            agent_ceiling: Duration::from_secs(30 * 60),
            person_ceiling: Duration::from_secs(60 * 60),
            connect_timeout: Duration::from_secs(10),
            queue_ttl: Duration::from_secs(24 * 3600),
            open_mode: false,
            engine_hosts: vec!["127.0.0.1".to_owned()],
            in_container: false,
            mock_pace: Duration::from_millis(250),
        }
    }
}

/// Everything [`crate::Messaging::start`] takes.
#[derive(Clone)]
pub struct Dependencies {
    /// Rows and events.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Lifecycle.
    pub wake: Arc<dyn Wake>,
    /// What runtimes declared.
    pub agents: Arc<dyn AgentReach>,
    /// Values that must not be stored in clear.
    pub secrets: KnownSecrets,
    /// Figures.
    pub options: Options,
}

impl fmt::Debug for Dependencies {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Dependencies")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
