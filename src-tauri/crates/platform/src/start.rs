//! From options to a running platform, and back.

use crate::{
    DataFolder, LocalEngine, OwnerInfo, SecretsError, VaultChoice,
    engines::WhenListening,
    owner::OwnerSocket,
    shell::QuitAgents,
    talk::{Declared, Lifecycle},
    vault_choice,
};
use clock::{Clock, SystemClock};
use messaging::Messaging;
use orgs::Orgs;
use reconcile::{EngineSource, Reconciler, StopAgents, VaultSlot};
use reload::Reload;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{OpenError, OpenOptions, Store, StoreError, WorkspaceRow, rows};
use tokio::sync::{RwLock, watch};
use vault::redact::KnownSecrets;
use wire::{AgentCounts, Desired, EngineView, KeychainView, Settings, Stack, Status, Timestamp};
use workspaces::Beats;

/// What is open without a credential (contract 01 section 2.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Nothing but health and the canvas's files.
    #[default]
    Closed,
    /// The contract's open development mode, by explicit switch, for this run only.
    Open,
}

/// How to start.
#[derive(Clone)]
pub struct PlatformOptions {
    /// Data folder; made when it does not exist.
    pub data_dir: PathBuf,
    /// Closed unless the person said otherwise.
    pub mode: Mode,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Engine; `None` finds the one on this computer.
    pub engines: Option<Arc<dyn EngineSource>>,
    /// Where secrets are kept.
    pub vault: VaultChoice,
    /// Name of the container network; `None`: `MOLECULE_NETWORK`, else the contract's.
    pub network: Option<String>,
    /// Values that must not be logged; shared with the log layer.
    pub known_secrets: KnownSecrets,
    /// Figures of the reconciler.
    pub reconcile: reconcile::Options,
    /// Pause between the steps of a mock agent.
    pub mock_pace: Duration,
}

impl PlatformOptions {
    /// Options for this data folder with everything real.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            mode: Mode::Closed,
            clock: Arc::new(SystemClock::new()),
            engines: None,
            vault: VaultChoice::System,
            network: None,
            known_secrets: KnownSecrets::new(),
            reconcile: reconcile::Options::default(),
            mock_pace: Duration::from_millis(250),
        }
    }
}

