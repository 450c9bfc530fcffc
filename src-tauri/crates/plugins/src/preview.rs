//! A plugin as a person sees it before its code runs for the first time.

use crate::{
    PluginError, Plugins, Source,
    code::{Code, code},
};
use store::{StoreError, rows};

/// A plugin as a person sees it before it is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Its name.
    pub plugin: String,
    /// Its source, normalised.
    pub source: String,
    /// Published digest; give it to the install, so that what is installed is what was shown.
    pub digest: String,
    /// What it says about itself.
    pub manifest: crate::Manifest,
    /// Paths of all files.
    pub files: Vec<String>,
    /// What would run.
    pub code: Vec<Code>,
    /// Everything odd, a sentence each.
    pub warnings: Vec<String>,
}

impl Plugins {
    /// Shows a plugin with all code in it, and notes that this digest was shown.
    ///
    /// # Errors
    /// As [`Plugins::fetch`].
    pub async fn preview(&self, source: &str) -> Result<Preview, PluginError> {
        let source = Source::parse(source)?;
        let fetched = self.fetch(&source, None).await?;
        let digest = fetched.tree.digest();
        let (shown, name) = (digest.clone(), fetched.name.clone());
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::plugins::shown(write.conn(), &shown, &name, &now).await
                })
            })
            .await
            .map_err(|error: StoreError| PluginError::from(error))?;
        Ok(Preview {
            plugin: fetched.name,
            source: source.to_string(),
            digest,
            files: fetched.tree.files.keys().cloned().collect(),
            code: code(&fetched.tree),
            manifest: fetched.manifest,
            warnings: fetched.warnings,
        })
    }
}
