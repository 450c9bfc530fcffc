//! What messaging may ask of the other rooms: lifecycle from `workspaces`, containers from `reconcile`.

use async_trait::async_trait;
use messaging::{AgentFacts, AgentReach, Wake, WakeError};
use reconcile::Reconciler;
use store::{Store, rows};
use workspaces::{Beats, WorkspaceError};

/// Lifecycle and containers for messaging.
#[derive(Debug, Clone)]
pub(crate) struct Lifecycle {
    pub store: Store,
    pub reconciler: Reconciler,
}

#[async_trait]
impl Wake for Lifecycle {
    async fn wake(&self, workspace_id: &str) -> Result<(), WakeError> {
        match workspaces::wake(&self.store, workspace_id).await {
            // Awake or on its way: exactly what was wanted.
            Ok(()) | Err(WorkspaceError::NotFound(_)) => Ok(()),
            Err(error) => Err(WakeError(error.to_string())),
        }
    }

    async fn release_waiting(&self, workspace_id: &str) {
        self.reconciler.release_waiting(workspace_id).await;
    }

    async fn container_running(&self, workspace_id: &str) -> Option<bool> {
        let row = rows::workspaces::get(self.store.read(), workspace_id)
            .await
            .ok()
            .flatten()?;
        let container = row.container_id?;
        let engine = self.reconciler.engine()?;
        // An engine that cannot say must not make a busy agent look dead (contract 04 section 4.10).
        let found = engine.inspect(&container).await.ok()?;
        // A frozen one is busy, not dead: nothing restarts it, so nobody may be told so.
        Some(found.is_some_and(|container| {
            use containers::ContainerState::{Paused, Running};
            matches!(container.state, Running | Paused)
        }))
    }

    async fn restart_dead(&self, workspace_id: &str) {
        self.reconciler.look_at(workspace_id);
    }
}

/// What runtimes declared with their heartbeats.
#[derive(Debug, Clone)]
pub(crate) struct Declared(pub Beats);

impl AgentReach for Declared {
    fn facts(&self, workspace_id: &str) -> AgentFacts {
        let capabilities = self.0.capabilities(workspace_id);
        AgentFacts {
            session: capabilities.has("session"),
            scheduler: capabilities.has("scheduler"),
            idle_timeout: capabilities.idle_timeout,
        }
    }
}
