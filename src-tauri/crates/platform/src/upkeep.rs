//! The stack at a glance, settings in force, and what is done once a day.

use crate::{Mode, Platform, start::seconds};
use std::time::Duration;
use store::{StoreError, WorkspaceRow, rows};
use wire::{AgentCounts, Desired, EngineView, Settings, Stack, Status};

impl Platform {
    /// The stack at a glance.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn stack(&self) -> Result<Stack, StoreError> {
        let inner = &self.inner;
        let engine = inner.reconciler.engine_state().borrow().clone();
        let mut agents = AgentCounts::default();
        for row in rows::workspaces::list(inner.store.read()).await? {
            count(&mut agents, &row);
        }
        Ok(Stack {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            mode: if inner.mode == Mode::Open {
                "open"
            } else {
                "closed"
            }
            .to_owned(),
            engine: EngineView {
                state: engine.state.as_str().to_owned(),
                kind: engine.kind,
                detail: engine.detail,
            },
            memory: inner.reconciler.memory(),
            agents,
            tokens_today: inner
                .messaging
                .tokens_today()
                .await
                .map_or(0, |day| day.input_tokens + day.output_tokens),
            keychain: self.keychain_view().await,
            data_dir: inner.data.path().to_string_lossy().into_owned(),
            port: *inner.port.borrow(),
            pid: std::process::id(),
            started_at: inner.started_at,
            last_seq: inner.store.events().last_seq(),
            // Only the API knows whether a window stands around it.
            shell: false,
        })
    }

    /// Puts settings in force.
    pub(crate) async fn apply_settings(&self, settings: &Settings) {
        let defaults = reconcile::Settings::default();
        // The built-in agent needs no entry; a person's own entries win.
        let mut runtime_images: std::collections::BTreeMap<String, String> =
            orgs::sample_runtime_images()
                .map(|(runtime, image)| (runtime.to_owned(), image.to_owned()))
                .into();
        runtime_images.extend(settings.runtime_images.clone().unwrap_or_default());
        self.inner.reconciler.settings(reconcile::Settings {
            runtime_images,
            memory_budget_mb: settings.memory_budget_mb.filter(|mb| *mb > 0),
            hibernation_idle_minutes: settings.hibernation_idle_minutes,
            image_registry: std::env::var("MOLECULE_IMAGE_REGISTRY")
                .ok()
                .filter(|prefix| !prefix.is_empty()),
            provision_timeout: seconds("PROVISION_TIMEOUT_SECONDS"),
            external_liveness: seconds("REMOTE_LIVENESS_STALE_AFTER")
                .unwrap_or(defaults.external_liveness),
            tiers: containers::TierOverrides::read(|name| std::env::var(name).ok()),
            ..defaults
        });
        self.inner
            .reload
            .paused(settings.reload_paused.unwrap_or(false));
        for host in settings.extra_hosts.iter().flatten() {
            self.add_host(host);
        }
    }

    /// Prunes event log and activity once a day of awake time, the first time soon after start.
    pub(crate) async fn keep_house(self) {
        loop {
            let pruned: Result<u64, StoreError> = self
                .inner
                .store
                .write(|write| {
                    Box::pin(async move {
                        let now = write.now();
                        store::prune_events(write.conn(), now).await
                    })
                })
                .await;
            match pruned {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "old events were dropped"),
                Err(StoreError::Closed) => return,
                Err(error) => tracing::warn!(%error, "old events could not be dropped"),
            }
            if let Err(error) = self.inner.messaging.prune_activity(activity_days()).await {
                tracing::warn!(%error, "old activity could not be dropped");
            }
            self.inner.clock.sleep(Duration::from_secs(24 * 3600)).await;
        }
    }

    /// Writes a backup of what this platform keeps; secrets stay sealed in it.
    ///
    /// # Errors
    /// See [`crate::keep::KeepError`]; the file is then as it was.
    pub async fn backup(&self, target: &std::path::Path) -> Result<(), crate::keep::KeepError> {
        crate::keep::backup(&self.inner.store, self.inner.data.path(), target).await
    }

    /// What `doctor` finds about this running platform.
    pub async fn examine(&self) -> Vec<crate::doctor::Check> {
        crate::doctor::running(self).await
    }
}

fn count(agents: &mut AgentCounts, row: &WorkspaceRow) {
    agents.total += 1;
    let waits = matches!(
        row.status_code.as_deref(),
        Some("docker_unavailable" | "waiting_for_memory" | "queued")
    );
    match row.status {
        Status::Online | Status::Degraded => agents.running += 1,
        Status::Provisioning if waits => agents.waiting += 1,
        Status::Provisioning | Status::AwaitingAgent => agents.starting += 1,
        Status::Paused => agents.paused += 1,
        Status::Hibernating | Status::Hibernated => agents.asleep += 1,
        Status::Failed | Status::Offline => agents.failed += 1,
        Status::Removed => {}
    }
    debug_assert!(row.desired != Desired::Absent || row.status == Status::Removed);
}

/// Days activity is kept (contract 01 section 1.2).
fn activity_days() -> u32 {
    let named = std::env::var("ACTIVITY_RETENTION_DAYS")
        .ok()
        .and_then(|days| days.trim().parse().ok());
    named.filter(|days: &u32| *days > 0).unwrap_or(7)
}
