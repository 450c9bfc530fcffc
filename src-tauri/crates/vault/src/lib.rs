//! OS keychain, persona secrets and the sealing of stored secrets.
//!
//! - [`keychain`]: named entries in the system's keychain, or in a sealed file where none answers.
//! - [`sealing`]: authenticated encryption of secrets that are kept in rows.
//! - [`unlocking`]: a person's choice of keychain opened into a [`Vault`].
//! - [`personas`]: credentials of roles, imported from `<slug>/env` files into the keychain.
//! - [`backup`]: all secrets in one document, sealed under a passphrase.
//! - [`redact`]: secrets taken out of text that is stored, logged or shown.
//! - [`tokens`]: bearer tokens, their hashes and comparison.
//! - [`testing`]: the simulated keychain, and the rules that every keychain obeys.

mod entropy;
mod error;
mod passphrase;
mod secret;

pub mod backup;
pub mod keychain;
pub mod personas;
pub mod redact;
pub mod sealing;
pub mod testing;
pub mod tokens;
pub mod unlocking;

pub use error::VaultError;
pub use keychain::{
    BuildKind, FileKeychain, Found, Keychain, KeychainKind, KeychainState, Namespace, OsKeychain,
};
pub use personas::{ImportReport, Loaded, PersonaAction, PersonaOutcome, Personas};
pub use sealing::{KeyId, MasterKey, Place, Sealer};
pub use secret::Secret;
pub use unlocking::{KeyChoice, MASTER_KEY_ENTRY, Vault};
