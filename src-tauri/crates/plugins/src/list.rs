//! What is installed, what could be, and a plugin as an archive for agents outside containers (contract 03 sections
//! 7.1 and 8.6).

use crate::{
    Fetched, Listed, Manifest, PluginError, Plugins, Receipt, Setup, Source, Support,
    name::is_name, shelf::blocking,
};
use containers::archive::{Archive, Owner};
use store::rows;

/// One installed plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledPlugin {
    /// Its name.
    pub name: String,
    /// What it says about itself.
    pub manifest: Manifest,
    /// How it works with the workspace's runtime.
    pub support: Support,
    /// Where it came from.
    pub source: String,
    /// What it follows.
    pub track: String,
    /// Commit it came from.
    pub commit: Option<String>,
    /// Published digest.
    pub digest: Option<String>,
    /// It is in the volume; otherwise it is brought before the next start.
    pub delivered: bool,
    /// What became of its `setup.sh`.
    pub setup: Option<Setup>,
}

impl Plugins {
    /// Installed plugins of a workspace, by name.
    ///
    /// # Errors
    /// [`PluginError::NoWorkspace`], or the store's.
    pub async fn installed(&self, workspace_id: &str) -> Result<Vec<InstalledPlugin>, PluginError> {
        let workspace = self.workspace(workspace_id).await?;
        let rows = rows::plugins::of_workspace(self.inner.store.read(), workspace_id).await?;
        let mut list = Vec::new();
        for row in rows.into_iter().filter(|row| !row.removing) {
            let manifest: Manifest = serde_json::from_str(&row.manifest).unwrap_or_default();
            let has_adapter =
                match &row.content {
                    Some(key) => {
                        self.inner.delivery.shelf.get(key).await.is_ok_and(|tree| {
                            crate::manifest::has_adapter(&tree, &workspace.runtime)
                        })
                    }
                    None => false,
                };
            list.push(InstalledPlugin {
                support: manifest.support(&workspace.runtime, has_adapter),
                delivered: !row.is_pending(),
                setup: match row.is_pending() {
                    true => None,
                    false => Receipt::parse(&row.receipt).setup,
                },
                name: row.plugin_name,
                manifest,
                source: row.source_raw,
                track: row.tracked_ref,
                commit: row.installed_sha,
                digest: row.digest,
            });
        }
        Ok(list)
    }

    /// Plugins of the registry, only those for a runtime if one is named.
    ///
    /// # Errors
    /// Only when the platform is stopping.
    pub async fn listed(&self, runtime: &str) -> Result<Vec<Listed>, PluginError> {
        let registry = self.inner.registry.clone();
        let mut all = blocking(move || Ok(registry.list())).await?;
        all.retain(|one| one.manifest.fits(runtime));
        Ok(all)
    }

    /// Plugins of the registry for a workspace's runtime.
    ///
    /// # Errors
    /// [`PluginError::NoWorkspace`], or the store's.
    pub async fn available(&self, workspace_id: &str) -> Result<Vec<Listed>, PluginError> {
        let workspace = self.workspace(workspace_id).await?;
        self.listed(&workspace.runtime).await
    }

    /// A plugin's files as a gzip-packed tar would hold them: an uncompressed tar of folders and regular files, paths
    /// relative to the plugin's root.
    ///
    /// # Errors
    /// As [`Plugins::fetch`]; [`PluginError::OtherName`] when the source is another plugin than the caller names.
    pub async fn download(
        &self,
        name: &str,
        source: Option<&str>,
    ) -> Result<(Source, Fetched, Vec<u8>), PluginError> {
        if !is_name(name) {
            return Err(PluginError::InvalidName);
        }
        let source = match source.filter(|source| !source.trim().is_empty()) {
            Some(source) => Source::parse(source)?,
            None => Source::Local {
                name: name.to_owned(),
            },
        };
        let fetched = self.fetch(&source, None).await?;
        if fetched.name != name {
            return Err(PluginError::OtherName {
                resolved: fetched.name,
                requested: name.to_owned(),
            });
        }
        let mut archive = Archive::new();
        for (path, file) in &fetched.tree.files {
            archive
                .file(path, &file.content, file.mode, Owner::AGENT)
                .map_err(|error| PluginError::Damaged(error.to_string()))?;
        }
        let tar = crate::tree::finish(archive)?;
        Ok((source, fetched, tar))
    }
}
