//! Taking a plugin away (contract 03 section 8.5): exactly what its install wrote, and nothing else.

use crate::{PluginError, Plugins, Volume, VolumeError, failpoints::reached, name::is_name};
use store::{
    StoreError,
    rows::{self, plugins::PluginRow},
};

/// What became of an uninstall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uninstalled {
    /// Its name.
    pub plugin: String,
    /// `none`, `scheduled`, `now`.
    pub restart: &'static str,
    /// What stays because it was changed since it was written.
    pub kept: Vec<String>,
}

impl Plugins {
    /// Takes a plugin out of a workspace.
    ///
    /// # Errors
    /// [`PluginError::InvalidName`], [`PluginError::NoWorkspace`], [`PluginError::NotInstalled`],
    /// [`PluginError::Remove`]: it is still wanted gone, and goes with the agent's next start.
    pub async fn uninstall(
        &self,
        workspace_id: &str,
        name: &str,
    ) -> Result<Uninstalled, PluginError> {
        if !is_name(name) {
            return Err(PluginError::InvalidName);
        }
        let workspace = self.workspace(workspace_id).await?;
        let _alone = self.inner.delivery.lock(workspace_id).await;
        let row = rows::plugins::get(self.inner.store.read(), workspace_id, name)
            .await?
            .filter(|row| !row.removing)
            .ok_or_else(|| PluginError::NotInstalled {
                name: name.to_owned(),
            })?;
        let runs = self.inner.agents.running(workspace_id).await.is_some();
        let kept = self.remove_row(row).await?;
        let restart = match (runs, workspace.active_tasks) {
            (false, _) => "none",
            (true, 0) => "now",
            (true, _) => "scheduled",
        };
        Ok(Uninstalled {
            plugin: name.to_owned(),
            restart,
            kept,
        })
    }

    /// The row is marked first, so that whatever cuts the rest short, the plugin does go. The caller holds the lock.
    pub(crate) async fn remove_row(&self, row: PluginRow) -> Result<Vec<String>, PluginError> {
        let nothing_there = row.delivered.is_none() && !row.is_pending() || row.content.is_none();
        if nothing_there {
            self.inner.delivery.gone(&row).await?;
            return Ok(Vec::new());
        }
        let row = PluginRow {
            removing: true,
            ..row
        };
        let volume = self.inner.agents.running(&row.workspace_id).await;
        let restart = if volume.is_some() {
            "scheduled"
        } else {
            "none"
        };
        self.intend(&row, volume.is_some(), Some(("removed", restart)))
            .await?;
        match volume {
            Some(volume) => self.finish_removal(volume.as_ref(), &row).await,
            None => Ok(Vec::new()),
        }
    }

    /// In a running agent.
    pub(crate) async fn finish_removal(
        &self,
        volume: &dyn Volume,
        row: &PluginRow,
    ) -> Result<Vec<String>, PluginError> {
        let kept = match self.inner.delivery.take_away(volume, row).await {
            Ok(kept) => kept,
            // Its next start takes it away.
            Err(VolumeError::Gone) => return Ok(Vec::new()),
            Err(VolumeError::NoTools) => {
                tracing::warn!(workspace = %row.workspace_id, plugin = %row.plugin_name, "the image holds no program to remove files; they are emptied at the next start");
                let emptied = !crate::Receipt::parse(&row.receipt).stubs.is_empty();
                if !emptied {
                    return Ok(Vec::new());
                }
                Vec::new()
            }
            Err(error) => return Err(PluginError::Remove(error)),
        };
        let unseen = !crate::Receipt::parse(&row.receipt).stubs.is_empty();
        let reason = format!("the plugin {} was removed", row.plugin_name);
        // An agent that started after the files were emptied never saw them. While a restart waits for a task, the row
        // stays, so that a kill meanwhile does not forget it; the start itself then ends the row.
        if unseen || self.inner.agents.restart(&row.workspace_id, &reason).await {
            self.forget(row).await?;
        }
        let _ = reached("unplug.recorded").await;
        Ok(kept)
    }

    /// The row goes; that it goes was told when it was marked.
    async fn forget(&self, row: &PluginRow) -> Result<(), PluginError> {
        let (id, name) = (row.workspace_id.clone(), row.plugin_name.clone());
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    rows::plugins::delete(write.conn(), &id, &name)
                        .await
                        .map(drop)
                })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }
}
