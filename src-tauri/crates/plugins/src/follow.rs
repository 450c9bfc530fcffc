//! What happens by itself: plugins are finished when agents come up, and the shelf is swept.

use crate::{PluginError, Plugins};
use std::{collections::HashSet, time::Duration};
use store::rows;
use tokio::sync::broadcast::error::RecvError;
use wire::kind;

/// Nothing is swept sooner after an install than this, because its archive is written before its row.
const SWEEP_EVERY: Duration = Duration::from_secs(24 * 3600);

impl Plugins {
    /// Follows the event log for as long as the platform lives.
    pub async fn follow(self) {
        let mut events = self.inner.store.events().subscribe();
        self.settle_all().await;
        loop {
            match events.recv().await {
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

    /// Drops archives that no row needs, once a day of awake time, the first time at the start, before anything is
    /// installed.
    pub async fn keep_shelf(self) {
        loop {
            match self.sweep_shelf().await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(
                    gone,
                    "archives of plugins that nobody has any more were dropped"
                ),
                Err(error) => tracing::warn!(%error, "archives of plugins could not be swept"),
            }
            self.inner.clock.sleep(SWEEP_EVERY).await;
        }
    }

    /// Drops archives that no row needs now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep_shelf(&self) -> Result<usize, PluginError> {
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
