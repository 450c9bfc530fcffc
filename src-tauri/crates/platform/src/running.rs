//! The running platform: its rooms, and how it ends.

use crate::{
    DataFolder, Mode, SecretsError, identity::Identity, owner::OwnerSocket, shell::QuitAgents,
};
use clock::Clock;
use messaging::Messaging;
use orgs::Orgs;
use plugins::Plugins;
use reconcile::{Reconciler, StopAgents, VaultSlot};
use reload::Reload;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::Store;
use tokio::sync::{Notify, RwLock, watch};
use vault::redact::KnownSecrets;
use wire::{KeychainView, Timestamp};
use workspaces::Beats;

/// A running platform. Clones are the same one.
#[derive(Clone)]
pub struct Platform {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub data: DataFolder,
    pub mode: Mode,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub vault: VaultSlot,
    pub vault_failure: RwLock<Option<SecretsError>>,
    pub vault_tried: watch::Sender<bool>,
    /// One rotation of the key at a time, and none while the vault is being opened.
    pub rotating: tokio::sync::Mutex<()>,
    pub keychain: RwLock<KeychainView>,
    pub known_secrets: KnownSecrets,
    pub beats: Beats,
    pub reconciler: Reconciler,
    pub messaging: Messaging,
    pub orgs: Orgs,
    pub reload: Reload,
    pub plugins: Plugins,
    pub identity: Identity,
    pub app_credential: String,
    pub admin_token: Option<String>,
    pub cors_origins: Vec<String>,
    pub rate_limit: u64,
    pub hosts: Mutex<Vec<String>>,
    pub port: watch::Sender<u16>,
    pub stop_asked: watch::Sender<Option<QuitAgents>>,
    pub owner_socket: Mutex<Option<OwnerSocket>>,
    pub started_at: Timestamp,
    /// Limits that templates declare for their runtime, read when they are needed after a change.
    pub declared_timeouts: RwLock<Option<BTreeMap<String, Duration>>>,
    /// Something is kept for another time than before.
    pub upkeep_due: Notify,
    pub started_awake: Duration,
}

impl Platform {
    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// What is open.
    pub fn mode(&self) -> Mode {
        self.inner.mode
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Time.
    pub fn clock(&self) -> &dyn Clock {
        self.inner.clock.as_ref()
    }

    /// Begins to watch a loop of a face (see [`clock::Loops`]).
    pub fn watch(&self, name: &'static str, period: Duration) -> clock::Watched {
        clock::watch(&self.inner.clock, name, period)
    }

    /// Awake time since the start.
    pub fn uptime(&self) -> Duration {
        self.inner
            .clock
            .awake()
            .saturating_sub(self.inner.started_awake)
    }

    /// Now, as storage text.
    pub fn stamp(&self) -> String {
        Timestamp(self.inner.clock.now()).to_storage()
    }

    /// Heartbeats.
    pub fn beats(&self) -> &Beats {
        &self.inner.beats
    }

    /// Containers.
    pub fn reconciler(&self) -> &Reconciler {
        &self.inner.reconciler
    }

    /// Messages.
    pub fn messaging(&self) -> &Messaging {
        &self.inner.messaging
    }

    /// Org folders.
    pub fn orgs(&self) -> &Orgs {
        &self.inner.orgs
    }

    /// Plugins.
    pub fn plugins(&self) -> &Plugins {
        &self.inner.plugins
    }

    /// Hot reload.
    pub fn reload(&self) -> &Reload {
        &self.inner.reload
    }

    pub(crate) fn vault_slot(&self) -> &VaultSlot {
        &self.inner.vault
    }

    /// Asks whoever runs this platform to stop it; faces may only ask.
    pub fn ask_to_stop(&self, agents: QuitAgents) {
        self.inner.stop_asked.send_replace(Some(agents));
    }

    /// Waits until somebody asked for a stop, and says what becomes of the agents.
    pub async fn stop_asked(&self) -> QuitAgents {
        let mut asked = self.inner.stop_asked.subscribe();
        match asked.wait_for(Option::is_some).await {
            Ok(agents) => agents.unwrap_or(QuitAgents::Keep),
            // The sender lives in this platform.
            Err(_) => QuitAgents::Keep,
        }
    }

    /// Ends what works by itself. Requests that are under way can still read and write, and calls to agents that were
    /// begun for them go on until [`Self::end_calls`].
    pub async fn end_background(&self) {
        let inner = &self.inner;
        inner
            .owner_socket
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        inner.reload.stop().await;
        inner.messaging.quiesce();
    }

    /// Ends calls to agents; whoever waits for one is told that the platform stops.
    pub async fn end_calls(&self) {
        self.inner.messaging.shutdown().await;
    }

    /// Stops every room in order. Agents stop or stay, as the person says.
    pub async fn stop(&self, agents: QuitAgents) {
        self.end_background().await;
        self.end_calls().await;
        let inner = &self.inner;
        let stop = match agents {
            QuitAgents::Stop => StopAgents::Stop,
            QuitAgents::Keep => StopAgents::Keep,
        };
        inner.reconciler.shutdown(stop).await;
        if let Err(error) = inner.beats.flush().await {
            tracing::warn!(%error, "the last heartbeats were not written");
        }
        inner.store.close().await;
    }
}