/// The platform could not start; nothing was changed unless the text says so.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process owns the data folder.
    #[error(
        "this data folder is in use by another Molecule Desktop{}{}; use that one, or choose another folder with --data-dir",
        pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(),
        port.map(|port| format!(" on port {port}")).unwrap_or_default()
    )]
    OwnedByAnother {
        /// Its port, when it answers.
        port: Option<u16>,
        /// Its process.
        pid: Option<u32>,
    },
    /// The data folder cannot be used.
    #[error("cannot use the data folder {path}: {source}")]
    DataFolder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Messaging could not start.
    #[error(transparent)]
    Messaging(#[from] messaging::MessagingError),
    /// The open mode was asked for together with something that forbids it.
    #[error("--open-dev-mode is refused: {0}")]
    OpenModeRefused(&'static str),
    /// Randomness or the like failed.
    #[error("cannot make credentials: {0}")]
    Credentials(#[from] vault::VaultError),
}

/// A running platform. Clones are the same one.
#[derive(Clone)]
pub struct Platform {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub data: DataFolder,
    mode: Mode,
    store: Store,
    clock: Arc<dyn Clock>,
    vault: VaultSlot,
    pub vault_failure: RwLock<Option<SecretsError>>,
    pub vault_tried: watch::Sender<bool>,
    pub keychain: RwLock<KeychainView>,
    pub known_secrets: KnownSecrets,
    beats: Beats,
    reconciler: Reconciler,
    messaging: Messaging,
    orgs: Orgs,
    reload: Reload,
    pub instance: String,
    app_credential: String,
    admin_token: Option<String>,
    cors_origins: Vec<String>,
    hosts: Mutex<Vec<String>>,
    port: watch::Sender<u16>,
    stop_asked: watch::Sender<Option<QuitAgents>>,
    owner_socket: Mutex<Option<OwnerSocket>>,
    started_at: Timestamp,
}

impl Platform {
    /// Claims the data folder and starts every room. The API binds afterwards and says so with [`Platform::listening`].
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(options: PlatformOptions) -> Result<Self, StartError> {
        let admin_token = std::env::var("ADMIN_TOKEN")
            .ok()
            .filter(|token| !token.is_empty());
        if options.mode == Mode::Open {
            refuse_open_mode(admin_token.as_deref())?;
        }
        let folder = |source| StartError::DataFolder {
            path: options.data_dir.clone(),
            source,
        };
        let data = match DataFolder::claim(&options.data_dir).map_err(folder)? {
            Ok(data) => data,
            Err(pid) => {
                let port = crate::find_owner(&options.data_dir)
                    .await
                    .ok()
                    .flatten()
                    .map(|owner| owner.port);
                return Err(StartError::OwnedByAnother { port, pid });
            }
        };
        let clock = options.clock.clone();
        let store = Store::open(OpenOptions::new(data.database(), clock.clone())).await?;
        let instance = instance(&store).await?;
        let vault: VaultSlot = Arc::default();
        let (port, _) = watch::channel(0_u16);
        let beats = Beats::start(store.clone(), clock.clone());

        let engines = match options.engines.clone() {
            Some(engines) => engines,
            None => Arc::new(LocalEngine {
                installation: installation(&instance, options.network.clone()),
            }),
        };
        let ports = port.subscribe();
        let reconciler = Reconciler::start(reconcile::Dependencies {
            store: store.clone(),
            clock: clock.clone(),
            engines: Arc::new(WhenListening {
                inner: engines,
                port: port.subscribe(),
            }),
            vault: vault.clone(),
            platform_url: Arc::new(move |reach| match std::env::var("PLATFORM_URL") {
                Ok(url) if !url.is_empty() => url.trim_end_matches('/').to_owned(),
                _ => format!("http://{}:{}", reach.host_name(), *ports.borrow()),
            }),
            options: options.reconcile.clone(),
        });
        let messaging = Messaging::start(messaging::Dependencies {
            store: store.clone(),
            clock: clock.clone(),
            wake: Arc::new(Lifecycle {
                store: store.clone(),
                reconciler: reconciler.clone(),
            }),
            agents: Arc::new(Declared(beats.clone())),
            secrets: options.known_secrets.clone(),
            options: messaging::Options {
                open_mode: options.mode == Mode::Open,
                mock_pace: options.mock_pace,
                idle_timeout: idle_timeout(),
                ..messaging::Options::default()
            },
        })
        .await?;
        let orgs = Orgs::new(store.clone(), clock.clone(), vault.clone(), data.path());
        // An import that a kill cut short gets its closing row before anything new begins.
        match orgs.recover().await {
            Ok(0) => {}
            Ok(imports) => tracing::warn!(
                imports,
                "an import was cut short by the last end; import that org again"
            ),
            Err(error) => {
                tracing::warn!(%error, "imports that were cut short could not be looked for")
            }
        }
        let reload = crate::changes::start(&store, &clock, &reconciler, &messaging, &beats, &orgs);
        let started_at = Timestamp(clock.now());
        tokio::spawn({
            let orgs = orgs.clone();
            async move { orgs.follow_progress().await }
        });
        let platform = Self {
            inner: Arc::new(Inner {
                data,
                mode: options.mode,
                store,
                clock,
                vault,
                vault_failure: RwLock::default(),
                vault_tried: watch::channel(false).0,
                keychain: RwLock::new(vault_choice::opening()),
                known_secrets: options.known_secrets.clone(),
                beats,
                reconciler,
                messaging,
                orgs,
                reload,
                instance,
                app_credential: vault::tokens::mint()?
                    .token
                    .expose_str()
                    .unwrap_or_default()
                    .to_owned(),
                admin_token,
                cors_origins: cors_origins(),
                hosts: Mutex::default(),
                port,
                stop_asked: watch::channel(None).0,
                owner_socket: Mutex::default(),
                started_at,
            }),
        };
        let settings = platform.settings().await?;
        platform.apply_settings(&settings).await;
        // A keychain may ask the person for a password; the platform is ready before they answer.
        tokio::spawn({
            let platform = platform.clone();
            let choice = options.vault.clone();
            async move {
                if let Err(error) = platform.unlock(&choice).await {
                    tracing::warn!(%error, "the platform runs without secrets");
                }
            }
        });
        tokio::spawn(platform.clone().keep_house());
        Ok(platform)
    }

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

    /// Hot reload.
    pub fn reload(&self) -> &Reload {
        &self.inner.reload
    }

    pub(crate) fn vault_slot(&self) -> &VaultSlot {
        &self.inner.vault
    }

    /// Bearer of the app's own faces, new at each start.
    pub fn app_credential(&self) -> &str {
        &self.inner.app_credential
    }

    /// The operator's `ADMIN_TOKEN`.
    pub fn admin_token(&self) -> Option<&str> {
        self.inner.admin_token.as_deref()
    }

    /// Whether the test-token route exists (class T).
    pub fn test_tokens(&self) -> bool {
        self.inner.mode == Mode::Open
            || std::env::var("MOLECULE_ENABLE_TEST_TOKENS").is_ok_and(|word| word == "1")
    }

    /// Pages beside our own that may call.
    pub fn cors_origins(&self) -> &[String] {
        &self.inner.cors_origins
    }

    /// Whether this platform answers to a `Host`.
    pub fn serves_host(&self, authority: &str) -> bool {
        let name = host_name(authority);
        if matches!(
            name,
            "localhost" | "127.0.0.1" | "[::1]" | "host.docker.internal"
        ) {
            return true;
        }
        self.inner
            .hosts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(|host| host == name)
    }

    /// Another address or name this platform answers to.
    pub fn add_host(&self, name: &str) {
        let mut hosts = self
            .inner
            .hosts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !hosts.iter().any(|host| host == name) {
            hosts.push(name.to_ascii_lowercase());
        }
    }

    /// Base address for agents outside, as the connection block prints it.
    pub fn public_url(&self, host: Option<&str>) -> String {
        match std::env::var("EXTERNAL_PLATFORM_URL") {
            Ok(url) if !url.is_empty() => url.trim_end_matches('/').to_owned(),
            _ => format!(
                "http://{}",
                host.unwrap_or(&format!("127.0.0.1:{}", *self.inner.port.borrow()))
            ),
        }
    }

    /// The API listens: agents may be told, faces may ask.
    ///
    /// # Errors
    /// When the local socket for faces cannot be made.
    pub fn listening(&self, port: u16) -> std::io::Result<()> {
        self.inner.port.send_replace(port);
        for name in ["PLATFORM_URL", "EXTERNAL_PLATFORM_URL"] {
            if let Some(host) = std::env::var(name).ok().as_deref().and_then(url_host) {
                self.add_host(host);
            }
        }
        let info = OwnerInfo {
            port,
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            bearer: self.inner.app_credential.clone(),
        };
        let socket = OwnerSocket::listen(self.inner.data.path(), info)?;
        *self
            .inner
            .owner_socket
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(socket);
        Ok(())
    }

    /// A workspace token was presented: its first use ends its predecessor's grace. Off the request's path; the token
    /// was checked already.
    pub fn token_used(&self, token: &rows::tokens::TokenRow) {
        let recent = token
            .last_used_at
            .as_deref()
            .and_then(|text| Timestamp::parse(text).ok());
        let minute = chrono::TimeDelta::minutes(1);
        if recent.is_some_and(|at| self.inner.clock.now() - at.0 < minute) {
            // A beat every 30 s needs no write of its own.
            return;
        }
        let (store, token) = (self.inner.store.clone(), token.clone());
        tokio::spawn(async move {
            let touched: Result<(), StoreError> = store
                .write(move |write| {
                    Box::pin(async move {
                        let now = write.stamp();
                        rows::tokens::touch(write.conn(), &token, &now).await
                    })
                })
                .await;
            if let Err(error) = touched {
                tracing::warn!(%error, "the last use of a token could not be noted");
            }
        });
    }

    /// In open mode a workspace that never had a token gets one with its first register.
    ///
    /// # Errors
    /// When the token cannot be made or stored.
    pub async fn first_token(&self, workspace_id: &str) -> Result<Option<String>, StartError> {
        if self.inner.mode != Mode::Open {
            return Ok(None);
        }
        let minted = vault::tokens::mint()?;
        let plain = minted.token.expose_str().unwrap_or_default().to_owned();
        let id = workspace_id.to_owned();
        let made: bool = self
            .inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    if rows::tokens::count_live(write.conn(), &id).await? > 0 {
                        return Ok::<_, StoreError>(false);
                    }
                    let now = write.stamp();
                    let (hash, prefix) = (minted.hash.as_bytes(), minted.prefix.as_str());
                    rows::tokens::add(write.conn(), &id, hash, prefix, "user", &now, &now).await?;
                    Ok(true)
                })
            })
            .await?;
        Ok(made.then_some(plain))
    }

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
    async fn keep_house(self) {
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

    /// Stops every room in order. Agents stop or stay, as the person says.
    pub async fn stop(&self, agents: QuitAgents) {
        let inner = &self.inner;
        inner
            .owner_socket
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        inner.reload.stop().await;
        inner.messaging.shutdown().await;
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
        Status::Paused | Status::Hibernating | Status::Hibernated => agents.asleep += 1,
        Status::Failed | Status::Offline => agents.failed += 1,
        Status::Removed => {}
    }
    debug_assert!(row.desired != Desired::Absent || row.status == Status::Removed);
}

