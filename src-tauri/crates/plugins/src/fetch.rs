//! From a source to a checked tree in memory, within one deadline.

use crate::{
    Limits, Manifest, PluginError, Plugins, Source, Tree, manifest::check, name::is_name,
    shelf::blocking, skill,
};

/// What a source gave.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The name it is installed under.
    pub name: String,
    /// Another name that earlier installs of this repository may have (contract 03 no. 76).
    pub old_name: Option<String>,
    /// Its files.
    pub tree: Tree,
    /// What it says about itself; empty when that cannot be read.
    pub manifest: Manifest,
    /// The commit it came from.
    pub commit: Option<String>,
    /// The name that pointed to that commit.
    pub reference: Option<String>,
    /// Everything odd about it that does not stop an install, a sentence each.
    pub warnings: Vec<String>,
}

/// Files as a resolver gives them.
pub(crate) struct Given {
    pub tree: Tree,
    pub commit: Option<String>,
    pub reference: Option<String>,
}

impl Plugins {
    /// Fetches a source and checks what came: name, size, `manifest.json`, and the digest the caller expects.
    ///
    /// # Errors
    /// As contract 03 section 8.1 lists them; what a resolver said is in the log only.
    pub async fn fetch(
        &self,
        source: &Source,
        sha256: Option<&str>,
    ) -> Result<Fetched, PluginError> {
        let limits = self.inner.limits;
        let pinned = source.is_pinned() || limits.allow_unpinned;
        if !pinned {
            return Err(PluginError::Unpinned {
                scheme: source.scheme(),
                source_raw: source.to_string(),
            });
        }
        let given = tokio::time::timeout(limits.fetch, self.given(source, limits))
            .await
            .map_err(|_| PluginError::Deadline {
                scheme: source.scheme(),
                source_raw: source.to_string(),
            })??;
        crate::failpoints::reached("plugin.fetched")
            .await
            .map_err(|word| PluginError::Damaged(format!("a drill says {word}")))?;
        checked(source, given, sha256)
    }

    async fn given(&self, source: &Source, limits: Limits) -> Result<Given, PluginError> {
        match source {
            Source::Local { name } => {
                let (registry, wanted) = (self.inner.registry.clone(), name.clone());
                let read = blocking(move || registry.read(&wanted, &limits)).await;
                match read {
                    Ok(Some(tree)) => Ok(Given {
                        tree,
                        commit: None,
                        reference: None,
                    }),
                    Ok(None) => Err(PluginError::NotFound {
                        scheme: source.scheme(),
                        source_raw: source.to_string(),
                        folder: Some(self.inner.registry.root().to_owned()),
                    }),
                    Err(error @ PluginError::Unreadable { .. }) => {
                        tracing::warn!(%error, %source, "a plugin could not be read");
                        Err(PluginError::Fetch {
                            scheme: source.scheme(),
                            source_raw: source.to_string(),
                        })
                    }
                    Err(error) => Err(error),
                }
            }
            Source::Git { .. } => self.inner.git.fetch(source, limits).await,
        }
    }
}

fn checked(source: &Source, given: Given, sha256: Option<&str>) -> Result<Fetched, PluginError> {
    let Given {
        tree,
        commit,
        reference,
    } = given;
    let parsed = Manifest::of(&tree);
    let mut warnings: Vec<String> = parsed.as_ref().err().into_iter().cloned().collect();
    let manifest = parsed.unwrap_or_default();
    let own = match source {
        Source::Local { .. } => None,
        Source::Git { .. } => manifest.valid_name().filter(|own| *own != source.name()),
    };
    let name = own.unwrap_or(source.name()).to_owned();
    if !is_name(&name) || tree.files.is_empty() {
        return Err(PluginError::FetchedName);
    }
    check(&tree, sha256)?;
    if let Some(declared) = &manifest.sha256
        && !declared.eq_ignore_ascii_case(&tree.client_digest())
    {
        warnings.push("plugin.yaml declares a sha256 that its files do not have; clients that check it will refuse it".into());
    }
    warnings.extend(
        tree.skipped
            .iter()
            .map(|one| format!("{} is left out: {}", one.path, one.why)),
    );
    warnings.extend(skill::problems(&tree));
    Ok(Fetched {
        old_name: own.map(|_| source.name().to_owned()),
        name,
        tree,
        manifest,
        commit,
        reference,
        warnings,
    })
}
