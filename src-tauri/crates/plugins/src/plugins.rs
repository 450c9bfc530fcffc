//! [`Plugins`]: what the parts of this room share.

use crate::{
    Agents, Delivery, Difference, Limits, PluginError, Registry, Repositories, Tree,
    delivery::is_same, tree::MARKER,
};
use clock::Clock;
use std::sync::Arc;
use store::{Store, WorkspaceRow, rows};
use wire::Status;

/// Plugins of one platform. Clones are the same.
#[derive(Clone)]
pub struct Plugins {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub registry: Registry,
    pub delivery: Delivery,
    pub agents: Arc<dyn Agents>,
    pub limits: Limits,
    pub git: Repositories,
    /// Told when a person was shown some code.
    pub shown: tokio::sync::Notify,
}

impl std::fmt::Debug for Plugins {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Plugins")
            .field("registry", &self.inner.registry)
            .finish_non_exhaustive()
    }
}

/// Everything plugins need.
pub struct Parts {
    /// Rows and events.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Plugins of this computer.
    pub registry: Registry,
    /// The same that the reconciler brings plugins with before a start.
    pub delivery: Delivery,
    /// Others' hands.
    pub agents: Arc<dyn Agents>,
    /// Limits.
    pub limits: Limits,
    /// Git hosts.
    pub git: Repositories,
}

impl Plugins {
    /// Puts the parts together, and says the limits in force once.
    pub fn new(parts: Parts) -> Self {
        let limits = parts.limits;
        tracing::info!(
            body_bytes = limits.body,
            fetch_seconds = limits.fetch.as_secs(),
            bytes = limits.bytes,
            files = limits.files,
            unpinned = limits.allow_unpinned,
            registry = %parts.registry.root().display(),
            "limits of plugin installs"
        );
        Self {
            inner: Arc::new(Inner {
                store: parts.store,
                clock: parts.clock,
                registry: parts.registry,
                delivery: parts.delivery,
                agents: parts.agents,
                limits,
                git: parts.git,
                shown: tokio::sync::Notify::new(),
            }),
        }
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// The registry of this computer.
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    pub(crate) async fn workspace(&self, id: &str) -> Result<WorkspaceRow, PluginError> {
        rows::workspaces::get(self.inner.store.read(), id)
            .await?
            .filter(|row| row.status != Status::Removed)
            .ok_or(PluginError::NoWorkspace)
    }

    /// Whether bringing `tree` over `live` needs a restart (contract 03 section 8.3). Nothing there yet, or nothing that
    /// could be read: yes.
    pub(crate) fn is_cold(
        &self,
        runtime: &str,
        name: &str,
        live: Option<&Tree>,
        tree: &Tree,
    ) -> bool {
        let Some(live) = live else {
            return true;
        };
        if is_same(live, tree) {
            return false;
        }
        let (before, after) = (live.digests(), tree.digests());
        let path = |path: &str| format!("plugins/{name}/{path}");
        let mut changes: Vec<(String, Difference)> = after
            .iter()
            .filter_map(|(at, digest)| match before.get(at) {
                None => Some((path(at), Difference::Added)),
                Some(was) if was != digest => Some((path(at), Difference::Modified)),
                Some(_) => None,
            })
            .collect();
        changes.extend(
            before
                .keys()
                .filter(|at| **at != MARKER && !after.contains_key(*at))
                .map(|at| (path(at), Difference::Removed)),
        );
        !changes.is_empty() && self.inner.agents.needs_restart(runtime, &changes)
    }
}
