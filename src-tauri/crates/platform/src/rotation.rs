//! Rotation of the key that seals stored secrets (contract 03 no. 51).
//!
//! A new key joins the ring in the keychain, nobody seals with the former one any more, every row is sealed anew in one
//! transaction, and only then does the former key leave the ring. Wherever this is cut off, the ring opens every row:
//! the next opening of the vault does what is left.

use crate::{Platform, SecretsError, failpoints::reached};
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use store::{
    NewEvent, Store, StoreError,
    rows::{self, secrets::SecretRow},
};
use vault::{KeyId, Sealer, Vault, VaultError};
use wire::{KeyRotated, SealingKey, kind};
use workspaces::secrets;

/// How long those that seal with the former key are waited for. They hold it for one write each.
const RELEASE_LIMIT: Duration = Duration::from_secs(60);

/// A rotation did not take place, or not to its end; secrets can be used as before.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// Secrets are not open.
    #[error(transparent)]
    Closed(#[from] SecretsError),
    /// The keychain did not take the new key, or may not.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Some secrets cannot be opened, so they could not be sealed anew.
    #[error(
        "these secrets cannot be opened and would be lost: {}. Set them again or delete them, then rotate the key; \
         nothing was changed",
        keys.join(", ")
    )]
    Unreadable {
        /// `global:NAME` or `workspace:NAME`.
        keys: Vec<String>,
    },
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The rotation itself ended before it answered.
    #[error("the rotation was cut off; what is left of it is done at the next start")]
    CutOff,
}

impl Platform {
    /// The key that seals now, and what it sealed.
    ///
    /// # Errors
    /// When secrets are not open or the database does not answer.
    pub async fn sealing_key(&self) -> Result<SealingKey, RotationError> {
        let vault = self.vault().await?;
        let rows = rows::secrets::all(self.store().read()).await?;
        let sealer = vault.sealer();
        Ok(SealingKey {
            key_id: sealer.key_id().to_string(),
            former: sealer.former_ids().iter().map(KeyId::to_string).collect(),
            sealed: rows.len(),
            waiting: rows.iter().filter(|row| wants(sealer, row)).count(),
        })
    }

    /// Makes a new key and seals everything with it. A caller who hangs up does not cut it off.
    ///
    /// # Errors
    /// See [`RotationError`].
    pub async fn rotate_key(&self) -> Result<KeyRotated, RotationError> {
        let platform = self.clone();
        let work = tokio::spawn(async move { platform.rotate().await });
        work.await.unwrap_or(Err(RotationError::CutOff))
    }

    async fn rotate(&self) -> Result<KeyRotated, RotationError> {
        let _turn = self.inner().rotating.lock().await;
        let vault = self.vault().await?;
        let unreadable = unreadable(&rows::secrets::all(self.store().read()).await?, &vault);
        if !unreadable.is_empty() {
            return Err(RotationError::Unreadable { keys: unreadable });
        }
        reached("rotate.begin");
        let next = Arc::new(vault.with_new_key().await?);
        reached("rotate.keyed");
        let (key_id, former) = (next.sealer().key_id(), vault.sealer().clone());
        let former_id = former.key_id();
        drop(vault);
        *self.vault_slot().write().await = Some(Arc::clone(&next));
        let alone = tokio::time::timeout(RELEASE_LIMIT, former.released())
            .await
            .is_ok();
        reached("rotate.alone");
        let resealed = reseal(self.store(), next.sealer().clone(), Unopened::Refuse).await?;
        reached("rotate.committed");
        let retired = alone && self.retire_former_keys(&next).await?;
        reached("rotate.retired");
        tracing::info!(%key_id, resealed, retired, "the key of stored secrets was rotated");
        Ok(KeyRotated {
            status: "rotated".into(),
            key_id: key_id.to_string(),
            former_key_id: former_id.to_string(),
            resealed,
            former_key_kept: !retired,
        })
    }

