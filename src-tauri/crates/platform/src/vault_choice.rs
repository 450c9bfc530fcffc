//! Where secrets are kept on this computer. Nothing is chosen in a person's place: a keychain that answers is used,
//! anything else waits for a word (design law 5).

use crate::DataFolder;
use std::sync::Arc;
use vault::{
    BuildKind, FileKeychain, KeyChoice, KeyId, Keychain, KeychainState, MasterKey, Namespace,
    OsKeychain, Secret, Vault, VaultError,
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
    instance: &str,
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
            None => KeyChoice::Keychain(Arc::new(OsKeychain::new(Namespace::new(
                BuildKind::current(),
                instance,
            )))),
        },
    };
    Vault::unlock(choice, sealed_with).await
}

/// The state for people.
pub(crate) fn view(vault: Result<&Vault, &VaultError>) -> KeychainView {
    match vault {
        Ok(vault) => KeychainView {
            state: vault.keychain().kind().code().to_owned(),
            text: format!("{} keeps the secrets.", vault.keychain().describe()),
        },
        Err(error) => {
            let state = KeychainState::from_error(error);
            KeychainView {
                state: state.code().to_owned(),
                text: state.text().to_owned(),
            }
        }
    }
}

/// The state before the first attempt ended.
pub(crate) fn opening() -> KeychainView {
    KeychainView {
        state: "opening".into(),
        text: "Opening the keychain.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataFolder;

    #[tokio::test]
    async fn a_file_that_waits_for_its_passphrase_is_named_and_not_passed_by() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::claim(folder.path()).unwrap().unwrap();
        let chosen = VaultChoice::Passphrase(Secret::from("correct horse battery".to_owned()));
        unlock(&chosen, &data, "test", []).await.unwrap();
        let error = unlock(&VaultChoice::System, &data, "test", [])
            .await
            .err()
            .unwrap();
        assert_eq!(error.code(), "keychain_locked");
        assert!(error.to_string().contains("keychain.sealed"), "{error}");
        assert_eq!(view(Err(&error)).state, "locked");
    }
}
