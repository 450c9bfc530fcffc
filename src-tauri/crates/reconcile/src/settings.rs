//! What a person may set, and figures of the contract.

use containers::TierOverrides;
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// The word for the built-in stand-in image in [`Settings::runtime_images`].
pub const STAND_IN: &str = "stand-in";

/// Settings that hold from the next step on.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Runtime to image reference, or [`STAND_IN`]. The runtime `*` stands for every runtime without its own entry.
    pub runtime_images: BTreeMap<String, String>,
    /// Registry prefix for runtimes without an entry, such as `registry.example/team`; `None` uses images that are
    /// built locally (contract 04 section 3.2).
    pub image_registry: Option<String>,
    /// Memory that agents may use together, in MiB; `None` takes it from the engine.
    pub memory_budget_mb: Option<u64>,
    /// Memory and CPU of tiers (contract 04 section 5).
    pub tiers: TierOverrides,
    /// Containers that are being created and started at once.
    pub concurrent_starts: usize,
    /// Minutes without work before an agent sleeps, where its row says nothing; 0 and `None`: never (04 D6).
    pub hibernation_idle_minutes: Option<i64>,
    /// Replaces the limits of contract 01 section 4.7 for every runtime (`PROVISION_TIMEOUT_SECONDS`).
    pub provision_timeout: Option<Duration>,
    /// Limits that templates declare for their runtime, where nothing replaces them (contract 01 section 7).
    pub declared_timeouts: BTreeMap<String, Duration>,
    /// Silence after which an external agent counts as away (`REMOTE_LIVENESS_STALE_AFTER`).
    pub external_liveness: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        // Two starts a core keep engine and disk busy without starving what runs already.
        let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get());
        Self {
            runtime_images: BTreeMap::new(),
            image_registry: None,
            memory_budget_mb: None,
            tiers: TierOverrides::default(),
            concurrent_starts: (cores * 2).clamp(3, 8),
            hibernation_idle_minutes: None,
            provision_timeout: None,
            declared_timeouts: BTreeMap::new(),
            external_liveness: Duration::from_secs(90),
        }
    }
}

/// What is fixed for the life of a reconciler.
#[derive(Debug, Clone)]
pub struct Options {
    /// First settings.
    pub settings: Settings,
    /// How long an agent may take to end after TERM (04 D18).
    pub stop_grace: Duration,
    /// Limit from the creation of a container to its start (04 D1).
    pub start_limit: Duration,
    /// Limit of image work (04 D1).
    pub image_limit: Duration,
    /// Silence after which an agent in a container is restarted.
    pub liveness: Duration,
    /// How late a tick must come for every age to begin anew.
    pub late: Duration,
    /// How long work volumes of deleted workspaces are kept (04 D10).
    pub retention: Duration,
    /// Folder for the last output of ended containers; `None` is `container-logs` beside the database.
    pub log_dir: Option<PathBuf>,
    /// The stand-in program; `None` looks beside our own executable.
    pub stand_in: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            stop_grace: Duration::from_secs(10),
            start_limit: Duration::from_secs(180),
            image_limit: Duration::from_secs(20 * 60),
            liveness: Duration::from_secs(180),
            late: Duration::from_secs(30),
            retention: store::rows::removals::RETENTION,
            log_dir: None,
            stand_in: None,
        }
    }
}