    /// Does what a rotation that was cut off left, and seals rows that came in clear. Called when the vault was opened;
    /// what cannot be done now is told and tried at the next opening.
    pub(crate) async fn settle_keys(&self) {
        let _turn = self.inner().rotating.lock().await;
        if let Err(error) = self.try_to_settle_keys().await {
            tracing::warn!(%error, "stored secrets could not all be sealed anew; this is tried again at the next start");
        }
    }

    async fn try_to_settle_keys(&self) -> Result<(), RotationError> {
        let vault = self.vault().await?;
        let rows = rows::secrets::all(self.store().read()).await?;
        if rows.iter().any(|row| wants(vault.sealer(), row)) {
            let resealed = reseal(self.store(), vault.sealer().clone(), Unopened::Leave).await?;
            tracing::info!(resealed, "stored secrets were sealed anew");
        }
        if !vault.sealer().former_ids().is_empty() {
            self.retire_former_keys(&vault).await?;
        }
        Ok(())
    }

    /// Takes former keys out of the keychain when no row needs one; says whether it did.
    async fn retire_former_keys(&self, vault: &Vault) -> Result<bool, RotationError> {
        let rows = rows::secrets::all(self.store().read()).await?;
        let former = vault.sealer().former_ids();
        if rows
            .iter()
            .filter_map(|row| KeyId::of_blob(&row.encrypted_value))
            .any(|id| former.contains(&id))
        {
            return Ok(false);
        }
        let last = Arc::new(vault.without_former_keys().await?);
        *self.vault_slot().write().await = Some(last);
        Ok(true)
    }

    /// The keys that sealed what is stored, so that a keychain that holds none of them is refused instead of given a
    /// new one.
    pub(crate) async fn sealed_with(&self) -> Result<BTreeSet<KeyId>, StoreError> {
        let rows = rows::secrets::all(self.store().read()).await?;
        Ok(rows
            .iter()
            .filter(|row| row.encryption_version != vault::sealing::PLAIN_VERSION)
            .filter_map(|row| KeyId::of_blob(&row.encrypted_value))
            .collect())
    }
}

/// What becomes of a row that does not open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unopened {
    /// Nothing is sealed anew at all.
    Refuse,
    /// It stays as it is.
    Leave,
}

fn wants(sealer: &Sealer, row: &SecretRow) -> bool {
    sealer.wants_resealing(row.encryption_version, &row.encrypted_value)
}

fn unreadable(rows: &[SecretRow], vault: &Vault) -> Vec<String> {
    rows.iter()
        .filter(|row| secrets::open(vault.sealer(), row).is_err())
        .map(secrets::qualified)
        .collect()
}

/// Seals every row that wants it with the current key, in one transaction with its event. Says how many.
async fn reseal(store: &Store, sealer: Sealer, unopened: Unopened) -> Result<usize, RotationError> {
    store
        .write(move |write| {
            Box::pin(async move {
                let mut resealed = 0;
                let mut failed = Vec::new();
                for row in rows::secrets::all(write.conn()).await? {
                    if !wants(&sealer, &row) {
                        continue;
                    }
                    let Ok(value) = secrets::open(&sealer, &row) else {
                        failed.push(secrets::qualified(&row));
                        continue;
                    };
                    let id = row.workspace_id.as_deref();
                    let (sealed, version) = secrets::seal(&sealer, id, &row.key, value.expose())?;
                    rows::secrets::reseal(write.conn(), id, &row.key, &sealed, version).await?;
                    orgs::secret_resealed(write, &row.key, &row.encrypted_value, &sealed).await?;
                    if resealed == 0 {
                        reached("rotate.resealing");
                    }
                    resealed += 1;
                }
                if unopened == Unopened::Refuse && !failed.is_empty() {
                    return Err(RotationError::Unreadable { keys: failed });
                }
                let payload = json!({
                    "action": "resealed", "key_id": sealer.key_id().to_string(), "keys": [], "resealed": resealed, "restarts": []
                });
                write
                    .event(NewEvent::global(kind::SECRETS_CHANGED, payload))
                    .await?;
                reached("rotate.resealed");
                Ok(resealed)
            })
        })
        .await
}
