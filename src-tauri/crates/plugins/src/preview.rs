//! A plugin as a person sees it before its code runs for the first time.

use crate::{
    PluginError, Plugins, Source,
    code::{Code, code},
};
use store::{
    StoreError,
    rows::{self, wanted_plugins::WantedRow},
};

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
        let waiting = self.waits_for(&source).await?;
        self.inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::plugins::shown(write.conn(), &shown, &name, &now).await?;
                    for row in waiting {
                        rows::wanted_plugins::settle(write.conn(), &row, &now).await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(|error: StoreError| PluginError::from(error))?;
        self.inner.shown.notify_one();
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

    /// What orgs want of this source and was refused because nobody had seen it: wanted again.
    async fn waits_for(&self, source: &Source) -> Result<Vec<WantedRow>, PluginError> {
        let refused = rows::wanted_plugins::refused(self.inner.store.read()).await?;
        let of = |row: &WantedRow| Source::parse(&row.source).is_ok_and(|other| other == *source);
        Ok(refused
            .into_iter()
            .filter(of)
            .map(|row| WantedRow {
                state: "wanted".to_owned(),
                reason: String::new(),
                ..row
            })
            .collect())
    }
}
