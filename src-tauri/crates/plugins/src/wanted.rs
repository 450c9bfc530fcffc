//! Plugins that an org's files want are installed like any other, after the import that noted them (contract 03 nos. 30
//! and 32). An import brings no code that no person was shown: such a plugin is left to a person, and told.

use crate::{By, PluginError, Plugins, Wanted};
use serde_json::json;
use store::{
    NewEvent, StoreError,
    rows::wanted_plugins::{self, WantedRow},
};
use tokio::sync::broadcast::error::RecvError;
use wire::kind;

/// What became of the plugins that were wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Brought {
    /// Installed now.
    pub installed: usize,
    /// Refused; their rows say why.
    pub refused: usize,
    /// Not to be had now; tried again after the next import and at the next start.
    pub waiting: usize,
}

impl Plugins {
    /// Installs what imports noted, for as long as the platform lives.
    pub async fn follow_wanted(self) {
        let mut events = self.inner.store.events().subscribe_kept();
        self.bring_all().await;
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Ok(event) if event.event == kind::IMPORT_COMPLETED => self.bring_all().await,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => self.bring_all().await,
                    Err(RecvError::Closed) => return,
                },
                // A person was shown some code: what waited for that goes on.
                () = self.inner.shown.notified() => self.bring_all().await,
            }
        }
    }

    async fn bring_all(&self) {
        match self.bring_wanted().await {
            Ok(brought) if brought == Brought::default() => {}
            Ok(Brought {
                installed,
                refused,
                waiting,
            }) => tracing::info!(installed, refused, waiting, "plugins of imported orgs"),
            Err(error) => tracing::warn!(%error, "plugins of imported orgs could not be installed"),
        }
    }

    /// Installs whatever is wanted and not installed yet.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn bring_wanted(&self) -> Result<Brought, PluginError> {
        let mut brought = Brought::default();
        for mut row in wanted_plugins::open(self.inner.store.read()).await? {
            let wanted = Wanted {
                source: row.source.clone(),
                ..Wanted::default()
            };
            match self.install(&row.workspace_id, &wanted, By::Agent).await {
                Ok(_) => {
                    brought.installed += 1;
                    "installed".clone_into(&mut row.state);
                    row.reason.clear();
                }
                Err(error) => {
                    if passes(&error) {
                        brought.waiting += 1;
                    } else {
                        brought.refused += 1;
                        "refused".clone_into(&mut row.state);
                    }
                    tracing::info!(workspace = row.workspace_id, plugin = row.source, %error, "a plugin of an org is not installed");
                    row.reason = error.to_string();
                }
            }
            self.settle_wanted(row).await?;
        }
        Ok(brought)
    }

    async fn settle_wanted(&self, row: WantedRow) -> Result<(), StoreError> {
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    wanted_plugins::settle(write.conn(), &row, &now).await?;
                    if row.state == "refused" {
                        let told = json!({
                            "changed": ["plugins"], "needs_restart": false, "reasons": [], "source": "import",
                            "plugins": {"source": row.source, "refused": row.reason},
                        });
                        write
                            .event(NewEvent::about(&row.workspace_id, kind::WORKSPACE_UPDATED, told))
                            .await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// Whether the same install may work later without anybody changing something.
fn passes(error: &PluginError) -> bool {
    matches!(
        error,
        PluginError::Store(_)
            | PluginError::Deadline { .. }
            | PluginError::Fetch { .. }
            | PluginError::AllowlistUnknown
            | PluginError::Staging(_)
            | PluginError::Deliver(_)
            | PluginError::Stopping
    )
}
