//! From a person's choice of keychain to a vault that seals.

use crate::keychain::{FileKeychain, Keychain, KeychainKind, KeychainState};
use crate::{KeyId, MasterKey, Personas, Sealer, Secret, VaultError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Keychain entry that holds the ring of master keys.
pub const MASTER_KEY_ENTRY: &str = "master-key";

/// Where secrets shall be kept. Nothing is ever chosen in a person's place.
pub enum KeyChoice {
    /// A keychain, usually the computer's own; the master key lives in it.
    Keychain(Arc<dyn Keychain>),
    /// A file sealed under a passphrase; the master key lives in it.
    Passphrase {
        /// The file of sealed entries.
        file: PathBuf,
        /// What the person typed.
        passphrase: Secret,
    },
    /// The key of `SECRETS_ENCRYPTION_KEY` seals rows and a file of entries; it is stored nowhere.
    Environment {
        /// The file of sealed entries.
        file: PathBuf,
        /// The key, see [`MasterKey::from_environment`].
        key: MasterKey,
    },
}

/// An open vault: the keychain, the sealer whose key came out of it, and the personas in it.
#[derive(Debug)]
pub struct Vault {
    keychain: Arc<dyn Keychain>,
    sealer: Sealer,
    personas: Personas,
}

/// The ring as it is written down.
#[derive(Serialize, Deserialize)]
struct Ring {
    current: String,
    keys: BTreeMap<String, KeyText>,
}

/// A key in base64 on its way to or from the keychain.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct KeyText(String);

impl Vault {
    /// Opens the chosen place and takes the master key out of it; makes one at first use.
    ///
    /// `sealed_with` are the ids of the keys that sealed rows already stored ([`KeyId::of_blob`]). A place that holds
    /// none of them is refused rather than given a new one, which could never open them.
    ///
    /// # Errors
    /// The keychain's own errors, [`VaultError::MasterKeyMissing`], [`VaultError::Damaged`] for an unreadable ring.
    pub async fn unlock(
        choice: KeyChoice,
        sealed_with: impl IntoIterator<Item = KeyId>,
    ) -> Result<Self, VaultError> {
        let sealed_with: Vec<KeyId> = sealed_with.into_iter().collect();
        let (keychain, sealer) = match choice {
            KeyChoice::Keychain(keychain) => {
                let sealer = ring(&*keychain, &sealed_with).await?;
                (keychain, sealer)
            }
            KeyChoice::Passphrase { file, passphrase } => {
                let keychain = Arc::new(FileKeychain::with_passphrase(file, passphrase).await?);
                let sealer = ring(&*keychain, &sealed_with).await?;
                (keychain as Arc<dyn Keychain>, sealer)
            }
            KeyChoice::Environment { file, key } => {
                let keychain = Arc::new(FileKeychain::with_key(file, key.clone()).await?);
                (keychain as Arc<dyn Keychain>, Sealer::new(key))
            }
        };
        if let Some(needed) = sealed_with.first()
            && !sealed_with.iter().any(|id| sealer.holds(*id))
        {
            return Err(VaultError::MasterKeyMissing {
                keychain: keychain.describe(),
                needed: needed.to_string(),
            });
        }
        let personas = Personas::new(Arc::clone(&keychain));
        Ok(Self {
            keychain,
            sealer,
            personas,
        })
    }

    /// Where secrets are kept.
    pub fn keychain(&self) -> &Arc<dyn Keychain> {
        &self.keychain
    }

    /// Seals and opens rows; cheap to clone.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Credentials of roles.
    pub fn personas(&self) -> &Personas {
        &self.personas
    }

    /// Whether the keychain can be used now, tried by a round trip.
    pub async fn state(&self) -> KeychainState {
        self.keychain.probe().await
    }

    /// Begins a rotation: a new master key that seals from now on is in the keychain, the former ones still open. This
    /// vault stays as it is; the new one takes its place. The caller seals stored rows again
    /// ([`Sealer::wants_resealing`]) and then calls [`Self::without_former_keys`] on the new one.
    ///
    /// # Errors
    /// The keychain's own errors; [`VaultError::KeyFromEnvironment`], where only the person can change the key. After an
    /// error the keychain is as before.
    pub async fn with_new_key(&self) -> Result<Self, VaultError> {
        if self.keychain.kind() == KeychainKind::Environment {
            return Err(VaultError::KeyFromEnvironment);
        }
        let former = self.sealer.keys().cloned().collect();
        self.with_ring(Sealer::with_former(MasterKey::random()?, former))
            .await
    }

    /// Ends a rotation: the keychain holds the key that seals and no other. Only right when no row needs a former one.
    ///
    /// # Errors
    /// The keychain's own errors; the keychain is then as before.
    pub async fn without_former_keys(&self) -> Result<Self, VaultError> {
        if self.sealer.former_ids().is_empty() {
            return Ok(self.with_sealer(self.sealer.clone()));
        }
        self.with_ring(self.sealer.current_only()).await
    }

    async fn with_ring(&self, sealer: Sealer) -> Result<Self, VaultError> {
        write_ring(&*self.keychain, &sealer).await?;
        Ok(self.with_sealer(sealer))
    }

    fn with_sealer(&self, sealer: Sealer) -> Self {
        Self {
            keychain: Arc::clone(&self.keychain),
            sealer,
            personas: self.personas.clone(),
        }
    }
}

async fn ring(keychain: &dyn Keychain, sealed_with: &[KeyId]) -> Result<Sealer, VaultError> {
    if let Some(text) = keychain.get(MASTER_KEY_ENTRY).await? {
        return parse_ring(&text).ok_or_else(|| VaultError::Damaged {
            keychain: keychain.describe(),
            entry: MASTER_KEY_ENTRY.to_owned(),
            reason: "it is not a ring of keys",
        });
    }
    if let Some(needed) = sealed_with.first() {
        return Err(VaultError::MasterKeyMissing {
            keychain: keychain.describe(),
            needed: needed.to_string(),
        });
    }
    let sealer = Sealer::new(MasterKey::random()?);
    write_ring(keychain, &sealer).await?;
    Ok(sealer)
}

async fn write_ring(keychain: &dyn Keychain, sealer: &Sealer) -> Result<(), VaultError> {
    let ring = Ring {
        current: sealer.key_id().to_string(),
        keys: sealer
            .keys()
            .map(|key| {
                let text = key.to_text();
                let text = text.expose_str().unwrap_or_default().to_owned();
                (key.id().to_string(), KeyText(text))
            })
            .collect(),
    };
    // Room for all of it: a buffer that grows leaves copies of the keys behind.
    let mut text = Vec::with_capacity(64 + 128 * ring.keys.len());
    serde_json::to_writer(&mut text, &ring).map_err(|_| VaultError::Crypto {
        reason: "the ring of keys could not be written down",
    })?;
    keychain.set(MASTER_KEY_ENTRY, &Secret::new(text)).await
}

fn parse_ring(text: &Secret) -> Option<Sealer> {
    let ring: Ring = serde_json::from_slice(text.expose()).ok()?;
    let mut current = None;
    let mut former = Vec::new();
    for (id, key) in &ring.keys {
        let key = MasterKey::parse(&key.0).ok()?;
        if key.id().to_string() != *id {
            return None;
        }
        if *id == ring.current {
            current = Some(key);
        } else {
            former.push(key);
        }
    }
    Some(Sealer::with_former(current?, former))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SimulatedKeychain;
    use crate::{Place, keychain::Cost};

    const PLACE: Place<'static> = Place {
        table: "global_secrets",
        owner: "global",
        key: "TOKEN",
    };

    fn choice(keychain: &Arc<SimulatedKeychain>) -> KeyChoice {
        KeyChoice::Keychain(Arc::clone(keychain) as Arc<dyn Keychain>)
    }

    #[tokio::test]
    async fn the_master_key_is_made_once_and_found_again() {
        let keychain = Arc::new(SimulatedKeychain::new());
        let first = Vault::unlock(choice(&keychain), None).await.unwrap();
        let blob = first.sealer().seal(PLACE, b"value").unwrap();
        let again = Vault::unlock(choice(&keychain), KeyId::of_blob(&blob))
            .await
            .unwrap();
        assert_eq!(
            again.sealer().open(PLACE, &blob).unwrap().expose(),
            b"value"
        );
    }

    #[tokio::test]
    async fn a_locked_keychain_never_gets_a_second_master_key() {
        let keychain = Arc::new(SimulatedKeychain::new());
        let first = Vault::unlock(choice(&keychain), None).await.unwrap();
        keychain.lock();
        assert_eq!(
            Vault::unlock(choice(&keychain), None)
                .await
                .unwrap_err()
                .code(),
            "keychain_locked"
        );
        keychain.unlock();
        let again = Vault::unlock(choice(&keychain), None).await.unwrap();
        assert_eq!(again.sealer().key_id(), first.sealer().key_id());
    }

    #[tokio::test]
    async fn an_empty_keychain_is_refused_when_rows_were_sealed_elsewhere() {
        let elsewhere = Sealer::new(MasterKey::random().unwrap());
        let keychain = Arc::new(SimulatedKeychain::new());
        let error = Vault::unlock(choice(&keychain), Some(elsewhere.key_id()))
            .await
            .unwrap_err();
        assert_eq!(error.code(), "master_key_missing");
        assert_eq!(
            keychain.list().await.unwrap(),
            Vec::<String>::new(),
            "no key may have been made"
        );
    }

    #[tokio::test]
    async fn rotation_seals_anew_and_still_opens_the_old() {
        let keychain = Arc::new(SimulatedKeychain::new());
        let before = Vault::unlock(choice(&keychain), None).await.unwrap();
        let old = before.sealer().seal(PLACE, b"old").unwrap();
        let vault = before.with_new_key().await.unwrap();
        let id = vault.sealer().key_id();
        assert_ne!(id, before.sealer().key_id());
        assert!(vault.sealer().wants_resealing(2, &old));
        let again = Vault::unlock(choice(&keychain), KeyId::of_blob(&old))
            .await
            .unwrap();
        assert_eq!(again.sealer().key_id(), id);
        assert_eq!(again.sealer().open(PLACE, &old).unwrap().expose(), b"old");
        let done = again.without_former_keys().await.unwrap();
        assert_eq!(done.sealer().former_ids(), []);
        assert_eq!(
            Vault::unlock(choice(&keychain), KeyId::of_blob(&old))
                .await
                .unwrap_err()
                .code(),
            "master_key_missing",
            "the former key is in no place any more"
        );
        let last = Vault::unlock(choice(&keychain), [id]).await.unwrap();
        assert_eq!(last.sealer().key_id(), id);
    }

    #[tokio::test]
    async fn a_keychain_that_refuses_leaves_the_old_key_in_force() {
        let keychain = Arc::new(SimulatedKeychain::new());
        let vault = Vault::unlock(choice(&keychain), None).await.unwrap();
        let old = vault.sealer().seal(PLACE, b"old").unwrap();
        keychain.fail_after_changes(0);
        assert!(vault.with_new_key().await.is_err());
        keychain.mend();
        let again = Vault::unlock(choice(&keychain), KeyId::of_blob(&old))
            .await
            .unwrap();
        assert_eq!(again.sealer().key_id(), vault.sealer().key_id());
        assert_eq!(again.sealer().former_ids(), []);
    }

    #[tokio::test]
    async fn a_passphrase_opens_the_same_vault_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.json");
        // Made cheaply first, so that the test does not pay for the cost of a guess.
        FileKeychain::with_passphrase_at_cost(
            &file,
            Secret::from("correct horse"),
            Cost {
                memory_kib: 8,
                passes: 1,
            },
        )
        .await
        .unwrap();
        let open = |word: &str| KeyChoice::Passphrase {
            file: file.clone(),
            passphrase: Secret::from(word),
        };
        let blob = Vault::unlock(open("correct horse"), None)
            .await
            .unwrap()
            .sealer()
            .seal(PLACE, b"v")
            .unwrap();
        let again = Vault::unlock(open("correct horse"), KeyId::of_blob(&blob))
            .await
            .unwrap();
        assert_eq!(again.sealer().open(PLACE, &blob).unwrap().expose(), b"v");
        assert_eq!(
            Vault::unlock(open("wrong horse"), None)
                .await
                .unwrap_err()
                .code(),
            "wrong_passphrase"
        );
    }

    #[tokio::test]
    async fn a_key_from_the_environment_is_stored_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.json");
        let key = MasterKey::random().unwrap();
        let open = || KeyChoice::Environment {
            file: file.clone(),
            key: key.clone(),
        };
        let vault = Vault::unlock(open(), None).await.unwrap();
        let blob = vault.sealer().seal(PLACE, b"v").unwrap();
        assert_eq!(vault.keychain().list().await.unwrap(), Vec::<String>::new());
        assert_eq!(
            vault.with_new_key().await.unwrap_err().code(),
            "key_from_environment"
        );
        let other = Sealer::new(MasterKey::random().unwrap()).key_id();
        assert_eq!(
            Vault::unlock(open(), Some(other)).await.unwrap_err().code(),
            "master_key_missing"
        );
        let again = Vault::unlock(open(), KeyId::of_blob(&blob)).await.unwrap();
        assert_eq!(again.sealer().open(PLACE, &blob).unwrap().expose(), b"v");
    }
}
