//! Values of any length over a keychain whose entries are small.
//!
//! An entry is a short text, the *head*. A small value is in the head itself. A longer one lies in numbered pieces on
//! one of two sides, `a` and `b`, and the head says which side is valid, how many pieces there are, and the digest of
//! the whole. Writing goes to the side that is not in use and then replaces the head, so that a failure at any point
//! leaves the former value; two fixed sides instead of random names mean that leftovers are found and removed by the
//! next write. All texts are base64, because some keychains keep text only.

use super::Found;
use crate::{Keychain, KeychainKind, KeychainState, Secret, VaultError, entropy};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt;
use std::fmt::Write as _;
use tokio::sync::Mutex;

/// Most bytes that one entry of the system's keychain may hold; Windows is the smallest.
pub const ENTRY_LIMIT: usize = 2560;

const INLINE: &str = "1:inline:";
const PIECES: &str = "1:pieces:";
/// Base64 of this many bytes, with the head's own words, stays within [`ENTRY_LIMIT`].
const INLINE_LIMIT: usize = (ENTRY_LIMIT - INLINE.len()) / 4 * 3;
const PIECE_LIMIT: usize = ENTRY_LIMIT / 4 * 3;
const INDEX: &str = ".index";
const PROBE: &str = ".probe";

/// A store of small texts: what a system's keychain can do.
#[async_trait]
pub trait Entries: Send + Sync {
    /// The text of an entry; none when the store says there is none, which a locked one may also say.
    async fn read(&self, entry: &str) -> Result<Option<Secret>, VaultError>;
    /// Creates or replaces an entry of at most [`ENTRY_LIMIT`] bytes.
    async fn write(&self, entry: &str, text: &Secret) -> Result<(), VaultError>;
    /// Removes an entry; false when the store says there is none.
    async fn erase(&self, entry: &str) -> Result<bool, VaultError>;
    /// What kind of place this is.
    fn kind(&self) -> KeychainKind;
    /// The place in words.
    fn describe(&self) -> String;
}

/// A [`Keychain`] over a store of small texts.
pub struct Chunked<E> {
    entries: E,
    /// One operation at a time: a read must not meet a head of one version and pieces of another.
    turn: Mutex<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    A,
    B,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    fn letter(self) -> char {
        match self {
            Self::A => 'a',
            Self::B => 'b',
        }
    }
}

enum Head {
    Inline(Secret),
    Pieces {
        side: Side,
        count: usize,
        digest: String,
    },
}

impl Head {
    fn side(&self) -> Option<Side> {
        match self {
            Self::Inline(_) => None,
            Self::Pieces { side, .. } => Some(*side),
        }
    }

    fn text(&self) -> Secret {
        match self {
            Self::Inline(value) => {
                let mut text = String::with_capacity(ENTRY_LIMIT);
                text.push_str(INLINE);
                BASE64.encode_string(value.expose(), &mut text);
                Secret::from(text)
            }
            Self::Pieces {
                side,
                count,
                digest,
            } => Secret::from(format!("{PIECES}{}:{count}:{digest}", side.letter())),
        }
    }

    fn parse(text: &Secret) -> Option<Self> {
        let text = text.expose_str()?;
        if let Some(encoded) = text.strip_prefix(INLINE) {
            return BASE64
                .decode(encoded)
                .ok()
                .map(|bytes| Self::Inline(Secret::new(bytes)));
        }
        let mut parts = text.strip_prefix(PIECES)?.splitn(3, ':');
        let side = match parts.next()? {
            "a" => Side::A,
            "b" => Side::B,
            _ => return None,
        };
        let count = parts.next()?.parse().ok()?;
        let digest = parts.next()?.to_owned();
        Some(Self::Pieces {
            side,
            count,
            digest,
        })
    }
}

impl<E: Entries> Chunked<E> {
    /// Wraps a store.
    pub fn over(entries: E) -> Self {
        Self {
            entries,
            turn: Mutex::new(()),
        }
    }

    pub(crate) fn entries(&self) -> &E {
        &self.entries
    }

    async fn read_head(&self, name: &str) -> Result<Option<Head>, VaultError> {
        match self.entries.read(name).await? {
            None => Ok(None),
            Some(text) => Head::parse(&text)
                .map(Some)
                .ok_or_else(|| self.damaged(name, "it was not written by this program")),
        }
    }

