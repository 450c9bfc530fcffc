//! Which plugins an org allows (contract 03 section 2.13). The list belongs to the root of a tree of workspaces and
//! holds for all of it; an empty list allows everything; a list that cannot be read allows nothing (no. 80).

use crate::{PluginError, Plugins, name::is_name};
use store::{
    NewEvent, StoreError,
    rows::{self, plugin_allowlist::AllowedPlugin},
};
use wire::kind;

/// Workspaces above one another that are followed.
const DEEPEST: usize = 64;

impl Plugins {
    /// The list of an org.
    ///
    /// # Errors
    /// [`PluginError::NoOrg`], or the store's.
    pub async fn allowlist(&self, org_id: &str) -> Result<Vec<AllowedPlugin>, PluginError> {
        self.org(org_id).await?;
        Ok(rows::plugin_allowlist::list(self.inner.store.read(), org_id).await?)
    }

    /// Replaces the list of an org, in one transaction with its event.
    ///
    /// # Errors
    /// [`PluginError::InvalidName`] for the first name that is none (see [`bad_name`]), [`PluginError::NoOrg`].
    pub async fn set_allowlist(
        &self,
        org_id: &str,
        names: &[String],
        enabled_by: &str,
    ) -> Result<(), PluginError> {
        if bad_name(names).is_some() {
            return Err(PluginError::InvalidName);
        }
        self.org(org_id).await?;
        let (org, names, by) = (org_id.to_owned(), names.to_vec(), enabled_by.to_owned());
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::plugin_allowlist::replace(write.conn(), &org, &names, &by, &now).await?;
                    let payload = serde_json::json!({"changed": ["plugin_allowlist"], "needs_restart": false, "reasons": []});
                    write
                        .event(NewEvent::about(&org, kind::WORKSPACE_UPDATED, payload))
                        .await
                        .map(drop)
                })
            })
            .await
            .map_err(|error: StoreError| error.into())
    }

    async fn org(&self, id: &str) -> Result<(), PluginError> {
        match self.workspace(id).await {
            Err(PluginError::NoWorkspace) => Err(PluginError::NoOrg),
            other => other.map(drop),
        }
    }

    /// Refuses a plugin that the workspace's org does not allow.
    ///
    /// # Errors
    /// [`PluginError::NotAllowed`]; [`PluginError::AllowlistUnknown`] when nobody can say.
    pub(crate) async fn check_allowed(
        &self,
        workspace_id: &str,
        name: &str,
    ) -> Result<(), PluginError> {
        let unknown = |error: StoreError| {
            tracing::error!(%error, workspace = workspace_id, "the plugin allowlist of the org cannot be read");
            PluginError::AllowlistUnknown
        };
        let store = &self.inner.store;
        let above = rows::workspaces::ancestors(store.read(), workspace_id)
            .await
            .map_err(unknown)?;
        // The walk ends after so many; the root of a longer chain is not known.
        if above.len() >= DEEPEST {
            return Err(PluginError::AllowlistUnknown);
        }
        let root = above.last().map_or(workspace_id, String::as_str);
        let list = rows::plugin_allowlist::list(store.read(), root)
            .await
            .map_err(unknown)?;
        if list.is_empty() || list.iter().any(|one| one.plugin_name == name) {
            Ok(())
        } else {
            Err(PluginError::NotAllowed {
                name: name.to_owned(),
            })
        }
    }
}

/// The first text that can name no plugin.
pub fn bad_name(names: &[String]) -> Option<&String> {
    names.iter().find(|name| !is_name(name))
}
