//! Authenticated encryption of secrets that are kept in rows (contract 03 section 3.1, version 2).
//!
//! A sealed value is `2 | key id (8) | nonce (24) | ciphertext and tag`, XChaCha20-Poly1305 with a random nonce. The
//! associated data is the place of the row (table, owner, key name) and the head of the blob, so that a value copied
//! to another row does not open there.

use crate::{Secret, VaultError, entropy};
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;
use tokio::sync::Notify;
use zeroize::Zeroizing;

/// `encryption_version` of rows that hold a value sealed here, and first byte of the blob.
pub const SEALED_VERSION: u8 = 2;
/// `encryption_version` of rows of other programs that hold the plain value.
pub const PLAIN_VERSION: i64 = 0;

const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;
const HEAD_LENGTH: usize = 1 + KeyId::LENGTH;
/// The environment variable that gives a key where no keychain answers.
pub const KEY_VARIABLE: &str = "SECRETS_ENCRYPTION_KEY";

/// Base64 as people paste it: with or without the padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Names a key without telling anything about it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; KeyId::LENGTH]);

impl KeyId {
    /// Length in bytes.
    pub const LENGTH: usize = 8;

    /// The key that sealed `blob`; none when it is not a sealed value.
    pub fn of_blob(blob: &[u8]) -> Option<Self> {
        if *blob.first()? != SEALED_VERSION {
            return None;
        }
        blob.get(1..HEAD_LENGTH)?.try_into().ok().map(Self)
    }

    /// Reads 16 hex digits, as [`fmt::Display`] writes them.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 2 * Self::LENGTH || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0_u8; Self::LENGTH];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A 256-bit key; wiped on drop, never printed.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; KEY_LENGTH]>);

impl MasterKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`VaultError::Randomness`].
    pub fn random() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0_u8; KEY_LENGTH]);
        entropy::fill(&mut *bytes)?;
        Ok(Self(bytes))
    }

    /// Takes 32 bytes as they are.
    pub fn from_bytes(bytes: [u8; KEY_LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads base64 of 32 bytes, else exactly 32 bytes of text (contract 03 section 3.1).
    ///
    /// # Errors
    /// [`VaultError::BadKey`]; a malformed key must stop the start, never switch encryption off.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(VaultError::BadKey {
                reason: "it is empty",
            });
        }
        if let Ok(bytes) = LENIENT.decode(text) {
            let bytes = Zeroizing::new(bytes);
            if let Ok(key) = <[u8; KEY_LENGTH]>::try_from(bytes.as_slice()) {
                return Ok(Self::from_bytes(key));
            }
        }
        match <[u8; KEY_LENGTH]>::try_from(text.as_bytes()) {
            Ok(key) => Ok(Self::from_bytes(key)),
            Err(_) => Err(VaultError::BadKey {
                reason: "it is neither base64 of 32 bytes nor 32 characters long",
            }),
        }
    }

    /// The key in [`KEY_VARIABLE`]; none when the variable is not set.
    ///
    /// # Errors
    /// [`VaultError::BadKey`] when it is set to something else than a key.
    pub fn from_environment() -> Result<Option<Self>, VaultError> {
        match std::env::var(KEY_VARIABLE) {
            Ok(text) => Self::parse(&Zeroizing::new(text)).map(Some),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(VaultError::BadKey {
                reason: "it is not text",
            }),
        }
    }

    /// Public name of the key: a truncated digest, so that equal keys have equal names.
    pub fn id(&self) -> KeyId {
        let digest = Sha256::new()
            .chain_update(b"molecule-desktop key id 1")
            .chain_update(*self.0)
            .finalize();
        let mut id = [0_u8; KeyId::LENGTH];
        id.copy_from_slice(&digest[..KeyId::LENGTH]);
        KeyId(id)
    }

    /// The key as base64, for the keychain.
    pub(crate) fn to_text(&self) -> Secret {
        Secret::from(STANDARD.encode(*self.0))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.0))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id())
    }
}

/// Where a sealed value belongs; it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Table, for example `workspace_secrets`.
    pub table: &'a str,
    /// Row owner, for example a workspace id; `global` for secrets of all.
    pub owner: &'a str,
    /// Name of the secret.
    pub key: &'a str,
}

impl Place<'_> {
    /// The place and the blob's head as bytes without ambiguity: each part is preceded by its length.
    fn associated(&self, head: &[u8]) -> Vec<u8> {
        let parts: [&[u8]; 5] = [
            b"molecule-desktop sealed value",
            self.table.as_bytes(),
            self.owner.as_bytes(),
            self.key.as_bytes(),
            head,
        ];
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| 8 + part.len()).sum());
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }

    fn not_authentic(&self) -> VaultError {
        VaultError::NotAuthentic {
            owner: self.owner.to_owned(),
            key: self.key.to_owned(),
        }
    }
}

