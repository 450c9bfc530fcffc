//! Plugins that an org's files want are installed like any other, after the import that noted them (contract 03 nos. 30
//! and 32), and taken away like any other when the files no longer name them. An import brings no code that no person was
//! shown: such a plugin is left to a person, and told.

use crate::{By, PluginError, Plugins, Source, Wanted};
use serde_json::json;
use store::{
    NewEvent, StoreError,
    rows::{
        self,
        wanted_plugins::{self, WaitingRow, WantedRow},
    },
};
use tokio::sync::broadcast::error::RecvError;
use wire::{Event, kind};

/// What became of the plugins that were wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Brought {
    /// Installed now.
    pub installed: usize,
    /// Refused; their rows say why.
    pub refused: usize,
    /// Not to be had now; tried again after the next import and at the next start.
    pub waiting: usize,
    /// Taken away, because the files no longer name them.
    pub removed: usize,
}

impl Plugins {
    /// Installs what imports noted, for as long as the platform lives.
    pub async fn follow_wanted(self) {
        let mut events = self.inner.store.events().subscribe_kept();
        self.bring_all().await;
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Ok(event) if may_want(&event) => self.bring_all().await,
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
                removed,
            }) => {
                tracing::info!(
                    installed,
                    refused,
                    waiting,
                    removed,
                    "plugins of imported orgs"
                );
            }
            Err(error) => tracing::warn!(%error, "plugins of imported orgs could not be installed"),
        }
    }

    /// What org files want and is not installed, with the reason.
    ///
    /// # Errors
    /// The store's.
    pub async fn waiting(&self) -> Result<Vec<WaitingRow>, PluginError> {
        Ok(wanted_plugins::waiting(self.inner.store.read()).await?)
    }

    /// Takes away what the files dropped, and installs whatever is wanted and not installed yet.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn bring_wanted(&self) -> Result<Brought, PluginError> {
        let mut brought = Brought {
            removed: self.take_dropped().await?,
            ..Brought::default()
        };
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
                    row.reason = error.told();
                }
            }
            self.settle_wanted(row).await?;
        }
        Ok(brought)
    }

    /// One at a time, each forgotten once it is gone or on its way out; a kill in between repeats it.
    async fn take_dropped(&self) -> Result<usize, PluginError> {
        let mut removed = 0;
        for row in wanted_plugins::dropped(self.inner.store.read()).await? {
            match self.installed_for(&row).await? {
                None => {}
                Some(name) => match self.uninstall(&row.workspace_id, &name).await {
                    Ok(_) => removed += 1,
                    Err(PluginError::Store(error)) => return Err(error.into()),
                    // Its row says that it goes, which the agent's next start does; or somebody else took it.
                    Err(error) => {
                        tracing::info!(workspace = row.workspace_id, plugin = name, %error, "a plugin that an org dropped");
                    }
                },
            }
            let forgotten: Result<(), StoreError> = self
                .inner
                .store
                .write(move |write| {
                    Box::pin(
                        async move { wanted_plugins::forget_dropped(write.conn(), &row).await },
                    )
                })
                .await;
            forgotten?;
        }
        Ok(removed)
    }

    /// Name of the plugin that a wanted source brought, if it is still there and from there.
    async fn installed_for(&self, row: &WantedRow) -> Result<Option<String>, PluginError> {
        let Ok(source) = Source::parse(&row.source) else {
            return Ok(None);
        };
        // An update may have moved the ref; the repository is what the files named.
        let place = |text: &str| text.split('#').next().map(str::to_owned);
        let wanted = place(&source.to_string());
        let rows = rows::plugins::of_workspace(self.inner.store.read(), &row.workspace_id).await?;
        let found = rows
            .into_iter()
            .find(|one| !one.removing && place(&one.source_raw) == wanted);
        Ok(found.map(|one| one.plugin_name))
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

/// Whether plugins may have been noted: by an import, by a save of edits, by a bundle.
fn may_want(event: &Event) -> bool {
    match event.event.as_str() {
        kind::IMPORT_COMPLETED | kind::ORG_SAVED => true,
        kind::WORKSPACE_PROVISIONING => event.payload.get("source_bundle_id").is_some(),
        _ => false,
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
