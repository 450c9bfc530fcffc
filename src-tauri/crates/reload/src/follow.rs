//! The loop that turns notices of the watcher into work for the lanes: what to look at, and when.

use crate::{
    ReloadError, Sources, WatchProblem, dispatch,
    inside::Inside,
    lanes::{self, Owner},
    pending::{Burst, Pending},
    reload::Ask,
    watch::{Root, Watch, complaint},
    workspace::everything,
};
use std::{
    collections::{BTreeSet, HashSet},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::sync::mpsc;

/// The loop; it owns the watches.
pub(crate) struct Loop {
    pub inside: Arc<Inside>,
    pub pending: Arc<Pending>,
    pub sources: Arc<dyn Sources>,
    /// Absent only while a blocking thread works with it.
    pub watch: Option<Watch>,
    /// Those that are watched for.
    pub workspaces: HashSet<String>,
    /// Folders that are not there.
    pub missing: BTreeSet<PathBuf>,
}

impl Loop {
    /// Runs until the service stops.
    pub async fn run(mut self, mut asked: mpsc::Receiver<Ask>) {
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
        dispatch::dispatch(&self.inside, &roots, &burst, first);
        Ok(())
    }
}
