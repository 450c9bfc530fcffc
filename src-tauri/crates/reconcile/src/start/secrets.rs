//! Secrets of a workspace in clear, for its container and for masking its output. They live in memory only.

use crate::{shared::Shared, source::PERSONAS_SETTING, status::Failure};
use std::collections::BTreeMap;
use store::{
    WorkspaceRow,
    rows::{secrets, settings},
};
use vault::{Place, Secret};

/// What reading secrets can end with.
pub(crate) type Read = Result<BTreeMap<String, Secret>, Failure>;

/// Everything a container of this workspace gets as secret variables. Low to high: global secrets, the persona of its
/// folder, secrets of the workspace (contract 03 sections 2.5 and 3.4). The persona stands above the globals because
/// each role acts under its own account and no shared token stands in for it.
pub(crate) async fn learn(shared: &Shared, row: &WorkspaceRow) -> Read {
    let database =
        |error: store::StoreError| Failure::passing("store_unavailable", error.to_string());
    let read = shared.deps.store.read();
    let global = secrets::global(read).await.map_err(database)?;
    let own = secrets::of_workspace(read, &row.id)
        .await
        .map_err(database)?;
    let persona = row.persona.as_deref();
    let vault = shared.deps.vault.read().await.clone();
    let Some(vault) = vault else {
        let has_persona = persona.is_some()
            && settings::get::<bool>(read, PERSONAS_SETTING)
                .await
                .map_err(database)?
                .unwrap_or(false);
        if global.is_empty() && own.is_empty() && !has_persona {
            return Ok(BTreeMap::new());
        }
        return Err(Failure::passing(
            "keychain_locked",
            "Its secrets cannot be opened yet. Unlock the keychain, or choose where secrets are kept, and it goes on by itself.",
        ));
    };
    let mut values = BTreeMap::new();
    for row in &global {
        let place = Place {
            table: "global_secrets",
            owner: "global",
            key: &row.key,
        };
        let value = vault
            .sealer()
            .open_row(place, row.encryption_version, &row.encrypted_value);
        values.insert(
            row.key.clone(),
            value.map_err(|error| sealed(&row.key, "global", &error))?,
        );
    }
    if let Some(slug) = persona {
        let loaded = vault.personas().load(slug).await;
        values.extend(loaded.map_err(|error| Failure::passing(error.code(), error.to_string()))?);
    }
    for row in &own {
        let owner = row.workspace_id.as_deref().unwrap_or_default();
        let place = Place {
            table: "workspace_secrets",
            owner,
            key: &row.key,
        };
        let value = vault
            .sealer()
            .open_row(place, row.encryption_version, &row.encrypted_value);
        values.insert(
            row.key.clone(),
            value.map_err(|error| sealed(&row.key, "workspace", &error))?,
        );
    }
    shared.known.add(values.values());
    Ok(values)
}

/// Learns the secrets of every workspace, so that they are masked from now on. What cannot be read is told when a start
/// needs it.
pub(crate) async fn learn_all(shared: &Shared) {
    match store::rows::workspaces::list(shared.deps.store.read()).await {
        Ok(rows) => {
            for row in rows.iter().filter(|row| row.has_container()) {
                if let Err(failure) = learn(shared, row).await {
                    tracing::debug!(workspace = %row.id, reason = %failure.reason.code, "secrets were not learned yet");
                }
            }
        }
        Err(error) => {
            tracing::warn!(%error, "secrets were not learned: the rows could not be read")
        }
    }
}

fn sealed(key: &str, scope: &str, error: &vault::VaultError) -> Failure {
    tracing::warn!(key, scope, %error, "a secret could not be opened");
    Failure::lasting(
        "secret_unreadable",
        format!(
            "failed to decrypt {scope} secret {key}. Set it again, then start the agent again."
        ),
    )
}
