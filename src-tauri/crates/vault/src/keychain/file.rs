//! A file of sealed entries, for computers where no keychain answers. Only ever chosen by a person.
//!
//! The file is JSON: how the key is made (Argon2id with its costs and salt, or the environment's key by its id), a
//! sealed check word that tells a wrong passphrase from a damaged file, and the sealed entries. It is replaced whole
//! and atomically, readable by its owner only. Names of entries are in clear, values never.

use super::chunked::check_name;
use super::{Found, Keychain, KeychainKind, KeychainState};
use crate::passphrase::{self, Cost, Recipe};
use crate::{MasterKey, Place, Sealer, Secret, VaultError, entropy};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

const FORMAT: u32 = 1;
const CHECK: &str = "this key opens this file";
const MOST_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    key: KeySource,
    check: String,
    entries: BTreeMap<String, String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
enum KeySource {
    Passphrase(Recipe),
    Environment { key_id: String },
}

/// Sealed entries in one file. No length limit an entry, so nothing is cut into pieces.
pub struct FileKeychain {
    path: PathBuf,
    kind: KeychainKind,
    sealer: Sealer,
    turn: Mutex<()>,
}

impl FileKeychain {
    /// Opens the file under `passphrase`, or makes it when there is none.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`], [`VaultError::WeakPassphrase`] for a new file, [`VaultError::BadFile`],
    /// [`VaultError::File`].
    pub async fn with_passphrase(
        path: impl Into<PathBuf>,
        passphrase: Secret,
    ) -> Result<Self, VaultError> {
        Self::with_passphrase_at_cost(path, passphrase, Cost::STANDARD).await
    }

    /// As [`Self::with_passphrase`]; a new file gets `cost`, an existing one keeps its own.
    ///
    /// # Errors
    /// As [`Self::with_passphrase`].
    pub async fn with_passphrase_at_cost(
        path: impl Into<PathBuf>,
        passphrase: Secret,
        cost: Cost,
    ) -> Result<Self, VaultError> {
        let path = path.into();
        let sealer = {
            let path = path.clone();
            off_runtime(&path.clone(), move || {
                open_with_passphrase(&path, &passphrase, cost)
            })
            .await?
        };
        Ok(Self {
            path,
            kind: KeychainKind::Passphrase,
            sealer,
            turn: Mutex::new(()),
        })
    }

    /// Opens the file under the key of `SECRETS_ENCRYPTION_KEY`, or makes it when there is none.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`], [`VaultError::BadFile`], [`VaultError::File`].
    pub async fn with_key(path: impl Into<PathBuf>, key: MasterKey) -> Result<Self, VaultError> {
        let path = path.into();
        let sealer = Sealer::new(key);
        {
            let path = path.clone();
            let sealer = sealer.clone();
            off_runtime(&path.clone(), move || open_with_key(&path, &sealer)).await?;
        }
        Ok(Self {
            path,
            kind: KeychainKind::Environment,
            sealer,
            turn: Mutex::new(()),
        })
    }

    /// Whether `path` holds a file of sealed entries made with a passphrase; decides what a person is asked.
    ///
    /// # Errors
    /// [`VaultError::BadFile`], [`VaultError::File`].
    pub fn wants_passphrase(path: &Path) -> Result<bool, VaultError> {
        Ok(read(path)?.is_some_and(|document| matches!(document.key, KeySource::Passphrase(_))))
    }

    async fn with_document<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Document, &Sealer) -> Result<(T, bool), VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let _turn = self.turn.lock().await;
        let path = self.path.clone();
        let sealer = self.sealer.clone();
        off_runtime(&self.path, move || {
            let mut document = read(&path)?.ok_or_else(|| gone(&path))?;
            let (answer, changed) = work(&mut document, &sealer)?;
            if changed {
                write(&path, &document)?;
            }
            Ok(answer)
        })
        .await
    }
}

#[async_trait]
impl Keychain for FileKeychain {
    async fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        check_name(name)?;
        let name = name.to_owned();
        let keychain = self.describe();
        self.with_document(move |document, sealer| {
            let value = document
                .entries
                .get(&name)
                .map(|text| unseal(sealer, &name, text, &keychain))
                .transpose()?;
            Ok((value, false))
        })
        .await
    }

    async fn get_many(&self, names: &BTreeSet<String>) -> Result<Found, VaultError> {
        let names = names.clone();
        let keychain = self.describe();
        self.with_document(move |document, sealer| {
            let held = document.entries.iter();
            let found = held
                .filter(|(name, _)| names.contains(*name))
                .map(|(name, text)| (name.clone(), unseal(sealer, name, text, &keychain)));
            Ok((found.collect(), false))
        })
        .await
    }

    async fn set(&self, name: &str, value: &Secret) -> Result<(), VaultError> {
        check_name(name)?;
        let entry = name.to_owned();
        let written = value.clone();
        self.with_document(move |document, sealer| {
            let blob = sealer.seal(entry_place(&entry), written.expose())?;
            document.entries.insert(entry, BASE64.encode(blob));
            Ok(((), true))
        })
        .await?;
        if self.get(name).await?.as_ref() == Some(value) {
            Ok(())
        } else {
            Err(VaultError::NotKept {
                keychain: self.describe(),
                entry: name.to_owned(),
            })
        }
    }

    async fn delete(&self, name: &str) -> Result<bool, VaultError> {
        check_name(name)?;
        let name = name.to_owned();
        self.with_document(move |document, _| {
            let existed = document.entries.remove(&name).is_some();
            Ok((existed, existed))
        })
        .await
    }

    async fn list(&self) -> Result<Vec<String>, VaultError> {
        self.with_document(|document, _| Ok((document.entries.keys().cloned().collect(), false)))
            .await
    }

    async fn purge(&self) -> Result<Vec<String>, VaultError> {
        self.with_document(|document, _| {
            let names = std::mem::take(&mut document.entries).into_keys().collect();
            Ok((names, true))
        })
        .await
    }

    async fn probe(&self) -> KeychainState {
        const PROBE: &str = "probe";
        let mut random = [0_u8; 16];
        let outcome = async {
            entropy::fill(&mut random)?;
            self.set(PROBE, &Secret::from(BASE64.encode(random)))
                .await?;
            self.delete(PROBE).await
        };
        match outcome.await {
            Ok(_) => KeychainState::Ready,
            Err(error) => KeychainState::from_error(&error),
        }
    }

    fn kind(&self) -> KeychainKind {
        self.kind
    }

    fn describe(&self) -> String {
        format!("The file of sealed secrets {}", self.path.display())
    }
}

