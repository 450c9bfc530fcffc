//! What the reconciler is given: store, clock, engine, vault.

use crate::Options;
use async_trait::async_trait;
use clock::Clock;
use containers::{Engine, EngineError, EngineInfo, EngineKind, Reach};
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use store::Store;
use tokio::sync::RwLock;
use vault::redact::KnownSecrets;

/// The open vault, once a person has opened it. After putting one in, call [`crate::Reconciler::vault_opened`].
pub type VaultSlot = Arc<RwLock<Option<Arc<vault::Vault>>>>;

/// Base URL of the platform as containers see it, from how they reach this host.
pub type PlatformUrl = Arc<dyn Fn(&Reach) -> String + Send + Sync>;

/// Setting (JSON `true`) that says personas were imported: without the vault nobody knows what is in them, so that an
/// agent with a persona waits for it instead of starting without its credentials.
pub const PERSONAS_SETTING: &str = "personas_imported";

/// Finds a container engine.
#[async_trait]
pub trait EngineSource: Send + Sync + 'static {
    /// Looks once.
    ///
    /// # Errors
    /// Why there is none.
    async fn find(&self) -> Result<Arc<dyn Engine>, EngineError>;

    /// The person wants no engine at all (`--no-engine`); nothing is ever looked for.
    fn is_off(&self) -> bool {
        false
    }
}

/// `--no-engine`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Off;

#[async_trait]
impl EngineSource for Off {
    async fn find(&self) -> Result<Arc<dyn Engine>, EngineError> {
        Err(EngineError::Unavailable {
            endpoint: "none".to_owned(),
            source: None,
        })
    }

    fn is_off(&self) -> bool {
        true
    }
}

/// Everything a reconciler works with.
#[derive(Clone)]
pub struct Dependencies {
    /// Rows and events.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Where an engine is found.
    pub engines: Arc<dyn EngineSource>,
    /// Secrets.
    pub vault: VaultSlot,
    /// Values that are masked wherever something is kept or shown; whatever containers are given is added.
    pub known_secrets: KnownSecrets,
    /// Address for agents.
    pub platform_url: PlatformUrl,
    /// Where the platform listens on loopback, for connections that a relay carries.
    pub loopback: Arc<dyn Fn() -> SocketAddr + Send + Sync>,
    /// Plugins that agents should hold; brought before each start.
    pub plugins: plugins::Delivery,
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

/// Whether an engine can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineCondition {
    /// It answers.
    Ready,
    /// None answers; it is looked for again while something waits for it.
    Unavailable,
    /// It answers and cannot be used.
    Incompatible,
    /// The person wants none.
    Off,
}

impl EngineCondition {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Unavailable => "unavailable",
            Self::Incompatible => "incompatible",
            Self::Off => "off",
        }
    }
}

/// The engine as people see it (`ENGINE_STATE`, `GET /stack`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineStatus {
    /// Whether it can be used.
    pub state: EngineCondition,
    /// `docker`, `podman`, `simulated`; empty while none answers.
    pub kind: String,
    /// Version and address, or why it is not there and what to do.
    pub detail: String,
    /// The address the platform must listen on beside loopback, once the network exists (04 D12).
    pub reach_listen: Option<IpAddr>,
    /// The name by which containers ask, where a relay carries their connections.
    pub relay_host: Option<String>,
}

impl EngineStatus {
    pub(crate) fn off() -> Self {
        Self {
            state: EngineCondition::Off,
            kind: String::new(),
            detail: "The container engine is switched off for this run. Start without --no-engine to use it.".into(),
            reach_listen: None,
            relay_host: None,
        }
    }

    pub(crate) fn looking() -> Self {
        Self {
            state: EngineCondition::Unavailable,
            kind: String::new(),
            detail: "Looking for a container engine.".into(),
            reach_listen: None,
            relay_host: None,
        }
    }

    pub(crate) fn ready(info: &EngineInfo) -> Self {
        let kind = match info.kind {
            EngineKind::Docker => "docker",
            EngineKind::Podman => "podman",
            EngineKind::Simulated => "simulated",
        };
        Self {
            state: EngineCondition::Ready,
            kind: kind.into(),
            detail: format!(
                "{} {} at {}",
                info.operating_system, info.version, info.endpoint
            ),
            reach_listen: None,
            relay_host: None,
        }
    }

    pub(crate) fn failed(error: &EngineError) -> Self {
        let state = match error {
            EngineError::Incompatible { .. } => EngineCondition::Incompatible,
            _ => EngineCondition::Unavailable,
        };
        Self {
            state,
            kind: String::new(),
            detail: error.to_string(),
            reach_listen: None,
            relay_host: None,
        }
    }
}
