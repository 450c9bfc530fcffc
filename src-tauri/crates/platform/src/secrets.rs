//! The vault as the running platform holds it: opened in the background at start, again when a person says how.

use crate::{Platform, VaultChoice, vault_choice};
use std::sync::Arc;
use store::{StoreError, rows};
use vault::{Vault, VaultError, redact::KnownSecrets};
use wire::KeychainView;

/// Secrets cannot be used now; the text says why and what to do.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{text}")]
pub struct SecretsError {
    /// Stable word: `keychain_locked`, `keychain_absent`, …
    pub code: &'static str,
    /// For people.
    pub text: String,
}

impl Platform {
    /// The open vault. While the first attempt is still under way this waits for it.
    ///
    /// # Errors
    /// Why it is not open.
    pub async fn vault(&self) -> Result<Arc<Vault>, SecretsError> {
        let mut tried = self.inner().vault_tried.subscribe();
        // The sender lives as long as the platform.
        let _ = tried.wait_for(|tried| *tried).await;
        if let Some(vault) = self.vault_slot().read().await.as_ref() {
            return Ok(vault.clone());
        }
        let failure = self.inner().vault_failure.read().await;
        Err(failure.clone().unwrap_or(SecretsError {
            code: "keychain_absent",
            text: "No keychain was opened.".into(),
        }))
    }

    /// State of the keychain for people.
    pub async fn keychain_view(&self) -> KeychainView {
        self.inner().keychain.read().await.clone()
    }

    /// Values that must not appear in a log, an answer or the database.
    pub fn known_secrets(&self) -> &KnownSecrets {
        &self.inner().known_secrets
    }

    /// Opens the vault as the person says, and lets what waited for secrets go on.
    ///
    /// # Errors
    /// Why it does not open; the platform goes on without secrets.
    pub async fn unlock(&self, choice: &VaultChoice) -> Result<(), SecretsError> {
        let inner = self.inner();
        let sealed_with = self.sealed_with().await.map_err(|error| {
            tracing::error!(%error, "the database did not say what is sealed");
            SecretsError {
                code: "platform_unavailable",
                text: "Stored secrets could not be looked at, so the keychain was not opened. Try again.".into(),
            }
        });
        let sealed_with = match sealed_with {
            Ok(ids) => ids,
            Err(failure) => {
                *inner.vault_failure.write().await = Some(failure.clone());
                inner.vault_tried.send_replace(true);
                return Err(failure);
            }
        };
        let opened = vault_choice::unlock(choice, &inner.data, &inner.identity, sealed_with).await;
        *inner.keychain.write().await = vault_choice::view(opened.as_ref());
        let result = match opened {
            Ok(vault) => {
                *self.vault_slot().write().await = Some(Arc::new(vault));
                *inner.vault_failure.write().await = None;
                self.reconciler().vault_opened();
                Ok(())
            }
            Err(error) => {
                if let VaultError::Absent { reason, .. } = &error {
                    tracing::info!(%reason, "no keychain answers");
                }
                let failure = SecretsError {
                    code: code(&error),
                    text: error.to_string(),
                };
                *inner.vault_failure.write().await = Some(failure.clone());
                Err(failure)
            }
        };
        inner.vault_tried.send_replace(true);
        if result.is_ok() {
            self.settle_keys().await;
        }
        result
    }

    /// Remembers that there are personas, so that agents which have one wait for an open keychain.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn personas_imported(&self) -> Result<(), StoreError> {
        self.store()
            .write(|write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::settings::set(write.conn(), reconcile::PERSONAS_SETTING, &true, &now)
                        .await
                })
            })
            .await
    }
}

fn code(error: &VaultError) -> &'static str {
    error.code()
}