impl fmt::Debug for FileKeychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKeychain({})", self.path.display())
    }
}

fn open_with_passphrase(
    path: &Path,
    passphrase: &Secret,
    cost: Cost,
) -> Result<Sealer, VaultError> {
    if let Some(document) = read(path)? {
        let KeySource::Passphrase(recipe) = &document.key else {
            return Err(VaultError::BadFile {
                path: path.to_owned(),
                reason: "it was made with SECRETS_ENCRYPTION_KEY, not with a passphrase",
            });
        };
        let sealer = Sealer::new(derive(path, passphrase, recipe)?);
        if check_opens(&sealer, &document) {
            return Ok(sealer);
        }
        return Err(VaultError::WrongPassphrase {
            file: path.to_owned(),
        });
    }
    passphrase::check(passphrase)?;
    let recipe = Recipe::new(cost)?;
    let sealer = Sealer::new(derive(path, passphrase, &recipe)?);
    create(path, &sealer, KeySource::Passphrase(recipe))?;
    Ok(sealer)
}

fn open_with_key(path: &Path, sealer: &Sealer) -> Result<(), VaultError> {
    match read(path)? {
        None => create(
            path,
            sealer,
            KeySource::Environment {
                key_id: sealer.key_id().to_string(),
            },
        ),
        Some(document) => match &document.key {
            KeySource::Passphrase(_) => Err(VaultError::BadFile {
                path: path.to_owned(),
                reason: "it was made with a passphrase, not with SECRETS_ENCRYPTION_KEY",
            }),
            KeySource::Environment { .. } if check_opens(sealer, &document) => Ok(()),
            KeySource::Environment { .. } => Err(VaultError::WrongKey {
                file: path.to_owned(),
            }),
        },
    }
}

fn derive(path: &Path, passphrase: &Secret, recipe: &Recipe) -> Result<MasterKey, VaultError> {
    recipe
        .key(passphrase)
        .map_err(|reason| VaultError::BadFile {
            path: path.to_owned(),
            reason,
        })
}

fn check_place() -> Place<'static> {
    Place {
        table: "keychain file",
        owner: "check",
        key: "",
    }
}

fn entry_place(name: &str) -> Place<'_> {
    Place {
        table: "keychain file",
        owner: "entry",
        key: name,
    }
}

fn check_opens(sealer: &Sealer, document: &Document) -> bool {
    BASE64
        .decode(&document.check)
        .ok()
        .and_then(|blob| sealer.open(check_place(), &blob).ok())
        .is_some_and(|word| word.expose() == CHECK.as_bytes())
}

fn unseal(sealer: &Sealer, name: &str, text: &str, keychain: &str) -> Result<Secret, VaultError> {
    let damaged = |reason| VaultError::Damaged {
        keychain: keychain.to_owned(),
        entry: name.to_owned(),
        reason,
    };
    let blob = BASE64
        .decode(text)
        .map_err(|_| damaged("it is not base64"))?;
    sealer
        .open(entry_place(name), &blob)
        .map_err(|_| damaged("it was changed or moved"))
}

fn create(path: &Path, sealer: &Sealer, key: KeySource) -> Result<(), VaultError> {
    let check = BASE64.encode(sealer.seal(check_place(), CHECK.as_bytes())?);
    write(
        path,
        &Document {
            format: FORMAT,
            key,
            check,
            entries: BTreeMap::new(),
        },
    )
}

fn read(path: &Path) -> Result<Option<Document>, VaultError> {
    let failed = |source| VaultError::File {
        doing: "read",
        path: path.to_owned(),
        source,
    };
    let bad = |reason| VaultError::BadFile {
        path: path.to_owned(),
        reason,
    };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
        Ok(found) if found.len() > MOST_BYTES => return Err(bad("it is too large")),
        Ok(_) => {}
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let document: Document =
        serde_json::from_slice(&bytes).map_err(|_| bad("its text cannot be read"))?;
    if document.format == FORMAT {
        Ok(Some(document))
    } else {
        Err(bad("a newer program wrote it"))
    }
}

fn write(path: &Path, document: &Document) -> Result<(), VaultError> {
    let failed = |source| VaultError::File {
        doing: "write",
        path: path.to_owned(),
        source,
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    // Made readable by its owner only from the first byte; the rename replaces the old file in one step.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    serde_json::to_writer_pretty(&mut file, document).map_err(|error| failed(error.into()))?;
    file.flush().map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    #[cfg(unix)]
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)?;
    Ok(())
}

fn gone(path: &Path) -> VaultError {
    VaultError::File {
        doing: "read",
        path: path.to_owned(),
        source: std::io::ErrorKind::NotFound.into(),
    }
}

/// Files and key derivation block; the runtime's own threads must not.
async fn off_runtime<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(VaultError::Interrupted {
            keychain: format!("The file of sealed secrets {}", path.display()),
        }),
    }
}

#[cfg(test)]
mod tests;