    async fn read_value(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        match self.read_head(name).await? {
            None => Ok(None),
            Some(Head::Inline(value)) => Ok(Some(value)),
            Some(Head::Pieces {
                side,
                count,
                digest,
            }) => {
                let mut value =
                    zeroize::Zeroizing::new(Vec::with_capacity(count.min(4096) * PIECE_LIMIT));
                for number in 0..count {
                    let text = self
                        .entries
                        .read(&piece(name, side, number))
                        .await?
                        .ok_or_else(|| self.damaged(name, "a piece of it is missing"))?;
                    let bytes = zeroize::Zeroizing::new(
                        BASE64
                            .decode(text.expose())
                            .map_err(|_| self.damaged(name, "a piece of it cannot be decoded"))?,
                    );
                    value.extend_from_slice(&bytes);
                }
                if hex_digest(&value) != digest {
                    return Err(self.damaged(name, "its pieces do not belong together"));
                }
                Ok(Some(Secret::new(std::mem::take(&mut *value))))
            }
        }
    }

    /// Like [`Self::read_value`], but "none" means none.
    async fn read_surely(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        match self.read_value(name).await? {
            Some(value) => Ok(Some(value)),
            None => {
                self.confirm().await?;
                self.read_value(name).await
            }
        }
    }

    async fn write_verified(&self, entry: &str, text: &Secret) -> Result<(), VaultError> {
        self.entries.write(entry, text).await?;
        match self.entries.read(entry).await? {
            Some(found) if found == *text => Ok(()),
            _ => Err(VaultError::NotKept {
                keychain: self.entries.describe(),
                entry: entry.to_owned(),
            }),
        }
    }

    async fn store(&self, name: &str, value: &Secret) -> Result<(), VaultError> {
        let mut before = self.entries.read(name).await?;
        if before.is_none() {
            // A locked store says "none" too; taken at its word, the write could go over the side that is in use.
            self.confirm().await?;
            before = self.entries.read(name).await?;
        }
        let in_use = before
            .as_ref()
            .and_then(Head::parse)
            .and_then(|head| head.side());
        let head = if value.len() <= INLINE_LIMIT {
            Head::Inline(value.clone())
        } else {
            let side = in_use.map_or(Side::A, Side::other);
            let mut count = 0;
            for bytes in value.expose().chunks(PIECE_LIMIT) {
                let text = Secret::from(BASE64.encode(bytes));
                self.write_verified(&piece(name, side, count), &text)
                    .await?;
                count += 1;
            }
            Head::Pieces {
                side,
                count,
                digest: hex_digest(value.expose()),
            }
        };
        if let Err(error) = self.write_verified(name, &head.text()).await {
            self.put_back(name, before).await;
            return Err(error);
        }
        let kept = match &head {
            Head::Inline(_) => [(Side::A, 0), (Side::B, 0)],
            Head::Pieces { side, count, .. } => [(*side, *count), (side.other(), 0)],
        };
        for (side, count) in kept {
            if let Err(error) = self.erase_pieces(name, side, count).await {
                // The value is stored; what is left over is removed by the next write of this entry.
                tracing::warn!(entry = name, %error, "old pieces of a keychain entry were not removed");
            }
        }
        Ok(())
    }

    /// Restores a head whose replacement failed; its pieces were not touched.
    async fn put_back(&self, name: &str, before: Option<Secret>) {
        let outcome = match &before {
            Some(text) => self.entries.write(name, text).await,
            None => self.entries.erase(name).await.map(|_| ()),
        };
        if let Err(error) = outcome {
            tracing::warn!(entry = name, %error, "the former value of a keychain entry could not be put back");
        }
    }

    /// Removes pieces numbered `from` and up. They are counted first and removed from the end, so that an interruption
    /// leaves a row without gaps that the next attempt finds.
    async fn erase_pieces(&self, name: &str, side: Side, from: usize) -> Result<(), VaultError> {
        let mut end = from;
        while self.entries.read(&piece(name, side, end)).await?.is_some() {
            end += 1;
        }
        for number in (from..end).rev() {
            self.entries.erase(&piece(name, side, number)).await?;
        }
        Ok(())
    }

    /// Removes an entry with all its pieces. The head goes first: pieces without a head are leftovers, a head without
    /// pieces would be damage.
    async fn remove(&self, entry: &str) -> Result<bool, VaultError> {
        let existed = self.entries.erase(entry).await?;
        if !existed {
            self.confirm().await?;
        }
        self.erase_pieces(entry, Side::A, 0).await?;
        self.erase_pieces(entry, Side::B, 0).await?;
        Ok(existed)
    }

    /// Proves that the store can be used, so that its "none" can be believed: a locked one would not give the list of
    /// names, and where there is none yet, it would not keep what is written.
    async fn confirm(&self) -> Result<(), VaultError> {
        match self.entries.read(INDEX).await? {
            Some(_) => Ok(()),
            None => self.round_trip().await,
        }
    }

