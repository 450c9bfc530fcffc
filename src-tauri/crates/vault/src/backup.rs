//! All secrets in one document, sealed under a passphrase: for another computer, or for the day the keychain is lost.
//!
//! The document is JSON: how the key is made, a sealed check word that tells a wrong passphrase from a damaged document,
//! and one sealed body. Names, owners and values are all inside the body; outside there is nothing to read.

use crate::passphrase::{self, Cost, Recipe};
use crate::{MasterKey, Place, Sealer, Secret, VaultError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Says what the document is.
pub const KIND: &str = "molecule-desktop secrets";
const FORMAT: u32 = 1;
const CHECK: &str = "this key opens this backup";
/// A body larger than this holds no secrets.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// What a backup holds, in clear and in memory only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backup {
    /// Secrets of all, by name.
    pub global: BTreeMap<String, Secret>,
    /// Secrets of workspaces.
    pub workspaces: Vec<OfWorkspace>,
    /// Personas by slug.
    pub personas: BTreeMap<String, BTreeMap<String, Secret>>,
}

/// Secrets of one workspace, and what it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfWorkspace {
    /// Its id where the backup was made.
    pub id: String,
    /// Names from the root of its tree down to itself: what it is found by on another computer.
    pub path: Vec<String>,
    /// Its secrets, by name.
    pub secrets: BTreeMap<String, Secret>,
}

/// The document. It shows nothing without its passphrase.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SealedBackup {
    kind: String,
    format: u32,
    key: Recipe,
    check: String,
    sealed: String,
}

impl Backup {
    /// Seals it under a passphrase.
    ///
    /// # Errors
    /// [`VaultError::WeakPassphrase`], [`VaultError::Randomness`], [`VaultError::Crypto`].
    pub async fn seal(&self, passphrase: Secret) -> Result<SealedBackup, VaultError> {
        self.seal_at_cost(passphrase, Cost::STANDARD).await
    }

    /// As [`Self::seal`], with another cost of a guess.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub async fn seal_at_cost(
        &self,
        passphrase: Secret,
        cost: Cost,
    ) -> Result<SealedBackup, VaultError> {
        passphrase::check(&passphrase)?;
        let recipe = Recipe::new(cost)?;
        let key = key_of(recipe.clone(), passphrase).await?;
        let sealer = Sealer::new(key);
        let body = Body::of(self);
        // Room for all of it: a buffer that grows leaves copies behind.
        let mut text = Vec::with_capacity(body.room());
        let written = serde_json::to_writer(&mut text, &body);
        let text = Secret::new(text);
        written.map_err(|_| VaultError::Crypto {
            reason: "the secrets could not be written down",
        })?;
        Ok(SealedBackup {
            kind: KIND.to_owned(),
            format: FORMAT,
            key: recipe,
            check: BASE64.encode(sealer.seal(place("check"), CHECK.as_bytes())?),
            sealed: BASE64.encode(sealer.seal(place("body"), text.expose())?),
        })
    }
}

impl SealedBackup {
    /// Opens it.
    ///
    /// # Errors
    /// [`VaultError::WrongBackupPassphrase`], [`VaultError::BadBackup`].
    pub async fn open(&self, passphrase: Secret) -> Result<Backup, VaultError> {
        let bad = |reason| VaultError::BadBackup { reason };
        if self.kind != KIND {
            return Err(bad("it is of another kind"));
        }
        if self.format != FORMAT {
            return Err(bad("a newer program wrote it"));
        }
        if self.sealed.len() > MOST_BYTES {
            return Err(bad("it is too large"));
        }
        let sealer = Sealer::new(key_of(self.key.clone(), passphrase).await?);
        let check = BASE64
            .decode(&self.check)
            .map_err(|_| bad("its check word is not base64"))?;
        let opens = sealer.open(place("check"), &check);
        if !opens.is_ok_and(|word| word.expose() == CHECK.as_bytes()) {
            return Err(VaultError::WrongBackupPassphrase);
        }
        let sealed = BASE64
            .decode(&self.sealed)
            .map_err(|_| bad("its body is not base64"))?;
        let text = sealer
            .open(place("body"), &sealed)
            .map_err(|_| bad("its body was changed"))?;
        let body: Body =
            serde_json::from_slice(text.expose()).map_err(|_| bad("its body cannot be read"))?;
        body.backup().ok_or_else(|| bad("a value is not base64"))
    }
}

fn place(key: &str) -> Place<'_> {
    Place {
        table: "secrets backup",
        owner: "backup",
        key,
    }
}

/// Key derivation blocks; the runtime's own threads must not.
async fn key_of(recipe: Recipe, passphrase: Secret) -> Result<MasterKey, VaultError> {
    match tokio::task::spawn_blocking(move || recipe.key(&passphrase)).await {
        Ok(key) => key.map_err(|reason| VaultError::BadBackup { reason }),
        Err(_) => Err(VaultError::Crypto {
            reason: "the key could not be derived",
        }),
    }
}

/// A value in base64 on its way in or out.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct ValueText(String);

type Values = BTreeMap<String, ValueText>;

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(default)]
    global: Values,
    #[serde(default)]
    workspaces: Vec<BodyOfWorkspace>,
    #[serde(default)]
    personas: BTreeMap<String, Values>,
}

