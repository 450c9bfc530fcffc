//! The handle, and the loop that turns notices of the watcher into work for the lanes.

use crate::{
    Reactions, ReloadError, ReloadSettings, ReloadState, Sources, WatchProblem,
    inside::Inside,
    lanes::{self, Owner, Scope, Work},
    notice::{self, Notice, Remember},
    org,
    pending::{Burst, Pending},
    walk,
    watch::{Applied, Interest, Root, Watch, complaint},
    workspace::everything,
};
use clock::Clock;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
    time::Duration,
};
use store::Store;
use tokio::sync::{broadcast::error::RecvError, mpsc, oneshot};
use wire::kind;

/// Hot reload: one change service for all files (contract 04 section 18, D60). Clones share it.
#[derive(Clone)]
pub struct Reload {
    inside: Arc<Inside>,
    pending: Arc<Pending>,
    asks: mpsc::Sender<Ask>,
}

impl std::fmt::Debug for Reload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reload")
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// Somebody waits for a look at everything.
struct Ask(oneshot::Sender<Result<(), ReloadError>>);

impl Reload {
    /// Starts watching what `sources` names and comparing it with what was delivered. Returns at once; must be called
    /// inside a Tokio runtime. A watcher that cannot be had is no error: [`Reload::state`] and an event say so.
    pub fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        reactions: Arc<dyn Reactions>,
        sources: Arc<dyn Sources>,
    ) -> Self {
        Self::start_with(store, clock, reactions, sources, ReloadSettings::default())
    }

    /// [`Reload::start`] with other times and limits.
    pub fn start_with(
        store: Store,
        clock: Arc<dyn Clock>,
        reactions: Arc<dyn Reactions>,
        sources: Arc<dyn Sources>,
        settings: ReloadSettings,
    ) -> Self {
        let interest = Arc::new(RwLock::new(Interest::default()));
        let pending = Arc::new(Pending::new(Arc::clone(&clock), Arc::clone(&interest)));
        let handler = {
            let pending = Arc::clone(&pending);
            Arc::new(move |event| pending.event(event))
        };
        let watch = Watch::new(&settings, interest, handler);
        let inside = Arc::new(Inside::new(store, clock, reactions, settings));
        let (asks, asked) = mpsc::channel(16);
        let looping = Loop {
            inside: Arc::clone(&inside),
            pending: Arc::clone(&pending),
            sources,
            watch: Some(watch),
            workspaces: HashSet::new(),
            missing: BTreeSet::new(),
        };
        inside.tasks.spawn(looping.run(asked));
        inside
            .tasks
            .spawn(listen(Arc::clone(&inside), Arc::clone(&pending)));
        Self {
            inside,
            pending,
            asks,
        }
    }

    /// Reads the list of folders again, sets the watches anew and compares everything. Returns when the watches stand
    /// and what was found has been reacted to (failed deliveries are tried again later). Imports need no call: the event log tells of them.
    ///
    /// # Errors
    /// When the list cannot be had, or after [`Reload::stop`].
    pub async fn rescan(&self) -> Result<(), ReloadError> {
        let (answer, answered) = oneshot::channel();
        self.asks
            .send(Ask(answer))
            .await
            .map_err(|_| ReloadError::Closed)?;
        answered.await.map_err(|_| ReloadError::Closed)??;
        self.inside.lanes.idle().await;
        Ok(())
    }

    /// Pauses all reactions, or ends the pause; then everything is compared, so nothing that was saved is lost.
    pub fn paused(&self, paused: bool) {
        if self.inside.set_paused(paused) && !paused {
            self.pending.everything();
        }
    }

    /// Compares one workspace: its files in the database changed, or its folder did.
    pub fn touched(&self, workspace_id: &str) {
        let work = everything(self.inside.clock.awake(), true, false);
        lanes::push(
            &self.inside,
            Owner::Workspace(workspace_id.to_owned()),
            work,
        );
    }

    /// The platform wrote this file itself (write-back). Only used to name the cause when a file keeps changing.
    pub fn wrote(&self, file: &Path) {
        self.inside.wrote(file);
    }

    /// What it watches, what it does not see, what it holds back.
    pub fn state(&self) -> ReloadState {
        let roots = self.inside.roots();
        let (folders, problem) = self.inside.watching();
        ReloadState {
            paused: self.inside.is_paused(),
            roots: roots.len(),
            folders,
            missing: missing(&roots)
                .into_iter()
                .map(|path| path.display().to_string())
                .collect(),
            problem,
            held: self.inside.held(),
        }
    }

    /// Stops watching, lets what is being done end, and returns then.
    pub async fn stop(&self) {
        self.inside.stop.cancel();
        self.inside.tasks.close();
        self.inside.tasks.wait().await;
    }
}

fn missing(roots: &[Root]) -> BTreeSet<PathBuf> {
    roots
        .iter()
        .filter(|root| root.real.is_none())
        .map(|root| root.watched.path.clone())
        .collect()
}