    async fn round_trip(&self) -> Result<(), VaultError> {
        let mut random = [0_u8; 16];
        entropy::fill(&mut random)?;
        self.write_verified(PROBE, &Secret::from(BASE64.encode(random)))
            .await?;
        if self.entries.erase(PROBE).await? && self.entries.read(PROBE).await?.is_none() {
            Ok(())
        } else {
            Err(VaultError::NotKept {
                keychain: self.entries.describe(),
                entry: PROBE.to_owned(),
            })
        }
    }

    async fn index(&self) -> Result<Vec<String>, VaultError> {
        match self.read_surely(INDEX).await? {
            None => Ok(Vec::new()),
            Some(text) => serde_json::from_slice(text.expose())
                .map_err(|_| self.damaged(INDEX, "it is not a list of names")),
        }
    }

    async fn write_index(&self, names: &[String]) -> Result<(), VaultError> {
        let text = serde_json::to_vec(names).map_err(|_| VaultError::Crypto {
            reason: "the list of entries could not be written down",
        })?;
        self.store(INDEX, &Secret::new(text)).await
    }

    fn damaged(&self, entry: &str, reason: &'static str) -> VaultError {
        VaultError::Damaged {
            keychain: self.entries.describe(),
            entry: entry.to_owned(),
            reason,
        }
    }
}

#[async_trait]
impl<E: Entries> Keychain for Chunked<E> {
    async fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        check_name(name)?;
        let _turn = self.turn.lock().await;
        self.read_surely(name).await
    }

    async fn get_many(&self, names: &BTreeSet<String>) -> Result<Found, VaultError> {
        let _turn = self.turn.lock().await;
        let mut found = Found::new();
        // Every entry is in the list: a name enters it before its value does.
        for name in self
            .index()
            .await?
            .into_iter()
            .filter(|n| names.contains(n))
        {
            if let Some(value) = self.read_surely(&name).await.transpose() {
                found.insert(name, value);
            }
        }
        Ok(found)
    }

    async fn set(&self, name: &str, value: &Secret) -> Result<(), VaultError> {
        check_name(name)?;
        let _turn = self.turn.lock().await;
        // The name first: an entry that no list shows could never be purged, a name without entry is only skipped.
        let mut names = self.index().await?;
        if let Err(place) = names.binary_search_by(|known| known.as_str().cmp(name)) {
            names.insert(place, name.to_owned());
            self.write_index(&names).await?;
        }
        self.store(name, value).await
    }

    async fn delete(&self, name: &str) -> Result<bool, VaultError> {
        check_name(name)?;
        let _turn = self.turn.lock().await;
        let mut names = self.index().await?;
        let existed = self.remove(name).await?;
        if let Ok(place) = names.binary_search_by(|known| known.as_str().cmp(name)) {
            names.remove(place);
            if names.is_empty() {
                // The last one takes the list with it, so that nothing of us stays.
                self.remove(INDEX).await?;
            } else {
                self.write_index(&names).await?;
            }
        }
        Ok(existed)
    }

    async fn list(&self) -> Result<Vec<String>, VaultError> {
        let _turn = self.turn.lock().await;
        let mut present = Vec::new();
        for name in self.index().await? {
            if self.entries.read(&name).await?.is_some() {
                present.push(name);
            }
        }
        Ok(present)
    }

    async fn purge(&self) -> Result<Vec<String>, VaultError> {
        let _turn = self.turn.lock().await;
        let mut removed = Vec::new();
        for name in self.index().await? {
            if self.remove(&name).await? {
                removed.push(name);
            }
        }
        // Last: after an interruption the next purge still knows what there was.
        self.remove(INDEX).await?;
        Ok(removed)
    }

    async fn probe(&self) -> KeychainState {
        let _turn = self.turn.lock().await;
        match self.round_trip().await {
            Ok(()) => KeychainState::Ready,
            Err(error) => KeychainState::from_error(&error),
        }
    }

    fn kind(&self) -> KeychainKind {
        self.entries.kind()
    }

    fn describe(&self) -> String {
        self.entries.describe()
    }
}

impl<E: Entries> fmt::Debug for Chunked<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keychain({})", self.entries.describe())
    }
}

/// Accepts what every keychain can hold as a name and what cannot meet our own entries (`.index`, pieces with `#`).
pub(crate) fn check_name(name: &str) -> Result<(), VaultError> {
    let fits = (1..=128).contains(&name.len())
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
    if fits {
        Ok(())
    } else {
        Err(VaultError::BadName {
            name: name.chars().take(140).collect(),
        })
    }
}

fn piece(name: &str, side: Side, number: usize) -> String {
    format!("{name}#{}{number}", side.letter())
}

fn hex_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests;
