//! What this room needs others to do. The platform connects it to the reconciler, hot reload and messaging.

use crate::Volume;
use async_trait::async_trait;
use std::sync::Arc;

/// How a file of a plugin differs from what is in the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// It was not there.
    Added,
    /// It has other content.
    Modified,
    /// It is gone.
    Removed,
}

/// The hands of this room.
#[async_trait]
pub trait Agents: Send + Sync {
    /// The config volume of a workspace whose container runs now.
    async fn running(&self, workspace_id: &str) -> Option<Arc<dyn Volume>>;

    /// Whether these changes of files (paths below `/configs`) need a restart: the classifier of hot reload.
    fn needs_restart(&self, runtime: &str, changes: &[(String, Difference)]) -> bool;

    /// Tells an agent that its files changed, if it declares that it can take them in place.
    async fn reload(&self, workspace_id: &str);

    /// Asks for one restart after the running task; several askers get one. `true`: it is written down and comes whatever
    /// happens to this process; `false`: it waits for the task to end, and has to be asked for again after a kill.
    async fn restart(&self, workspace_id: &str, reason: &str) -> bool;
}