async fn instance(store: &Store) -> Result<String, StoreError> {
    if let Some(id) = rows::settings::get::<String>(store.read(), "instance").await? {
        return Ok(id);
    }
    let id = store::new_id();
    let kept = id.clone();
    store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::settings::set(write.conn(), "instance", &kept, &now).await
            })
        })
        .await?;
    Ok(id)
}

pub(crate) fn installation(instance: &str, network: Option<String>) -> containers::Installation {
    let mut installation = containers::Installation::new(instance.parse().unwrap_or_default());
    let named = std::env::var("MOLECULE_NETWORK")
        .ok()
        .filter(|name| !name.is_empty());
    if let Some(network) = network.or(named) {
        installation.network = network;
    }
    installation
}

fn refuse_open_mode(admin_token: Option<&str>) -> Result<(), StartError> {
    if admin_token.is_some() {
        return Err(StartError::OpenModeRefused(
            "ADMIN_TOKEN is set; unset it or start without --open-dev-mode",
        ));
    }
    let word = std::env::var("MOLECULE_ENV")
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if matches!(word.as_str(), "prod" | "production") {
        return Err(StartError::OpenModeRefused("MOLECULE_ENV says production"));
    }
    Ok(())
}

fn cors_origins() -> Vec<String> {
    let list = std::env::var("CORS_ORIGINS").unwrap_or_default();
    let list = if list.trim().is_empty() {
        "http://localhost:3000,http://localhost:3001"
    } else {
        &list
    };
    list.split(',')
        .map(|origin| origin.trim().to_ascii_lowercase())
        .filter(|origin| !origin.is_empty())
        .collect()
}

