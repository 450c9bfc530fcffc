//! The stack at a glance, settings in force, and what is done once a day.

use crate::{Mode, Platform, env};
use chrono::TimeDelta;
use std::{collections::BTreeMap, time::Duration};
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
            runtimes: org_template::RUNTIMES.map(str::to_owned).to_vec(),
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
            image_registry: env::text("MOLECULE_IMAGE_REGISTRY"),
            provision_timeout: env::seconds("PROVISION_TIMEOUT_SECONDS"),
            declared_timeouts: self.declared_timeouts().await,
            external_liveness: env::seconds("REMOTE_LIVENESS_STALE_AFTER")
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
        self.inner.upkeep_due.notify_one();
    }

    /// The largest `provision_timeout_seconds` that any template of a runtime declares, by runtime.
    pub(crate) async fn declared_timeouts(&self) -> BTreeMap<String, Duration> {
        if let Some(known) = self.inner.declared_timeouts.read().await.clone() {
            return known;
        }
        let largest = {
            let mut largest: BTreeMap<String, Duration> = BTreeMap::new();
            for template in self.inner.orgs.workspace_templates().await {
                let declared = template.runtime.zip(template.provision_timeout_seconds);
                if let Some((runtime, seconds)) = declared.filter(|(_, seconds)| *seconds > 0) {
                    let limit = largest.entry(runtime).or_default();
                    *limit = (*limit).max(Duration::from_secs(seconds));
                }
            }
            largest
        };
        *self.inner.declared_timeouts.write().await = Some(largest.clone());
        largest
    }

    /// Templates came, went or changed: what they say about starts holds from now on (contract 03 no. 73).
    pub async fn templates_changed(&self) {
        *self.inner.declared_timeouts.write().await = None;
        let mut settings = self.inner.reconciler.current_settings();
        settings.declared_timeouts = self.declared_timeouts().await;
        self.inner.reconciler.settings(settings);
    }

    /// How long an agent of this runtime may take to come up, when a template declares it; as long as the platform waits
    /// for it, too (contract 01 sections 3.3 and 4.7).
    pub async fn provision_timeout(&self, runtime: &str) -> Option<Duration> {
        let declared = self.declared_timeouts().await.get(runtime).copied()?;
        Some(env::seconds("PROVISION_TIMEOUT_SECONDS").unwrap_or(declared))
    }

    /// Prunes event log and activity: soon after start, then every few hours of awake time, and when a person changed how
    /// long something is kept.
    pub(crate) async fn keep_house(self) {
        let clock = self.inner.clock.clone();
        let watched = clock::watch(&clock, "retention", upkeep_pause());
        loop {
            watched.tick();
            match self.prune_events().await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "old events were dropped"),
                Err(StoreError::Closed) => return,
                Err(error) => tracing::warn!(%error, "old events could not be dropped"),
            }
            if let Err(error) = self.inner.messaging.prune_activity(activity_days()).await {
                tracing::warn!(%error, "old activity could not be dropped");
            }
            tokio::select! {
                () = watched.waits(clock.sleep(upkeep_pause())) => {}
                () = self.inner.upkeep_due.notified() => {}
            }
        }
    }

    async fn prune_events(&self) -> Result<u64, StoreError> {
        let settings = self.settings().await?;
        let days = |days: Option<u32>| days.filter(|days| *days > 0).map(i64::from);
        let retention = store::Retention {
            structural: days(settings.events_structural_days).map(TimeDelta::days),
            operational: days(settings.events_operational_days).map(TimeDelta::days),
            transient: days(settings.events_transient_hours).map(TimeDelta::hours),
        };
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.now();
                    store::prune_events(write.conn(), retention, now).await
                })
            })
            .await
    }

    /// Writes a backup of what this platform keeps; secrets stay sealed in it.
    ///
    /// # Errors
    /// See [`crate::keep::KeepError`]; the file is then as it was.
    pub async fn backup(
        &self,
        target: &std::path::Path,
        replace: bool,
    ) -> Result<(), crate::keep::KeepError> {
        crate::keep::backup(&self.inner.store, self.inner.data.path(), target, replace).await
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

/// Pause between two prunings (contract 01 section 1.2).
fn upkeep_pause() -> Duration {
    let hours = env::positive("ACTIVITY_CLEANUP_INTERVAL_HOURS").unwrap_or(6);
    Duration::from_secs(hours.saturating_mul(3600))
}

/// Days activity is kept (contract 01 section 1.2).
fn activity_days() -> u32 {
    env::positive("ACTIVITY_RETENTION_DAYS")
        .and_then(|days| u32::try_from(days).ok())
        .unwrap_or(7)
}
