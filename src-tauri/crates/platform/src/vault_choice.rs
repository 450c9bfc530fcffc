//! Where secrets are kept on this computer. Nothing is chosen in a person's place: a keychain that answers is used,
//! anything else waits for a word (design law 5).

use crate::{DataFolder, identity::Identity};
use std::sync::Arc;
use vault::{
    BuildKind, FileKeychain, KeyChoice, KeyId, Keychain, KeychainState, MASTER_KEY_ENTRY,
    MasterKey, Namespace, OsKeychain, Secret, Vault, VaultError,
};
use wire::KeychainView;

/// What the person (or a test) decided.
#[derive(Debug, Clone, Default)]
pub enum VaultChoice {
    /// The computer's keychain, unless `SECRETS_ENCRYPTION_KEY` is set, which is a decision too.
    #[default]
    System,
    /// A file sealed under this passphrase.
    Passphrase(Secret),
    /// A given keychain; tests bring one.
    Given(Arc<dyn Keychain>),
}

/// Opens the vault.
///
/// # Errors
/// What [`view`] turns into words for people; the platform runs without secrets meanwhile.
pub(crate) async fn unlock(
    choice: &VaultChoice,
    data: &DataFolder,
    identity: &Identity,
    sealed_with: impl IntoIterator<Item = KeyId>,
) -> Result<Vault, VaultError> {
    let file = data.sealed_file();
    let choice = match choice {
        VaultChoice::Passphrase(passphrase) => KeyChoice::Passphrase {
            file,
            passphrase: passphrase.clone(),
        },
        VaultChoice::Given(keychain) => KeyChoice::Keychain(keychain.clone()),
        VaultChoice::System => match MasterKey::from_environment()? {
            Some(key) => KeyChoice::Environment { file, key },
            // A person chose a passphrase before; the keychain of the computer has nothing of theirs.
            None if FileKeychain::wants_passphrase(&file)? => {
                return Err(VaultError::FileLocked { path: file });
            }
            None => {
                let own = os_keychain(&identity.instance);
                if let Some(original) = &identity.copied_from {
                    take_over(&own, &os_keychain(original)).await?;
                }
                KeyChoice::Keychain(Arc::new(own))
            }
        },
    };
    Vault::unlock(choice, sealed_with).await
}

fn os_keychain(instance: &str) -> OsKeychain {
    OsKeychain::new(Namespace::new(BuildKind::current(), instance))
}

/// A copy of an installation seals with the keys of its original and knows its personas, under its own name: what either
/// of them changes or removes later is its own. Done once, the key last, so that a cut short one is done again.
async fn take_over(own: &dyn Keychain, original: &dyn Keychain) -> Result<(), VaultError> {
    if own.get(MASTER_KEY_ENTRY).await?.is_some() {
        return Ok(());
    }
    let mut names = original.list().await?;
    names.sort_by_key(|name| name == MASTER_KEY_ENTRY);
    for name in names {
        if let Some(value) = original.get(&name).await? {
            own.set(&name, &value).await?;
        }
    }
    Ok(())
}

/// The state for people.
pub(crate) fn view(vault: Result<&Vault, &VaultError>) -> KeychainView {
    match vault {
        Ok(vault) => KeychainView {
            state: vault.keychain().kind().code().to_owned(),
            text: format!("{} keeps the secrets.", vault.keychain().describe()),
            waits_for_passphrase: false,
        },
        Err(error) => {
            let state = KeychainState::from_error(error);
            KeychainView {
                state: state.code().to_owned(),
                text: state.text().to_owned(),
                waits_for_passphrase: matches!(
                    error,
                    VaultError::FileLocked { .. } | VaultError::WrongPassphrase { .. }
                ),
            }
        }
    }
}

/// The state before the first attempt ended.
pub(crate) fn opening() -> KeychainView {
    KeychainView {
        state: "opening".into(),
        text: "Opening the keychain.".into(),
        waits_for_passphrase: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataFolder;
    use vault::testing::SimulatedKeychain;

    #[tokio::test]
    async fn a_file_that_waits_for_its_passphrase_is_named_and_not_passed_by() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::claim(folder.path()).unwrap().unwrap();
        let chosen = VaultChoice::Passphrase(Secret::from("correct horse battery".to_owned()));
        unlock(&chosen, &data, &Identity::default(), [])
            .await
            .unwrap();
        let error = unlock(&VaultChoice::System, &data, &Identity::default(), [])
            .await
            .err()
            .unwrap();
        assert_eq!(error.code(), "keychain_locked");
        assert!(error.to_string().contains("keychain.sealed"), "{error}");
        let shown = view(Err(&error));
        assert_eq!(shown.state, "locked");
        assert!(shown.waits_for_passphrase, "{shown:?}");
        let wrong = VaultChoice::Passphrase(Secret::from("another horse battery".to_owned()));
        let error = unlock(&wrong, &data, &Identity::default(), [])
            .await
            .err()
            .unwrap();
        assert!(
            view(Err(&error)).waits_for_passphrase,
            "it waits after a wrong one too: {error}"
        );
        assert!(!opening().waits_for_passphrase);
    }

    #[tokio::test]
    async fn a_copy_takes_the_keys_of_its_original_once_and_a_cut_short_time_is_made_good() {
        let (own, original) = (SimulatedKeychain::new(), SimulatedKeychain::new());
        let secret = |text: &str| Secret::from(text.to_owned());
        original.set("persona", &secret("one")).await.unwrap();
        original
            .set(MASTER_KEY_ENTRY, &secret("ring"))
            .await
            .unwrap();
        // It fails at any change: the key is never there without what belongs to it.
        for changes in 0..20 {
            own.fail_after_changes(changes);
            let _ = take_over(&own, &original).await;
            own.mend();
            if own.get(MASTER_KEY_ENTRY).await.unwrap().is_some() {
                assert!(own.get("persona").await.unwrap().is_some(), "{changes}");
            }
        }
        take_over(&own, &original).await.unwrap();
        assert_eq!(own.list().await.unwrap(), [MASTER_KEY_ENTRY, "persona"]);

        original.set("later", &secret("two")).await.unwrap();
        take_over(&own, &original).await.unwrap();
        assert!(
            own.get("later").await.unwrap().is_none(),
            "what the original keeps later is its own"
        );
        own.purge().await.unwrap();
        assert_eq!(original.list().await.unwrap().len(), 3);
    }
}