fn seconds(name: &str) -> Option<Duration> {
    std::env::var(name)
        .ok()?
        .trim()
        .parse()
        .ok()
        .filter(|seconds| *seconds > 0)
        .map(Duration::from_secs)
}

/// Days activity is kept (contract 01 section 1.2).
fn activity_days() -> u32 {
    let named = std::env::var("ACTIVITY_RETENTION_DAYS")
        .ok()
        .and_then(|days| days.trim().parse().ok());
    named.filter(|days: &u32| *days > 0).unwrap_or(7)
}

fn idle_timeout() -> Duration {
    seconds("A2A_IDLE_TIMEOUT_SECONDS").unwrap_or(messaging::Options::default().idle_timeout)
}

/// The name in `name:port`, brackets of IPv6 kept.
fn host_name(authority: &str) -> &str {
    match authority.rfind(':') {
        Some(colon)
            if authority[colon + 1..]
                .bytes()
                .all(|byte| byte.is_ascii_digit()) =>
        {
            &authority[..colon]
        }
        _ => authority,
    }
}

fn url_host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(host_name(authority.rsplit('@').next()?)).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_lose_their_port_and_keep_their_brackets() {
        for (authority, name) in [
            ("localhost:8080", "localhost"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
            ("host", "host"),
        ] {
            assert_eq!(host_name(authority), name);
        }
        assert_eq!(
            url_host("https://me@example.test:8443/path"),
            Some("example.test")
        );
    }
}
