//! Bearer tokens (contract 01 section 2.1): 32 random bytes as 43 characters; only a hash and a prefix are kept.

use crate::{Secret, VaultError, entropy};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Length of a token in characters.
pub const TOKEN_LENGTH: usize = 43;
/// Length of the prefix that lists show.
pub const PREFIX_LENGTH: usize = 8;

/// A new token: `token` goes to its bearer once, `hash` and `prefix` are stored.
#[derive(Debug, Clone)]
pub struct Minted {
    /// The token itself.
    pub token: Secret,
    /// What is stored instead of it.
    pub hash: TokenHash,
    /// First eight characters, for lists.
    pub prefix: String,
}

/// SHA-256 of a token.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a presented token.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// A hash as it was stored; none when it has another length.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes to store.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `token` is the one that was hashed, in constant time.
    pub fn matches(&self, token: &str) -> bool {
        *self == Self::of(token)
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token hash]")
    }
}

/// Makes a token.
///
/// # Errors
/// [`VaultError::Randomness`].
pub fn mint() -> Result<Minted, VaultError> {
    let mut random = Zeroizing::new([0_u8; 32]);
    entropy::fill(&mut *random)?;
    let text = URL_SAFE_NO_PAD.encode(*random);
    let prefix = prefix(&text).to_owned();
    let hash = TokenHash::of(&text);
    Ok(Minted {
        token: Secret::from(text),
        hash,
        prefix,
    })
}

/// The part of a token that lists show; short or odd tokens give what they have.
pub fn prefix(token: &str) -> &str {
    token.get(..PREFIX_LENGTH).unwrap_or(token)
}

/// Whether two credentials are equal, in a time that tells neither where they differ nor how long the expected one is.
pub fn same(presented: &str, expected: &str) -> bool {
    TokenHash::of(presented) == TokenHash::of(expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_token_has_the_contracts_shape() {
        let minted = mint().unwrap();
        let text = minted.token.expose_str().unwrap();
        assert_eq!(text.len(), TOKEN_LENGTH);
        assert!(
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        );
        assert_eq!(URL_SAFE_NO_PAD.decode(text).unwrap().len(), 32);
        assert_eq!(minted.prefix, &text[..8]);
        assert!(minted.hash.matches(text));
        assert!(!minted.hash.matches(&text[1..]));
        assert!(
            TokenHash::from_stored(minted.hash.as_bytes())
                .unwrap()
                .matches(text)
        );
        assert!(TokenHash::from_stored(&[0; 31]).is_none());
        assert!(!format!("{minted:?}").contains(&text[8..]));
    }

    #[test]
    fn the_hash_is_plain_sha_256() {
        // Known answer, so that tokens of another writer of the same table keep working.
        let hex: String = TokenHash::of("abc")
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            hex,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn tokens_do_not_repeat() {
        let tokens: HashSet<_> = (0..1000)
            .map(|_| mint().unwrap().token.expose().to_vec())
            .collect();
        assert_eq!(tokens.len(), 1000);
    }

    #[test]
    fn credentials_are_compared_whole() {
        assert!(same("abc", "abc"));
        assert!(!same("abc", "abcd"));
        assert!(!same("", "a"));
    }
}
