//! Persona files into the keychain, and out of it again.

use super::scan::{is_slug, scan};
use crate::keychain::Keychain;
use crate::{Secret, VaultError};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const PREFIX: &str = "persona/";

/// What happened to one persona folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonaAction {
    /// There was no such persona before.
    Created,
    /// Its variables changed.
    Updated,
    /// The keychain already held just this; nothing was written.
    Unchanged,
    /// Nothing was taken from the folder; the former entry, if any, is as it was.
    Skipped,
}

impl PersonaAction {
    /// Word for programs: `created`, `updated`, `unchanged`, `skipped`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
        }
    }
}

/// One line of an import report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonaOutcome {
    /// Name of the folder.
    pub slug: String,
    /// What was done.
    pub action: PersonaAction,
    /// Names of the variables it holds now, sorted.
    pub keys: Vec<String>,
    /// Why it was skipped.
    pub reason: Option<String>,
}

/// What an import did, one outcome a folder, sorted by slug.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// One entry a folder.
    pub outcomes: Vec<PersonaOutcome>,
}

impl ImportReport {
    /// How many folders ended as `action`.
    pub fn count(&self, action: PersonaAction) -> usize {
        self.outcomes
            .iter()
            .filter(|outcome| outcome.action == action)
            .count()
    }
}

/// A persona as lists show it: names, never values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonaKeys {
    /// Folder name, and the `files_dir` of its role.
    pub slug: String,
    /// Names of its variables, sorted.
    pub keys: Vec<String>,
}

/// Variables of personas by slug, each as far as it could be read.
pub type Loaded = BTreeMap<String, Result<BTreeMap<String, Secret>, VaultError>>;

/// The personas in a keychain, one entry each.
#[derive(Debug, Clone)]
pub struct Personas {
    keychain: Arc<dyn Keychain>,
}

impl Personas {
    /// The personas in `keychain`.
    pub fn new(keychain: Arc<dyn Keychain>) -> Self {
        Self { keychain }
    }

    /// Takes every persona below `dir` into the keychain. Doing it again changes nothing; a persona whose folder is gone
    /// stays. A folder that cannot be used is skipped with its reason and does not stop the others.
    ///
    /// # Errors
    /// [`VaultError::File`] when `dir` cannot be listed; the keychain's error when it cannot be used at all, in which
    /// case nothing was imported.
    pub async fn import(&self, dir: &Path) -> Result<ImportReport, VaultError> {
        let folder = dir.to_owned();
        let files = tokio::task::spawn_blocking(move || scan(&folder))
            .await
            .map_err(|_| VaultError::Interrupted {
                keychain: self.keychain.describe(),
            })??;
        // Asked before anything is written: a locked keychain is one error, not one a persona.
        self.keychain.list().await?;
        let mut outcomes = Vec::with_capacity(files.len());
        for file in files {
            let outcome = match file.variables {
                Ok(variables) if variables.is_empty() => {
                    Err(format!("{} sets no variable", file.path.display()))
                }
                Ok(variables) => self
                    .store(&file.slug, &variables)
                    .await
                    .map(|action| (action, variables.into_keys().collect()))
                    .map_err(|error| error.to_string()),
                Err(reason) => Err(reason),
            };
            outcomes.push(match outcome {
                Ok((action, keys)) => PersonaOutcome {
                    slug: file.slug,
                    action,
                    keys,
                    reason: None,
                },
                Err(reason) => PersonaOutcome {
                    keys: self.keys_of(&file.slug).await,
                    slug: file.slug,
                    action: PersonaAction::Skipped,
                    reason: Some(reason),
                },
            });
        }
        Ok(ImportReport { outcomes })
    }

    /// The variables of a persona; empty when there is none of this name or the name can name none, which is no error
    /// (contract 03 section 2.5).
    ///
    /// # Errors
    /// The keychain's errors; a locked one is an error, never an empty persona.
    pub async fn load(&self, slug: &str) -> Result<BTreeMap<String, Secret>, VaultError> {
        if !is_slug(slug) {
            return Ok(BTreeMap::new());
        }
        match self.keychain.get(&entry(slug)).await? {
            Some(text) => decode(&text).ok_or_else(|| self.damaged(slug)),
            None => Ok(BTreeMap::new()),
        }
    }

    /// The variables of several personas at once, as [`Self::load`] gives them one by one; those that there are none of
    /// are left out, and one that cannot be read does not hide the others. Made for an import, most of whose roles may
    /// have no persona: the keychain is asked once for all names instead of once a name.
    ///
    /// # Errors
    /// As [`Self::load`], when the keychain cannot be used at all.
    pub async fn load_many(&self, slugs: &BTreeSet<String>) -> Result<Loaded, VaultError> {
        let names = slugs.iter().filter(|slug| is_slug(slug));
        let found = self
            .keychain
            .get_many(&names.map(|slug| entry(slug)).collect())
            .await?;
        let loaded = found.into_iter().map(|(name, text)| {
            let slug = name.strip_prefix(PREFIX).unwrap_or(&name).to_owned();
            let variables = text.and_then(|text| decode(&text).ok_or_else(|| self.damaged(&slug)));
            (slug, variables)
        });
        Ok(loaded.collect())
    }