/// Follows the event log: imports and removals change what is to be watched, and an agent that comes online may have
/// been started with an older copy of its folder.
async fn listen(inside: Arc<Inside>, pending: Arc<Pending>) {
    let mut events = inside.store.events().subscribe_kept();
    let watched = clock::watch(&inside.clock, "reload-follower", clock::ROUND);
    loop {
        let event = tokio::select! {
            () = inside.stop.cancelled() => return,
            event = watched.waits(events.recv()) => event,
        };
        match event {
            Ok(event) => match event.event.as_str() {
                kind::WORKSPACE_ONLINE => {
                    let work = everything(inside.clock.awake(), false, true);
                    lanes::push(&inside, Owner::Workspace(event.workspace_id.clone()), work);
                }
                kind::IMPORT_COMPLETED
                | kind::WORKSPACE_PROVISIONING
                | kind::WORKSPACE_REMOVED
                | kind::WORKSPACE_UPDATED => {
                    pending.sources();
                }
                _ => {}
            },
            Err(RecvError::Lagged(_)) => {
                pending.sources();
                pending.everything();
            }
            Err(RecvError::Closed) => return,
        }
    }
}

struct Loop {
    inside: Arc<Inside>,
    pending: Arc<Pending>,
    sources: Arc<dyn Sources>,
    /// Absent only while a blocking thread works with it.
    watch: Option<Watch>,
    workspaces: HashSet<String>,
    missing: BTreeSet<PathBuf>,
}

impl Loop {
    async fn run(mut self, mut asked: mpsc::Receiver<Ask>) {
        if let Err(error) = self.look_at_all(false).await {
            tracing::warn!(%error, "hot reload starts without its folders");
        }
        let watched = clock::watch(&self.inside.clock, "reload", clock::ROUND);
        loop {
            watched.tick();
            tokio::select! {
                biased;
                () = self.inside.stop.cancelled() => return,
                () = watched.asked() => {}
                Some(Ask(answer)) = asked.recv() => {
                    // Whoever asked may have gone.
                    let _ = answer.send(self.look_at_all(false).await);
                }
                () = self.pending.some() => {
                    self.pending.settle(&self.inside.settings).await;
                    let burst = self.pending.take();
                    if let Err(error) = self.follow(burst).await {
                        tracing::warn!(%error, "a burst of changes could not be followed");
                    }
                }
            }
        }
    }

    async fn look_at_all(&mut self, loud: bool) -> Result<(), ReloadError> {
        let listed = self.list().await;
        // Even without a new list: what is watched may have changed on disk.
        self.apply(
            listed.as_ref().ok().cloned(),
            BTreeSet::from([PathBuf::from("/")]),
        )
        .await?;
        if listed.is_ok() && self.came().await? {
            self.pending.sources();
        }
        self.compare_all(self.inside.clock.awake(), loud);
        listed.map(|_| ())
    }

    /// Whether a role's folder is there that was not when the list was made.
    async fn came(&self) -> Result<bool, ReloadError> {
        let roots = self.inside.roots();
        tokio::task::spawn_blocking(move || roots.iter().any(|root| root.watched.came()))
            .await
            .map_err(|_| ReloadError::Stopped)
    }

    async fn list(&mut self) -> Result<Vec<crate::Watched>, ReloadError> {
        let listed = self.sources.watched().await;
        if let Err(error) = &listed {
            let text = format!(
                "{error}; the folders known so far stay watched, choose Rescan to try again"
            );
            self.problem(
                Some(WatchProblem {
                    code: "no_sources",
                    text,
                }),
                None,
            )
            .await?;
        }
        listed
    }

    fn compare_all(&self, first: Duration, loud: bool) {
        for root in self.inside.roots().iter() {
            self.compare(root, first, loud);
        }
    }

    fn compare(&self, root: &Root, first: Duration, loud: bool) {
        for id in root.watched.everybody() {
            lanes::push(
                &self.inside,
                Owner::Workspace(id.clone()),
                everything(first, loud, false),
            );
        }
        if let Some(id) = &root.watched.org_id {
            lanes::push(
                &self.inside,
                Owner::Org(id.clone()),
                everything(first, loud, false),
            );
        }
    }

    async fn follow(&mut self, burst: Burst) -> Result<(), ReloadError> {
        let first = burst.first.unwrap_or_else(|| self.inside.clock.awake());
        let complaint = burst.errors.iter().find_map(complaint);
        for error in &burst.errors {
            tracing::warn!(%error, "the file watcher complains");
        }
        let before = self.inside.roots();
        if burst.sources || burst.everything || !burst.structural.is_empty() {
            let asked = burst.sources || self.came().await?;
            let listed = if asked { self.list().await.ok() } else { None };
            let unheard = asked && listed.is_none();
            let structural = if burst.everything {
                BTreeSet::from([PathBuf::from("/")])
            } else {
                burst.structural.clone()
            };
            self.apply(listed, structural).await?;
            // One that came before its parent was watched; without a list it waits for the next change.
            if !unheard && self.came().await? {
                self.pending.sources();
            }
        }
        if let Some(problem) = complaint {
            let (folders, _) = self.inside.watching();
            self.problem(Some(problem), Some(folders)).await?;
        }
        if self.inside.is_paused() {
            return Ok(());
        }
        if burst.everything || !burst.errors.is_empty() {
            self.compare_all(first, true);
            return Ok(());
        }
        let roots = self.inside.roots();
        for root in roots.iter() {
            let known = before
                .iter()
                .find(|known| known.watched.path == root.watched.path);
            let appeared = root.real.is_some() && known.is_none_or(|known| known.real != root.real);
            if appeared {
                self.compare(root, first, known.is_some());
            } else if known.is_some_and(|known| {
                known.watched.workspace_ids != root.watched.workspace_ids
                    || known.watched.below_ids != root.watched.below_ids
            }) {
                self.compare(root, first, false);
            }
        }
        self.dispatch(&roots, &burst, first);
        Ok(())
    }

