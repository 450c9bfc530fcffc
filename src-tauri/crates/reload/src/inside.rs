//! What all parts of this room share.

use crate::{
    HeldFile, Reactions, ReloadError, ReloadSettings, WatchProblem,
    config::Config,
    lanes::{Lanes, Owner, Scope, Work},
    loops::{Loops, Turn},
    notice::{self, Notice},
    reaction::Outcome,
    watch::Root,
};
use clock::Clock;
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::Store;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What is remembered of one workspace while the platform runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    /// Digests that were noticed but did not reach a container; empty text for a removed file.
    pub seen: BTreeMap<String, String>,
    /// The config that the agent has, as far as known.
    pub config: Option<Config>,
    /// Digests of files that cannot be used and were named already.
    pub refused: BTreeMap<String, String>,
}

pub(crate) struct Inside {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub reactions: Arc<dyn Reactions>,
    pub settings: ReloadSettings,
    pub lanes: Lanes,
    /// A burst that concerns many owners must not take the machine.
    pub turns: Semaphore,
    pub tasks: TaskTracker,
    pub stop: CancellationToken,
    paused: AtomicBool,
    roots: RwLock<Arc<Vec<Root>>>,
    watching: Mutex<(usize, Option<WatchProblem>)>,
    loops: Mutex<Loops>,
    workspaces: Mutex<HashMap<String, Memory>>,
    orgs: Mutex<HashMap<String, BTreeMap<String, String>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inside {
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        reactions: Arc<dyn Reactions>,
        settings: ReloadSettings,
    ) -> Self {
        Self {
            store,
            clock,
            reactions,
            settings,
            lanes: Lanes::default(),
            turns: Semaphore::new(8),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            paused: AtomicBool::new(false),
            roots: RwLock::default(),
            watching: Mutex::default(),
            loops: Mutex::default(),
            workspaces: Mutex::default(),
            orgs: Mutex::default(),
        }
    }

    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// Says what it was before.
    pub fn set_paused(&self, paused: bool) -> bool {
        self.paused.swap(paused, Ordering::AcqRel)
    }

    pub fn roots(&self) -> Arc<Vec<Root>> {
        Arc::clone(&self.roots.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn set_roots(&self, roots: Vec<Root>) {
        *self.roots.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(roots);
    }

    pub fn watching(&self) -> (usize, Option<WatchProblem>) {
        lock(&self.watching).clone()
    }

    /// Says what the problem was before.
    pub fn set_watching(
        &self,
        folders: usize,
        problem: Option<WatchProblem>,
    ) -> Option<WatchProblem> {
        std::mem::replace(&mut *lock(&self.watching), (folders, problem)).1
    }

    pub fn memory(&self, workspace_id: &str) -> Memory {
        lock(&self.workspaces)
            .get(workspace_id)
            .cloned()
            .unwrap_or_default()
    }

    pub fn remember(&self, workspace_id: &str, memory: Memory) {
        lock(&self.workspaces).insert(workspace_id.to_owned(), memory);
    }

    pub fn forget(&self, workspace_id: &str) {
        lock(&self.workspaces).remove(workspace_id);
    }

    pub fn org_files(&self, org_id: &str) -> Option<BTreeMap<String, String>> {
        lock(&self.orgs).get(org_id).cloned()
    }

    pub fn set_org_files(&self, org_id: &str, files: BTreeMap<String, String>) {
        lock(&self.orgs).insert(org_id.to_owned(), files);
    }

    pub fn wrote(&self, path: &Path) {
        lock(&self.loops).wrote(&path.to_string_lossy(), self.clock.awake());
    }

    pub fn held(&self) -> Vec<HeldFile> {
        lock(&self.loops)
            .held(self.clock.awake())
            .into_iter()
            .map(|((owner, path), cause)| HeldFile {
                owner,
                path,
                why: cause.sentence().to_owned(),
            })
            .collect()
    }

    /// Whether a changed file may be followed now. One that begins to be held back is named in an event, and compared
    /// again after its pause.
    pub async fn may_follow(
        self: &Arc<Self>,
        owner: &Owner,
        path: &str,
        file: &Path,
        digest: &str,
    ) -> Result<bool, ReloadError> {
        let place = (owner.id().to_owned(), path.to_owned());
        let turn = lock(&self.loops).changed(
            &place,
            &file.to_string_lossy(),
            digest,
            self.clock.awake(),
            &self.settings,
        );
        let (pause, why) = match turn {
            Turn::Go => return Ok(true),
            Turn::Held => return Ok(false),
            Turn::Hold { pause, why } => (pause, why),
        };
        let work = Work {
            first: self.clock.awake() + pause,
            scope: Scope::Paths([path.to_owned()].into()),
            loud: true,
            fresh: false,
            tries: 0,
        };
        crate::lanes::later(self, owner.clone(), work, pause);
        let by = match self.agent_that_writes(file).await? {
            Some(name) => format!("the agent {name} works in this folder and writes it"),
            None => why.sentence().to_owned(),
        };
        let (workspace_id, org_id, source) = match owner {
            Owner::Workspace(id) => (Some(id.clone()), None, "workspace_files"),
            Owner::Org(id) => (None, Some(id.clone()), "org_files"),
        };
        let notice = Notice {
            source,
            workspace_ids: workspace_id.iter().cloned().collect(),
            workspace_id: workspace_id.clone(),
            org_id,
            paths: vec![path.to_owned()],
            outcome: Outcome::Held,
            reason: format!(
                "{path} changed {} times within {} s: {by}. It is left alone for {} s and then taken as it is; stop one of the writers",
                self.settings.loop_changes,
                self.settings.loop_window.as_secs(),
                pause.as_secs_f32().ceil(),
            ),
            took: Duration::ZERO,
        };
        notice::write(
            &self.store,
            workspace_id.as_deref(),
            notice::Remember::default(),
            Some(notice),
        )
        .await?;
        Ok(false)
    }

    /// Name of a workspace whose agent works in a host folder that holds this file.
    async fn agent_that_writes(&self, file: &Path) -> Result<Option<String>, ReloadError> {
        let rows = store::rows::workspaces::list(self.store.read()).await?;
        let name = rows.into_iter().find_map(|row| {
            let dir = row.workspace_dir.as_deref().filter(|dir| !dir.is_empty())?;
            let writes = row.workspace_access == wire::WorkspaceAccess::ReadWrite;
            let real = Path::new(dir).canonicalize().ok()?;
            (writes && file.starts_with(real)).then_some(row.name)
        });
        Ok(name)
    }
}
