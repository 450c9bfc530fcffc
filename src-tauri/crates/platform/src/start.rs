//! From options to a running platform.

use crate::{
    DataFolder, LocalEngine, Platform, VaultChoice,
    changes::Hands,
    engines::WhenListening,
    env, identity,
    running::Inner,
    talk::{Declared, Lifecycle},
    vault_choice,
};
use clock::{Clock, SystemClock};
use messaging::Messaging;
use orgs::Orgs;
use reconcile::{EngineSource, Reconciler, VaultSlot};
use std::{
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{OpenError, OpenOptions, Store, StoreError};
use tokio::sync::{Notify, RwLock, watch};
use vault::redact::KnownSecrets;
use wire::Timestamp;
use workspaces::Beats;

/// Requests a caller may make in a minute.
const RATE_LIMIT: u64 = 600;

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
    /// An entry of `CORS_ORIGINS` is no origin.
    #[error(
        "CORS_ORIGINS: \"{0}\" is no origin; write scheme and host, as in https://app.example, or * for every page"
    )]
    CorsOrigin(String),
    /// Randomness or the like failed.
    #[error("cannot make credentials: {0}")]
    Credentials(#[from] vault::VaultError),
}

impl Platform {
    /// Claims the data folder and starts every room. The API binds afterwards and says so with [`Platform::listening`].
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(options: PlatformOptions) -> Result<Self, StartError> {
        let admin_token = env::text("ADMIN_TOKEN");
        let cors_origins = cors_origins(&env::text("CORS_ORIGINS").unwrap_or_default())?;
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
        let identity = identity::settle(&store, data.path()).await?;
        let instance = identity.instance.clone();
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
        let own_port = port.subscribe();
        let delivery = crate::plugged::delivery(&store, data.path());
        let reconciler = Reconciler::start(reconcile::Dependencies {
            store: store.clone(),
            clock: clock.clone(),
            engines: Arc::new(WhenListening {
                inner: engines,
                port: port.subscribe(),
            }),
            vault: vault.clone(),
            known_secrets: options.known_secrets.clone(),
            platform_url: Arc::new(move |reach| match env::text("PLATFORM_URL") {
                Some(url) => url.trim_end_matches('/').to_owned(),
                None => format!(
                    "http://{}:{}",
                    reach.host_name(),
                    reach.port().unwrap_or(*ports.borrow())
                ),
            }),
            loopback: Arc::new(move || (Ipv4Addr::LOCALHOST, *own_port.borrow()).into()),
            plugins: delivery.clone(),
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
                // Only by its word: in a container that brings its own engine, agents are at loopback all the same.
                in_container: env::boolean("MOLECULE_IN_DOCKER").unwrap_or_default(),
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
        match orgs.recover_saves().await {
            Ok(0) => {}
            Ok(saves) => tracing::warn!(
                saves,
                "a save was cut short by the last end; it is finished"
            ),
            Err(error) => {
                tracing::warn!(%error, "saves that were cut short could not be looked for")
            }
        }
        let hands = Hands::new(&store, &reconciler, &messaging, &beats, &orgs);
        let reload = crate::changes::start(&store, &clock, &hands);
        let plugins = crate::plugged::start(
            &store,
            &clock,
            delivery,
            hands,
            orgs.configs_root(),
            data.path(),
        );
        let (started_at, started_awake) = (Timestamp(clock.now()), clock.awake());
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
                rotating: tokio::sync::Mutex::default(),
                keychain: RwLock::new(vault_choice::opening()),
                known_secrets: options.known_secrets.clone(),
                beats,
                reconciler,
                messaging,
                orgs,
                reload,
                plugins,
                identity,
                app_credential: vault::tokens::mint()?
                    .token
                    .expose_str()
                    .unwrap_or_default()
                    .to_owned(),
                admin_token,
                cors_origins,
                rate_limit: env::positive("RATE_LIMIT").unwrap_or(RATE_LIMIT),
                hosts: Mutex::default(),
                port,
                stop_asked: watch::channel(None).0,
                owner_socket: Mutex::default(),
                started_at,
                declared_timeouts: RwLock::default(),
                upkeep_due: Notify::new(),
                started_awake,
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
                    tracing::info!(%error, "the platform runs without secrets");
                }
            }
        });
        tokio::spawn(platform.clone().keep_house());
        Ok(platform)
    }
}

pub(crate) fn installation(instance: &str, network: Option<String>) -> containers::Installation {
    let mut installation = containers::Installation::new(instance.parse().unwrap_or_default());
    if let Some(network) = network.or(env::text("MOLECULE_NETWORK")) {
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
    if env::production() {
        return Err(StartError::OpenModeRefused("MOLECULE_ENV says production"));
    }
    if env::text("BIND_ADDR").is_some_and(|address| beyond_this_computer(&address))
        && !Path::new("/.dockerenv").exists()
    {
        return Err(StartError::OpenModeRefused(
            "BIND_ADDR lets other computers in; unset it or start without --open-dev-mode",
        ));
    }
    Ok(())
}

/// Whether an address to listen on is more than loopback. In a container all interfaces are the container's own.
fn beyond_this_computer(address: &str) -> bool {
    address
        .trim()
        .parse::<IpAddr>()
        .is_ok_and(|address| !address.is_loopback())
}

/// Pages beside our own that may call, lower-case.
fn cors_origins(list: &str) -> Result<Vec<String>, StartError> {
    let list = if list.trim().is_empty() {
        "http://localhost:3000,http://localhost:3001"
    } else {
        list
    };
    list.split(',')
        .map(|origin| origin.trim().to_ascii_lowercase())
        .filter(|origin| !origin.is_empty())
        .map(|origin| {
            let named = origin
                .split_once("://")
                .is_some_and(|(scheme, host)| !scheme.is_empty() && !host.is_empty());
            if named || origin == "*" {
                Ok(origin)
            } else {
                Err(StartError::CorsOrigin(origin))
            }
        })
        .collect()
}

fn idle_timeout() -> Duration {
    env::seconds("A2A_IDLE_TIMEOUT_SECONDS").unwrap_or(messaging::Options::default().idle_timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_need_a_scheme() {
        assert_eq!(
            cors_origins(" ").unwrap(),
            ["http://localhost:3000", "http://localhost:3001"]
        );
        assert_eq!(
            cors_origins(" HTTPS://App.Example , *,").unwrap(),
            ["https://app.example", "*"]
        );
        for wrong in ["app.example", "://x", "http://", "null"] {
            assert!(
                matches!(cors_origins(wrong), Err(StartError::CorsOrigin(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn open_mode_stays_on_this_computer() {
        for (address, beyond) in [
            ("127.0.0.1", false),
            ("::1", false),
            (" 127.0.0.2 ", false),
            ("0.0.0.0", true),
            ("192.168.1.4", true),
            ("nonsense", false),
        ] {
            assert_eq!(beyond_this_computer(address), beyond, "{address}");
        }
    }
}
