//! What happens by itself: plugins are finished when agents come up, and the shelf is swept.

use crate::{PluginError, Plugins, Source};
use std::{collections::HashSet, sync::Arc, time::Duration};
use store::rows;
use tokio::sync::broadcast::error::RecvError;
use wire::kind;

/// How often archives and fetched commits are swept.
const SWEEP_EVERY: Duration = Duration::from_secs(24 * 3600);

impl Plugins {
    /// Follows the event log for as long as the platform lives.
    pub async fn follow(self) {
        let mut events = self.inner.store.events().subscribe_kept();
        let watched = clock::watch(&self.inner.clock, "plugins", clock::ROUND);
        self.settle_all().await;
        loop {
            match watched.waits(events.recv()).await {
                Ok(event) if event.event == kind::WORKSPACE_ONLINE => {
                    self.settle_one(&event.workspace_id).await;
                }
                Ok(event)
                    if event.event == kind::ENGINE_STATE && event.payload["state"] == "ready" =>
                {
                    self.settle_all().await;
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.settle_all().await,
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Finishes whatever is unfinished in agents that run.
    pub async fn settle_all(&self) {
        match rows::plugins::pending(self.inner.store.read()).await {
            Ok(open) => {
                for id in open {
                    self.settle_one(&id).await;
                }
            }
            Err(error) => tracing::warn!(%error, "unfinished plugins could not be looked for"),
        }
    }

    async fn settle_one(&self, id: &str) {
        match self.settle(id).await {
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, workspace = id, "plugins could not be finished"),
        }
    }

    /// Drops archives that no row needs, once a day of awake time, the first time at the start.
    pub async fn keep_shelf(self) {
        if let Err(error) = self.mend_shelf().await {
            tracing::warn!(%error, "archives of plugins could not be looked at");
        }
        let watched = clock::watch(&self.inner.clock, "plugin-shelf", SWEEP_EVERY);
        loop {
            match self.sweep_shelf().await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(
                    gone,
                    "archives of plugins that nobody has any more were dropped"
                ),
                Err(error) => tracing::warn!(%error, "archives of plugins could not be swept"),
            }
            watched.waits(self.inner.clock.sleep(SWEEP_EVERY)).await;
        }
    }

    /// Fetches again what rows need and the shelf lost, as after a restore from a backup. Gives how many came back.
    ///
    /// # Errors
    /// When the store does not answer; a source that does not give the same files any more is in the log.
    pub async fn mend_shelf(&self) -> Result<usize, PluginError> {
        let mut mended = 0;
        for row in rows::plugins::kept(self.inner.store.read()).await? {
            let Some(key) = &row.content else { continue };
            if self.inner.delivery.shelf.has(key).await {
                continue;
            }
            let again = async {
                let source = Source::parse(&row.source_raw)?;
                let source = match (&source, &row.installed_sha) {
                    (Source::Git { .. }, Some(commit)) => source.at(commit),
                    _ => source,
                };
                let fetched = self.fetch(&source, None).await?;
                self.inner.delivery.shelf.put(Arc::new(fetched.tree)).await
            };
            match again.await {
                Ok(found) if found == *key => mended += 1,
                Ok(_) => {
                    tracing::warn!(workspace = %row.workspace_id, plugin = %row.plugin_name, "the kept files of a plugin are gone, and its source has others by now; install it again before its agent gets a new volume");
                }
                Err(error) => {
                    tracing::warn!(%error, workspace = %row.workspace_id, plugin = %row.plugin_name, "the kept files of a plugin are gone and could not be fetched again");
                }
            }
        }
        Ok(mended)
    }

    /// Drops archives that no row needs now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep_shelf(&self) -> Result<usize, PluginError> {
        let _quiet = self.inner.delivery.shelf.quiet().await;
        let keep: HashSet<String> = rows::plugins::contents(self.inner.store.read())
            .await?
            .into_iter()
            .collect();
        let git = self.inner.git.clone();
        crate::shelf::blocking(move || {
            git.sweep();
            Ok(())
        })
        .await?;
        Ok(self.inner.delivery.shelf.sweep(keep).await)
    }
}
