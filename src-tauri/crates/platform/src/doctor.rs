//! `doctor`: looks at everything a start needs, with the very code that start runs, and says what to do.

use crate::{DataFolder, PlatformOptions, find_owner, keep::SEALED};
use clock::Clock;
use containers::{
    Engine,
    locate::{self, Surroundings},
};
use serde::Serialize;
use std::{path::Path, sync::Arc};
use store::{OpenOptions, Store, StoreError};
use utoipa::ToSchema;
use vault::{BuildKind, Keychain, KeychainState, MasterKey, Namespace, OsKeychain};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Fine.
    Good,
    /// Works, with a limit worth knowing.
    Limited,
    /// Does not work.
    Bad,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found and, unless it is good, what to do.
    pub text: String,
}

impl Check {
    fn new(name: &'static str, verdict: Verdict, text: impl Into<String>) -> Self {
        Self {
            name,
            verdict,
            text: text.into(),
        }
    }
}

/// Runs every check. With an owner running, what only the owner may open is asked of it by the caller.
pub async fn examine(options: &PlatformOptions) -> Vec<Check> {
    let mut checks = Vec::new();
    let instance = data(options, &mut checks).await;
    checks.push(keychain(&instance, &options.data_dir).await);
    checks.push(engine(&instance, options.network.clone()).await);
    checks
}

/// The same about a platform that runs: what it holds open is asked, not opened again.
pub(crate) async fn running(platform: &crate::Platform) -> Vec<Check> {
    let data = platform.inner().data.path();
    let keychain = platform.keychain_view().await;
    let secrets = match keychain.state.as_str() {
        "ready" | "passphrase" | "environment" => Verdict::Good,
        // The platform goes on without secrets and asks.
        "locked" | "absent" | "opening" => Verdict::Limited,
        _ => Verdict::Bad,
    };
    let engine = platform.reconciler().engine_state().borrow().clone();
    let ready = engine.state == reconcile::EngineCondition::Ready;
    vec![
        space(data),
        database(platform.store(), "is open and takes changes").await,
        Check::new("keychain", secrets, keychain.text),
        Check::new(
            "container engine",
            if ready {
                Verdict::Good
            } else {
                Verdict::Limited
            },
            engine.detail,
        ),
    ]
}

async fn data(options: &PlatformOptions, checks: &mut Vec<Check>) -> String {
    let shown = options.data_dir.display();
    if let Ok(Some(owner)) = find_owner(&options.data_dir).await {
        checks.push(Check::new(
            "data folder",
            Verdict::Good,
            format!(
                "{shown} is in use by process {} on port {}",
                owner.pid, owner.port
            ),
        ));
        return String::new();
    }
    let folder = match DataFolder::claim(&options.data_dir) {
        Ok(Ok(folder)) => folder,
        Ok(Err(pid)) => {
            let who = pid.map_or_else(
                || "another process".to_owned(),
                |pid| format!("process {pid}"),
            );
            checks.push(Check::new(
                "data folder",
                Verdict::Bad,
                format!(
                    "{shown} is locked by {who}, which does not answer; end it, then try again"
                ),
            ));
            return String::new();
        }
        Err(error) => {
            checks.push(Check::new(
                "data folder",
                Verdict::Bad,
                format!("{shown} cannot be used: {error}"),
            ));
            return String::new();
        }
    };
    checks.push(space(folder.path()));
    match Store::open(OpenOptions::new(
        folder.database(),
        options.clock.clone() as Arc<dyn Clock>,
    ))
    .await
    {
        Ok(store) => {
            let instance = store::rows::settings::get::<String>(store.read(), "instance")
                .await
                .ok()
                .flatten();
            checks.push(database(&store, "opens and takes changes").await);
            store.close().await;
            instance.unwrap_or_default()
        }
        Err(error) => {
            checks.push(Check::new("database", Verdict::Bad, error.to_string()));
            String::new()
        }
    }
}