    /// All personas with the names of their variables, sorted.
    ///
    /// # Errors
    /// The keychain's errors.
    pub async fn list(&self) -> Result<Vec<PersonaKeys>, VaultError> {
        let mut personas = Vec::new();
        for name in self.keychain.list().await? {
            if let Some(slug) = name.strip_prefix(PREFIX) {
                personas.push(PersonaKeys {
                    slug: slug.to_owned(),
                    keys: self.load(slug).await?.into_keys().collect(),
                });
            }
        }
        Ok(personas)
    }

    /// Takes the variables of one persona from elsewhere than a folder, such as a backup. One that is there and differs is
    /// only replaced with `overwrite`; else it is [`PersonaAction::Skipped`].
    ///
    /// # Errors
    /// [`VaultError::BadName`] for a slug that can name none, the keychain's errors.
    pub async fn put(
        &self,
        slug: &str,
        variables: &BTreeMap<String, Secret>,
        overwrite: bool,
    ) -> Result<PersonaAction, VaultError> {
        if !is_slug(slug) {
            return Err(VaultError::BadName {
                name: slug.to_owned(),
            });
        }
        let fits = |(key, value): (&String, &Secret)| {
            !key.is_empty() && !key.contains(['=', '\n']) && !value.expose().contains(&b'\n')
        };
        if !variables.iter().all(fits) {
            return Err(VaultError::BadBackup {
                reason: "a variable of a persona holds a line break",
            });
        }
        if !overwrite {
            let before = self.load(slug).await?;
            if !before.is_empty() && before != *variables {
                return Ok(PersonaAction::Skipped);
            }
        }
        self.store(slug, variables).await
    }

    /// Removes a persona from the keychain; false when there was none.
    ///
    /// # Errors
    /// The keychain's errors.
    pub async fn remove(&self, slug: &str) -> Result<bool, VaultError> {
        if !is_slug(slug) {
            return Ok(false);
        }
        self.keychain.delete(&entry(slug)).await
    }

    async fn store(
        &self,
        slug: &str,
        variables: &BTreeMap<String, Secret>,
    ) -> Result<PersonaAction, VaultError> {
        let text = encode(variables);
        let before = match self.keychain.get(&entry(slug)).await {
            Ok(before) => before,
            // A damaged entry is just what an import repairs.
            Err(VaultError::Damaged { .. }) => Some(Secret::new(Vec::new())),
            Err(error) => return Err(error),
        };
        match before {
            Some(before) if before == text => Ok(PersonaAction::Unchanged),
            Some(_) => {
                self.keychain.set(&entry(slug), &text).await?;
                Ok(PersonaAction::Updated)
            }
            None => {
                self.keychain.set(&entry(slug), &text).await?;
                Ok(PersonaAction::Created)
            }
        }
    }

    /// Names that the keychain holds for a skipped persona; what cannot be read counts as none, its reason is shown.
    async fn keys_of(&self, slug: &str) -> Vec<String> {
        match self.load(slug).await {
            Ok(variables) => variables.into_keys().collect(),
            Err(_) => Vec::new(),
        }
    }

    fn damaged(&self, slug: &str) -> VaultError {
        VaultError::Damaged {
            keychain: self.keychain.describe(),
            entry: entry(slug),
            reason: "it is not a list of variables",
        }
    }
}

fn entry(slug: &str) -> String {
    format!("{PREFIX}{slug}")
}

/// `KEY=value` lines, sorted: values of the env grammar hold no line break, so this is exact, and equal personas are
/// equal bytes. The buffer is made large enough at once, because growing would leave copies behind.
fn encode(variables: &BTreeMap<String, Secret>) -> Secret {
    let room = variables
        .iter()
        .map(|(key, value)| key.len() + value.len() + 2)
        .sum();
    let mut bytes = Vec::with_capacity(room);
    for (key, value) in variables {
        bytes.extend_from_slice(key.as_bytes());
        bytes.push(b'=');
        bytes.extend_from_slice(value.expose());
        bytes.push(b'\n');
    }
    Secret::new(bytes)
}

fn decode(text: &Secret) -> Option<BTreeMap<String, Secret>> {
    text.expose()
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            let at = line.iter().position(|byte| *byte == b'=')?;
            let key = std::str::from_utf8(&line[..at]).ok()?;
            Some((key.to_owned(), Secret::new(line[at + 1..].to_vec())))
        })
        .collect()
}

#[cfg(test)]
mod tests;