    /// Hands each changed path to those that own it.
    fn dispatch(&self, roots: &[Root], burst: &Burst, first: Duration) {
        let mut by_folder: HashMap<&Path, Vec<&Root>> = HashMap::new();
        for root in roots {
            if let Some(real) = &root.real {
                by_folder.entry(real).or_default().push(root);
            }
        }
        let mut scopes: BTreeMap<String, (bool, Scope)> = BTreeMap::new();
        let mut add = |id: &str, is_org: bool, path: Option<String>| {
            let scope = &mut scopes
                .entry(id.to_owned())
                .or_insert_with(|| (is_org, Scope::Paths(BTreeSet::new())))
                .1;
            match (path, scope) {
                (Some(path), Scope::Paths(paths)) => {
                    paths.insert(path);
                }
                (None, scope) => *scope = Scope::All,
                (Some(_), Scope::All) => {}
            }
        };
        for path in &burst.paths {
            let structural = burst.structural.contains(path);
            for folder in path.ancestors() {
                for root in by_folder.get(folder).into_iter().flatten() {
                    let Some(below) = walk::relative(folder, path) else {
                        continue;
                    };
                    if let Some(id) = &root.watched.org_id
                        && org::concerns(folder, &below, &root.watched.reads, structural)
                    {
                        add(id, true, None);
                    }
                    let whole = below.is_empty() || root.links;
                    for id in root.watched.everybody() {
                        add(id, false, (!whole).then(|| below.clone()));
                    }
                }
            }
        }
        for (id, (is_org, scope)) in scopes {
            let owner = if is_org {
                Owner::Org(id)
            } else {
                Owner::Workspace(id)
            };
            lanes::push(
                &self.inside,
                owner,
                Work {
                    first,
                    scope,
                    loud: true,
                    fresh: false,
                    tries: 0,
                },
            );
        }
    }

    /// Brings watches in line with list and disk, and tells what could not be watched and which folders went.
    async fn apply(
        &mut self,
        listed: Option<Vec<crate::Watched>>,
        structural: BTreeSet<PathBuf>,
    ) -> Result<(), ReloadError> {
        let mut watch = self.watch.take().ok_or(ReloadError::Stopped)?;
        let (watch, applied) = tokio::task::spawn_blocking(move || {
            let applied = watch.apply(listed, &structural);
            (watch, applied)
        })
        .await
        .map_err(|_| ReloadError::Stopped)?;
        self.watch = Some(watch);
        let Applied {
            roots,
            folders,
            problem,
        } = applied;
        let gone: Vec<PathBuf> = {
            let now = missing(&roots);
            let newly = now.difference(&self.missing).cloned().collect();
            self.missing = now;
            newly
        };
        let now: HashSet<String> = roots
            .iter()
            .flat_map(|root| root.watched.workspace_ids.iter().cloned())
            .collect();
        for id in self.workspaces.difference(&now) {
            self.inside.forget(id);
        }
        self.workspaces = now;
        let concerned: BTreeMap<PathBuf, Vec<String>> = roots
            .iter()
            .map(|root| {
                (
                    root.watched.path.clone(),
                    root.watched.everybody().cloned().collect(),
                )
            })
            .collect();
        self.inside.set_roots(roots);
        self.problem(problem, Some(folders)).await?;
        for path in gone {
            let text = format!(
                "The folder {} is not there. Agents keep the files they have; when it comes back, what differs is taken",
                path.display()
            );
            let notice = Notice {
                workspace_ids: concerned.get(&path).cloned().unwrap_or_default(),
                ..Notice::watcher(text)
            };
            notice::write(&self.inside.store, None, Remember::default(), Some(notice)).await?;
        }
        Ok(())
    }

    /// Notes a problem of the watcher; a new one is told once.
    async fn problem(
        &self,
        problem: Option<WatchProblem>,
        folders: Option<usize>,
    ) -> Result<(), ReloadError> {
        let folders = folders.unwrap_or_else(|| self.inside.watching().0);
        let before = self.inside.set_watching(folders, problem.clone());
        match problem {
            Some(problem) if before.as_ref().map(|before| before.code) != Some(problem.code) => {
                notice::write(
                    &self.inside.store,
                    None,
                    Remember::default(),
                    Some(Notice::watcher(problem.text)),
                )
                .await
            }
            _ => Ok(()),
        }
    }
}