#[derive(Serialize, Deserialize)]
struct BodyOfWorkspace {
    id: String,
    path: Vec<String>,
    secrets: Values,
}

fn encode(secrets: &BTreeMap<String, Secret>) -> Values {
    secrets
        .iter()
        .map(|(key, value)| (key.clone(), ValueText(BASE64.encode(value.expose()))))
        .collect()
}

fn decode(values: &Values) -> Option<BTreeMap<String, Secret>> {
    values
        .iter()
        .map(|(key, text)| Some((key.clone(), Secret::new(BASE64.decode(&text.0).ok()?))))
        .collect()
}

impl Body {
    fn of(backup: &Backup) -> Self {
        Self {
            global: encode(&backup.global),
            workspaces: backup
                .workspaces
                .iter()
                .map(|one| BodyOfWorkspace {
                    id: one.id.clone(),
                    path: one.path.clone(),
                    secrets: encode(&one.secrets),
                })
                .collect(),
            personas: backup
                .personas
                .iter()
                .map(|(slug, variables)| (slug.clone(), encode(variables)))
                .collect(),
        }
    }

    fn backup(&self) -> Option<Backup> {
        Some(Backup {
            global: decode(&self.global)?,
            workspaces: self
                .workspaces
                .iter()
                .map(|one| {
                    Some(OfWorkspace {
                        id: one.id.clone(),
                        path: one.path.clone(),
                        secrets: decode(&one.secrets)?,
                    })
                })
                .collect::<Option<_>>()?,
            personas: self
                .personas
                .iter()
                .map(|(slug, variables)| Some((slug.clone(), decode(variables)?)))
                .collect::<Option<_>>()?,
        })
    }

    /// Bytes that its JSON needs at most; quotes and escapes of names included.
    fn room(&self) -> usize {
        let of = |values: &Values| -> usize {
            values
                .iter()
                .map(|(key, value)| 6 * key.len() + value.0.len() + 16)
                .sum()
        };
        let workspaces: usize = self
            .workspaces
            .iter()
            .map(|one| {
                let path: usize = one.path.iter().map(|name| 6 * name.len() + 8).sum();
                6 * one.id.len() + path + of(&one.secrets) + 64
            })
            .sum();
        let personas: usize = self
            .personas
            .iter()
            .map(|(slug, variables)| 6 * slug.len() + of(variables) + 16)
            .sum();
        256 + of(&self.global) + workspaces + personas
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 8,
        passes: 1,
    };

    fn full() -> Backup {
        let secrets = |value: &str| [("TOKEN".to_owned(), Secret::from(value))].into();
        Backup {
            global: secrets("canary-global-value"),
            workspaces: vec![OfWorkspace {
                id: "w1".into(),
                path: vec!["PM".into(), "Dev \"Lead\" é".into()],
                secrets: secrets("canary-own-value"),
            }],
            personas: [(
                "lead".to_owned(),
                [("BYTES".to_owned(), Secret::new(vec![0, 255, 10]))].into(),
            )]
            .into(),
        }
    }

    async fn sealed() -> SealedBackup {
        let passphrase = Secret::from("correct horse");
        full().seal_at_cost(passphrase, CHEAP).await.unwrap()
    }

    #[tokio::test]
    async fn what_was_sealed_opens_with_its_passphrase_only() {
        let sealed = sealed().await;
        let text = serde_json::to_string(&sealed).unwrap();
        for word in ["canary", "\"TOKEN", "\"lead", "\"PM"] {
            assert!(!text.contains(word), "{word} is not for everybody: {text}");
        }
        let again: SealedBackup = serde_json::from_str(&text).unwrap();
        assert_eq!(again.open("correct horse".into()).await.unwrap(), full());
        let wrong = again.open("wrong horse".into()).await.unwrap_err();
        assert_eq!(wrong.code(), "wrong_passphrase");
        let weak = full().seal("short".into()).await.unwrap_err();
        assert_eq!(weak.code(), "weak_passphrase");
    }

    #[tokio::test]
    async fn a_changed_document_is_refused_calmly() {
        let whole = sealed().await;
        let code = async |change: &dyn Fn(&mut SealedBackup)| {
            let mut changed = whole.clone();
            change(&mut changed);
            let error = changed.open("correct horse".into()).await.unwrap_err();
            error.code()
        };
        assert_eq!(code(&|it| it.kind = "other".into()).await, "backup_damaged");
        assert_eq!(code(&|it| it.format = 2).await, "backup_damaged");
        assert_eq!(code(&|it| it.check = "?".into()).await, "backup_damaged");
        assert_eq!(code(&|it| it.sealed = "?".into()).await, "backup_damaged");
        // The check word in place of the body: each opens in its own place only.
        assert_eq!(
            code(&|it| it.sealed = it.check.clone()).await,
            "backup_damaged"
        );
        let forged = Recipe::new(Cost {
            memory_kib: u32::MAX,
            passes: 1,
        });
        let forged = forged.unwrap();
        assert_eq!(
            code(&|it| it.key = forged.clone()).await,
            "backup_damaged",
            "a forged cost cannot exhaust the computer"
        );
    }
}