/// A database that is only read looks healthy on a full disk: a change is tried.
async fn database(store: &Store, fine: &str) -> Check {
    let shown = store.path().display();
    match store.ready().await {
        Ok(()) => Check::new("database", Verdict::Good, format!("{shown} {fine}")),
        Err(StoreError::DiskFull) => Check::new(
            "database",
            Verdict::Bad,
            format!("{shown} takes no changes: its disk is full; free some space there"),
        ),
        Err(error) => Check::new(
            "database",
            Verdict::Bad,
            format!("{shown} takes no changes: {error}"),
        ),
    }
}

/// Room on the disk that holds the data folder.
fn space(path: &Path) -> Check {
    const LITTLE: u64 = 1024;
    let shown = path.display();
    match fs4::available_space(path) {
        Ok(bytes) if bytes / 1024 / 1024 < LITTLE => Check::new(
            "data folder",
            Verdict::Limited,
            format!(
                "{shown} can be used, but its disk has only {} MiB left",
                bytes / 1024 / 1024
            ),
        ),
        Ok(bytes) => Check::new(
            "data folder",
            Verdict::Good,
            format!(
                "{shown} can be used; {} GiB are free",
                bytes / 1024 / 1024 / 1024
            ),
        ),
        Err(error) => Check::new(
            "data folder",
            Verdict::Limited,
            format!("{shown} can be used; free space unknown: {error}"),
        ),
    }
}

async fn keychain(instance: &str, data_dir: &Path) -> Check {
    match MasterKey::from_environment() {
        Ok(Some(_)) => {
            return Check::new(
                "keychain",
                Verdict::Good,
                "SECRETS_ENCRYPTION_KEY is set and used instead of a keychain",
            );
        }
        Err(error) => return Check::new("keychain", Verdict::Bad, error.to_string()),
        Ok(None) => {}
    }
    let sealed = data_dir.join(SEALED);
    if sealed.exists() {
        return Check::new(
            "keychain",
            Verdict::Limited,
            format!(
                "{} keeps the secrets and wants its passphrase at each start: `molecule-stack secrets unlock` while the \
                 platform runs, or --passphrase-stdin of `serve` and `up`",
                sealed.display()
            ),
        );
    }
    let keychain = OsKeychain::new(Namespace::new(
        BuildKind::current(),
        format!("doctor-{instance}"),
    ));
    match keychain.probe().await {
        KeychainState::Ready => Check::new(
            "keychain",
            Verdict::Good,
            format!("{} works", keychain.describe()),
        ),
        other => Check::new(
            "keychain",
            match other {
                // A start goes on without secrets and asks.
                KeychainState::Locked { .. } | KeychainState::Absent { .. } => Verdict::Limited,
                _ => Verdict::Bad,
            },
            other.text(),
        ),
    }
}

async fn engine(instance: &str, network: Option<String>) -> Check {
    if let Err(error) = locate::check_backend(std::env::var("CONTAINER_BACKEND").ok().as_deref()) {
        return Check::new("container engine", Verdict::Bad, error.to_string());
    }
    let installation = crate::start::installation(instance, network);
    let search = locate::find(&Surroundings::of_process(), &installation).await;
    let Some((docker, _)) = &search.found else {
        let tried: Vec<String> = search
            .tried
            .iter()
            .filter_map(|tried| tried.endpoint.as_ref())
            .map(|endpoint| endpoint.0.clone())
            .collect();
        let tried = if tried.is_empty() {
            String::new()
        } else {
            format!(" Tried: {}.", tried.join(", "))
        };
        return Check::new(
            "container engine",
            Verdict::Limited,
            format!(
                "{}{tried} Without it the sample org and external agents still run.",
                search.error()
            ),
        );
    };
    match docker.info().await {
        Ok(info) => Check::new(
            "container engine",
            Verdict::Good,
            format!(
                "{} {} (API {}) at {}, {} MiB of memory",
                info.operating_system,
                info.version,
                info.api_version,
                info.endpoint,
                info.memory_bytes / 1024 / 1024
            ),
        ),
        Err(error) => Check::new("container engine", Verdict::Limited, error.to_string()),
    }
}