/// Seals with the current key, opens with any key of the ring. Clones share the ring, so that a rotation can wait until
/// nobody seals with the former one any more ([`Sealer::released`]).
#[derive(Clone)]
pub struct Sealer {
    keys: Arc<Keys>,
}

struct Keys {
    current: MasterKey,
    former: Vec<MasterKey>,
    released: Arc<Notify>,
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.released.notify_one();
    }
}

impl Sealer {
    /// A ring of one key.
    pub fn new(key: MasterKey) -> Self {
        Self::with_former(key, Vec::new())
    }

    /// A ring whose `former` keys still open what they sealed.
    pub fn with_former(current: MasterKey, former: Vec<MasterKey>) -> Self {
        Self {
            keys: Arc::new(Keys {
                current,
                former,
                released: Arc::default(),
            }),
        }
    }

    /// Id of the key that seals now.
    pub fn key_id(&self) -> KeyId {
        self.keys.current.id()
    }

    /// Ids of the keys that only open.
    pub fn former_ids(&self) -> Vec<KeyId> {
        self.keys.former.iter().map(MasterKey::id).collect()
    }

    /// Lets go of this clone and waits until every other one is gone: from then on nothing is sealed with this ring.
    pub async fn released(self) {
        let released = Arc::clone(&self.keys.released);
        drop(self);
        released.notified().await;
    }

    /// Whether the ring holds this key.
    pub fn holds(&self, id: KeyId) -> bool {
        self.key(id).is_some()
    }

    /// Seals `plain` for `place`; the result is stored with [`SEALED_VERSION`].
    ///
    /// # Errors
    /// [`VaultError::Randomness`], [`VaultError::Crypto`].
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0_u8; NONCE_LENGTH];
        entropy::fill(&mut nonce)?;
        let mut blob = Vec::with_capacity(HEAD_LENGTH + NONCE_LENGTH + plain.len() + 16);
        blob.push(SEALED_VERSION);
        blob.extend_from_slice(&self.keys.current.id().0);
        let associated = place.associated(&blob);
        let sealed = self
            .keys
            .current
            .cipher()
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: &associated,
                },
            )
            .map_err(|_| VaultError::Crypto {
                reason: "the value is too long to be sealed",
            })?;
        blob.extend_from_slice(&nonce);
        blob.extend_from_slice(&sealed);
        Ok(blob)
    }

    /// Opens what [`Self::seal`] made for the same `place`.
    ///
    /// # Errors
    /// [`VaultError::UnknownKey`] when another key sealed it, [`VaultError::NotAuthentic`] for anything that was
    /// changed, cut or moved.
    pub fn open(&self, place: Place<'_>, blob: &[u8]) -> Result<Secret, VaultError> {
        let id = KeyId::of_blob(blob).ok_or_else(|| place.not_authentic())?;
        let key = self.key(id).ok_or_else(|| VaultError::UnknownKey {
            owner: place.owner.to_owned(),
            key: place.key.to_owned(),
            needed: id.to_string(),
        })?;
        let (head, rest) = blob.split_at(HEAD_LENGTH);
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE_LENGTH>()
            .ok_or_else(|| place.not_authentic())?;
        key.cipher()
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: &place.associated(head),
                },
            )
            .map(Secret::new)
            .map_err(|_| place.not_authentic())
    }

    /// Opens a row by its `encryption_version`: 0 is the plain value of an import, which the caller seals at once, 2 is
    /// [`Self::open`].
    ///
    /// # Errors
    /// As [`Self::open`], and [`VaultError::UnknownVersion`].
    pub fn open_row(
        &self,
        place: Place<'_>,
        version: i64,
        value: &[u8],
    ) -> Result<Secret, VaultError> {
        if version == PLAIN_VERSION {
            Ok(Secret::new(value.to_vec()))
        } else if version == i64::from(SEALED_VERSION) {
            self.open(place, value)
        } else {
            Err(VaultError::UnknownVersion { version })
        }
    }

    /// Whether the row should be written again: it is plain, or a former key sealed it.
    pub fn wants_resealing(&self, version: i64, value: &[u8]) -> bool {
        version != i64::from(SEALED_VERSION) || KeyId::of_blob(value) != Some(self.key_id())
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.keys.current).chain(&self.keys.former)
    }

    /// The ring without its former keys.
    pub(crate) fn current_only(&self) -> Self {
        Self::new(self.keys.current.clone())
    }

    fn key(&self, id: KeyId) -> Option<&MasterKey> {
        self.keys().find(|key| key.id() == id)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer")
            .field("current", &self.keys.current.id())
            .field("former", &self.keys.former.len())
            .finish()
    }
}

#[cfg(test)]
mod tests;
