//! The same result as an install in a running agent, before its container starts: nothing runs, so whole folders are
//! replaced in one archive, and what cannot be removed for want of a running program is emptied.

use crate::{
    PluginError, Receipt, VolumeError,
    delivery::{Delivery, FOLDER, Package, add, failed, files},
    owned,
    tree::{MARKER, finish},
    volume::{self, Volume},
};
use containers::archive::{Archive, Owner};
use store::{
    WorkspaceRow,
    rows::{self, plugins::PluginRow},
};

impl Delivery {
    /// Before a container starts: makes its volume what the rows say. Nothing runs, so a kill in between is made good by
    /// the next start; `fresh` says that the volume is new and holds nothing of what the rows remember.
    ///
    /// # Errors
    /// When store or volume do not answer.
    pub async fn at_start(
        &self,
        volume: &dyn Volume,
        workspace: &WorkspaceRow,
        fresh: bool,
    ) -> Result<(), PluginError> {
        let _alone = self.lock(&workspace.id).await;
        for row in rows::plugins::of_workspace(self.store.read(), &workspace.id).await? {
            let has = row.delivered.is_some() && !fresh;
            let is_there = has && !row.is_pending();
            let mut receipt = Receipt::parse(&row.receipt);
            if is_there && receipt.restart_due {
                receipt.restart_due = false;
                self.note(&row.workspace_id, &row.plugin_name, &receipt)
                    .await
                    .map_err(PluginError::Deliver)?;
            }
            if is_there || (row.content.is_none() && !row.removing) {
                continue;
            }
            match self.before_start(volume, workspace, &row, fresh).await {
                Ok(()) => {}
                // A plugin that is damaged here must not keep the agent from starting; the row stays unfinished.
                Err(error @ PluginError::Damaged(_)) => {
                    tracing::error!(workspace = %workspace.id, plugin = %row.plugin_name, %error, "a plugin was not brought");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn before_start(
        &self,
        volume: &dyn Volume,
        workspace: &WorkspaceRow,
        row: &PluginRow,
        fresh: bool,
    ) -> Result<(), PluginError> {
        let name = row.plugin_name.as_str();
        let old = if fresh {
            Receipt::default()
        } else {
            Receipt::parse(&row.receipt)
        };
        if fresh && row.removing {
            return self.gone(row).await;
        }
        let package = match &row.content {
            Some(key) if !row.removing => {
                Package::of(name, self.shelf.get(key).await?, &workspace.runtime)
            }
            _ => Package::none(),
        };
        let mut change = owned::plan(volume, name, &package.owned, &old)
            .await
            .map_err(PluginError::Deliver)?;
        change.planned.writing = change.texts.clone();
        self.note(&row.workspace_id, name, &change.planned)
            .await
            .map_err(PluginError::Deliver)?;
        let folder = format!("{FOLDER}/{name}");
        let mut archive = Archive::new();
        let pack = |archive: &mut Archive| -> Result<(), VolumeError> {
            // A file in the place of a folder replaces all of it.
            add(archive, &folder, b"", 0o644)?;
            if !row.removing {
                archive
                    .folder(&folder, 0o755, Owner::AGENT)
                    .map_err(failed)?;
                package
                    .tree
                    .pack_into(archive, &folder)
                    .map_err(volume::of)?;
                add(archive, &format!("{folder}/{MARKER}"), b"", 0o644)?;
            }
            for path in &change.remove {
                add(archive, path, b"", 0o644)?;
            }
            files(archive, &change.put)?;
            for (path, text) in &change.texts {
                add(archive, path, text.as_bytes(), 0o644)?;
            }
            Ok(())
        };
        pack(&mut archive).map_err(PluginError::Deliver)?;
        volume
            .put(finish(archive)?)
            .await
            .map_err(PluginError::Deliver)?;
        change.done.stubs = &change.remove | &old.stubs;
        let put = change.put.keys().chain(change.texts.keys());
        for path in put {
            change.done.stubs.remove(path);
        }
        if row.removing {
            change.done.stubs.insert(folder);
            self.note(&row.workspace_id, name, &change.done)
                .await
                .map_err(PluginError::Deliver)
        } else {
            let action = if row.delivered.is_some() {
                "updated"
            } else {
                "installed"
            };
            self.record(row, &change.done, action, "none")
                .await
                .map_err(PluginError::Store)
        }
    }
}
