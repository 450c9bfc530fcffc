//! Finishing what a kill, or an agent that went away, cut short.

use crate::{
    PluginError, Plugins, Receipt, Volume, VolumeError,
    delivery::{FOLDER, Package},
    volume,
};
use store::{
    StoreError, WorkspaceRow,
    rows::{self, plugins::PluginRow},
};
use wire::Desired;

impl Plugins {
    /// Finishes what a kill cut short, and removes what could only be emptied while nothing ran. Called when an agent
    /// came up, and for all of them when the engine came.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn settle(&self, workspace_id: &str) -> Result<(), PluginError> {
        let rows = rows::plugins::of_workspace(self.inner.store.read(), workspace_id).await?;
        let open = |row: &PluginRow| {
            let receipt = Receipt::parse(&row.receipt);
            row.is_pending() || receipt.restart_due || !receipt.stubs.is_empty()
        };
        if !rows.iter().any(open) {
            return Ok(());
        }
        let _alone = self.inner.delivery.lock(workspace_id).await;
        let Some(volume) = self.inner.agents.running(workspace_id).await else {
            return Ok(());
        };
        let Ok(workspace) = self.workspace(workspace_id).await else {
            return Ok(());
        };
        let mut cut_short = false;
        for row in rows::plugins::of_workspace(self.inner.store.read(), workspace_id).await? {
            let receipt = Receipt::parse(&row.receipt);
            // Emptied before the start: this agent never saw it.
            cut_short |= receipt.restart_due || (row.is_pending() && receipt.stubs.is_empty());
            if row.removing {
                self.finish_removal(volume.as_ref(), &row).await?;
            } else if row.is_pending() {
                self.finish_install(&workspace, volume.as_ref(), &row)
                    .await?;
            } else {
                self.clear_stubs(volume.as_ref(), &row).await?;
            }
        }
        if cut_short && workspace.needs_restart && workspace.desired == Desired::Running {
            let reason = "plugins changed, and the platform was away before the restart";
            self.inner.agents.restart(workspace_id, reason).await;
        }
        Ok(())
    }

    async fn finish_install(
        &self,
        workspace: &WorkspaceRow,
        volume: &dyn Volume,
        row: &PluginRow,
    ) -> Result<(), PluginError> {
        let Some(key) = &row.content else {
            return Ok(());
        };
        let tree = match self.inner.delivery.shelf.get(key).await {
            Ok(tree) => tree,
            Err(error) => {
                tracing::error!(%error, workspace = %row.workspace_id, plugin = %row.plugin_name, "a plugin was not brought");
                return Ok(());
            }
        };
        let package = Package::of(&row.plugin_name, tree, &workspace.runtime);
        let finished = async {
            let live = volume::tree(volume, &format!("{FOLDER}/{}", row.plugin_name)).await?;
            let cold = self.is_cold(
                &workspace.runtime,
                &row.plugin_name,
                live.as_ref(),
                &package.tree,
            );
            let receipt = self
                .inner
                .delivery
                .bring(volume, row, &package, live.as_ref())
                .await
                .map_err(|undone| undone.error)?;
            Ok::<_, VolumeError>((receipt, cold))
        };
        match finished.await {
            Ok((mut receipt, cold)) => {
                let action = if row.delivered.is_some() {
                    "updated"
                } else {
                    "installed"
                };
                let restart = if cold { "scheduled" } else { "none" };
                receipt.restart_due = !self.restart_if(row, cold).await;
                self.inner
                    .delivery
                    .record(row, &receipt, action, restart)
                    .await?;
                if !cold {
                    self.inner.agents.reload(&row.workspace_id).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, workspace = %row.workspace_id, plugin = %row.plugin_name, "a plugin is not whole yet; the agent's next start brings it");
            }
        }
        Ok(())
    }

    async fn clear_stubs(&self, volume: &dyn Volume, row: &PluginRow) -> Result<(), PluginError> {
        let mut receipt = Receipt::parse(&row.receipt);
        if receipt.stubs.is_empty() {
            return Ok(());
        }
        let stubs: Vec<String> = std::mem::take(&mut receipt.stubs).into_iter().collect();
        if let Err(error) = volume.remove(&stubs).await {
            tracing::debug!(%error, workspace = %row.workspace_id, "emptied files stay");
            if error != VolumeError::NoTools {
                return Ok(());
            }
        }
        let (id, name, text) = (
            row.workspace_id.clone(),
            row.plugin_name.clone(),
            receipt.text(),
        );
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    rows::plugins::set_receipt(write.conn(), &id, &name, &text).await
                })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }
}
