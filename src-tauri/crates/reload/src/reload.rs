//! The handle: starts the watching, is asked for a look at everything, says what is watched.

use crate::{
    Reactions, ReloadError, ReloadSettings, ReloadState, Sources,
    follow::Loop,
    inside::Inside,
    lanes::{self, Owner},
    pending::Pending,
    standing::missing,
    watch::{Interest, Watch},
    workspace::everything,
};
use clock::Clock;
use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
    sync::{Arc, RwLock},
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
pub(crate) struct Ask(pub oneshot::Sender<Result<(), ReloadError>>);

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
