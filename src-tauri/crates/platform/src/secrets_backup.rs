//! A backup of all secrets under a passphrase, and back again (ours; contract 03 section 3, design law 5).

use crate::{Platform, RotationError};
use std::collections::{BTreeMap, HashMap};
use store::{WorkspaceRow, rows};
use vault::{
    PersonaAction, Secret,
    backup::{Backup, OfWorkspace, SealedBackup},
};
use wire::{SecretImported, SecretsImported, Status};
use workspaces::{Incoming, WorkspaceError, secrets};

/// A backup was not made, or not taken in; the text says what was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum SecretsBackupError {
    /// Secrets are not open, or some of them do not open.
    #[error(transparent)]
    Secrets(#[from] RotationError),
    /// Nothing was stored.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

impl From<store::StoreError> for SecretsBackupError {
    fn from(error: store::StoreError) -> Self {
        Self::Secrets(error.into())
    }
}

impl From<vault::VaultError> for SecretsBackupError {
    fn from(error: vault::VaultError) -> Self {
        Self::Secrets(error.into())
    }
}

impl From<crate::SecretsError> for SecretsBackupError {
    fn from(error: crate::SecretsError) -> Self {
        Self::Secrets(error.into())
    }
}

impl Platform {
    /// Every secret, global, of workspaces and of personas, sealed under `passphrase`. All or nothing: a backup without
    /// some of them would be found out when it is too late.
    ///
    /// # Errors
    /// When secrets are not open, one of them does not open, or the passphrase is too weak.
    pub async fn export_secrets(
        &self,
        passphrase: Secret,
    ) -> Result<SealedBackup, SecretsBackupError> {
        let vault = self.vault().await?;
        let db = self.store().read();
        let paths = Paths::of(rows::workspaces::list(db).await?);
        let mut backup = Backup::default();
        let mut owners: BTreeMap<String, BTreeMap<String, Secret>> = BTreeMap::new();
        let mut failed = Vec::new();
        for row in rows::secrets::all(db).await? {
            // What is removed for good needs no secrets.
            if row
                .workspace_id
                .as_ref()
                .is_some_and(|id| !paths.by_id.contains_key(id))
            {
                continue;
            }
            match secrets::open(vault.sealer(), &row) {
                Ok(value) => {
                    let values = match row.workspace_id {
                        Some(id) => owners.entry(id).or_default(),
                        None => &mut backup.global,
                    };
                    values.insert(row.key, value);
                }
                Err(_) => failed.push(secrets::qualified(&row)),
            }
        }
        if !failed.is_empty() {
            return Err(RotationError::Unreadable { keys: failed }.into());
        }
        backup.workspaces = owners
            .into_iter()
            .map(|(id, secrets)| OfWorkspace {
                path: paths.by_id.get(&id).cloned().unwrap_or_default(),
                id,
                secrets,
            })
            .collect();
        for persona in vault.personas().list().await? {
            let variables = vault.personas().load(&persona.slug).await?;
            backup.personas.insert(persona.slug, variables);
        }
        let sealed = backup.seal(passphrase).await?;
        tracing::info!("a backup of the secrets was made");
        Ok(sealed)
    }

    /// Takes a backup in. Workspaces are found by their id, else by the names from the root down to them. Another value
    /// that is there stays unless `overwrite` says otherwise. Rows are one transaction; personas follow one by one, and
    /// one that the keychain refuses is told as skipped.
    ///
    /// # Errors
    /// The passphrase or the document is wrong, or secrets are not open; nothing was changed then.
    pub async fn import_secrets(
        &self,
        backup: &SealedBackup,
        passphrase: Secret,
        overwrite: bool,
    ) -> Result<SecretsImported, SecretsBackupError> {
        let vault = self.vault().await?;
        let backup = backup.open(passphrase).await?;
        let paths = Paths::of(rows::workspaces::list(self.store().read()).await?);
        let mut report = Vec::new();
        let mut incoming = Vec::new();
        let mut take = |id: Option<&String>, name: &str, values: BTreeMap<String, Secret>| {
            for (key, value) in values {
                let mut line = line(
                    if id.is_some() { "workspace" } else { "global" },
                    name,
                    &key,
                );
                match secrets::check_key(&key) {
                    Ok(()) if !value.is_empty() && value.expose_str().is_some() => {
                        self.known_secrets().add([&value]);
                        incoming.push((
                            report.len(),
                            Incoming {
                                workspace_id: id.cloned(),
                                key,
                                value,
                            },
                        ));
                    }
                    Ok(()) => line.reason = Some("its value is no text".into()),
                    Err(error) => line.reason = Some(error.to_string()),
                }
                report.push(line);
            }
        };
        take(None, "", backup.global);
        let mut homeless = Vec::new();
        for one in backup.workspaces {
            let name = one.path.join(" / ");
            match paths.find(&one) {
                Some(id) => take(Some(&id), &name, one.secrets),
                None => homeless.push((name, one.secrets)),
            }
        }
        for (name, values) in homeless {
            for key in values.into_keys() {
                let mut line = line("workspace", &name, &key);
                line.reason = Some(
                    "there is no one workspace of this name here; import its org first".into(),
                );
                report.push(line);
            }
        }
        let (places, incoming): (Vec<usize>, Vec<Incoming>) = incoming.into_iter().unzip();
        let sealer = vault.sealer().clone();
        let done = workspaces::restore_secrets(self.store(), sealer, incoming, overwrite).await?;
        for (place, outcome) in places.into_iter().zip(done) {
            if let Some(line) = report.get_mut(place) {
                line.action = outcome.code().to_owned();
            }
        }
        self.import_personas(&vault, backup.personas, overwrite, &mut report)
            .await?;
        tracing::info!(
            entries = report.len(),
            "a backup of the secrets was taken in"
        );
        Ok(SecretsImported { secrets: report })
    }

    async fn import_personas(
        &self,
        vault: &vault::Vault,
        personas: BTreeMap<String, BTreeMap<String, Secret>>,
        overwrite: bool,
        report: &mut Vec<SecretImported>,
    ) -> Result<(), SecretsBackupError> {
        let mut changed = Vec::new();
        for (slug, variables) in personas {
            self.known_secrets().add(variables.values());
            let outcome = vault.personas().put(&slug, &variables, overwrite).await;
            let (action, reason) = match &outcome {
                Ok(PersonaAction::Skipped) => ("kept", None),
                Ok(action) => (action.code(), None),
                Err(error) => ("skipped", Some(error.to_string())),
            };
            for key in variables.keys() {
                let mut line = line("persona", &slug, key);
                (line.action, line.reason) = (action.to_owned(), reason.clone());
                report.push(line);
            }
            if matches!(outcome, Ok(PersonaAction::Created | PersonaAction::Updated)) {
                changed.push((slug, variables.into_keys().collect()));
            }
        }
        if !changed.is_empty() {
            self.personas_imported().await?;
            secrets::personas_changed(self.store(), changed, "imported").await?;
        }
        Ok(())
    }
}

fn line(scope: &str, name: &str, key: &str) -> SecretImported {
    SecretImported {
        scope: scope.to_owned(),
        name: name.to_owned(),
        key: key.to_owned(),
        action: "skipped".to_owned(),
        reason: None,
    }
}

/// Names from the root down to each workspace.
struct Paths {
    by_id: HashMap<String, Vec<String>>,
}

impl Paths {
    fn of(rows: Vec<WorkspaceRow>) -> Self {
        let alive: HashMap<&str, &WorkspaceRow> = rows
            .iter()
            .filter(|row| row.status != Status::Removed)
            .map(|row| (row.id.as_str(), row))
            .collect();
        let path = |row: &WorkspaceRow| {
            let mut names = vec![row.name.clone()];
            let mut above = row.parent_id.as_deref();
            // Bounded, in case a parent leads in a circle.
            while let Some(parent) = above.and_then(|id| alive.get(id))
                && names.len() < alive.len()
            {
                names.push(parent.name.clone());
                above = parent.parent_id.as_deref();
            }
            names.reverse();
            names
        };
        Self {
            by_id: alive
                .values()
                .map(|row| (row.id.clone(), path(row)))
                .collect(),
        }
    }

    /// By id; else the one workspace of that path.
    fn find(&self, one: &OfWorkspace) -> Option<String> {
        if self.by_id.contains_key(&one.id) {
            return Some(one.id.clone());
        }
        let mut same = self
            .by_id
            .iter()
            .filter(|(_, path)| !path.is_empty() && **path == one.path);
        match (same.next(), same.next()) {
            (Some((id, _)), None) => Some(id.clone()),
            _ => None,
        }
    }
}
