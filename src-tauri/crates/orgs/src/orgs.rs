//! [`Orgs`]: what the rooms of this crate share.

use crate::{externals::ExternalSource, progress::Trackers, sample};
use clock::Clock;
use git_fetch::GitError;
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use store::Store;
use tokio::sync::RwLock;

/// The open vault, once a person has opened it.
pub type VaultSlot = Arc<RwLock<Option<Arc<vault::Vault>>>>;

/// Folders on this computer that orgs come from (contract 03 section 1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    /// One folder per org template.
    pub orgs: PathBuf,
    /// One folder per workspace template.
    pub configs: PathBuf,
    /// The data folder; the built-in sample is unpacked below it.
    pub data: PathBuf,
}

impl Roots {
    /// Looks where the contract says: `CONFIGS_DIR` or `workspace-configs-templates`, and `org-templates` here, one
    /// above, or beside the configs.
    pub fn find(data: &Path) -> Self {
        let configs = std::env::var_os("CONFIGS_DIR")
            .filter(|path| !path.is_empty())
            .map_or_else(
                || {
                    // Started from a menu there is no such folder here; then they are kept with the data.
                    let here = PathBuf::from("workspace-configs-templates");
                    if here.is_dir() {
                        here
                    } else {
                        data.join("workspace-templates")
                    }
                },
                PathBuf::from,
            );
        let beside = configs.join("../org-templates");
        let orgs = [
            PathBuf::from("org-templates"),
            PathBuf::from("../org-templates"),
            beside,
        ]
        .into_iter()
        .find(|path| path.is_dir())
        .unwrap_or_else(|| PathBuf::from("org-templates"));
        Self {
            orgs,
            configs,
            data: data.to_owned(),
        }
    }

    /// Where the samples are unpacked.
    pub(crate) fn samples(&self) -> PathBuf {
        self.data.join(sample::BELOW_DATA)
    }
}

/// Org folders of one platform. Cheap to clone; clones share what is running.
#[derive(Debug, Clone)]
pub struct Orgs {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) vault: VaultSlot,
    pub(crate) roots: Arc<Roots>,
    /// Where `!external` fetches from, or why its settings are not understood.
    pub(crate) external: Arc<Result<ExternalSource, GitError>>,
    /// Folders (or names of inline templates) that are being imported.
    pub(crate) running: Arc<Mutex<HashSet<String>>>,
    pub(crate) trackers: Trackers,
}

impl Orgs {
    /// Orgs of the platform whose data folder is `data`; other roots as [`Roots::find`] says.
    pub fn new(store: Store, clock: Arc<dyn Clock>, vault: VaultSlot, data: &Path) -> Self {
        Self::with_roots(store, clock, vault, Roots::find(data))
    }

    /// Orgs with these roots.
    pub fn with_roots(store: Store, clock: Arc<dyn Clock>, vault: VaultSlot, roots: Roots) -> Self {
        Self {
            store,
            clock,
            vault,
            roots: Arc::new(roots),
            external: Arc::new(ExternalSource::from_env()),
            running: Arc::default(),
            trackers: Trackers::default(),
        }
    }

    /// The same orgs with another source of `!external` repositories than the environment says.
    #[must_use]
    pub fn with_external(mut self, source: ExternalSource) -> Self {
        self.external = Arc::new(Ok(source));
        self
    }

    /// The folder of workspace templates.
    pub fn configs_root(&self) -> &Path {
        &self.roots.configs
    }

    /// The vault, if it is open.
    pub(crate) async fn open_vault(&self) -> Option<Arc<vault::Vault>> {
        self.vault.read().await.clone()
    }
}
